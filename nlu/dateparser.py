"""Recognisers of the extra ``[dateparser]``: days and moments in some 190 languages, by its tables.

It takes "the sun" for a Sunday: what it finds in a sentence counts only with a figure in it, or
where a day was asked for.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from dateparser.conf import SettingValidationError
from dateparser.data.languages_info import language_order
from dateparser.date import DateDataParser
from dateparser.search import search_dates

from bot import Hints, Recogniser
from nlu.foreign import Foreign
from nlu.values.dates import Dates
from nlu.values.moments import Moments
from nlu.values.readings import Reading
from nlu.values.times import Times

LANGUAGES = frozenset(name for name in language_order if name.isalpha())
_FIGURE = re.compile(r"\d")
_CLOCK = re.compile(r"(?<!\d)\d{1,2}[:.h]\d\d(?!\d)")
"""It reads "19h" as 19 hours from now: a moment must have a clock's time in figures."""
_FEWEST_LETTERS = 3


def recognisers() -> Sequence[Recogniser[Any]]:
    """List the recognisers."""
    return [
        Foreign(Moments(), _moments, LANGUAGES), Foreign(Times(), _times, LANGUAGES),
        Foreign(Dates(), _dates, LANGUAGES),
    ]  # fmt: skip


@lru_cache(maxsize=64)
def _found(text: str, language: str, now: datetime) -> Sequence[tuple[str, datetime, str]]:
    """Find words with their moment and what they tell: `day`, `time` or more."""
    settings = {
        "RELATIVE_BASE": now, "PREFER_DATES_FROM": "future", "RETURN_TIME_AS_PERIOD": True,
    }  # fmt: skip
    try:
        pairs = search_dates(text, languages=[language], settings=settings) or ()
    except (SettingValidationError, ValueError, OverflowError):
        return ()
    reader = DateDataParser(languages=[language], settings=settings)
    return [(words, moment, reader.get_date_data(words).period) for words, moment in pairs]


def _told(text: str, language: str, hints: Hints) -> Iterator[tuple[int, int, datetime, str]]:
    now = hints.now.replace(second=0, microsecond=0, tzinfo=None)
    end = 0
    for words, moment, period in _found(text, language, now):
        start = text.find(words, end)
        if start < 0:
            continue
        end = start + len(words)
        is_told = hints.wanted or _FIGURE.search(words)
        if is_told and len(words) >= _FEWEST_LETTERS and not words.isdecimal():
            yield start, end, moment.replace(tzinfo=None), period


def _dates(text: str, language: str, hints: Hints) -> Iterator[Reading[date]]:
    for start, end, moment, period in _told(text, language, hints):
        if period == "day":
            yield Reading(start, end, moment.date())


def _moments(text: str, language: str, hints: Hints) -> Iterator[Reading[datetime]]:
    for start, end, moment, period in _told(text, language, hints):
        words = text[start:end]
        if period == "time" and _CLOCK.search(words) and not _is_time(words, language, hints):
            yield Reading(start, end, moment)


def _times(text: str, language: str, hints: Hints) -> Iterator[Reading[time]]:
    for start, end, moment, period in _told(text, language, hints):
        words = text[start:end]
        if period == "time" and _CLOCK.search(words) and _is_time(words, language, hints):
            yield Reading(start, end, moment.time())


def _is_time(words: str, language: str, hints: Hints) -> bool:
    """Tell whether no day is left without the clock's time: dateparser takes today for it."""
    now = hints.now.replace(second=0, microsecond=0, tzinfo=None)
    return not _found(_CLOCK.sub("", words).strip(), language, now)
