"""decide(state, event) -> (state, wishes): the one way in."""

from dataclasses import replace
from typing import assert_never

from bot.authoring.replies import words_of
from bot.authoring.signatures import CommandSpec
from bot.dialog.binding import Reading, Value, show_value
from bot.dialog.calling import begin
from bot.dialog.decisions import Decision, Done, next_of
from bot.dialog.drafts import Draft
from bot.dialog.events import (
    Checked,
    Consulted,
    Event,
    Expired,
    Failed,
    Heard,
    Incoming,
    Noticed,
    Notify,
    Overridden,
    Ran,
    Replayed,
    Resumed,
    Schedule,
    Started,
    Suggested,
    Told,
    Woken,
)
from bot.dialog.flowing import Opening, begin_flow, replayed, woken
from bot.dialog.forms import advance, ask, ask_confirm, ask_for, end, show
from bot.dialog.hearing import AGAIN, hear
from bot.dialog.overriding import noted, rewound, spoken
from bot.dialog.releases import fitted
from bot.dialog.repairs import resume
from bot.dialog.saying import behind_notes, say
from bot.dialog.ways_on import completed, go_on_below, repeat
from bot.model.conversation import GIVEN, Answer, Frame, PromptChoice, PromptKind, State


def decide(state: State, event: Event) -> Decision:
    """Decide what follows from an event: a state, wishes, and what they lead to.

    Pure: the same state and event give the same decision, and both are plain values. Wishes that
    need an answer (Check, Suggest, Run) come last; the answer is the next event of the turn. A
    decision that ends a turn leads to a question, an offer, or to where nothing need follow.
    """
    if isinstance(event, Overridden | Consulted):
        event = replace(event.event, around=event.around)
    draft = _decided(Draft(state, event.around), event)
    override = rewound(draft, state, event)
    if override is not None:
        return Decision(state, (override,), override)
    leads_to = next_of(draft)
    if leads_to is None:
        draft = repeat(draft)
        leads_to = next_of(draft) or Done(hint="nothing is open")
    return Decision(draft.state, draft.wishes, leads_to)


def _decided(draft: Draft, event: Incoming) -> Draft:  # noqa: C901, PLR0911, PLR0912 - one case an event
    match event:
        case Heard():
            return hear(fitted(draft), event)
        case Started():
            return _start(fitted(draft), event)
        case Expired():
            return _expire(fitted(draft), event)
        case Resumed():
            return resume(fitted(draft.note(event.note)))
        case Checked():
            return _checked(draft, event)
        case Suggested():
            return _suggested(draft, event)
        case Ran():
            return _ran(draft, event)
        case Failed():
            return _failed(draft, event)
        case Replayed():
            return replayed(draft, event)
        case Woken():
            return woken(fitted(draft), event)
        case Noticed():
            wish = Notify(subscriber=event.subscriber, happening=event.happening)
            return draft.wish(wish)
        case Told():
            return _told(draft, event)
        case _:
            assert_never(event)


def _start(draft: Draft, event: Started) -> Draft:
    spec = draft.around.commands.get(event.command)
    if spec is None:
        return end(draft)
    # nobody turned to it: it tells nothing of what was missed before
    draft, missed = draft.on(replace(draft.state, missed=None)), draft.state.missed
    begun = _started(draft, spec, event)
    return begun.on(replace(begun.state, missed=missed))


def _started(draft: Draft, spec: CommandSpec, event: Started) -> Draft:
    if spec.is_flow:
        return begin_flow(draft, spec, Opening(given=event.arguments), proposed=False)
    values = [
        Value(parameter=name, value=value, words=str(value))
        for name, value in event.arguments.items()
    ]
    around = draft.around
    begun = begin(
        replace(draft, around=replace(around, connector=GIVEN)), spec, Reading(tuple(values)),
        proposed=False,
    )  # fmt: skip
    return replace(begun, around=around)


def _expire(draft: Draft, event: Expired) -> Draft:
    frame = draft.state.frame(event.frame)
    if frame is None:
        return end(draft)
    spec = draft.spec_of(frame)
    lifetime = spec.command.expires if spec else None
    if lifetime is not None and frame.used_at + lifetime > draft.around.now:
        later = Schedule(frame=frame.id, due=frame.used_at + lifetime)
        return draft.wish(later).done("it was used since")
    was_on_top = draft.state.top == frame
    draft = draft.on(draft.state.dropped(frame.id)).note(draft.phrases.expired(spec))
    return go_on_below(draft) if was_on_top else end(draft)


def _checked(draft: Draft, event: Checked) -> Draft:
    frame = draft.state.frame(event.frame)
    answer = frame.answers.get(event.argument) if frame else None
    if frame is None or answer is None:
        return advance(draft)
    if answer.others or answer.fits:
        sifted = _sifted(answer, fits=event.problem is None)
        if sifted is not answer:
            return advance(_with(draft, frame, event.argument, sifted))
    elif event.problem is None:
        return advance(_with(draft, frame, event.argument, _passed(answer)))
    return advance(_refused(draft, frame, event))


def _suggested(draft: Draft, event: Suggested) -> Draft:
    frame = draft.state.frame(event.frame)
    spec = draft.spec_of(frame)
    parameter = spec.parameter(event.argument) if spec else None
    if frame is None or parameter is None:
        return advance(draft)
    answer = frame.answers.get(event.argument)
    if answer is None:
        return ask(draft, frame, parameter, event.choices)
    if any(choice.value == answer.value for choice in event.choices):
        return advance(_with(draft, frame, event.argument, _passed(answer)))
    shown = show_value(parameter, answer.value, draft.around)
    frame = frame.without(parameter.name)
    draft = draft.on(draft.state.put(frame)).note(draft.phrases.no_longer_offered(shown))
    return ask(draft, frame, parameter, event.choices)


def _told(draft: Draft, event: Told) -> Draft:
    """Say what nobody here asked for; an open question stays as it is."""
    for reply in event.replies:
        draft = say(draft, reply)
    return draft.done("told")


def _ran(draft: Draft, event: Ran) -> Draft:
    draft = draft.on(draft.state.dropped(event.frame))
    for reply in behind_notes(draft, event.replies):
        draft = say(draft, reply)
    if not event.replies and not draft.state.notes:
        draft = draft.note(draft.phrases.DONE)
    return end(draft).done("parted") if event.leaving else completed(draft)


def _failed(draft: Draft, event: Failed) -> Draft:
    frame = draft.state.frame(event.frame)
    spec = draft.spec_of(frame)
    if frame is None or spec is None:
        return advance(draft)
    for note in event.notes:
        draft = draft.note(note)
    if event.memo is not None:
        frame = replace(frame, memo=dict(event.memo))
        draft = draft.on(draft.state.put(frame))
    match event.why:
        case "unconfirmed":
            return ask_confirm(draft, frame, spec)
        case "retry" if (parameter := spec.parameter(event.argument or "")) is not None:
            frame = frame.without(parameter.name)
            draft = draft.on(draft.state.put(frame)).note(event.text)
            return advance(draft) if parameter.required else ask_for(draft, frame, spec, parameter)
        case "error" | "later":
            return _try_again(draft, frame, event)
        case "unknown":
            return _ended(draft, frame, draft.phrases.UNKNOWN_EFFECT)
        case _:
            return _ended(draft, frame, event.text, again=spec)


def _try_again(draft: Draft, frame: Frame, event: Failed) -> Draft:
    """Offer to try again; where no yes was given before, trying again is none either."""
    choices = (
        PromptChoice(label=draft.phrases.TRY, value=True if frame.confirmed else AGAIN),
        PromptChoice(label=draft.phrases.CANCEL, words="cancel"),
    )
    draft = draft.on(draft.state.put(replace(frame, confirmed=False)))
    # the reason is told once: who comes back later is shown the question alone
    text = draft.phrases.TRY_AGAIN
    if event.why == "later":
        draft = draft.note(event.text)
    else:
        text, draft = _apology(draft, event.text)
    return show(draft, PromptKind.CONFIRM, text, choices, frame=frame.id)


def _apology(draft: Draft, error_id: str) -> tuple[str, Draft]:
    """Apologise for an error of ours, in the author's words where there are some."""
    replies, draft = spoken(draft, "internal_error")
    own = " ".join(words_of(reply) for reply in replies)
    if own:
        return draft.phrases.with_id(own, error_id), draft
    return draft.phrases.TRY_AGAIN, draft.note(draft.phrases.apology(error_id))


def _ended(draft: Draft, frame: Frame, text: str, *, again: CommandSpec | None = None) -> Draft:
    """End a dialog with a text; where nothing else is open, a menu shows a way on."""
    draft = draft.on(draft.state.dropped(frame.id)).note(text)
    if draft.state.top is not None:
        return go_on_below(draft)
    person = PromptChoice(label=draft.phrases.A_PERSON, words="human")
    first = person if again is None else PromptChoice(label=f"/{again.name}", command=again.name)
    told, draft = " ".join(draft.state.notes), draft.on(replace(draft.state, notes=()))
    choices = (first, PromptChoice(label=draft.phrases.HELP, words="help"))
    return show(draft, PromptKind.MENU, told, choices)


def _passed(answer: Answer) -> Answer:
    return replace(answer, checked=True, instead_of=None)


def _sifted(answer: Answer, *, fits: bool) -> Answer:
    """Go on to the next reading of ambiguous words; at the last one, keep those that fit."""
    fitting = (*answer.fits, answer.value) if fits else answer.fits
    if answer.others:
        return replace(answer, value=answer.others[0], others=answer.others[1:], fits=fitting)
    if not fitting:
        return answer
    return replace(answer, value=fitting[0], others=fitting[1:], fits=(), checked=True)


def _with(draft: Draft, frame: Frame, argument: str, answer: Answer) -> Draft:
    answers = {**frame.answers, argument: answer}
    return draft.on(draft.state.put(replace(frame, answers=answers)))


def _refused(draft: Draft, frame: Frame, event: Checked) -> Draft:
    """Drop an answer that its check refused; a correction gives way to what it corrected."""
    parameter = draft.around.commands[frame.command].parameter(event.argument)
    held = frame.answers[event.argument].instead_of
    draft = noted(draft, "invalid", event.problem or "")
    if held is None or parameter is None:
        return draft.on(draft.state.put(frame.without(event.argument)))
    shown = show_value(parameter, held.value, draft.around)
    return _with(draft, frame, event.argument, held).note(draft.phrases.kept(shown))
