"""What a decision did to a dialog, in names of the author's only: for coverage and for operators.

Each mark is ``{"mark", "command"}`` with ``argument`` or ``choice`` where there is one. Nothing
that a customer said or that a service offered stands in it; a choice is named only where the
signature lists it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.dialog.events import Checked, Consulted, Event, Heard
from bot.dialog.matching import spoken_forms
from bot.dialog.repairs import built_in
from bot.dialog.slash import parse_slash
from bot.dialog.surroundings import Surroundings
from bot.dialog.talking import talk_in
from bot.model.answers import Source, Statement
from bot.model.conversation import Frame, Prompt, PromptKind, State
from bot.model.understanding import NOTHING

Mark = dict[str, Any]


def marks(before: State, after: State, event: Event) -> list[Mark]:
    """List what a decision did, in order."""
    around = event.around
    event = event.event if isinstance(event, Consulted) else event
    found: list[Mark] = []
    if isinstance(event, Heard):
        found += _repaired(before, after, event)
    for prompt in before.prompts:
        found += _closed(before, after.prompt(prompt.id), prompt)
    for frame in after.frames:
        found += _answered(before.frame(frame.id), frame, around)
    if isinstance(event, Checked) and event.problem is not None:
        frame_before = before.frame(event.frame)
        if frame_before is not None:
            found.append(_mark("refused", frame_before, argument=event.argument))
    for prompt in after.prompts:
        if before.prompt(prompt.id) is None:
            found += _shown(after, prompt)
    return found


def reading_trail(event: Heard, engines: Sequence[str]) -> dict[str, Any]:
    """Tell who read a message and as what; engine, model and data so that it can be told later.

    ``data`` is the mark of the vocabulary that the engines had, ``engines`` their order.
    """
    told = event.interpretation
    if told is NOTHING:
        return {}
    named: dict[str, Any] = {}
    if told.command is not None:
        named = {"command": told.command, "confidence": told.confidence}
    if told.more:
        named["more"] = [one.command for one in told.more]
    return named | {
        "engine": told.engine, "model": told.model, "data": event.around.data,
        "engines": list(engines),
    }  # fmt: skip


def consulted_trail(event: Consulted) -> dict[str, Any]:
    """Keep what an engine answered, so that nobody need ask it again."""
    told: dict[str, Any] = {"chatty": event.chatty}
    if event.statement is not None:
        sources = [[source.title, source.url] for source in event.statement.sources]
        answer = {"text": event.statement.text, "sources": sources}
        told |= {"by": event.statement.engine, "answer": answer}
    return told


def consulted(steps: Sequence[Mapping[str, Any]], *, chatty: bool) -> Statement | None:
    """Read such an answer again; None where no engine knew one."""
    for step in steps:
        if step.get("event") == "Consulted" and step.get("chatty") == chatty and "answer" in step:
            answer = step["answer"]
            sources = tuple(Source(title=title, url=url) for title, url in answer["sources"])
            return Statement(text=answer["text"], sources=sources, engine=step["by"])
    return None


def _repaired(before: State, after: State, event: Heard) -> Iterator[Mark]:
    """Tell what a message was besides an answer; only where a dialog was open."""
    frame, prompt = before.top, before.open_prompt
    if frame is None:
        return
    if prompt is not None and prompt.to not in {None, event.around.address}:
        yield _mark("switch", frame)
    name = _built_in(before, event)
    if name is not None:
        yield _mark(name, frame)
        return
    known = {one.id for one in before.frames}
    if any(one.id not in known for one in after.frames):
        yield _mark("digression", frame)
        return
    still = after.frame(frame.id)
    asked = prompt.argument if prompt and prompt.frame == frame.id else None
    if asked is None or still is None or event.tap is not None:
        return
    if asked not in frame.answers and still.answers == frame.answers:
        yield _mark("refused", frame, argument=asked)


def _built_in(before: State, event: Heard) -> str | None:
    """Name the built-in that a message is: typed, said, or on a button."""
    text = event.text
    if event.tap is not None:
        prompt_id, _, number = event.tap.token.partition(".")
        prompt = before.prompt(prompt_id)
        chosen = int(number) if number.isdecimal() and len(number) < 4 else -1
        if prompt is None or not 0 <= chosen < len(prompt.choices):
            return None
        text = prompt.choices[chosen].words or ""
    call = parse_slash(text)
    locale = event.around.locale
    words = talk_in(locale).built_in
    named = [call.name] if call else [words.get(one, "") for one in spoken_forms(text, locale)]
    return next((name for name in named if built_in(name) is not None), None)


def _closed(before: State, closed: Prompt | None, prompt: Prompt) -> Iterator[Mark]:
    """Tell a yes from a no."""
    frame = before.frame(prompt.frame)
    if not prompt.open or closed is None or closed.chosen is None or frame is None:
        return
    choice = prompt.choices[closed.chosen]
    if prompt.kind is PromptKind.CONFIRM and isinstance(choice.value, bool):
        yield _mark("yes" if choice.value else "no", frame)


def _answered(before: Frame | None, after: Frame, around: Surroundings) -> Iterator[Mark]:
    held = before.answers if before else {}
    for name, answer in after.answers.items():
        old = held.get(name)
        if old is not None and (old.value == answer.value and old.others == answer.others):
            continue
        if answer.others:
            yield _mark("ambiguous", after, argument=name)
            continue
        corrects = old is not None and not old.others
        yield _mark("correct" if corrects else "answered", after, argument=name)
        spec = around.spec_of(after)
        parameter = spec.parameter(name) if spec else None
        if parameter is not None and parameter.options and not parameter.arg.mask:
            yield _mark("chose", after, argument=name, choice=str(answer.value))


def _shown(after: State, prompt: Prompt) -> Iterator[Mark]:
    frame = after.frame(prompt.frame)
    if frame is None:
        return
    if prompt.kind is PromptKind.CONFIRM:
        yield _mark("confirm", frame)
    elif prompt.argument is not None:
        yield _mark("asked", frame, argument=prompt.argument)


def _mark(mark: str, frame: Frame, **more: str) -> Mark:
    return {"mark": mark, "command": frame.command, **more}
