"""What a customer's message means: a tap, a slash command, an answer, a correction, a wish.

The order below is the rule (architecture.md §4c): built-ins first, then the open question
whatever the channel, then a new command, then values anywhere in the sentence.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.authoring.signatures import CommandSpec
from bot.dialog import manual, phrases
from bot.dialog.binding import FILLERS, Reading, Value, read_call, read_sentence, read_value
from bot.dialog.events import Draft, Heard
from bot.dialog.forms import advance, fill, open_frame
from bot.dialog.plain import NO, YES
from bot.dialog.repairs import (
    WORDS,
    ask_anew,
    built_in,
    change_what,
    not_understood,
    offer,
    old_button,
    repeat,
    welcome_back,
)
from bot.dialog.slash import SlashCall, parse_slash
from bot.model.conversation import Frame, Prompt, PromptChoice, PromptKind

SURE = 0.5
"""Engines below this confidence only make an offer."""
WHOLE = 1.0
"""Engines say this where the whole sentence is the command's."""


def hear(draft: Draft, heard: Heard) -> Draft:
    """Take in a message."""
    if heard.tap is not None:
        return _tapped(draft, heard)
    text = heard.text.strip()
    if not text:
        return repeat(draft.note(phrases.CANNOT_READ))
    call = parse_slash(text)
    if call is not None:
        return _called(draft, heard, call)
    wanted = built_in(WORDS.get(_plain(text), ""))
    if wanted is not None:
        return wanted(draft)
    prompt = draft.state.open_prompt
    if prompt is not None and _is_late(heard, prompt):
        return _answered_late(draft, heard, text)
    return _spoken(draft, heard, prompt, text)


def _plain(text: str) -> str:
    return " ".join(text.casefold().strip(" .!?,").split())


# ── Taps ──────────────────────────────────────────────────────────────────────


def _tapped(draft: Draft, heard: Heard) -> Draft:
    prompt, index = _choice_of(draft, heard.tap.token if heard.tap else "")
    if prompt is None:
        return repeat(draft.note(phrases.OLD_BUTTON))
    choice = prompt.choices[index]
    if prompt.open or (choice.command is not None or prompt.kind is PromptKind.MENU):
        return _chosen(draft, heard, prompt, index)
    return old_button(draft, heard, prompt, index)


def _choice_of(draft: Draft, token: str) -> tuple[Prompt | None, int]:
    prompt_id, _, number = token.partition(".")
    prompt = draft.state.prompt(prompt_id)
    if prompt is None or not number.isdecimal() or int(number) >= len(prompt.choices):
        return None, 0
    return prompt, int(number)


def _chosen(draft: Draft, heard: Heard, prompt: Prompt, index: int) -> Draft:
    """Take a choice of a prompt."""
    choice = prompt.choices[index]
    recent = not prompt.open and prompt.chosen == index
    if recent and prompt.closed_at == draft.around.now:
        return draft
    draft = draft.on(draft.state.answered(prompt.id, draft.around.now, index))
    if choice.command is not None:
        return _start(draft, choice)
    if choice.words is not None:
        return hear(draft, replace(heard, text=choice.words, tap=None))
    frame = draft.state.frame(prompt.frame)
    spec = draft.spec_of(frame)
    if frame is None or spec is None:
        return repeat(draft.note(phrases.ALREADY_DONE))
    draft = draft.on(draft.state.raised(frame.id, draft.around.now))
    frame = draft.state.frame(frame.id) or frame
    if prompt.kind is PromptKind.CONFIRM:
        return _confirmed(draft, frame, yes=bool(choice.value))
    value = Value(parameter=prompt.argument or "", value=choice.value, words=choice.label)
    return advance(fill(draft, frame, spec, Reading((value,))))


def _start(draft: Draft, choice: PromptChoice) -> Draft:
    spec = draft.around.commands.get(choice.command or "")
    if spec is None:
        return offer(draft.note(phrases.no_longer(choice.command or "")))
    values = [
        Value(parameter=name, value=value, words=choice.label)
        for name, value in choice.arguments.items()
    ]
    return _begin(draft, spec, Reading(tuple(values)), proposed=False)


def _confirmed(draft: Draft, frame: Frame, *, yes: bool) -> Draft:
    if not yes:
        return change_what(draft, frame)
    return advance(draft.on(draft.state.put(replace(frame, confirmed=True))))


# ── Slash commands ────────────────────────────────────────────────────────────


def _called(draft: Draft, heard: Heard, call: SlashCall) -> Draft:
    if call.name == draft.around.umbrella and call.name not in draft.around.commands:
        inner = parse_slash(f"/{call.rest}") if call.rest else None
        return offer(draft) if inner is None else _called(draft, heard, inner)
    spec = draft.around.commands.get(call.name)
    if spec is not None:
        return _begin(draft, spec, read_call(call, spec, draft.around), proposed=False, strict=True)
    wanted = built_in(call.name)
    if wanted is not None:
        return wanted(draft)
    nearest = manual.nearest(draft.around.commands, call.name)
    draft = draft.note(phrases.unknown_command(call.name, nearest))
    return offer(draft) if draft.state.open_prompt is None else repeat(draft)


def _begin(
    draft: Draft, spec: CommandSpec, reading: Reading, *, proposed: bool, strict: bool = False
) -> Draft:
    """Open a command's dialog, or go on with the open one, with what was read."""
    known = {frame.id for frame in draft.state.frames}
    draft = open_frame(draft, spec, proposed=proposed)
    frame = draft.state.top
    if frame is None:
        return draft
    if frame.id in known and strict:
        draft = draft.note(phrases.GOING_ON)
    if strict and reading.rest:
        draft = draft.note(phrases.not_understood(" ".join(reading.rest)))
    if not proposed and frame.proposed:
        frame = replace(frame, proposed=False)
    return advance(fill(draft, frame, spec, reading))


# ── Answers and sentences ─────────────────────────────────────────────────────


def _is_late(heard: Heard, prompt: Prompt) -> bool:
    """Tell whether the customer cannot have seen the open question when this was written.

    It arrived before the question was asked, or the question goes to this very address and had
    not been sent there yet.
    """
    if heard.shown == prompt.id:
        return False
    return heard.crossed or prompt.to == heard.around.address


def _answered_late(draft: Draft, heard: Heard, text: str) -> Draft:
    """Take a message that crossed with the open question: an answer to what had been shown."""
    shown = draft.state.prompt(heard.shown)
    frame = draft.state.frame(shown.frame) if shown else draft.state.top
    spec = draft.spec_of(frame)
    if frame is None or spec is None:
        return _spoken(draft, heard, None, text)
    parameter = spec.parameter(shown.argument or "") if shown else None
    choice = _matching_choice(shown, text) if shown else None
    if shown is not None and choice is not None and choice.value is not None:
        value: Value | None = Value(parameter=shown.argument or "", value=choice.value, words=text)
    else:
        value = read_value(text, parameter, draft.around) if parameter else None
    if value is not None and shown is not None and shown.kind is PromptKind.ASK:
        return advance(fill(draft, frame, spec, Reading((value,))))
    reading = read_sentence(text, spec, draft.around, answered=frame.answers)
    if reading.values:
        return advance(fill(draft, frame, spec, reading))
    return not_understood(draft, heard, text)


def _spoken(draft: Draft, heard: Heard, prompt: Prompt | None, text: str) -> Draft:
    if prompt is not None:
        answered = _answered(draft, heard, prompt, text)
        if answered is not None:
            return answered
    if _plain(text) in phrases.GREETINGS:
        return _greeted(draft, prompt)
    spec = draft.around.commands.get(heard.interpretation.command or "")
    if spec is not None and heard.interpretation.confidence >= SURE:
        return _proposed(draft, heard, spec, text)
    return _mentioned(draft, heard, text)


def _answered(draft: Draft, heard: Heard, prompt: Prompt, text: str) -> Draft | None:
    """Take a text as an answer to the open question, if it is one."""
    frame = draft.state.frame(prompt.frame)
    spec = draft.spec_of(frame)
    parameter = spec.parameter(prompt.argument or "") if spec else None
    index = _yes_or_no(prompt, text)
    if index is None:
        is_number = parameter is not None and parameter.type in {int, float}
        index = _matching_index(prompt, text, numbers=not is_number)
    if index is not None:
        return _chosen(draft, heard, prompt, index)
    if frame is None or spec is None or parameter is None:
        return None
    whole = heard.interpretation.confidence >= WHOLE
    value = read_value(text, parameter, draft.around)
    if value is None or (parameter.type is str and whole):
        return None
    draft = draft.on(draft.state.raised(frame.id, draft.around.now))
    frame = draft.state.frame(frame.id) or frame
    return advance(fill(draft, frame, spec, Reading((value,))))


def _yes_or_no(prompt: Prompt, text: str) -> int | None:
    """Read a yes or a no to a confirm, as the index of its button."""
    if prompt.kind is not PromptKind.CONFIRM:
        return None
    plain = _plain(text)
    if plain in YES:
        return 0
    return 1 if plain in NO else None


def _matching_index(prompt: Prompt, text: str, *, numbers: bool) -> int | None:
    """Find a choice by label or by number."""
    plain = _plain(text).removeprefix("/")
    for index, choice in enumerate(prompt.choices):
        if plain == _plain(choice.label).removeprefix("/"):
            return index
    bare = plain.rstrip(".)")
    if numbers and bare.isdecimal() and 1 <= int(bare) <= len(prompt.choices):
        return int(bare) - 1
    return None


def _matching_choice(prompt: Prompt, text: str) -> PromptChoice | None:
    index = _matching_index(prompt, text, numbers=False)
    return None if index is None else prompt.choices[index]


def _greeted(draft: Draft, prompt: Prompt | None) -> Draft:
    if prompt is not None and prompt.frame is not None:
        return welcome_back(draft, prompt)
    start = draft.around.commands.get("start")
    if start is not None:
        return _begin(draft, start, Reading(), proposed=True)
    return offer(draft)


def _proposed(draft: Draft, heard: Heard, spec: CommandSpec, text: str) -> Draft:
    """Open what an engine understood; it only proposes, so no effect runs before a yes."""
    told = heard.interpretation
    frame = next((f for f in draft.state.frames if f.command == spec.name), None)
    answered = frame.answers if frame else ()
    reading = read_sentence(
        text, spec, draft.around, answered=answered, slots=told.slots, used=told.used
    )
    return _begin(draft, spec, reading, proposed=True)


def _mentioned(draft: Draft, heard: Heard, text: str) -> Draft:
    """Look for values of the open dialog anywhere in the sentence: answers and corrections."""
    frame = draft.state.top
    spec = draft.spec_of(frame)
    if frame is None or spec is None:
        return not_understood(draft, heard, text)
    changed = _wants_change(frame, text)
    if changed is not None:
        again = ask_anew(draft, frame, changed)
        if again is not None:
            return again
    prompt = draft.state.open_prompt
    asked = prompt.argument if prompt and prompt.frame == frame.id else None
    reading = read_sentence(text, spec, draft.around, asked=asked, answered=frame.answers)
    if reading.values:
        return advance(fill(draft, frame, spec, reading))
    return not_understood(draft, heard, _strange_words(text) or text)


def _wants_change(frame: Frame, text: str) -> str | None:
    """Read "change the day": the name of an answer, and nothing else."""
    words = _plain(text).replace("_", " ").split()
    if not words or words[0] not in {"change", "edit", "correct", "other", "another", "different"}:
        return None
    rest = " ".join(word for word in words[1:] if word not in {"the", "my"})
    return next((name for name in frame.answers if name.replace("_", " ") == rest), None)


def _strange_words(text: str) -> str:
    words: Sequence[str] = text.split()
    kept = [word for word in words if word.strip(".,;:!?").casefold() not in FILLERS]
    return " ".join(kept)
