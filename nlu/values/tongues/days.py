"""Days of the calendar, by a language's tables; the day stands before the month."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from bot import Hints
from nlu.values.almanac import (
    ISO_DAYS,
    coming_date,
    coming_day,
    coming_weekday,
    day_of,
    later,
    months_later,
    numeric_days,
    real,
)
from nlu.values.readings import Reading, read_all
from nlu.values.tongues.counting import below_hundred, read_number
from nlu.values.tongues.tongue import DayWords, Tongue, Turn, Unit
from nlu.values.tongues.words import GAP, fold, phrases, spoken, tail

_START = r"(?<![\w./:-])"
_YEAR = r"(?P<year>(?:19|20|21)\d\d)(?![\d:])"


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a reader knows beside the words."""

    today: date
    wanted: bool
    tongue: Tongue

    @property
    def words(self) -> DayWords:
        return self.tongue.days


_Rule = tuple[re.Pattern[str], Callable[[re.Match[str], _Asked], Sequence[date]]]


def find_days(text: str, hints: Hints, tongue: Tongue) -> list[Reading[date]]:
    """Find the days of a folded text; parts of a day belong to the words of the day."""
    asked = _Asked(hints.now.date(), hints.wanted, tongue)
    found = read_all([ISO_DAYS], text, hints)
    for expression, read in _rules(tongue):
        for match in expression.finditer(text):
            days = read(match, asked)
            if days:
                found.append(Reading(match.start(), match.end(), days[0], tuple(days[1:])))
    return [_widened(one, text, tongue) for one in found]


def show_spoken(value: date, today: date, tongue: Tongue) -> str:
    """Write a day in the language; the year where it is not clear."""
    words = tongue.days
    if value == today:
        return words.today
    if value == later(today, 1):
        return words.tomorrow
    text = words.shown.format(
        weekday=words.weekday_names[value.weekday()],
        day=value.day,
        month=words.month_names[value.month - 1],
    )
    return text if value.year == today.year and value > today else f"{text} {value.year:04d}"


def day_part(tongue: Tongue) -> str:
    """Make the expression of a part of a day behind a day ("friday evening")."""
    glued = f"|{tongue.days.glued_parts}" if tongue.days.glued_parts else ""
    return rf"(?:{tongue.clocks.parts.expression}{glued})(?!\w)"


@cache
def _part_behind(tongue: Tongue) -> re.Pattern[str]:
    return spoken(rf"\s+{day_part(tongue)}")


def _widened(reading: Reading[date], text: str, tongue: Tongue) -> Reading[date]:
    part = _part_behind(tongue).match(text, reading.end)
    return replace(reading, end=part.end()) if part else reading


@cache
def _rules(tongue: Tongue) -> Sequence[_Rule]:
    return [*_numbered(tongue.days), *_named(tongue), *_counted(tongue)]


def _weekday_names(words: DayWords) -> str:
    return rf"(?:{words.weekdays.expression}(?!\w)|{words.weekday_shorts.expression}\.)"


def _numbered(words: DayWords) -> list[_Rule]:
    """List the rules for days with a number."""
    the, mark = phrases(words.the), words.day_mark
    lead = rf"(?:(?P<weekday>{_weekday_names(words)})(?:\s*,)?\s+)?(?:{the}\s+)?"
    day = rf"(?P<day>\d{{1,2}}(?:{mark})?|{words.days.expression})"
    of = rf"(?:{phrases(words.of)}\s+)?" if words.of else ""
    stop = r"\.\s*$" if r"\." in mark else r"\.(?!\d)"  # "am 2. Weihnachtstag" is not the 2nd
    after = rf"(?=\s*(?:$|[,;!?)]|{stop}|\b(?:{phrases(words.follows)})(?!\w)))"
    return [
        (
            spoken(
                rf"{_START}{lead}(?P<first>\d{{1,2}})(?P<mark>[./-])(?P<second>\d{{1,2}})"
                r"(?:(?P=mark)(?P<year>\d{4}|\d{2})|(?P<dot>\.)?)(?![\w/:-]|\.\d|\s*(?:uhr|h)\b)"
            ),
            _read_numeric,
        ),
        (
            spoken(
                rf"{_START}{lead}{day}{GAP}?\s*{of}(?P<month>{words.months.expression})(?!\w)\.?"
                rf"(?:\s*,?\s*{of}{_YEAR})?"
            ),
            _read_named,
        ),
        (
            spoken(
                rf"{_START}(?:(?P<weekday>{_weekday_names(words)})(?:\s*,)?\s+(?:{the}\s+)?"
                rf"|(?P<lead>{phrases(words.day_lead)})\s+){day}(?!\w){after}"
            ),
            _read_day_only,
        ),
        (spoken(rf"\A\s*(?:{the}\s+)?{day}[\s.!]*$"), _read_bare),
    ]


def _named(tongue: Tongue) -> list[_Rule]:
    """List the rules for days with a name."""
    words = tongue.days
    glued = f"(?:{words.glued_parts})?" if words.glued_parts else ""
    weekday = (
        rf"(?:(?P<name>{words.weekdays.expression}){glued}(?!\w)"
        rf"|(?P<short>{words.weekday_shorts.expression})\.(?=\s*\d))"
    )
    turns = (words.before.expression, words.behind.expression)
    year = rf"(?:\s*,?\s*{_YEAR})?"
    return [
        (
            spoken(
                rf"(?<!\w)(?:(?P<before>{turns[0]}),?\s+)?{weekday}(?:\s+(?P<behind>{turns[1]})(?!\w))?"
            ),
            _read_weekday,
        ),
        (spoken(rf"(?<![\w-])(?P<near>{words.near.expression})(?![\w-])"), _read_near),
        (spoken(rf"(?<!\w)(?P<weekend>{words.weekends.expression})(?!\w)"), _read_weekend),
        (spoken(rf"(?<!\w)(?P<feast>{words.feasts.expression})(?!\w){year}"), _read_feast),
    ]


def _counted(tongue: Tongue) -> list[_Rule]:
    words, one = tongue.days, phrases(tongue.lengths.one)
    count = rf"(?P<count>\d{{1,4}}|{below_hundred(tongue)}|{one})"
    unit = rf"(?P<unit>{words.units.expression})(?!\w)"
    ways = rf"(?:(?P<ahead>{phrases(words.ahead)})|(?P<ago>{phrases(words.ago)}))"
    return [(spoken(rf"(?<!\w){ways}\s+{count}\s+{unit}"), _read_counted)]


def _number(day: str, words: DayWords) -> int:
    digits = re.match(r"\d{1,2}", day)
    return int(digits[0]) if digits else words.days[day]


def _weekday(name: str, words: DayWords) -> int:
    bare = name.rstrip(".")
    found = words.weekdays.get(bare)
    return words.weekday_shorts[bare] if found is None else found


def _read_numeric(match: re.Match[str], asked: _Asked) -> Sequence[date]:
    """Read 20.11.2026, 20.11. and 20/11; a day that no month has is a month."""
    day_first, month_first = numeric_days(match, asked.today, wanted=asked.wanted)
    found = day_first or (None if match["mark"] == "." else month_first)
    return _on_weekday(found, match["weekday"], asked)


def _read_named(match: re.Match[str], asked: _Asked) -> Sequence[date]:
    month, day = asked.words.months[match["month"]], _number(match["day"], asked.words)
    if match["year"]:
        found = day_of(int(match["year"]), month, day)
    else:
        found = coming_date(asked.today, month, day)
    return _on_weekday(found, match["weekday"], asked)


def _on_weekday(found: date | None, name: str | None, asked: _Asked) -> Sequence[date]:
    """Keep another weekday than the calendar's as the other reading."""
    if found is None or name is None:
        return real(found)
    weekday = _weekday(name, asked.words)
    return real(found, None if found.weekday() == weekday else coming_weekday(asked.today, weekday))


def _read_day_only(match: re.Match[str], asked: _Asked) -> Sequence[date]:
    is_figure = match["day"][0].isdigit()
    if match["weekday"] is None and not is_figure and not asked.wanted:
        return []  # "der zweite" may be anything
    found = coming_day(asked.today, _number(match["day"], asked.words))
    return _on_weekday(found, match["weekday"], asked)


def _read_bare(match: re.Match[str], asked: _Asked) -> Sequence[date]:
    if not asked.wanted:
        return []
    return real(coming_day(asked.today, _number(match["day"], asked.words)))


def _read_weekday(match: re.Match[str], asked: _Asked) -> Sequence[date]:
    words, today = asked.words, asked.today
    before = match["before"]
    if before is None and _stands_before(words.never, match, asked):
        return []
    name = match["name"]
    weekday = words.weekday_shorts[match["short"]] if name is None else words.weekdays[name]
    turn = words.before[before] if before else None
    if match["behind"]:
        turn = words.behind[match["behind"]]
    coming = coming_weekday(today, weekday)
    return [] if coming is None else _turned(coming, turn, today)


def _turned(coming: date, turn: Turn | None, today: date) -> Sequence[date]:
    is_today = coming.weekday() == today.weekday()
    of_next_week = later(today, 7 - today.weekday() + coming.weekday())
    match turn:
        case Turn.LAST:
            return real(later(coming, -14 if is_today else -7))
        case Turn.THIS if is_today:
            return [today]
        case Turn.NEXT:
            return real(coming, of_next_week)
        case Turn.OF_NEXT_WEEK:
            return real(of_next_week)
        case Turn.WEEK_AFTER:
            return real(later(coming, 7))
        case _:
            return [coming]


def _stands_before(words: str, match: re.Match[str], asked: _Asked) -> bool:
    del asked
    return bool(_before(words).search(tail(match.string, match.start())))


@cache
def _before(words: str) -> re.Pattern[str]:
    return spoken(rf"(?<!\w){phrases(words)}\s+\Z")


def _read_near(match: re.Match[str], asked: _Asked) -> Sequence[date]:
    if _stands_before(asked.words.no_near, match, asked):
        return []
    return real(later(asked.today, asked.words.near[match["near"]]))


def _read_weekend(match: re.Match[str], asked: _Asked) -> Sequence[date]:
    days = (5 - asked.today.weekday()) % 7 + asked.words.weekends[match["weekend"]]
    saturday = later(asked.today, days)
    return real(saturday, None if saturday is None else later(saturday, 1))


def _read_feast(match: re.Match[str], asked: _Asked) -> Sequence[date]:
    month, day = asked.words.feasts[match["feast"]]
    if match["year"]:
        return real(day_of(int(match["year"]), month, day))
    return real(coming_date(asked.today, month, day))


def _read_counted(match: re.Match[str], asked: _Asked) -> Sequence[date]:
    words = fold(match["count"]).lower()
    count = read_number(words, asked.tongue) or 1
    count = -count if match["ago"] else count
    match asked.words.units[match["unit"]]:
        case Unit.MONTH:
            return real(months_later(asked.today, count))
        case Unit.YEAR:
            return real(months_later(asked.today, 12 * count))
        case unit:
            return real(later(asked.today, count * unit.value))
