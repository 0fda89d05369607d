"""Lengths of time, by a language's tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from functools import cache

from bot import Hints
from nlu.values.readings import Reading
from nlu.values.tongues.counting import below_hundred, read_number
from nlu.values.tongues.tongue import Tongue
from nlu.values.tongues.words import LOOK, phrases, spoken, tail

MOST_SECONDS = 86_400 * 366 * 100
_MOST_PARTS = 4


@dataclass(frozen=True, slots=True)
class _Expressions:
    long: re.Pattern[str]
    part: re.Pattern[str]
    fixed: re.Pattern[str]
    short: re.Pattern[str]
    never: re.Pattern[str]
    clock: re.Pattern[str]
    ahead: re.Pattern[str]


@cache
def _expressions(tongue: Tongue) -> _Expressions:
    words = tongue.lengths
    one = phrases(words.one)
    amount = rf"(?:\d{{1,6}}(?:[.,]\d{{1,4}})?|{below_hundred(tongue)}|{one})"
    glued = rf"(?P<glued>\s?{words.half_glued})?" if words.half_glued else r"(?P<glued>(?!))?"
    behind = rf"(?P<half>{words.half_behind})?" if words.half_behind else r"(?P<half>(?!))?"
    part = rf"(?P<amount>{amount}){glued}\s*-?(?P<unit>{words.units.expression})(?!\w)\.?{behind}"
    bare = re.sub(r"\?P<\w+>", "?:", part)
    join = rf"(?:\s*,\s*|\s+{phrases(words.joins)}\s+|\s+)"
    return _Expressions(
        long=spoken(rf"(?<![\w.,:/+-]){bare}(?:{join}{bare}){{0,{_MOST_PARTS - 1}}}"),
        part=spoken(part),
        fixed=spoken(rf"(?<!\w)(?P<fixed>{words.fixed.expression})(?!\w)"),
        short=spoken(
            r"(?<![\w.,:/+-])(?:(\d{1,2})\s?h\s?([0-5]\d)?(?:\s?m(?:in)?)?|(\d{1,4})\s?m(?:in)?)(?!\w)"
        ),
        never=spoken(rf"(?<!\w){phrases(words.never)}\s+\Z"),
        clock=spoken(rf"\s+{tongue.clocks.parts.expression}(?!\w)"),
        ahead=spoken(rf"(?<!\w){phrases(words.ahead)}\s+\Z"),
    )


def find_lengths(text: str, hints: Hints, tongue: Tongue) -> list[Reading[timedelta]]:
    """Find the lengths of time of a folded text; clock times ("à deux heures") are none."""
    del hints
    rules = _expressions(tongue)
    found = [*_long(text, tongue, rules), *_short(text, rules)]
    return [
        Reading(start, end, length)
        for start, end, length in found
        if not rules.never.search(tail(text, start)) and not rules.clock.match(text, end)
    ]


def find_ahead(text: str, hints: Hints, tongue: Tongue) -> Iterator[Reading[timedelta]]:
    """Find "in two hours": the length, with the word before it in its place."""
    rules = _expressions(tongue)
    for one in find_lengths(text, hints, tongue):
        before = rules.ahead.search(text, max(0, one.start - LOOK), one.start)
        if before:
            yield Reading(before.start(), one.end, one.value)


def _long(text: str, tongue: Tongue, rules: _Expressions) -> Iterator[tuple[int, int, timedelta]]:
    for match in rules.fixed.finditer(text):
        minutes = tongue.lengths.fixed[match["fixed"]]
        yield match.start(), match.end(), timedelta(minutes=minutes)
    for match in rules.long.finditer(text):
        parts = rules.part.finditer(text, match.start(), match.end())
        total = sum((_seconds(part, tongue) for part in parts), Fraction(0))
        if total <= MOST_SECONDS:
            yield match.start(), match.end(), timedelta(seconds=float(total))


def _seconds(part: re.Match[str], tongue: Tongue) -> Fraction:
    amount, unit = part["amount"], tongue.lengths.units[part["unit"]]
    if re.match(phrases(tongue.lengths.one) + r"\Z", amount, re.IGNORECASE):
        count = Fraction(1)
    elif amount[0].isdigit():
        count = Fraction(amount.replace(",", "."))
    else:
        count = Fraction(read_number(amount, tongue) or 0)
    halves = Fraction(1, 2) if part["glued"] or part["half"] else Fraction(0)
    return (count + halves) * unit


def _short(text: str, rules: _Expressions) -> Iterator[tuple[int, int, timedelta]]:
    for match in rules.short.finditer(text):
        minutes = int(match[1]) * 60 + int(match[2] or 0) if match[1] else int(match[3])
        yield match.start(), match.end(), timedelta(minutes=minutes)
