"""How a recogniser is made: expressions with a reader each, and no two values over one word.

The expressions are ASCII only and anchored at word boundaries, with bounded repetitions; none
begins with blanks or repeats a repetition, so that no text makes them slow; texts are cut besides.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot import Hints, Match

T = TypeVar("T")

MOST_CHARACTERS = 4096

# Characters that people's keyboards and documents put for plain ones; one for one, so that places
# in the text stay right: no-break spaces, the typographic apostrophe, dashes in numbers.
PLAIN = str.maketrans(
    {"\u00a0": " ", "\u2007": " ", "\u202f": " ", "\u2009": " ", "\u2019": "'", "\u2212": "-"}
)


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """A value at a place; ``others`` are readings that are as good."""

    start: int
    end: int
    value: T
    others: tuple[T, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule(Generic[T]):
    """An expression and what its words mean: the value, further readings; None for no value."""

    expression: re.Pattern[str]
    read: Callable[[re.Match[str], Hints], Sequence[T]]


def compiled(pattern: str) -> re.Pattern[str]:
    """Compile an expression the way all rules are read: ASCII, any case, with blanks ignored."""
    return re.compile(pattern, re.ASCII | re.IGNORECASE | re.VERBOSE)


def plain(text: str) -> str:
    """Make a text plain without moving a character."""
    return text[:MOST_CHARACTERS].translate(PLAIN)


def read_all(rules: Iterable[Rule[T]], text: str, hints: Hints) -> list[Reading[T]]:
    """Apply all rules to a plain text."""
    found = []
    for rule in rules:
        for match in rule.expression.finditer(text):
            values = rule.read(match, hints)
            if values:
                found.append(Reading(match.start(), match.end(), values[0], tuple(values[1:])))
    return found


def matches(kind: str, text: str, readings: Iterable[Reading[T]]) -> list[Match[T]]:
    """Keep the longest readings that do not overlap, in the order of the text."""
    kept: list[Reading[T]] = []
    for reading in sorted(readings, key=lambda one: (one.start - one.end, one.start)):
        if all(reading.end <= other.start or other.end <= reading.start for other in kept):
            kept.append(reading)
    return [
        Match(
            kind=kind,
            value=reading.value,
            text=text[reading.start : reading.end],
            start=reading.start,
            end=reading.end,
            others=reading.others,
        )
        for reading in sorted(kept, key=lambda one: one.start)
    ]
