"""Numbers: digits and number words, in English and by the tables of other languages."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

from bot import Hints, Match
from nlu.values.readings import Reading, Rule, compiled, matches, read_all
from nlu.values.tongues import read_spoken, tongue_of
from nlu.values.tongues.counting import decimal_mark, find_numbers

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
SMALL = {word: value for value, word in enumerate(_ONES)}
TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}
SETS = {"dozen": 12, "couple": 2}

_SMALL = "|".join(sorted(SMALL, key=len, reverse=True))
_TENS = "|".join(TENS)
UP_TO_99 = rf"(?:(?:{_TENS})(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?|{_SMALL})"
"""An expression for a number word below a hundred, without groups of its own."""

_WORD = rf"(?:{_SMALL}|{_TENS}|hundred|thousand|million)"
WORDS = compiled(
    rf"\b(?:an?\s+(?=hundred|thousand|million))?{_WORD}(?:(?:\s+and\s+|\s+|-){_WORD}){{0,11}}\b"
)
SET_OF = compiled(r"\b(?:(half)\s+)?an?\s+(dozen|couple)\b")
DOZENS = compiled(rf"\b(\d{{1,4}}|{UP_TO_99})\s+(dozen)\b")
AND_PARTS = compiled(rf"\b(\d{{1,9}}|{UP_TO_99})\s+and\s+(a\s+half|a\s+quarter|three\s+quarters)\b")
_PARTS = {"half": "0.5", "quarter": "0.25", "quarters": "0.75"}

# Not within a word, a time, a date, a longer number, an ordinal ("20th") or a code ("T-7K3Q").
_BEFORE = r"(?<![\w.,:/+#])(?<!\w-)"
_AFTER = r"(?![\w:/]|-\w|[.,]\d)"
_WHOLE = r"(?:\d{1,3}(?:,\d{3}){1,5}|\d{1,400})"
WHOLE = compiled(rf"{_BEFORE}-?{_WHOLE}{_AFTER}")
SCALED = compiled(
    rf"{_BEFORE}(?P<figure>\d{{1,9}}(?:\.\d{{1,4}})?)\s+(?P<scale>hundred|thousand|million)\b"
)
BROKEN = compiled(rf"{_BEFORE}-?{_WHOLE}\.\d{{1,1100}}{_AFTER}")

# "one" is a number in "a table for one", not in "no one", "this one" or "one question".
_NO_NUMBER_BEFORE = compiled(
    r"\b(?:no|this|that|which|any|every|each|another|last|next|the|some|only|other|new|nice|good|better|cheaper"
    r"|nearer|different|star)\s+$"
)
_NO_NUMBER_AFTER = compiled(
    r"[\s-]+(?:(?:more|last|quick|small)\s+)?(?:way|stop\s+shop|question|moment|thing|second|sec|day|of|time|other|i|i'd"
    r"|you|we|he|she|they|that|which|who|available)\b"
)


def number_of(words: str) -> int | None:
    """Read digits or number words ("two hundred and five"); None where they make no number."""
    if words.replace(",", "").lstrip("-").isdigit():
        return int(words.replace(",", ""))
    total, group, last = 0, 0, 1_000_000_000
    for word in re.split(r"[\s-]+", words.lower()):
        if word in {"a", "an", "and"}:
            continue
        if word in SCALES:
            scale = SCALES[word]
            if scale == 100:
                group, last = (group or 1) * scale, scale
            else:
                total, group, last = total + (group or 1) * scale, 0, scale
            continue
        value = SMALL.get(word, TENS.get(word))
        # "one two" and "ten five" are no number; "twenty one" and "hundred five" are
        if value is None or (last < 100 and not (last >= 20 and 0 < value < 10)):
            return None
        group, last = group + value, max(value, 1)
    return total + group


def _read_words(match: re.Match[str], hints: Hints) -> Sequence[int]:
    text = match.string
    alone = text.strip(" .!?") == match[0]
    if match[0].lower() == "one" and not (hints.wanted or alone):
        before, after = text[: match.start()], text[match.end() :]
        if _NO_NUMBER_BEFORE.search(before) or _NO_NUMBER_AFTER.match(after):
            return []
    value = number_of(match[0])
    return [] if value is None else [value]


def _read_digits(match: re.Match[str], hints: Hints) -> Sequence[int]:
    del hints
    return [int(match[0].replace(",", ""))]


def _read_set(match: re.Match[str], hints: Hints) -> Sequence[int]:
    del hints
    count = SETS[match[2].lower()]
    return [count // 2 if match[1] else count]


def _read_dozens(match: re.Match[str], hints: Hints) -> Sequence[int]:
    del hints
    count = number_of(match[1])
    return [] if count is None else [count * 12]


def _read_broken(match: re.Match[str], hints: Hints) -> Sequence[Decimal]:
    del hints
    return [Decimal(match[0].replace(",", ""))]


def _read_parts(match: re.Match[str], hints: Hints) -> Sequence[Decimal]:
    del hints
    count = number_of(match[1])
    return [] if count is None else [Decimal(count) + Decimal(_PARTS[match[2].lower().split()[-1]])]


def _read_scaled(match: re.Match[str], hints: Hints) -> Sequence[Decimal]:
    del hints
    return [Decimal(match["figure"]) * SCALES[match["scale"].lower()]]


INTEGER_RULES = [
    Rule(WHOLE, _read_digits),
    Rule(WORDS, _read_words),
    Rule(SET_OF, _read_set),
    Rule(DOZENS, _read_dozens),
]
BROKEN_RULES = [
    Rule(BROKEN, _read_broken),
    Rule(AND_PARTS, _read_parts),
    Rule(SCALED, _read_scaled),
]


def _decimals(text: str, hints: Hints) -> Sequence[Reading[Decimal]]:
    return read_spoken(text, hints, find_numbers, _read_english)


def _marked(digits: str, hints: Hints) -> str:
    """Write the decimal mark as people do where the customer lives."""
    tongue = tongue_of(hints)
    return digits if tongue is None else digits.replace(".", decimal_mark(tongue, hints))


def _read_english(text: str, hints: Hints) -> list[Reading[Decimal]]:
    whole = [
        Reading(one.start, one.end, Decimal(one.value))
        for one in read_all(INTEGER_RULES, text, hints)
    ]
    return [*read_all(BROKEN_RULES, text, hints), *whole]


class Integers:
    """Whole numbers; see `bot.ports.Recogniser`."""

    kind: ClassVar[str] = "number"
    type: Any = int
    rank: ClassVar[int] = 20

    def find(self, text: str, hints: Hints) -> Sequence[Match[int]]:
        """See `bot.ports.Recogniser.find`; a number with a fraction is none."""
        readings = _decimals(text, hints)
        return [
            Match(kind=m.kind, value=int(m.value), text=m.text, start=m.start, end=m.end)
            for m in matches(self.kind, text, readings)
            if m.value == m.value.to_integral_value()
        ]

    def show(self, value: int, hints: Hints) -> str:
        """See `bot.ports.Recogniser.show`."""
        del hints
        return str(value)


class Decimals:
    """Decimal numbers; see `bot.ports.Recogniser`."""

    kind: ClassVar[str] = "number"
    type: Any = Decimal
    rank: ClassVar[int] = 30

    def find(self, text: str, hints: Hints) -> Sequence[Match[Decimal]]:
        """See `bot.ports.Recogniser.find`."""
        return matches(self.kind, text, _decimals(text, hints))

    def show(self, value: Decimal, hints: Hints) -> str:
        """See `bot.ports.Recogniser.show`."""
        return _marked(format(value, "f"), hints)


class Floats:
    """Numbers with a fraction; see `bot.ports.Recogniser`."""

    kind: ClassVar[str] = "number"
    type: Any = float
    rank: ClassVar[int] = 30

    def find(self, text: str, hints: Hints) -> Sequence[Match[float]]:
        """See `bot.ports.Recogniser.find`."""
        readings = [Reading(one.start, one.end, float(one.value)) for one in _decimals(text, hints)]
        return matches(self.kind, text, readings)

    def show(self, value: float, hints: Hints) -> str:
        """See `bot.ports.Recogniser.show`."""
        return _marked(format(Decimal(repr(value)), "f").removesuffix(".0"), hints)
