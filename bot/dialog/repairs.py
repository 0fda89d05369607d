"""What a customer may do at any question: cancel, back, repeat, help, a person, an old button."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from bot.authoring.replies import Reply
from bot.authoring.signatures import CommandSpec, Parameter
from bot.dialog import manual, phrases
from bot.dialog.binding import show_value
from bot.dialog.events import Draft, Handoff, Heard, Say
from bot.dialog.forms import advance, ask_for, show, show_again
from bot.dialog.summaries import summary
from bot.dialog.ways_on import go_on_below, offer, repeat
from bot.model.conversation import Frame, Prompt, PromptChoice, PromptKind

DOUBLE_TAP = timedelta(seconds=10)
"""A second tap of the same button within this time is the same tap."""
SECOND_TAP = timedelta(seconds=2)
"""The same where a button may be meant once more soon: menus, questions asked again."""
MOST_MEANT = 3
"""How many commands a "did you mean" offers."""

WORDS: Mapping[str, str] = {
    "cancel": "cancel", "never mind": "cancel", "nevermind": "cancel", "forget it": "cancel",
    "stop": "cancel", "abort": "cancel", "back": "back", "go back": "back", "undo": "back",
    "repeat": "repeat", "again": "repeat", "what was the question": "repeat", "help": "help",
    "what can you do": "help", "human": "human", "a person please": "human", "a person": "human",
    "skip": "skip", "skip it": "skip", "skip this": "skip", "why": "why", "why do you ask": "why",
    "agent": "human", "talk to a person": "human", "a human please": "human",
}  # fmt: skip
"""Built-ins as words: understood everywhere, whatever engine there is."""


def built_in(name: str) -> Callable[[Draft], Draft] | None:
    """Find a built-in command by name."""
    return {
        "cancel": cancel, "back": back, "repeat": repeat, "human": human, "help": explain_all,
        "skip": skip, "why": why,
    }.get(name)  # fmt: skip


def cancel(draft: Draft) -> Draft:
    """Drop the dialog on top and lead back to the one below."""
    frame = draft.state.top
    if frame is None:
        return offer(draft.note(phrases.NOTHING_TO_CANCEL))
    spec = draft.around.commands.get(frame.command)
    draft = draft.on(draft.state.dropped(frame.id)).note(phrases.cancelled(spec))
    return go_on_below(draft)


def back(draft: Draft) -> Draft:
    """Take the last answer back and ask it again."""
    frame = draft.state.top
    spec = draft.spec_of(frame)
    held = [name for name in frame.asked if name in frame.answers] if frame else []
    parameter = spec.parameter(held[-1]) if spec and held else None
    if frame is None or parameter is None:
        return repeat(draft.note(phrases.NOTHING_BEFORE))
    shown = show_value(parameter, frame.answers[parameter.name].value, draft.around)
    kept = tuple(name for name in frame.asked if name != parameter.name)
    frame = replace(frame.without(parameter.name), asked=kept)
    return advance(draft.on(draft.state.put(frame)).note(phrases.taken_back(shown)))


def human(draft: Draft) -> Draft:
    """Note that a person is wanted; the open dialog stays."""
    draft = draft.wish(Handoff()).note(draft.around.human)
    return repeat(draft)


def skip(draft: Draft) -> Draft:
    """Leave the open question out, where it may be; else say that it is needed."""
    prompt = draft.state.open_prompt
    frame = draft.state.frame(prompt.frame) if prompt else None
    spec = draft.spec_of(frame)
    parameter = spec.parameter(prompt.argument or "") if prompt and spec else None
    if prompt is None or frame is None or parameter is None:
        return repeat(draft)
    if parameter.required:
        return show_again(draft.note(phrases.NEEDED), prompt)
    frame = frame.without(parameter.name)
    state = draft.state.answered(prompt.id, draft.around.now, by=draft.around.address).put(frame)
    return advance(draft.on(state.raised(frame.id, draft.around.now)).note(phrases.SKIPPED))


def why(draft: Draft) -> Draft:
    """Tell what the open question is for."""
    prompt = draft.state.open_prompt
    spec = draft.spec_of(draft.state.frame(prompt.frame)) if prompt else None
    return repeat(draft if spec is None else draft.note(phrases.why(spec)))


def explain_all(draft: Draft) -> Draft:
    """List what can be typed, then lead back to the open question."""
    text = manual.overview(draft.around.commands, draft.around.umbrella)
    draft = draft.wish(Say(reply=Reply(text)))
    prompt = draft.state.open_prompt
    return draft if prompt is None or prompt.frame is None else repeat(draft)


def suggest_meant(draft: Draft, heard: Heard) -> Draft | None:
    """Offer the commands that an engine holds possible: nothing runs on a guess."""
    told = heard.interpretation
    names = [told.command or "", *(other.command for other in told.alternatives)]
    found = (draft.around.commands.get(name) for name in dict.fromkeys(names))
    specs = [spec for spec in found if spec is not None and not spec.command.hidden]
    if not specs:
        return None
    choices = [
        PromptChoice(label=phrases.title(spec), command=spec.name) for spec in specs[:MOST_MEANT]
    ]
    choices.append(PromptChoice(label="None of these", words="help"))
    return show(draft, PromptKind.MENU, phrases.DID_YOU_MEAN, choices)


def resume(draft: Draft) -> Draft:
    """Tell a newly joined address what is open: the question on top, and what lies below."""
    below = [draft.spec_of(frame) for frame in draft.state.frames[:-1]]
    draft = draft.note(*(phrases.also_open(spec) for spec in below if spec is not None))
    frame = draft.state.top
    spec = draft.spec_of(frame)
    if frame is None or spec is None:
        return advance(draft)
    draft = draft.note(*filter(None, [phrases.so_far(summary(draft, frame, spec))]))
    prompt = next((p for p in draft.state.prompts if p.open and p.frame == frame.id), None)
    return advance(draft) if prompt is None else show_again(draft, prompt)


def welcome_back(draft: Draft, prompt: Prompt) -> Draft:
    """Sum up what is known and show the open question where the customer is now."""
    frame = draft.state.frame(prompt.frame)
    spec = draft.spec_of(frame)
    if frame is not None and spec is not None:
        known = phrases.so_far(summary(draft, frame, spec))
        draft = draft.note(*filter(None, [phrases.WELCOME_BACK, known]))
    return show_again(draft, prompt)


def not_understood(draft: Draft, heard: Heard, words: str) -> Draft:
    """Tell what was not understood, and what can be done."""
    prompt = draft.state.open_prompt
    if prompt is None or prompt.frame is None:
        draft = draft.note(phrases.not_understood(words))
        if draft.state.top is not None:
            return advance(draft)
        return suggest_meant(draft, heard) or offer(draft)
    if heard.shown != prompt.id:
        return welcome_back(draft.note(phrases.not_understood(words)), prompt)
    return show_again(draft.note(phrases.not_understood(words)), prompt)


def is_double(draft: Draft, prompt: Prompt, index: int, *, answered: bool) -> bool:
    """Tell whether this is the same tap once more: it was replied to, so it needs no reply.

    ``answered`` is False where the question is open again: then it may be meant soon.
    """
    within = DOUBLE_TAP if answered and prompt.kind is not PromptKind.MENU else SECOND_TAP
    recent = prompt.closed_at is not None and draft.around.now - prompt.closed_at <= within
    same = prompt.chosen == index and prompt.closed_by == draft.around.address
    return recent and not prompt.open and same


def old_button(draft: Draft, prompt: Prompt, index: int) -> Draft:
    """Answer a tap on a question that is closed: nothing runs, nothing is overwritten by it."""
    if draft.state.frame(prompt.frame) is None:
        was_yes = prompt.kind is PromptKind.CONFIRM and prompt.chosen == 0
        return repeat(draft.note(phrases.ALREADY_DONE if was_yes else phrases.CLOSED))
    if prompt.kind is not PromptKind.ASK or prompt.argument is None:
        return repeat(draft.note(phrases.QUESTION_CHANGED))
    return _offer_change(draft, prompt, prompt.choices[index])


def change_what(draft: Draft, frame: Frame) -> Draft:
    """Ask what to change after a no."""
    spec = draft.around.commands[frame.command]
    choices = [
        PromptChoice(label=f"Change {phrases.noun(p)}", words=f"change {p.name}")
        for p in spec.parameters
        if p.name in frame.answers or p.default is not None
    ]
    choices.append(PromptChoice(label="Cancel", words="cancel"))
    return show(draft, PromptKind.MENU, phrases.WHAT_TO_CHANGE, choices, frame=frame.id)


def ask_anew(draft: Draft, frame: Frame, spec: CommandSpec, parameter: Parameter) -> Draft:
    """Ask for an argument again because the customer wants to change it."""
    frame = frame.without(parameter.name)
    state = draft.state.put(frame).raised(frame.id, draft.around.now)
    return ask_for(draft.on(state).note(phrases.CHANGING), frame, spec, parameter)


def _offer_change(draft: Draft, prompt: Prompt, tapped: PromptChoice) -> Draft:
    frame = draft.state.frame(prompt.frame)
    spec = draft.spec_of(frame)
    parameter = spec.parameter(prompt.argument or "") if spec else None
    held = frame.answers.get(prompt.argument or "") if frame else None
    if frame is None or parameter is None or held is None:
        return repeat(draft.note(phrases.OLD_BUTTON))
    shown = show_value(parameter, held.value, draft.around)
    if held.value == tapped.value:
        return repeat(draft.note(phrases.already_answered(shown)))
    where = draft.around.labels.get(held.source, held.source)
    choices = (
        PromptChoice(label="Change it", value=tapped.value),
        PromptChoice(label="Keep", value=held.value),
    )
    return show(
        draft, PromptKind.ASK, phrases.answered_elsewhere(shown, where), choices,
        frame=frame.id, argument=prompt.argument,
    )  # fmt: skip
