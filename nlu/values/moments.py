"""A day and a time together: "friday at 7pm", "tonight at 8", "in two hours".

The values are wall time in the zone of ``hints.now``, without a zone of their own.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Any, ClassVar

from bot import Hints, Match
from nlu.values.dates import Dates, show_day
from nlu.values.durations import Durations
from nlu.values.readings import Reading, Rule, compiled, matches, read_all
from nlu.values.times import HOURS_OF, Times, show_time
from nlu.values.tongues import is_english, read_spoken, tongue_of
from nlu.values.tongues.appointments import OF_A_DAY, clock_of, combined, find_moments
from nlu.values.tongues.tongue import Tongue

# What may stand between a day and its time, either way round.
JOIN = compiled(
    r"(?:T|[\s,]*(?:(?:in\s+the\s+)?(?:morning|afternoon|evening|night)\b[\s,]*)?"
    r"(?:(?:at|on|by|from|around|about|for|breakfast|lunch|dinner)\b\s*){0,3}(?:the\s+)?)"
)
# "tomorrow at 7 in the evening": the words belong to the moment.
BEHIND = compiled(r"\s+(?:in\s+the\s+(?:morning|afternoon|evening)|at\s+night)\b")
BEFORE = compiled(r"\b(?:in|after)\s+(?:about\s+)?$")
AFTER = compiled(r"\s+from\s+now\b")
PART = compiled(r"\b(?:morning|afternoon|evening|night|tonight)\b")
NOW = compiled(r"\b(?:right\s+now|now|immediately|asap)\b")
ISO = compiled(
    r"(?<![\w:-])(\d{4}-\d\d-\d\d)[T\s](\d\d:\d\d)(?::(\d\d)(?:\.\d{1,6})?)?(?![\d:])(?!\s*[ap]\.?m\b)"
)


def _read_now(match: re.Match[str], hints: Hints) -> Sequence[datetime]:
    asked = hints.wanted and match.string.strip(" .!") == match[0]
    return [clock_of(hints)] if asked else []  # "now" is mostly said of something else


def _read_iso(match: re.Match[str], hints: Hints) -> Sequence[datetime]:
    del hints
    try:
        return [datetime.fromisoformat(f"{match[1]} {match[2]}:{match[3] or '00'}")]
    except ValueError:
        return []


RULES = [Rule(NOW, _read_now), Rule(ISO, _read_iso)]


class Moments:
    """Days with a time; see `bot.ports.Recogniser`."""

    kind: ClassVar[str] = "datetime"
    type: Any = datetime
    rank: ClassVar[int] = 95

    def find(self, text: str, hints: Hints) -> Sequence[Match[datetime]]:
        """See `bot.ports.Recogniser.find`."""
        return matches(self.kind, text, read_spoken(text, hints, _read_tongue, _read_english))

    def show(self, value: datetime, hints: Hints) -> str:
        """See `bot.ports.Recogniser.show`."""
        tongue = tongue_of(hints)
        join = tongue.clocks.shown if tongue else "at"
        joined = f" {join} " if tongue or is_english(hints) else " "
        return f"{show_day(value.date(), hints)}{joined}{show_time(value.time())}"


def _read_english(text: str, hints: Hints) -> Sequence[Reading[datetime]]:
    readings = [
        *read_all(RULES, text, hints),
        *_together(text, hints),
        *_from_now(text, hints),
    ]
    if hints.wanted and not readings:
        readings += [*_partly(text, hints)] or [*_next_times(text, hints)]
    return readings


def _read_tongue(text: str, hints: Hints, tongue: Tongue) -> Sequence[Reading[datetime]]:
    return read_all(RULES[1:], text, hints) or find_moments(text, hints, tongue)


def _together(text: str, hints: Hints) -> Iterator[Reading[datetime]]:
    """Find days and times that stand side by side."""
    open_hints = Hints(now=hints.now, locale=hints.locale)
    times = Times().find(text, open_hints)
    for day in Dates().find(text, open_hints):
        for at in times:
            first, second = (day, at) if day.start < at.start else (at, day)
            if first.end > second.start or not JOIN.fullmatch(text, first.end, second.start):
                continue
            behind = BEHIND.match(text, second.end)
            value, *others = combined((day.value, *day.others), (at.value, *at.others))
            end = behind.end() if behind else second.end
            yield Reading(first.start, end, value, tuple(others))


def _from_now(text: str, hints: Hints) -> Iterator[Reading[datetime]]:
    """Find "in two hours" and "an hour from now"; whole days are dates."""
    # "in an hour" is a length only where one is asked for, and here one is
    for length in Durations().find(text, Hints(now=hints.now, wanted=True)):
        before, after = BEFORE.search(text, 0, length.start), AFTER.match(text, length.end)
        whole_days = length.value % timedelta(days=1) == timedelta(0)
        if not (before or after) or whole_days or length.value < timedelta(minutes=1):
            continue  # "after a second" is a figure of speech
        start = before.start() if before else length.start
        end = after.end() if after else length.end
        moment = (hints.now + length.value).replace(second=0, microsecond=0, tzinfo=None)
        yield Reading(start, end, moment)


def _partly(text: str, hints: Hints) -> Iterator[Reading[datetime]]:
    """Read "tomorrow evening" where a moment was asked for: its full hours are the question.

    Of a whole day only a few hours are offered; any other can be said.
    """
    for day in Dates().find(text, Hints(now=hints.now, locale=hints.locale)):
        part = PART.search(text, day.start, day.end)
        name = "" if part is None else part[0].lower()
        hours = HOURS_OF[{"tonight": "evening"}.get(name, name)] if name else OF_A_DAY
        moments = combined((day.value, *day.others), [time(hour) for hour in hours])
        if not name:
            moments = tuple(moment for moment in moments if moment > clock_of(hints))
        if moments:
            yield Reading(day.start, day.end, moments[0], moments[1:])


def _next_times(text: str, hints: Hints) -> Iterator[Reading[datetime]]:
    """Read a lone time as its next occurrence, where a moment was asked for."""
    for at in Times().find(text, hints):
        moments = [
            moment if moment > clock_of(hints) else moment + timedelta(days=1)
            for moment in combined([hints.now.date()], (at.value, *at.others))
        ]
        yield Reading(at.start, at.end, moments[0], tuple(moments[1:]))
