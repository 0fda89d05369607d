"""What a customer may do at any question: cancel, back, repeat, help, a person, an old button."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from bot.authoring.replies import Reply
from bot.dialog import manual, phrases
from bot.dialog.binding import show_value
from bot.dialog.events import Draft, Handoff, Heard, Say
from bot.dialog.forms import advance, ask, show, show_again, summary
from bot.model.conversation import Frame, Prompt, PromptChoice, PromptKind

DOUBLE_TAP = timedelta(seconds=10)
"""A second tap of the same button within this time is the same tap."""

WORDS: Mapping[str, str] = {
    "cancel": "cancel", "never mind": "cancel", "nevermind": "cancel", "forget it": "cancel",
    "stop": "cancel", "abort": "cancel", "back": "back", "go back": "back", "undo": "back",
    "repeat": "repeat", "again": "repeat", "what was the question": "repeat", "help": "help",
    "what can you do": "help", "human": "human", "a person please": "human", "a person": "human",
    "agent": "human", "talk to a person": "human", "a human please": "human",
}  # fmt: skip
"""Built-ins as words: understood everywhere, whatever engine there is."""


def built_in(name: str) -> Callable[[Draft], Draft] | None:
    """Find a built-in command by name."""
    return {
        "cancel": cancel, "back": back, "repeat": repeat, "human": human, "help": explain_all,
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
    if frame is None or spec is None or not frame.asked:
        return repeat(draft.note(phrases.NOTHING_BEFORE))
    last = frame.asked[-1]
    frame = replace(frame.without(last), asked=frame.asked[:-1])
    return advance(draft.on(draft.state.put(frame)).note(phrases.TAKEN_BACK))


def repeat(draft: Draft) -> Draft:
    """Show the open question again, with what is known."""
    prompt = draft.state.open_prompt
    if prompt is not None:
        return show_again(draft, prompt)
    if draft.state.top is not None:
        return advance(draft)
    return offer(draft if draft.state.notes else draft.note(phrases.NOTHING_TO_REPEAT))


def human(draft: Draft) -> Draft:
    """Note that a person is wanted; the open dialog stays."""
    draft = draft.wish(Handoff()).note(draft.around.human)
    return repeat(draft)


def explain_all(draft: Draft) -> Draft:
    """List what can be typed, then lead back to the open question."""
    text = manual.overview(draft.around.commands, draft.around.umbrella)
    draft = draft.wish(Say(reply=Reply(text)))
    prompt = draft.state.open_prompt
    return draft if prompt is None or prompt.frame is None else repeat(draft)


def offer(draft: Draft) -> Draft:
    """End with what can be done: never a dead end."""
    specs = manual.listed(draft.around.commands)
    choices = [
        PromptChoice(label=f"/{spec.name}", command=spec.name)
        for spec in specs
        if spec.name != "help"
    ]
    lines = [f"{manual.usage(spec)}: {spec.summary}" for spec in specs]
    if not lines:
        return draft.wish(Say(reply=Reply(" ".join(draft.state.notes) or phrases.WHAT_YOU_CAN_DO)))
    text = "\n".join([phrases.WHAT_YOU_CAN_DO, *lines])
    return show(draft, PromptKind.MENU, text, choices[:3])


def go_on_below(draft: Draft) -> Draft:
    """Lead back to the dialog below, if there is one."""
    frame = draft.state.top
    spec = draft.spec_of(frame)
    if frame is None or spec is None:
        return advance(draft)
    return advance(draft.note(phrases.back_to(spec)))


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
        return offer(draft) if draft.state.top is None else advance(draft)
    if heard.shown != prompt.id:
        return welcome_back(draft.note(phrases.not_understood(words)), prompt)
    return show_again(draft.note(phrases.not_understood(words)), prompt)


def old_button(draft: Draft, heard: Heard, prompt: Prompt, index: int) -> Draft:
    """Answer a tap on a question that is closed: nothing runs, nothing is overwritten by it."""
    recent = prompt.closed_at is not None and draft.around.now - prompt.closed_at <= DOUBLE_TAP
    if recent and prompt.chosen == index:
        return draft  # the same tap twice: it was answered
    frame = draft.state.frame(prompt.frame)
    if frame is None:
        return repeat(draft.note(phrases.ALREADY_DONE))
    if prompt.kind is not PromptKind.ASK or prompt.argument is None:
        return repeat(draft.note(phrases.QUESTION_CHANGED))
    return _offer_change(draft, heard, prompt, prompt.choices[index])


def change_what(draft: Draft, frame: Frame) -> Draft:
    """Ask what to change after a no."""
    spec = draft.around.commands[frame.command]
    choices = [
        PromptChoice(label=f"Change {name.replace('_', ' ')}", words=f"change {name}")
        for name in frame.asked
        if spec.parameter(name) is not None
    ]
    choices.append(PromptChoice(label="Cancel", words="cancel"))
    return show(draft, PromptKind.MENU, phrases.WHAT_TO_CHANGE, choices, frame=frame.id)


def ask_anew(draft: Draft, frame: Frame, argument: str) -> Draft | None:
    """Ask for an argument again because the customer wants to change it."""
    spec = draft.around.commands.get(frame.command)
    parameter = spec.parameter(argument) if spec else None
    if spec is None or parameter is None:
        return None
    draft = draft.note(phrases.CHANGING)
    if not parameter.required:
        return ask(draft, frame, parameter, ())
    return advance(draft.on(draft.state.put(frame.without(argument))))


def _offer_change(draft: Draft, heard: Heard, prompt: Prompt, tapped: PromptChoice) -> Draft:
    frame = draft.state.frame(prompt.frame)
    spec = draft.spec_of(frame)
    parameter = spec.parameter(prompt.argument or "") if spec else None
    held = frame.answers.get(prompt.argument or "") if frame else None
    if frame is None or parameter is None or held is None:
        return repeat(draft.note(phrases.OLD_BUTTON))
    if held.value == tapped.value:
        open_prompt = draft.state.open_prompt
        seen = open_prompt is not None and heard.shown == open_prompt.id
        return draft if seen else repeat(draft)
    shown = show_value(parameter, held.value, draft.around)
    where = draft.around.labels.get(held.source, held.source)
    choices = (
        PromptChoice(label="Change it", value=tapped.value),
        PromptChoice(label="Keep", value=held.value),
    )
    return show(
        draft, PromptKind.ASK, phrases.answered_elsewhere(shown, where), choices,
        frame=frame.id, argument=prompt.argument,
    )  # fmt: skip
