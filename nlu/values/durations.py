"""How long: "2 hours", "an hour and a half", "1h30"."""

import re
from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Any, ClassVar

from bot import Hints, Match
from nlu.values.numbers import UP_TO_99, number_of
from nlu.values.readings import Reading, Rule, compiled, matches, read_all
from nlu.values.tongues import is_english, read_spoken, tongue_of
from nlu.values.tongues.lengths import find_lengths
from nlu.values.tongues.written import read_lengths, write_length

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "f": 1_209_600}
"""Seconds of a unit, by its first letter (a fortnight is the only f)."""

SHOWN = (("day", "days"), ("hour", "hours"), ("minute", "minutes"), ("second", "seconds"))
MOST_SECONDS = 86_400 * 366 * 100

UNIT = r"(?:weeks?|days?|hours?|hrs?|minutes?|mins?|seconds?|secs?|fortnights?)"
AMOUNT = rf"(?:\d{{1,6}}(?:\.\d{{1,4}})?|{UP_TO_99}|an?|half\s+an?|a\s+couple\s+of|a\s+few)"
ONE = rf"(?P<amount{{n}}>{AMOUNT})\s*-?(?P<unit{{n}}>{UNIT})(?P<half{{n}}>\s+and\s+a\s+half)?"
JOIN = r"(?:\s*,\s*|\s+and\s+|\s+)"
LONG = compiled(
    r"(?<![\w.,:/+-])"
    + ONE.replace("{n}", "1")
    + "".join(rf"(?:{JOIN}{ONE})?".replace("{n}", str(n)) for n in (2, 3, 4))
    + r"\b"
)
# A half after the number: "one and a half hours", "2 1/2 hours".
HALVES = compiled(
    rf"(?<![\w.,:/+-])(\d{{1,4}}|{UP_TO_99})(?:\s+and\s+a\s+half|\s+1/2)\s+({UNIT})\b"
)
SHORT = compiled(
    r"(?<![\w.,:/+-])(?:(\d{1,3})\s?h\s?(\d{1,2})?(?:\s?m(?:in)?)?|(\d{1,4})\s?m(?:in)?)\b"
)
QUARTERS = compiled(r"\b(?:a\s+|(three)\s+)quarters?\s+of\s+an\s+hour\b")

# "once a day", "wait a minute", "10 minutes ago" tell no length.
_FIGURE = compiled(r"\b(?:once|twice|times|per|wait|just|have|what|such|hold\s+on|in)\s+$")
_AGO = compiled(r"\s+(?:ago|late|early)\b")


def seconds_of(amount: str, unit: str) -> Fraction | None:
    """Read one amount of a unit; "a few" is no amount that could be counted on."""
    words = amount.lower().split()
    if words == ["a", "few"]:
        return None
    if words[-1] in {"a", "an"}:
        count = Fraction(1, 2) if words[0] == "half" else Fraction(1)
    elif words[-1] == "of":
        count = Fraction(2)
    elif "." in amount:
        count = Fraction(amount)
    else:
        count = Fraction(number_of(amount) or 0)
    return count * SECONDS[unit[0].lower()]


def _lasting(seconds: Fraction) -> Sequence[timedelta]:
    return [timedelta(seconds=float(seconds))] if seconds <= MOST_SECONDS else []


def _read_long(match: re.Match[str], hints: Hints) -> Sequence[timedelta]:
    if not hints.wanted and match["amount1"].lower() in {"a", "an"}:
        before = match.string[: match.start()]
        if _FIGURE.search(before) or match["unit1"].lower() in {"second", "sec", "day"}:
            return []
    if _AGO.match(match.string, match.end()):
        return []
    total = Fraction(0)
    for n in "1234":
        if match[f"amount{n}"] is None:
            continue
        seconds = seconds_of(match[f"amount{n}"], match[f"unit{n}"])
        if seconds is None:
            return []
        half = Fraction(SECONDS[match[f"unit{n}"][0].lower()], 2) if match[f"half{n}"] else 0
        total += seconds + half
    return _lasting(total)


def _read_halves(match: re.Match[str], hints: Hints) -> Sequence[timedelta]:
    del hints
    count = Fraction(number_of(match[1]) or 0) + Fraction(1, 2)
    return _lasting(count * SECONDS[match[2][0].lower()])


def _read_short(match: re.Match[str], hints: Hints) -> Sequence[timedelta]:
    del hints
    minutes = int(match[1]) * 60 + int(match[2] or 0) if match[1] else int(match[3])
    return [timedelta(minutes=minutes)]


def _read_quarters(match: re.Match[str], hints: Hints) -> Sequence[timedelta]:
    del hints
    return [timedelta(minutes=45 if match[1] else 15)]


RULES = [
    Rule(LONG, _read_long),
    Rule(HALVES, _read_halves),
    Rule(SHORT, _read_short),
    Rule(QUARTERS, _read_quarters),
]


def _read_english(text: str, hints: Hints) -> Sequence[Reading[timedelta]]:
    found = read_all(RULES, text, hints)
    other = tongue_of(hints) is None and not is_english(hints)
    return [*found, *read_lengths(text, hints)] if other else found


class Durations:
    """Lengths of time; see `bot.ports.Recogniser`."""

    kind: ClassVar[str] = "duration"
    type: Any = timedelta
    rank: ClassVar[int] = 70

    def find(self, text: str, hints: Hints) -> Sequence[Match[timedelta]]:
        """See `bot.ports.Recogniser.find`."""
        return matches(self.kind, text, read_spoken(text, hints, find_lengths, _read_english))

    def show(self, value: timedelta, hints: Hints) -> str:
        """See `bot.ports.Recogniser.show`; whole seconds."""
        tongue = tongue_of(hints)
        written = write_length(value, hints) if tongue is None and not is_english(hints) else None
        if written is not None:
            return written
        names = tongue.lengths.shown if tongue else SHOWN
        minutes, seconds = divmod(value.seconds, 60)
        hours, minutes = divmod(minutes, 60)
        parts = [
            f"{count} {one if count == 1 else many}"
            for count, (one, many) in zip((value.days, hours, minutes, seconds), names, strict=True)
            if count
        ]
        return " ".join(parts) or f"0 {names[2][1]}"
