"""A day and a time together, by a language's tables: "vendredi à 20h", "in zwei Stunden"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache

from bot import Hints
from nlu.values.readings import Reading
from nlu.values.tongues.clocks import HOURS_OF, find_times, parts_in
from nlu.values.tongues.days import day_part, find_days
from nlu.values.tongues.lengths import find_ahead
from nlu.values.tongues.tongue import Tongue
from nlu.values.tongues.words import phrases, spoken

OF_A_DAY = (9, 12, 15, 18)
"""What is offered where only a day was named."""


def combined(days: Sequence[date], times: Sequence[time]) -> tuple[datetime, ...]:
    """Combine all readings of a day with all of a time, the likeliest first."""
    return tuple(datetime.combine(day, at) for day in days for at in times)


def clock_of(hints: Hints) -> datetime:
    """Tell the wall time that is counted from, to the minute."""
    return hints.now.replace(second=0, microsecond=0, tzinfo=None)


def find_moments(text: str, hints: Hints, tongue: Tongue) -> Sequence[Reading[datetime]]:
    """Find days with a time in a folded text; half of one where a moment was asked for."""
    found = [*_together(text, hints, tongue), *_from_now(text, hints, tongue)]
    if found or not hints.wanted:
        return found
    if _expressions(tongue)[2].fullmatch(text.strip(" .!")):
        start = len(text) - len(text.lstrip(" .!"))
        return [Reading(start, len(text.rstrip(" .!")), clock_of(hints))]
    return [*_partly(text, hints, tongue)] or [*_next_times(text, hints, tongue)]


@cache
def _expressions(tongue: Tongue) -> tuple[re.Pattern[str], ...]:
    words = tongue.clocks
    return (
        spoken(
            rf"(?:T|[\s,]*(?:{day_part(tongue)}[\s,]*)?"
            rf"(?:{phrases(words.joins)}(?!\w)\s*){{0,3}},?\s*)"
        ),
        spoken(rf"\s+{words.parts.expression}(?!\w)"),
        spoken(phrases(words.now)),
    )


def _together(text: str, hints: Hints, tongue: Tongue) -> Iterator[Reading[datetime]]:
    open_hints = replace(hints, wanted=False)
    join, behind, _ = _expressions(tongue)
    times = find_times(text, open_hints, tongue)
    for day in find_days(text, open_hints, tongue):
        for at in times:
            first, second = (day, at) if day.start < at.start else (at, day)
            if first.end > second.start or not join.fullmatch(text, first.end, second.start):
                continue
            after = behind.match(text, second.end)
            value, *others = combined((day.value, *day.others), (at.value, *at.others))
            end = after.end() if after else second.end
            yield Reading(first.start, end, value, tuple(others))


def _from_now(text: str, hints: Hints, tongue: Tongue) -> Iterator[Reading[datetime]]:
    for one in find_ahead(text, hints, tongue):
        if one.value % timedelta(days=1) and one.value >= timedelta(minutes=1):
            moment = (hints.now + one.value).replace(second=0, microsecond=0, tzinfo=None)
            yield Reading(one.start, one.end, moment)


def _partly(text: str, hints: Hints, tongue: Tongue) -> Iterator[Reading[datetime]]:
    """Read "demain soir": its full hours are the question; of a whole day a few."""
    for day in find_days(text, replace(hints, wanted=False), tongue):
        parts = parts_in(text[: day.end], tongue)
        hours = HOURS_OF[parts[0]] if len(parts) == 1 else OF_A_DAY
        moments = combined((day.value, *day.others), [time(hour) for hour in hours])
        if len(parts) != 1:
            moments = tuple(moment for moment in moments if moment > clock_of(hints))
        if moments:
            yield Reading(day.start, day.end, moments[0], moments[1:])


def _next_times(text: str, hints: Hints, tongue: Tongue) -> Iterator[Reading[datetime]]:
    now = clock_of(hints)
    for at in find_times(text, hints, tongue):
        moments = [
            moment if moment > now else moment + timedelta(days=1)
            for moment in combined([now.date()], (at.value, *at.others))
        ]
        yield Reading(at.start, at.end, moments[0], tuple(moments[1:]))
