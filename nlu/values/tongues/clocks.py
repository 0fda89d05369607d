"""Times of the day, by a language's tables.

An hour from one to twelve has two readings, unless the words around tell the part of the day.
Where people write by the clock of 24 hours, "7:30" and "8h" are in the morning.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from functools import cache

from bot import Hints
from nlu.values.readings import Reading
from nlu.values.tongues.lengths import find_ahead
from nlu.values.tongues.tongue import ClockWords, Part, Tongue
from nlu.values.tongues.words import LOOK, phrases, spoken, tail

HOURS_OF = {
    Part.MORNING: range(8, 12), Part.NOON: range(12, 14), Part.AFTERNOON: range(14, 18),
    Part.EVENING: range(18, 22), Part.NIGHT: range(20, 24),
}  # fmt: skip
"""The full hours that may be meant by a part of the day."""

_START = r"(?<![\w.,:/+-])"


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a reader knows beside the words."""

    wanted: bool
    tongue: Tongue

    @property
    def words(self) -> ClockWords:
        return self.tongue.clocks


_Rule = tuple[re.Pattern[str], Callable[[re.Match[str], _Asked], Sequence[time]]]


def find_times(text: str, hints: Hints, tongue: Tongue) -> list[Reading[time]]:
    """Find the times of a folded text; what only an answer may be where one was asked for."""
    asked = _Asked(hints.wanted, tongue)
    found = []
    for expression, read in _rules(tongue):
        for match in expression.finditer(text):
            times = read(match, asked)
            if times:
                found.append(Reading(match.start(), match.end(), times[0], tuple(times[1:])))
    if not hints.wanted:
        return found
    return _ahead(text, hints, tongue) or found or _in_part(text, tongue)


def parts_in(text: str, tongue: Tongue) -> list[Part]:
    """Tell which parts of the day a text names."""
    return [part for part, pattern in _parts(tongue).items() if pattern.search(text)]


@cache
def _parts(tongue: Tongue) -> dict[Part, re.Pattern[str]]:
    return {part: spoken(words) for part, words in tongue.clocks.part_patterns.items()}


def _lead(words: ClockWords) -> str:
    return rf"(?:(?<!\w)(?P<lead>{phrases(words.leads)})\s+)?"


def _minute_words(tongue: Tongue) -> str:
    """Make the expression of minutes behind an hour, in steps of five: others are amounts."""
    names = [phrases(name) for name, value in _minutes(tongue).items() if value]
    return "(?:" + "|".join(sorted(names, key=len, reverse=True)) + ")"


@cache
def _minutes(tongue: Tongue) -> dict[str, int]:
    known = tongue.counts.below_hundred.entries()
    return {name: value for name, value in known.items() if value in range(10, 60, 5)}


@cache
def _rules(tongue: Tongue) -> Sequence[_Rule]:
    words = tongue.clocks
    return [*_on_clock(tongue), *_in_words(words), *_spanning(words), *_answered(words)]


def _tail(words: ClockWords) -> str:
    return rf"(?:[\s,]+(?P<part>{words.parts.expression})(?!\w))"


def _hour(words: ClockWords) -> str:
    return rf"(?P<hour>\d{{1,2}}|{words.hour_words.expression}(?!\w))"


def _no_thing(words: ClockWords) -> str:
    return (
        rf"(?!\s*(?:%|\$|\u20ac|\u00a3)|[\w:/]|[.,]\d|-\w|\.\s*\w|\s+(?:\w+\s+)?"
        rf"(?:{phrases(words.no_thing)})(?!\w))"
    )


def _on_clock(tongue: Tongue) -> list[_Rule]:
    """List the rules for times in figures, and with the word for a clock's hour."""
    words = tongue.clocks
    marks = r"(?P<mark>:|\s?h\s?|\.)" if words.dotted else r"(?P<mark>:|\s?h\s?)"
    step = words.behind_hour.expression if words.behind_hour.entries() else "(?!)"
    after = rf"(?:\s*(?P<unit>{words.unit})(?!\w))?{_tail(words)}?"
    return [
        (
            spoken(
                rf"{_lead(words)}{_START}(?<!\d-)(?P<hour>[01]?\d|2[0-4]){marks}(?P<minute>[0-5]\d)"
                rf"(?::(?P<second>[0-5]\d))?(?![\w:]|[.,/]\d|\.\Z){after}"
            ),
            _read_clock,
        ),
        (
            spoken(
                rf"{_lead(words)}{_START}{_hour(words)}\s*(?P<unit>{words.unit})(?!\w)"
                rf"(?:\s+(?P<step>{step})(?!\w)"
                rf"|\s+(?P<minute>[0-5]\d|{_minute_words(tongue)}){_no_thing(words)})?"
                rf"{_tail(words)}?"
            ),
            _read_hour,
        ),
        (
            spoken(
                rf"{_lead(words)}{_START}(?P<hour>1[0-2]|0?[1-9])(?:[:.](?P<minute>[0-5]\d))?{words.half_day}"
            ),
            _read_half_day,
        ),
    ]


def _in_words(words: ClockWords) -> list[_Rule]:
    """List the rules for times as they are spoken."""
    hour, ends = _hour(words), rf"(?:{_tail(words)}|{_no_thing(words)})"
    unit = rf"(?:\s*(?:{words.unit})(?!\w))?"
    rules: list[_Rule] = [
        (spoken(rf"(?<![\w-])(?P<named>{words.named.expression})(?![\w-])"), _read_named),
    ]
    if words.bare_leads:
        lead = rf"(?<!\w)(?P<lead>{phrases(words.bare_leads)})\s+"
        rules.append((spoken(rf"{lead}{_START}{hour}{ends}"), _read_bare_lead))
        rules.append((spoken(rf"{_START}{hour}{_tail(words)}"), _read_bare_lead))
    if words.behind_hour.entries():
        step = rf"(?P<step>{words.behind_hour.expression})(?!\w)"
        rules.append((spoken(rf"{_lead(words)}{_START}{hour}\s+{step}{ends}"), _read_step))
    if words.before_hour.entries():
        step = rf"(?P<step>{words.before_hour.expression})"
        rules.append(
            (spoken(rf"{_lead(words)}{_START}{step}\s+{hour}{unit}{ends}"), _read_step_before)
        )
    return rules


def _spanning(words: ClockWords) -> list[_Rule]:
    """List the rule for the first hour of "de una a tres de la tarde": the end tells the half."""
    if not words.spans:
        return []
    last = _hour(words).replace("?P<hour>", "?P<last>")
    behind = rf"\s+{phrases(words.until)}\s+(?:l[ae]s?\s+)?{last}(?:\s*(?:{words.unit})(?!\w))?"
    before = rf"(?<!\w){phrases(words.spans)}\s*(?<=[\s'])"
    return [(spoken(rf"{before}{_hour(words)}(?={behind}{_tail(words)})"), _read_span)]


def _answered(words: ClockWords) -> list[_Rule]:
    """List the rule for a bare hour, where a time was asked for."""
    filler = rf"(?:{phrases(words.fillers)}[\s,]+){{0,2}}"
    return [
        (
            spoken(
                rf"\A\s*{filler}{_hour(words)}(?:[.:h\s]?(?P<minute>[0-5]\d))?(?:\s*(?:{words.unit}))?"
                rf"{_tail(words)}?(?:[\s,]+{phrases(words.polite)})?[\s.!,]*$"
            ),
            _read_bare,
        )
    ]


def _ahead(text: str, hints: Hints, tongue: Tongue) -> list[Reading[time]]:
    """Read "in two hours" where a time was asked for; beyond midnight it is another day."""
    now = hints.now.replace(second=0, microsecond=0, tzinfo=None)
    return [
        Reading(one.start, one.end, (now + one.value).time())
        for one in find_ahead(text, hints, tongue)
        if one.value < timedelta(days=1) and (now + one.value).date() == now.date()
    ]


def _in_part(text: str, tongue: Tongue) -> list[Reading[time]]:
    """Read "in the evening" where a time was asked for: its full hours are the question."""
    parts = parts_in(text, tongue)
    if len(parts) != 1 or any(char.isdigit() for char in text):
        return []
    first, *others = [time(hour) for hour in HOURS_OF[parts[0]]]
    start = len(text) - len(text.lstrip())
    return [Reading(start, len(text.rstrip()), first, tuple(others))]


def settled(hour: int, part: Part) -> int:
    """Tell the hour of a clock of 24 that an hour in a part of the day is."""
    if hour == 0 or hour > 12:
        return hour % 24
    match part:
        case Part.MORNING:
            return hour
        case Part.NOON:
            return hour + 12 if hour < 5 else hour
        case Part.AFTERNOON:
            return hour % 12 + 12
        case Part.EVENING:
            return (hour + 12) % 24
        case Part.NIGHT:
            return (hour + 12) % 24 if hour > 5 else hour


def _hours(match: re.Match[str], hour: int, asked: _Asked) -> list[int]:
    """List the hours of the day that may be meant, the early one first."""
    part = match.groupdict().get("part")
    parts = [asked.words.parts[part]] if part else parts_in(match.string, asked.tongue)
    meant = list(dict.fromkeys(settled(hour, one) for one in parts))
    if len(meant) == 1 or not 1 <= hour <= 12:
        return [meant[0] if len(meant) == 1 else hour % 24] if hour <= 24 else []
    return [12, 0] if hour == 12 else [hour, hour + 12]


def _times(match: re.Match[str], minutes: int, asked: _Asked) -> list[time]:
    """Make the times so many minutes after (or before) the hour that is named."""
    word = match["hour"]
    hour = int(word) if word.isdigit() else asked.words.hour_words[word]
    totals = [(one * 60 + minutes) % 1440 for one in _hours(match, hour, asked)]
    return [time(*divmod(total, 60)) for total in totals]


def _is_length(match: re.Match[str], asked: _Asked) -> bool:
    """Tell whether hours are a length here: "deux heures", where nothing makes them a time."""
    words, step = asked.words, match.groupdict().get("step")
    if match["lead"] or match["part"] or not words.unit_lasts:
        return False
    before, after = tail(match.string, match.start()), match.string[match.end() :][:LOOK]
    lasts, day, until, half = _around(asked.tongue)
    if until.match(after) or day.search(before) or (step and not half.fullmatch(f" {step}")):
        return False  # "de 18h à 20h", "demain 8h30", "huit heures moins dix"
    digits = match["hour"].isdigit()
    hour = int(match["hour"]) if digits else words.hour_words[match["hour"]]
    return bool(lasts.search(before)) or not (asked.wanted or 10 <= hour <= 23)


@cache
def _around(tongue: Tongue) -> tuple[re.Pattern[str], ...]:
    """Make what stands around hours: before a length, behind a day, amid a span, a half hour."""
    words, days = tongue.clocks, tongue.days
    names = "|".join(one.expression for one in (days.weekdays, days.near, days.months))
    return (
        spoken(rf"(?<!\w){phrases(words.lasting)}\s*\Z"),
        spoken(rf"(?<!\w)(?:{names}|\d/\d{{1,2}})[\s,]+\Z"),
        spoken(rf"\s*(?:-|{phrases(words.until)}\s+(?:l[ae]s?\s+)?)\s*\d"),
        spoken(tongue.lengths.half_behind),
    )


def _read_clock(match: re.Match[str], asked: _Asked) -> Sequence[time]:
    hour, minute, mark = int(match["hour"]), int(match["minute"]), match["mark"].strip()
    told = match["lead"] or match["unit"] or match["part"] or asked.wanted
    if mark == "." and not told:
        return []  # "7.30" may be a price
    if mark.lower() == "h" and _is_length(match, asked):
        return []
    if match["second"]:
        return [time(hour % 24, minute, int(match["second"]))]
    parts = match["part"] or (len(match["hour"]) == 1 and parts_in(match.string, asked.tongue))
    if not parts and (asked.words.by_24 or len(match["hour"]) == 2):
        return [time(hour % 24, minute)]
    return _times(match, minute, asked)


def _read_hour(match: re.Match[str], asked: _Asked) -> Sequence[time]:
    if _is_length(match, asked):
        return []
    if match["step"]:
        return _times(match, asked.words.behind_hour[match["step"]], asked)
    minutes = match["minute"] or "0"
    known = _minutes(asked.tongue)
    after = int(minutes) if minutes.isdigit() else known.get(" ".join(minutes.lower().split()), 0)
    hour = match["hour"]
    told = match["part"] or parts_in(match.string, asked.tongue)
    if asked.words.by_24 and match["unit"].lower() == "h" and hour.isdigit() and not told:
        return [time(int(hour) % 24, after)] if int(hour) <= 24 else []
    return _times(match, after, asked)


def _read_half_day(match: re.Match[str], asked: _Asked) -> Sequence[time]:
    del asked
    return [time(int(match["hour"]) % 12 + (12 if match["p"] else 0), int(match["minute"] or 0))]


def _read_named(match: re.Match[str], asked: _Asked) -> Sequence[time]:
    return [time(*asked.words.named[match["named"]])]


def _read_bare_lead(match: re.Match[str], asked: _Asked) -> Sequence[time]:
    return [] if match["hour"].lower() == "ein" else _times(match, 0, asked)


def _read_span(match: re.Match[str], asked: _Asked) -> Sequence[time]:
    """Read the first hour of a span: the last one before its end, "de once a una" is from 11."""
    known = asked.words.hour_words
    first, last = (int(one) if one.isdigit() else known[one] for one in match.group("hour", "last"))
    if not (1 <= first <= 12 and 1 <= last <= 12):
        return []
    end = settled(last, asked.words.parts[match["part"]])
    before = [hour for hour in (first % 24, (first + 12) % 24) if hour < end]
    return [time(max(before))] if before else [time((first % 12) + 12)]


def _read_step(match: re.Match[str], asked: _Asked) -> Sequence[time]:
    if not (match["lead"] or match["part"] or asked.wanted):
        return []  # "dos y media" may be a number
    return _times(match, asked.words.behind_hour[match["step"]], asked)


def _read_step_before(match: re.Match[str], asked: _Asked) -> Sequence[time]:
    return _times(match, asked.words.before_hour[match["step"]], asked)


def _read_bare(match: re.Match[str], asked: _Asked) -> Sequence[time]:
    if not asked.wanted:
        return []
    minute = int(match["minute"] or 0)
    if match["minute"] and (asked.words.by_24 or len(match["hour"]) == 2):
        hour = match["hour"]
        return [time(int(hour) % 24, minute)] if hour.isdigit() and int(hour) <= 24 else []
    return _times(match, minute, asked)
