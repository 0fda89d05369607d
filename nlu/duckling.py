"""Recognisers of the extra ``[duckling]``: Duckling as a library, for 45 languages beside ours.

It tells a day by its recurrences: of "venerdì" it gives three Fridays, of "alle 7" three sevens.
"""

import re
import zoneinfo
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, lru_cache, partial
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckling

from bot import Hints, Money, Recogniser
from nlu.foreign import Foreign
from nlu.values.dates import Dates
from nlu.values.durations import Durations
from nlu.values.moments import Moments
from nlu.values.money import Sums
from nlu.values.numbers import Decimals, Floats, Integers
from nlu.values.readings import Reading
from nlu.values.times import Times

# Duckling's own list of languages (its module Duckling.Locale).
LANGUAGES = frozenset({
    "af", "ar", "bg", "bn", "ca", "cs", "da", "el", "et", "fa", "fi", "ga", "he", "hi", "hr", "hu",
    "id", "is", "it", "ja", "ka", "km", "kn", "ko", "lo", "ml", "mn", "my", "nb", "ne", "nl", "pl",
    "pt", "ro", "ru", "sk", "sv", "sw", "ta", "te", "th", "tr", "uk", "vi", "zh",
})  # fmt: skip
A_DAY = timedelta(days=1)
_CLOCK_GRAINS = frozenset({"hour", "minute", "second"})
_MOST_SPLITS = 12
_FOR = re.compile(r"(?:per|para|voor|för|for|pentru|pro|dla)\s+\w+", re.IGNORECASE)
"""Words for "for" in its languages: "per tre" are three people, and an hour to Duckling."""


def recognisers() -> Sequence[Recogniser[Any]]:
    """List the recognisers; the time zones are read now, not while a customer waits."""
    _zones()
    searches: Mapping[Recogniser[Any], Any] = {
        Moments(): _moments, Times(): _times, Dates(): _dates, Durations(): _durations,
        Sums(): _sums, Floats(): partial(_numbers, of=float),
        Decimals(): partial(_numbers, of=Decimal), Integers(): partial(_numbers, of=int),
    }  # fmt: skip
    return [Foreign(own, search, LANGUAGES) for own, search in searches.items()]


@dataclass(frozen=True, slots=True)
class _Told:
    """A day, a time or both: the moments that it recurs at; ``until`` ends a span."""

    start: int
    end: int
    grain: str
    moments: tuple[datetime, ...]
    until: datetime | None = None

    @property
    def is_day(self) -> bool:
        """Tell whether it is a whole day."""
        return self.grain == "day"

    @property
    def is_daily(self) -> bool:
        """Tell whether it is a time of any day."""
        known = set(self.moments)
        return self.grain in _CLOCK_GRAINS and any(one + A_DAY in known for one in known)


@cache
def _zones() -> Any:  # noqa: ANN401 - the library's own
    for folder in zoneinfo.TZPATH:
        if Path(folder, "UTC").is_file():
            return duckling.load_time_zones(folder)
    return duckling.load_time_zones(str(resources.files("tzdata") / "zoneinfo"))


@lru_cache(maxsize=64)
def _parsed(text: str, language: str, now: datetime, what: str, *, latent: bool) -> Sequence[Any]:
    zone = now.tzinfo.key if isinstance(now.tzinfo, ZoneInfo) else "UTC"
    locale = duckling.default_locale_lang(duckling.parse_lang(language.upper()))
    moment = duckling.parse_ref_time(_zones(), zone, int(now.timestamp()))
    context = duckling.Context(moment, locale)
    found: Sequence[Any] = duckling.parse(
        text.replace("\0", " "), context, duckling.parse_dimensions([what]), latent
    )
    return found


def _all(text: str, language: str, hints: Hints, what: str) -> Sequence[Any]:
    now = hints.now.replace(second=0, microsecond=0)
    return _parsed(text, language, now, what, latent=hints.wanted)


def _told(text: str, language: str, hints: Hints) -> Iterator[_Told]:
    for found in _all(text, language, hints, "time"):
        value = found["value"]
        values = [one for one in value.get("values", ()) if one["type"] == "value"]
        if values:
            moments = tuple(_wall(one["value"]) for one in values)
            yield _Told(found["start"], found["end"], value["grain"], moments)
        elif "from" in value and "to" in value:
            grain = value["from"]["grain"]
            since, until = _wall(value["from"]["value"]), _wall(value["to"]["value"])
            # a span's end is the first moment behind it
            until -= A_DAY if grain == "day" else timedelta(hours=grain == "hour")
            yield _Told(found["start"], found["end"], grain, (since,), until)


def _wall(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=None)


def _moments(text: str, language: str, hints: Hints) -> Iterator[Reading[datetime]]:
    for told in _told(text, language, hints):
        if told.is_day or told.grain not in _CLOCK_GRAINS or told.is_daily:
            continue
        if told.until is not None:
            yield from _parted(text, told, told.moments[0], told.until)
        else:
            yield Reading(told.start, told.end, told.moments[0], _same_day(told.moments))


def _same_day(moments: Sequence[datetime]) -> tuple[datetime, ...]:
    return tuple(one for one in moments[1:] if one.date() == moments[0].date())


def _parted(text: str, told: _Told, since: Any, until: Any) -> Iterator[Reading[Any]]:  # noqa: ANN401 - a date or a moment
    """Give a span as two values, each with a part of its words."""
    blanks = [match.start() for match in re.finditer(r"\s", text[told.start : told.end])]
    if blanks:
        middle = (told.end - told.start) / 2
        cut = told.start + min(blanks, key=lambda at: abs(at - middle))
        yield Reading(told.start, cut, since)
        yield Reading(cut + 1, told.end, until)


def _dates(text: str, language: str, hints: Hints) -> Iterator[Reading[date]]:
    for whole in _told(text, language, hints):
        told = whole if whole.is_day else _part(text, language, hints, whole, daily=False)
        if told is not None and told.until is not None:
            yield from _parted(text, told, told.moments[0].date(), told.until.date())
        elif told is not None:
            yield Reading(told.start, told.end, told.moments[0].date())


def _times(text: str, language: str, hints: Hints) -> Iterator[Reading[time]]:
    for whole in _told(text, language, hints):
        told = whole if whole.is_daily else _part(text, language, hints, whole, daily=True)
        is_people = not hints.wanted and _FOR.fullmatch(text, whole.start, whole.end)
        if told is not None and not is_people:
            first, *others = dict.fromkeys(sorted(one.time() for one in told.moments))
            yield Reading(told.start, told.end, first, tuple(others))


def _part(text: str, language: str, hints: Hints, whole: _Told, *, daily: bool) -> _Told | None:
    """Find the words of the day, or of the time, within those of a moment."""
    if whole.is_day or whole.until is not None:
        return None
    words = [m.span() for m in re.finditer(r"\S+", text[whole.start : whole.end])]
    for count in range(1, min(len(words), _MOST_SPLITS)):
        cut = words[count][0]
        for start, end in ((0, words[count - 1][1]), (cut, whole.end - whole.start)):
            part = text[whole.start + start : whole.start + end]
            for told in _told(part, language, hints):
                if (told.is_daily if daily else told.is_day) and told.until is None:
                    at = whole.start + start
                    return _Told(at + told.start, at + told.end, told.grain, told.moments)
    return None


def _durations(text: str, language: str, hints: Hints) -> Iterator[Reading[timedelta]]:
    for found in _all(text, language, hints, "duration"):
        normalized = found["value"].get("normalized", {})
        if normalized.get("unit") == "second" and abs(normalized["value"]) < 86_400 * 36_600:
            yield Reading(found["start"], found["end"], timedelta(seconds=normalized["value"]))


def _sums(text: str, language: str, hints: Hints) -> Iterator[Reading[Money]]:
    for found in _all(text, language, hints, "amount-of-money"):
        value = found["value"]
        if re.fullmatch("[A-Z]{3}", str(value.get("unit"))) and "value" in value:
            money = Money(Decimal(str(value["value"])), value["unit"])
            yield Reading(found["start"], found["end"], money)


def _numbers(text: str, language: str, hints: Hints, *, of: Any) -> Iterator[Reading[Any]]:  # noqa: ANN401 - int, float or Decimal
    for found in _all(text, language, hints, "number"):
        number = Decimal(str(found["value"]["value"]))
        if of is not int or number == number.to_integral_value():
            yield Reading(found["start"], found["end"], of(number))
