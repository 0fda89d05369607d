"""One dialog from question to question: fill, check, ask, confirm, run.

`advance` finds the next step of the dialog on top. It is called after everything that happened,
so that the order of questions follows from the signature and the answers alone.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from bot.authoring.kinds import Money, Ordinal
from bot.authoring.replies import Reply
from bot.authoring.signatures import CommandSpec, Parameter
from bot.authoring.steps import Asking, Confirming
from bot.dialog.access import Refusal
from bot.dialog.attachments import unwanted, values_of
from bot.dialog.binding import Reading, Value, show_value
from bot.dialog.bounds import fits, refusal
from bot.dialog.drafts import Draft
from bot.dialog.events import Ask, Check, Replay, Run, Say, Suggest
from bot.dialog.formviews import control_again, control_of, form_of, words_of
from bot.dialog.overriding import noted
from bot.dialog.phrases import phrases_in
from bot.dialog.summaries import confirmation, summary
from bot.locale.names import is_same
from bot.model.conversation import Answer, Frame, Prompt, PromptChoice, PromptKind, State
from bot.model.ids import FrameId
from bot.model.messages import Form, FormField
from bot.model.misses import Proposal

NUMBERS = frozenset({int, float, Decimal, Money, Ordinal})
"""Where one of these is asked for, a typed number is the value and not a choice's number."""


def fill(draft: Draft, frame: Frame, spec: CommandSpec, reading: Reading) -> Draft:
    """Keep what was read: invalid values leave a reason, dependents are to be checked again."""
    for value in reading.values:
        parameter = spec.parameter(value.parameter)
        if parameter is None:
            continue
        draft = draft.note(*_unread(draft, value))
        fitting = _fitting(parameter, value)
        if fitting is None:
            draft = _declined(draft, frame, parameter, value)
        else:
            frame = _keep(draft, frame, spec, replace(fitting, parameter=parameter.name))
    return draft.on(draft.state.put(frame).raised(frame.id, draft.around.now))


def advance(draft: Draft) -> Draft:
    """Take the next step of the dialog on top, or end the turn when there is none."""
    frame = draft.state.top
    spec = draft.spec_of(frame)
    if frame is None or spec is None:
        return end(draft)
    if (refused := draft.around.refusal(spec)) is not None:
        return pause(draft, frame, spec, refused)
    for step in (_take_files, _settle_doubt, _check_next):
        taken = step(draft, frame, spec)
        if taken is not None:
            return taken
    if spec.is_flow:  # what comes next is found by running it: see bot.dialog.flowing
        return draft.wish(Replay(frame=frame.id))
    for step in (_ask_next, _confirm):
        taken = step(draft, frame, spec)
        if taken is not None:
            return taken
    return draft.wish(Run(frame=frame.id))


def ask(draft: Draft, frame: Frame, parameter: Parameter, choices: Sequence[PromptChoice]) -> Draft:
    """Ask for one parameter, with a menu where there are choices."""
    offered = tuple(choices) or default_choices(draft, parameter)
    spec, newest = draft.spec_of(frame), draft.state.open_prompt
    is_open = newest is not None and (newest.frame, newest.argument) == (frame.id, parameter.name)
    if spec is not None and is_open and not draft.state.notes:
        # the answer was to another question: say what is known instead of asking twice
        draft = draft.recalling()
    return show(
        draft, PromptKind.ASK, draft.phrases.question(parameter), offered,
        frame=frame.id, argument=parameter.name, form=_form(draft, frame),
        asks=control_of(draft.around, frame, parameter),
    )  # fmt: skip


def show(
    draft: Draft,
    kind: PromptKind,
    text: str,
    choices: Sequence[PromptChoice],
    *,
    frame: FrameId | None = None,
    argument: str | None = None,
    reply: Reply | None = None,
    form: Form | None = None,
    asks: FormField | None = None,
    about: Proposal | None = None,
) -> Draft:
    """Open a prompt and show it, behind the reasons noted so far."""
    around = draft.around
    prompt = Prompt(
        id=around.new_prompt_id(draft.state, f"prompt:{kind}:{argument}"), kind=kind,
        origin=around.conversation, frame=frame, argument=argument, text=text,
        choices=tuple(choices), at=around.now, to=around.address, version=around.version,
        fields=words_of(form), locale=around.locale, about=about,
    )  # fmt: skip
    state = draft.state.asked(prompt)
    return _shown(draft, state, Ask(prompt=prompt, reply=reply, form=form, asks=asks))


def show_again(draft: Draft, prompt: Prompt) -> Draft:
    """Show an open prompt once more, here: the same question, so its buttons count everywhere.

    What a changed flow no longer asks is not shown: its next question is.
    """
    around = draft.around
    if _is_overtaken(draft, prompt):
        return advance(draft)
    asking = draft.state.frame(prompt.frame)
    spec = draft.spec_of(asking)
    if asking and spec and (refused := around.refusal(spec)) is not None:
        return pause(draft, asking, spec, refused)
    if asking and spec and not is_same(prompt.locale or around.locale, around.locale):
        return _asked_anew(draft, prompt, asking, spec)
    frame = draft.state.frame(prompt.frame) if prompt.fields else None
    form = None if frame is None else _form(draft, frame)
    here = replace(prompt, to=around.address, at=around.now, fields=words_of(form))
    asks = control_again(around, asking, prompt)
    return _shown(draft, draft.state.shown_again(here), Ask(prompt=here, form=form, asks=asks))


def _asked_anew(draft: Draft, prompt: Prompt, frame: Frame, spec: CommandSpec) -> Draft:
    """Ask an open question in the customer's language; what may lead to an effect stays asked."""
    if prompt.kind is PromptKind.ASK:
        return advance(draft)
    is_own = prompt.kind is PromptKind.CONFIRM and prompt.argument is None and not spec.is_flow
    if is_own and prompt.text != phrases_in(prompt.locale).TRY_AGAIN:
        return ask_confirm(draft, frame, spec)
    here = replace(prompt, to=draft.around.address, at=draft.around.now)
    return _shown(draft, draft.state.shown_again(here), Ask(prompt=here))


def _shown(draft: Draft, state: State, wish: Ask) -> Draft:
    """Show a prompt behind the reasons noted so far and, where it is returned to, what is known."""
    prompt, notes = wish.prompt, list(state.notes)
    frame = state.frame(prompt.frame)
    spec = draft.spec_of(frame)
    if state.recalls and prompt.kind is PromptKind.ASK and frame is not None and spec is not None:
        notes += filter(None, [draft.phrases.so_far(summary(draft, frame, spec))])
    spoken = replace(prompt, text=" ".join([*notes, prompt.text]))
    state = replace(state, notes=(), recalls=False)
    return draft.on(state).wish(replace(wish, prompt=spoken))


def pause(draft: Draft, frame: Frame, spec: CommandSpec, why: Refusal) -> Draft:
    """Tell that an open dialog cannot go on now, or here; its question and answers stay."""
    if why is Refusal.CHANNEL:
        told = draft.phrases.only_on(draft.phrases.title(spec), draft.around.works_on(spec))
    else:
        told = draft.phrases.switched_off(draft.phrases.title(spec))
    kept = (draft.phrases.ANSWERS_KEPT,) if frame.answers else ()
    others = (draft.spec_of(one) for one in reversed(draft.state.frames) if one.waiting is None)
    choices = [
        PromptChoice(label=draft.phrases.go_on_with(one), command=one.name)
        for one in others
        if one is not None and draft.around.refusal(one) is None
    ]
    choices += [
        PromptChoice(label=draft.phrases.CANCEL, words="cancel"),
        PromptChoice(label=draft.phrases.HELP, words="help"),
    ]
    draft = draft.note(told, *kept)
    return show(draft, PromptKind.MENU, draft.phrases.MEANWHILE, choices)


def _form(draft: Draft, frame: Frame) -> Form | None:
    spec = draft.spec_of(frame)
    return None if spec is None else form_of(draft.around, frame, spec)


def _is_overtaken(draft: Draft, prompt: Prompt) -> bool:
    """Tell whether a flow stops elsewhere than at its open question, by its last replay."""
    trace = draft.around.flows.get(prompt.frame) if prompt.frame else None
    if (
        trace is None
        or prompt.argument is None
        or draft.state.top != draft.state.frame(prompt.frame)
    ):
        return False
    match trace.stop:
        case Asking(id=name) | Confirming(id=name):
            return prompt.kind is not PromptKind.MENU and prompt.argument != name
        case _:
            return False


def default_choices(draft: Draft, parameter: Parameter) -> tuple[PromptChoice, ...]:
    """Offer what a type itself suggests."""
    if parameter.options:
        return tuple(choice_of(draft, parameter, option) for option in parameter.options)
    if parameter.type is bool:
        return yes_and_no(draft)
    if parameter.type is date:
        today = draft.around.now.date()
        tomorrow = date.fromordinal(today.toordinal() + 1)
        return (
            PromptChoice(label=draft.phrases.TODAY, value=today.isoformat()),
            PromptChoice(label=draft.phrases.TOMORROW, value=tomorrow.isoformat()),
        )
    return ()


def yes_and_no(draft: Draft) -> tuple[PromptChoice, PromptChoice]:
    """Offer a yes and a no."""
    return (
        PromptChoice(label=draft.phrases.YES, value=True),
        PromptChoice(label=draft.phrases.NO, value=False),
    )


def choice_of(draft: Draft, parameter: Parameter, value: Any) -> PromptChoice:  # noqa: ANN401 - the parameter's type
    """Make a choice of a typed value."""
    dumped = parameter.dump(value)
    return PromptChoice(label=show_value(parameter, dumped, draft.around), value=dumped)


def arguments_of(frame: Frame, spec: CommandSpec) -> dict[str, Any]:
    """Give every parameter its typed value: the answer, else the default."""
    return {
        parameter.name: parameter.load(frame.answers[parameter.name].value)
        if parameter.name in frame.answers
        else parameter.default
        for parameter in spec.parameters
        if parameter.name in frame.answers or not parameter.required
    }


def _unread(draft: Draft, value: Value) -> list[str]:
    """Name the words amid a list that say nothing of it."""
    return [draft.phrases.not_understood(" ".join(value.unread))] if value.unread else []


def _fitting(parameter: Parameter, value: Value) -> Value | None:
    """Keep the readings that the type and the bounds allow; None if there is none."""
    readings = [one for one in (value.value, *value.others) if fits(parameter, one)]
    return replace(value, value=readings[0], others=tuple(readings[1:])) if readings else None


def _declined(draft: Draft, frame: Frame, parameter: Parameter, value: Value) -> Draft:
    """Tell why a value cannot be taken, and what stays where it was a correction."""
    why = refusal(parameter, value.value, value.words, draft.phrases)
    draft = noted(draft, "invalid", why or "")
    held = frame.answers.get(parameter.name)
    if held is None or held.others:
        return draft
    return draft.note(draft.phrases.kept(show_value(parameter, held.value, draft.around)))


def _keep(draft: Draft, frame: Frame, spec: CommandSpec, value: Value) -> Frame:
    held = frame.answers.get(value.parameter)
    if held is not None and held.others:
        held = None  # words that may mean several things are no answer yet
    if held is not None and held.value == value.value and not value.others:
        return frame
    parameter = spec.parameter(value.parameter)
    checked = parameter is None or not parameter.is_checked
    answer = Answer(
        value=value.value, words=value.words, at=draft.around.now, source=draft.around.connector,
        checked=checked, others=value.others,
        instead_of=None if held is None or checked else replace(held, instead_of=None),
    )  # fmt: skip
    frame = frame.with_answer(value.parameter, answer)
    for name in spec.dependents(value.parameter):
        dependent = spec.parameter(name)
        # suggestions are no rule: what was said without seeing any stands until these change
        is_ruled = dependent is not None and (dependent.check is not None or held is not None)
        if name in frame.answers and is_ruled:
            frame = frame.with_answer(name, replace(frame.answers[name], checked=False))
    asked = tuple(name for name in frame.asked if name != value.parameter)
    return replace(frame, asked=(*asked, value.parameter))


def _take_files(draft: Draft, frame: Frame, spec: CommandSpec) -> Draft | None:
    """Give the dialog the files that came with the message, once."""
    if not draft.files:
        return None
    prompt = draft.state.open_prompt
    asked = prompt.argument if prompt and prompt.frame == frame.id else None
    values, left = values_of(draft.files, frame, spec, asked)
    told = unwanted(left, values, draft.phrases)
    draft = draft.holding().note(*filter(None, [told]))
    return advance(fill(draft, frame, spec, Reading(tuple(values))))


def _settle_doubt(draft: Draft, frame: Frame, spec: CommandSpec) -> Draft | None:
    """Ask which reading was meant, where the words had several."""
    for parameter in spec.parameters:
        answer = frame.answers.get(parameter.name)
        if answer is None or not answer.others or _is_sifting(frame, spec, parameter):
            continue
        values = sorted((answer.value, *answer.others), key=str)
        choices = [
            PromptChoice(label=show_value(parameter, value, draft.around), value=value)
            for value in values
        ]
        return show(
            draft, PromptKind.ASK, draft.phrases.which_of([c.label for c in choices]), choices,
            frame=frame.id, argument=parameter.name,
        )  # fmt: skip
    return None


def _is_sifting(frame: Frame, spec: CommandSpec, parameter: Parameter) -> bool:
    """Tell whether the parameter's check may still settle which reading was meant."""
    unchecked = parameter.check is not None and not frame.answers[parameter.name].checked
    return unchecked and _knows_needs(frame, spec, parameter)


def _check_next(draft: Draft, frame: Frame, spec: CommandSpec) -> Draft | None:
    """Have the first unchecked answer checked whose needs are known."""
    for parameter in spec.parameters:
        answer = frame.answers.get(parameter.name)
        if answer is None or answer.checked or not _knows_needs(frame, spec, parameter):
            continue
        if parameter.is_checked:
            return draft.wish(Check(frame=frame.id, argument=parameter.name))
        if parameter.suggest is not None:
            return draft.wish(Suggest(frame=frame.id, argument=parameter.name))
    return None


def _ask_next(draft: Draft, frame: Frame, spec: CommandSpec) -> Draft | None:
    for parameter in spec.parameters:
        if parameter.name in frame.answers or not parameter.required:
            continue
        return ask_for(draft, frame, spec, parameter)
    return None


def ask_for(draft: Draft, frame: Frame, spec: CommandSpec, parameter: Parameter) -> Draft:
    """Ask for one parameter; where its author suggests values, these are wished for first."""
    if (refused := draft.around.refusal(spec)) is not None:
        return pause(draft, frame, spec, refused)
    if parameter.suggest is not None and _knows_needs(frame, spec, parameter):
        return draft.wish(Suggest(frame=frame.id, argument=parameter.name))
    return ask(draft, frame, parameter, ())


def _confirm(draft: Draft, frame: Frame, spec: CommandSpec) -> Draft | None:
    if frame.confirmed or spec.command.confirm is None:
        return None
    return ask_confirm(draft, frame, spec)


def ask_confirm(draft: Draft, frame: Frame, spec: CommandSpec) -> Draft:
    """Ask for a yes: the command's own sentence, or one made of signature and values."""
    if spec.command.confirm is not None:
        given = arguments_of(frame, spec)
        text = confirmation(spec.command.confirm, spec, given, draft.around)
    else:
        text = draft.phrases.go_ahead(spec, summary(draft, frame, spec))
    choices = yes_and_no(draft)
    return show(draft, PromptKind.CONFIRM, text, choices, frame=frame.id)


def _knows_needs(frame: Frame, spec: CommandSpec, parameter: Parameter) -> bool:
    needed = (spec.parameter(name) for name in parameter.needs)
    return all(p is None or _is_known(frame, p) for p in needed)


def _is_known(frame: Frame, parameter: Parameter) -> bool:
    answer = frame.answers.get(parameter.name)
    return not parameter.required if answer is None else not answer.others


def end(draft: Draft) -> Draft:
    """Say what is left to say."""
    draft = draft.done("nothing is open" if draft.state.top is None else "a question is open")
    notes, draft = draft.state.notes, draft.on(replace(draft.state, notes=(), recalls=False))
    return draft.wish(Say(reply=Reply(" ".join(notes)))) if notes else draft
