"""From a customer's text to what Rasa may see of it, and from Rasa's reply to a proposal."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot import Alternative, Interpretation, Label
from nlu.rasa.naming import Names
from nlu.rasa.replies import FALLBACK, Entity, Meaning, Reply
from nlu.templates import words_of

MOST_ALTERNATIVES = 5
LEAST_ALTERNATIVE = 0.1
"""Confidence below which a command is not worth a customer's while."""

SUREST = 0.99
"""A confidence of 1.0 says that the whole sentence is a command's; a model never knows that."""

_LEAD = re.compile(r"\A[\s/]+")


@dataclass(frozen=True, slots=True)
class Bare:
    """A text as Rasa gets it; it stands ``offset`` characters behind the original's beginning."""

    text: str
    offset: int


def bare(text: str, max_characters: int) -> Bare:
    """Take from a text what Rasa would not read as words.

    Text that begins with a slash, ``/intent{"entity": "value"}``, is no sentence to Rasa: it names
    an intent and passes the model by, and Rasa looks for the slash behind blanks. So both go. Text
    without anything printable becomes empty: a model would make something of it. Half a character
    (a lone surrogate) becomes a question mark: Rasa's answer to it could not be read.
    """
    cut = text[:max_characters].encode(errors="replace").decode()
    words = _LEAD.sub("", cut)
    offset, words = len(cut) - len(words), words.rstrip()
    is_told = any(one.isprintable() and not one.isspace() for one in words)
    return Bare(words if is_told else "", offset)


@dataclass(frozen=True, slots=True)
class _Told:
    """A reply by our own names; without a command the parameters are Rasa's entities."""

    command: str | None
    guess: str | None
    confidence: float
    ranking: Sequence[tuple[str, float]]


def interpretation(
    engine: str, text: str, about: tuple[Bare, Reply], names: Names
) -> Interpretation:
    """Make a proposal of a reply: ``about`` the text that was sent, and what came back."""
    sent, reply = about
    told = _told(reply, names)
    found = _moved(reply.entities, sent)
    if told.command is None:
        labels = [_label(entity.entity, entity, text) for entity in found]
        return Interpretation(
            command=None, engine=engine, labels=labels, guess=told.guess,
            alternatives=_alternatives(told),
        )  # fmt: skip
    labels, torn = _labels(told.command, found, text, names)
    return Interpretation(
        command=told.command,
        slots=_slots(
            told.command, [one for one in labels if one.parameter not in torn], text, names
        ),
        confidence=told.confidence,
        engine=engine,
        alternatives=_alternatives(told),
        used=_used(text, sent, labels, names.literal.get(told.command, frozenset())),
        labels=labels,
        guess=told.guess,
    )


def _told(reply: Reply, names: Names) -> _Told:
    """Tell what was meant: no command where Rasa fell back, or means what no command answers."""
    named = [one for one in reply.intent_ranking if one.name not in (None, FALLBACK)]
    ranking = [(command, _sure(one)) for one in named if (command := names.command_of(one))]
    first = reply.intent or Meaning()
    if first.name in (None, FALLBACK):
        guess = next((names.command_of(one) or one.name for one in named), None)
        return _Told(None, guess, 0.0, ranking)
    command = names.command_of(first)
    if command is None:
        return _Told(None, first.name, 0.0, ())
    others = [(name, confidence) for name, confidence in ranking if name != command]
    return _Told(command, command, _sure(first), others)


def _sure(meaning: Meaning) -> float:
    return min(SUREST, meaning.confidence)


def _alternatives(told: _Told) -> list[Alternative]:
    """List what else was meant perhaps; several intents may stand for one command."""
    best: dict[str, float] = {}
    for command, confidence in told.ranking:
        if confidence >= LEAST_ALTERNATIVE:
            best[command] = max(confidence, best.get(command, 0.0))
    listed = [Alternative(command=name, confidence=sure) for name, sure in best.items()]
    return sorted(listed, key=lambda one: -one.confidence)[:MOST_ALTERNATIVES]


def _moved(entities: Sequence[Entity], sent: Bare) -> list[Entity]:
    """Give the entities their places in the original; those that have none are left out."""
    return [
        replace(one, start=one.start + sent.offset, end=one.end + sent.offset)
        for one in sorted(entities, key=lambda one: (one.start, -one.end))
        if 0 <= one.start < one.end <= len(sent.text)
    ]


def _label(parameter: str, entity: Entity, text: str) -> Label:
    words = text[entity.start : entity.end]
    value = entity.value if isinstance(entity.value, str) and entity.value else words
    return Label(parameter=parameter, start=entity.start, end=entity.end, value=value)


def _labels(
    command: str, entities: Sequence[Entity], text: str, names: Names
) -> tuple[list[Label], set[str]]:
    """Find whose the words are; of two extractors' readings of the same words the longer stays.

    Also tells the parameters that words in several roles would fall on: they get none of them, so
    that the bot asks.
    """
    labels: list[Label] = []
    ends: dict[str, int] = {}
    parts: dict[str, set[tuple[str | None, str | None]]] = defaultdict(set)
    for entity in entities:
        parameter = names.parameter_of(command, entity)
        if parameter is None or entity.start < ends.get(parameter, 0):
            continue
        ends[parameter] = entity.end
        labels.append(_label(parameter, entity, text))
        if not names.is_list(command, parameter):
            parts[parameter].add((entity.role, entity.group))
    return labels, {parameter for parameter, told in parts.items() if len(told) > 1}


def _slots(command: str, labels: Sequence[Label], text: str, names: Names) -> dict[str, str]:
    """Give each parameter its first words; one that takes several, all from first to last."""
    spans: dict[str, tuple[int, int]] = {}
    for label in labels:
        start, end = spans.setdefault(label.parameter, (label.start, label.end))
        if names.is_list(command, label.parameter):
            spans[label.parameter] = start, max(end, label.end)
    return {parameter: text[start:end] for parameter, (start, end) in spans.items()}


def _used(
    text: str, sent: Bare, labels: Sequence[Label], literal: frozenset[str]
) -> list[tuple[int, int]]:
    """Tell which words the command's own sentences have, and no parameter's do."""
    return [
        (word.start, word.end)
        for word in words_of(text[: sent.offset + len(sent.text)])
        if word.folded in literal
        and not any(label.start <= word.start < label.end for label in labels)
    ]
