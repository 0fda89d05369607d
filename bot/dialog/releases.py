"""Open dialogs and a changed release: what was answered is kept by name as far as it still fits."""

from dataclasses import replace

from bot.authoring.signatures import CommandSpec, Parameter
from bot.dialog.bounds import fits, refusal
from bot.dialog.drafts import Draft
from bot.dialog.overriding import noted
from bot.model.conversation import Answer, Frame, PromptKind


def fitted(draft: Draft) -> Draft:
    """Fit open dialogs to the commands as they are now; what had to go leaves a reason.

    Done once a turn, before anything is understood, so that all else may trust the answers.
    """
    for frame in draft.state.frames:
        spec = draft.spec_of(frame)
        if spec is None:
            gone = draft.phrases.no_longer(frame.command)
            draft = noted(draft.on(draft.state.dropped(frame.id)), "code_change", gone)
        else:
            draft = _refitted(draft, frame, spec)
    return draft


def _refitted(draft: Draft, frame: Frame, spec: CommandSpec) -> Draft:
    # a flow has questions that it has not reached again: their answers wait
    answers: dict[str, Answer] = dict(frame.answers) if spec.is_flow else {}
    reasons: list[str] = []
    for parameter in spec.parameters:
        held = [frame.answers.get(name) for name in (parameter.name, parameter.arg.was or "")]
        answer = next(filter(None, held), None)
        for name in (parameter.name, parameter.arg.was or ""):
            answers.pop(name, None)
        if answer is None:
            continue
        reason = refusal(parameter, answer.value, answer.words, draft.phrases)
        if reason is None:
            answers[parameter.name] = _readable(answer, parameter)
        else:
            reasons.append(reason)
    asked = _asked(frame, spec)
    if answers == frame.answers and asked == frame.asked:
        return draft
    frame = replace(frame, answers=answers, asked=asked, confirmed=False)
    state = draft.state.put(frame)
    if reasons:
        state = state.closed(frame.id, PromptKind.CONFIRM)  # it names what no longer holds
    return draft.on(state).note(*reasons)


def _asked(frame: Frame, spec: CommandSpec) -> tuple[str, ...]:
    """Name what was asked as it is called now."""
    found = ((name, spec.parameter(name)) for name in frame.asked)
    return tuple(
        name if parameter is None else parameter.name
        for name, parameter in found
        if parameter is not None or spec.is_flow
    )


def _readable(answer: Answer, parameter: Parameter) -> Answer:
    """Forget a corrected answer and readings that could not be gone back to."""
    held = answer.instead_of
    if held is None and not answer.others and not answer.fits:
        return answer
    if held is not None and not fits(parameter, held.value):
        answer = replace(answer, instead_of=None)
    readings = [one for one in answer.others if fits(parameter, one)]
    fitting = [one for one in answer.fits if fits(parameter, one)]
    return replace(answer, others=tuple(readings), fits=tuple(fitting))
