"""Recognisers that the core brings itself, so that it works alone.

They read digits, yes and no, and the forms of standards: ISO 8601 and 4217, E.164, RFC 5321.

A plug-in's recogniser for the same type takes their place.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from bot.authoring.kinds import UNITS, Email, Money, Ordinal, Phone, Place, Quantity, Url
from bot.dialog.wording import wording_of
from bot.model.understanding import Hints, Match
from bot.ports.language import Recogniser

YES = wording_of("en").yes
NO = wording_of("en").no


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
_AMOUNT = rf"(?<![\w.,-])\d{{1,12}}(?:\.\d{{1,9}})? (?:{'|'.join(UNITS)})\b"
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


def _money(text: str) -> Money:
    amount, currency = text.split()
    return Money(Decimal(amount), currency)


class Sums:
    """Money as "12.50 EUR"; a bare number where one is asked for and the currency is known."""

    kind: ClassVar[str] = "money"
    type: Any = Money
    rank: ClassVar[int] = 60
    _named = re.compile(r"(?<![\w.,-])-?\d{1,12}(?:\.\d{1,4})? [A-Z]{3}\b")
    _bare = re.compile(r"(?<![\w.,-])\d{1,12}(?:\.\d{1,4})?(?![\w.,]\w)")

    def find(self, text: str, hints: Hints) -> Sequence[Match[Money]]:
        """See `bot.ports.language.Recogniser.find`."""
        found = [(match, _money(match[0])) for match in self._named.finditer(text)]
        if hints.wanted and hints.currency and not found:
            bare = self._bare.finditer(text)
            found = [(match, Money(Decimal(match[0]), hints.currency)) for match in bare]
        return [
            Match(kind=self.kind, value=value, text=m[0], start=m.start(), end=m.end())
            for m, value in found
        ]

    def show(self, value: Money, hints: Hints) -> str:
        """See `bot.ports.language.Recogniser.show`."""
        del hints
        return str(value)


class Places:
    """Places: degrees anywhere, and any words where a place is asked for."""

    kind: ClassVar[str] = "place"
    type: Any = Place
    rank: ClassVar[int] = 5
    _point = re.compile(
        r"(?<![\w.,-])(?P<lat>-?\d{1,2}(?:\.\d{1,9})?),\s?(?P<lon>-?\d{1,3}(?:\.\d{1,9})?)(?![\w.]\w|\w)"
    )
    _named = re.compile(r"\s*(?P<text>\S.*?)\s*\((?P<point>[-\d., ]{3,40})\)\s*", re.DOTALL)

    def find(self, text: str, hints: Hints) -> Sequence[Match[Place]]:
        """See `bot.ports.language.Recogniser.find`."""
        if not hints.wanted:
            points = (self._at(match) for match in self._point.finditer(text))
            return [match for match in points if match is not None and "." in match.text]
        words = text.strip()
        if not words:
            return []
        start = text.index(words)
        return [
            Match(
                kind=self.kind, value=self._placed(words), text=words,
                start=start, end=start + len(words),
            )
        ]  # fmt: skip

    def show(self, value: Place, hints: Hints) -> str:
        """See `bot.ports.language.Recogniser.show`."""
        del hints
        if value.lat is None or value.lon is None:
            return value.text
        point = _point(value.lat, value.lon)
        return point if value.text == point else f"{value.text} ({point})"

    def _placed(self, words: str) -> Place:
        """Read a point with or without a name; anything else is a name."""
        named = self._named.fullmatch(words)
        match = self._point.fullmatch(named["point"].strip() if named else words)
        found = None if match is None else self._at(match)
        if found is None:
            return Place(words)
        return replace(found.value, text=named["text"]) if named else found.value

    def _at(self, match: re.Match[str]) -> Match[Place] | None:
        lat, lon = float(match["lat"]), float(match["lon"])
        try:
            place = Place(_point(lat, lon), lat, lon)
        except ValueError:
            return None
        return Match(
            kind=self.kind, value=place, text=match[0], start=match.start(), end=match.end()
        )


def _quantity(text: str) -> Quantity:
    amount, unit = text.split()
    return Quantity(Decimal(amount), unit)


def _point(lat: float, lon: float) -> str:
    return f"{_degrees(lat)}, {_degrees(lon)}"


def _degrees(value: float) -> str:
    """Write degrees to the decimetre, without the zeros at their end."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


_ADDRESS = r"(?<![\w.+-])[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+"
_PAGE = r"\bhttps?://[^\s<>\"]+[^\s<>\"'.,;:!?)\]]"
_NUMBER = r"(?<![\w+])\+[1-9](?:[ ()/-]{0,2}\d){6,14}(?!\d)"


def _e164(text: str) -> Phone:
    return Phone("+" + re.sub(r"\D", "", text))


PLAIN: tuple[Recogniser[Any], ...] = (
    _plain("email", Email, 92, _ADDRESS, Email, str),
    _plain("url", Url, 91, _PAGE, Url, str),
    _plain("phone", Phone, 88, _NUMBER, _e164, str),
    Sums(),
    Places(),
    _plain("datetime", datetime, 95, rf"\b{_DAY}[T ]{_CLOCK}\b", datetime.fromisoformat,
           lambda value: str(value.isoformat(" ", "minutes"))),
    _plain("time", time, 90, rf"\b{_CLOCK}\b", _clock, lambda value: f"{value:%H:%M}"),
    _plain("date", date, 80, rf"\b{_DAY}\b", date.fromisoformat, date.isoformat),
    _plain("duration", timedelta, 70, r"\b\d{1,6} minutes?\b", _minutes,
           lambda value: f"{value // timedelta(minutes=1)} minutes"),
    _plain("quantity", Quantity, 65, _AMOUNT, _quantity, str),
    _plain("ordinal", Ordinal, 15, r"\b[1-9]\d{0,5}(?![\w:/.,-])",
           lambda text: Ordinal(int(text)), lambda value: str(int(value))),
    _plain("number", Decimal, 30, _DECIMAL, Decimal, str),
    _plain("number", float, 30, _DECIMAL, float, lambda value: f"{value:g}"),
    _plain("number", int, 20, _WHOLE, int, str),
    _plain("bool", bool, 10, r"^\s*\S.*?(?=[.!]*\s*$)", _yes_or_no,
           lambda value: "yes" if value else "no"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class InTurn:
    """Several recognisers of one type: each finds what those before it did not."""

    first: Recogniser[Any]
    others: tuple[Recogniser[Any], ...]

    @property
    def kind(self) -> str:
        """See `bot.ports.language.Recogniser.kind`."""
        return self.first.kind

    @property
    def type(self) -> object:
        """See `bot.ports.language.Recogniser.type`."""
        return self.first.type

    @property
    def rank(self) -> int:
        """See `bot.ports.language.Recogniser.rank`."""
        return self.first.rank

    def find(self, text: str, hints: Hints) -> Sequence[Match[Any]]:
        """See `bot.ports.language.Recogniser.find`."""
        found = (one.find(text, hints) for one in (self.first, *self.others))
        return next((some for some in found if some), ())

    def show(self, value: Any, hints: Hints) -> str:  # noqa: ANN401 - a value of self.type
        """See `bot.ports.language.Recogniser.show`."""
        return self.first.show(value, hints)


def with_plain(recognisers: Sequence[Recogniser[Any]]) -> Sequence[Recogniser[Any]]:
    """Add the core's own where a type has no recogniser; the most specific come first.

    Where a type has several they are asked in turn.
    """
    served: dict[Any, list[Recogniser[Any]]] = {}
    for one in recognisers:
        served.setdefault(one.type, []).append(one)
    plain = [one for one in PLAIN if one.type not in served]
    joined = [InTurn(one, tuple(more)) if more else one for one, *more in served.values()]
    return sorted([*joined, *plain], key=lambda recogniser: -recogniser.rank)
