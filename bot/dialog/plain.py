"""Recognisers that the core brings itself, so that it works alone: digits, yes and no, ISO forms.

A plug-in's recogniser for the same type takes their place.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from bot.model.understanding import Hints, Match
from bot.ports.language import Recogniser

YES = frozenset({
    "yes", "y", "yeah", "yep", "yup", "ok", "okay", "sure", "right", "correct", "confirm",
    "confirmed", "do it", "go ahead", "please do", "of course", "sounds good", "that is right",
    "that's right", "yes please", "yes, please", "absolutely", "definitely", "certainly",
    "exactly", "perfect", "great", "alright", "all right", "fine", "👍", "✅", "👌", "✔",
})  # fmt: skip
NO = frozenset({
    "no", "n", "nope", "nah", "no thanks", "no, thanks", "no thank you", "don't", "do not",
    "not now", "no way", "not really", "wrong", "👎", "❌",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """A recogniser made of a regular expression and two functions."""

    kind: str
    type: Any
    rank: int
    expression: re.Pattern[str]
    read: Callable[[str], Any]
    write: Callable[[Any], str]

    def find(self, text: str, hints: Hints) -> Sequence[Match[Any]]:
        """See `bot.ports.language.Recogniser.find`."""
        del hints  # these forms mean the same everywhere and always
        found = (self._match(match) for match in self.expression.finditer(text))
        return [match for match in found if match is not None]

    def show(self, value: Any, hints: Hints) -> str:  # noqa: ANN401 - a value of self.type
        """See `bot.ports.language.Recogniser.show`."""
        del hints
        return self.write(value)

    def _match(self, match: re.Match[str]) -> Match[Any] | None:
        try:
            value = self.read(match[0])
        except (ValueError, ArithmeticError):
            return None
        return Match(
            kind=self.kind, value=value, text=match[0], start=match.start(), end=match.end()
        )


def _yes_or_no(text: str) -> bool:
    word = text.strip().casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    raise ValueError(text)


def _minutes(text: str) -> timedelta:
    return timedelta(minutes=int(text.split(maxsplit=1)[0]))


_DAY = r"\d{4}-\d{2}-\d{2}"
_CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]\d"
_DECIMAL = r"[-+]?\b\d{1,15}(?:\.\d{1,9})?\b"
_WHOLE = r"(?<![\w.,:/-])[-+]?\d{1,15}(?![\w:/]|[.,-]\d)"


def _clock(text: str) -> time:
    return time.fromisoformat(text.zfill(5))


def _plain(  # noqa: PLR0917 - the columns of the table below
    kind: str,
    of: type,
    rank: int,
    expression: str,
    read: Callable[[str], Any],
    write: Callable[[Any], str],
) -> Plain:
    return Plain(
        kind=kind, type=of, rank=rank, expression=re.compile(expression), read=read, write=write
    )


PLAIN: tuple[Plain, ...] = (
    _plain("datetime", datetime, 95, rf"\b{_DAY}[T ]{_CLOCK}\b", datetime.fromisoformat,
           lambda value: str(value.isoformat(" ", "minutes"))),
    _plain("time", time, 90, rf"\b{_CLOCK}\b", _clock, lambda value: f"{value:%H:%M}"),
    _plain("date", date, 80, rf"\b{_DAY}\b", date.fromisoformat, date.isoformat),
    _plain("duration", timedelta, 70, r"\b\d{1,6} minutes?\b", _minutes,
           lambda value: f"{value // timedelta(minutes=1)} minutes"),
    _plain("number", Decimal, 30, _DECIMAL, Decimal, str),
    _plain("number", float, 30, _DECIMAL, float, lambda value: f"{value:g}"),
    _plain("number", int, 20, _WHOLE, int, str),
    _plain("bool", bool, 10, r"^\s*\S.*?(?=[.!]*\s*$)", _yes_or_no,
           lambda value: "yes" if value else "no"),
)  # fmt: skip


def with_plain(recognisers: Sequence[Recogniser[Any]]) -> Sequence[Recogniser[Any]]:
    """Add the core's own where a type has no recogniser; the most specific come first."""
    served: Collection[Any] = {recogniser.type for recogniser in recognisers}
    missing: list[Recogniser[Any]] = [plain for plain in PLAIN if plain.type not in served]
    return sorted([*recognisers, *missing], key=lambda recogniser: -recogniser.rank)
