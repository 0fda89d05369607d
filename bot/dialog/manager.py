"""decide(state, event) -> (state, wishes): the one way in."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, assert_never

from pydantic import ValidationError

from bot.authoring.replies import Button, Invocation, Reply
from bot.authoring.signatures import CommandSpec
from bot.dialog import phrases
from bot.dialog.binding import Reading, Value, show_value
from bot.dialog.calling import begin
from bot.dialog.events import (
    Checked,
    Draft,
    Event,
    Expired,
    Failed,
    Heard,
    Ran,
    Resumed,
    Say,
    Schedule,
    Started,
    Suggested,
    Surroundings,
    Wish,
)
from bot.dialog.forms import advance, ask, ask_confirm, ask_for, end, show
from bot.dialog.hearing import AGAIN, hear
from bot.dialog.releases import fitted
from bot.dialog.repairs import go_on_below, resume
from bot.model.conversation import Answer, Frame, PromptChoice, PromptKind, State


def decide(state: State, event: Event) -> tuple[State, Sequence[Wish]]:
    """Decide what follows from an event.

    Pure: the same state and event give the same decision, and both are plain values. Wishes that
    need an answer (Check, Suggest, Run) come last; the answer is the next event of the turn.
    """
    draft = _decided(Draft(state, event.around), event)
    return draft.state, draft.wishes


def _decided(draft: Draft, event: Event) -> Draft:  # noqa: C901, PLR0911 - one case an event
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
        case _:
            assert_never(event)


def _start(draft: Draft, event: Started) -> Draft:
    spec = draft.around.commands.get(event.command)
    if spec is None:
        return end(draft)
    values = [
        Value(parameter=name, value=value, words=str(value))
        for name, value in event.arguments.items()
    ]
    return begin(draft, spec, Reading(tuple(values)), proposed=False)


def _expire(draft: Draft, event: Expired) -> Draft:
    frame = draft.state.frame(event.frame)
    if frame is None:
        return end(draft)
    spec = draft.spec_of(frame)
    lifetime = spec.command.expires if spec else None
    if lifetime is not None and frame.used_at + lifetime > draft.around.now:
        return draft.wish(Schedule(frame=frame.id, due=frame.used_at + lifetime))
    was_on_top = draft.state.top == frame
    draft = draft.on(draft.state.dropped(frame.id)).note(phrases.expired(spec))
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
    draft = draft.on(draft.state.put(frame)).note(phrases.no_longer_offered(shown))
    return ask(draft, frame, parameter, event.choices)


def _ran(draft: Draft, event: Ran) -> Draft:
    draft = draft.on(draft.state.dropped(event.frame))
    for reply in _behind_notes(draft, event.replies):
        draft = say(draft, reply)
    if not event.replies and not draft.state.notes:
        draft = draft.note(phrases.DONE)
    return draft if event.leaving else go_on_below(draft)


def _failed(draft: Draft, event: Failed) -> Draft:
    frame = draft.state.frame(event.frame)
    spec = draft.spec_of(frame)
    if frame is None or spec is None:
        return advance(draft)
    match event.why:
        case "unconfirmed":
            return ask_confirm(draft, frame, spec)
        case "retry" if (parameter := spec.parameter(event.argument or "")) is not None:
            frame = frame.without(parameter.name)
            draft = draft.on(draft.state.put(frame)).note(event.text)
            return advance(draft) if parameter.required else ask_for(draft, frame, spec, parameter)
        case "error":
            return _apologise(draft, frame, event.text)
        case "unknown":
            return _ended(draft, frame, phrases.UNKNOWN_EFFECT)
        case _:
            return _ended(draft, frame, event.text, again=spec)


def _apologise(draft: Draft, frame: Frame, error_id: str) -> Draft:
    """Offer to try again; where no yes was given before, trying again is none either."""
    choices = (
        PromptChoice(label="Try again", value=True if frame.confirmed else AGAIN),
        PromptChoice(label="Cancel", words="cancel"),
    )
    draft = draft.on(draft.state.put(replace(frame, confirmed=False)))
    return show(draft, PromptKind.CONFIRM, phrases.apology(error_id), choices, frame=frame.id)


def _ended(draft: Draft, frame: Frame, text: str, *, again: CommandSpec | None = None) -> Draft:
    """End a dialog with a text; where nothing else is open, a menu shows a way on."""
    draft = draft.on(draft.state.dropped(frame.id)).note(text)
    if draft.state.frames:
        return go_on_below(draft)
    person = PromptChoice(label="A person", words="human")
    first = person if again is None else PromptChoice(label=f"/{again.name}", command=again.name)
    told, draft = " ".join(draft.state.notes), draft.on(replace(draft.state, notes=()))
    return show(draft, PromptKind.MENU, told, (first, PromptChoice(label="Help", words="help")))


def _behind_notes(draft: Draft, replies: Sequence[Reply]) -> list[Reply]:
    """Put the reasons noted so far in front of what a command says."""
    if not replies or not draft.state.notes:
        return list(replies)
    first, *others = replies
    text = "\n".join([" ".join(draft.state.notes), first.text])
    return [replace(first, text=text), *others]


def say(draft: Draft, reply: Reply) -> Draft:
    """Say a reply; its buttons become a menu that can be tapped at any time."""
    choices = [_menu_choice(button, draft.around) for button in reply.buttons if button.url is None]
    draft = draft.on(replace(draft.state, notes=()))
    if not choices:
        return draft.wish(Say(reply=reply))
    return show(draft, PromptKind.MENU, reply.text, choices, reply=reply)


def _menu_choice(button: Button, around: Surroundings) -> PromptChoice:
    wanted = button.command
    call = wanted if isinstance(wanted, Invocation) else Invocation(wanted or "")
    arguments = {**call.arguments, **(button.args or {})}
    spec = around.commands.get(call.command)
    if spec is None:
        return PromptChoice(label=button.label, words=button.value or button.label)
    dumped = _dumped(spec, arguments)
    return PromptChoice(label=button.label, command=spec.name, arguments=dumped)


def _dumped(spec: CommandSpec, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Write a button's arguments in JSON form; what does not fit the signature is asked instead."""
    dumped = {}
    for name, value in arguments.items():
        parameter = spec.parameter(name)
        if parameter is None:
            continue
        try:
            dumped[name] = parameter.dump(parameter.load(value))
        except ValidationError:
            continue
    return dumped


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
    draft = draft.note(event.problem or "")
    if held is None or parameter is None:
        return draft.on(draft.state.put(frame.without(event.argument)))
    shown = show_value(parameter, held.value, draft.around)
    return _with(draft, frame, event.argument, held).note(phrases.kept(shown))
