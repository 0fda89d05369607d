"""Names of days and months, and counting in the calendar."""

import calendar
import re
from collections.abc import Sequence
from datetime import MAXYEAR, MINYEAR, date, timedelta

from bot import Hints
from nlu.values.readings import Rule, compiled

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip

DAY_NAMES = {name.lower(): number for number, name in enumerate(WEEKDAYS)} | {
    "mon": 0, "tue": 1, "tues": 1, "wed": 2, "weds": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4,
    "sat": 5, "sun": 6,
}  # fmt: skip
MONTH_NAMES = {name.lower(): number for number, name in enumerate(MONTHS, start=1)} | {
    name[:3].lower(): number for number, name in enumerate(MONTHS, start=1)
}
MONTH_NAMES["sept"] = 9

_NINE = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_TEENS = (
    "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth",
    "seventeenth", "eighteenth", "nineteenth", "twentieth",
)  # fmt: skip
_REST = (*(f"twenty-{unit}" for unit in _NINE), "thirtieth", "thirty-first")
ORDINALS = {word: value for value, word in enumerate((*_NINE, *_TEENS, *_REST), start=1)}

FEASTS = {
    "christmas eve": (12, 24), "christmas day": (12, 25), "christmas": (12, 25), "xmas": (12, 25),
    "boxing day": (12, 26), "new year's eve": (12, 31), "new year's day": (1, 1),
    "valentine's day": (2, 14), "halloween": (10, 31),
}  # fmt: skip


def day_of(year: int, month: int, day: int) -> date | None:
    """Make a date; None where the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def real(*days: date | None) -> list[date]:
    """Keep the days that the calendar has, each once."""
    return list(dict.fromkeys(day for day in days if day is not None))


def _read_iso(match: re.Match[str], hints: Hints) -> Sequence[date]:
    del hints
    return real(day_of(int(match[1]), int(match[3]), int(match[4])))


ISO_DAYS = Rule(
    compiled(r"(?<![\w./:-])(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?![\d/-])(?=T\d|\b)"), _read_iso
)
"""Days as they are written in every language: 2026-11-20."""


def later(today: date, days: int) -> date | None:
    """Count days on from a day; None beyond the calendar."""
    try:
        return today + timedelta(days=days)
    except OverflowError:
        return None


def months_later(today: date, months: int) -> date | None:
    """Count months on; the 31st becomes the last day of a shorter month."""
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    if not MINYEAR <= year <= MAXYEAR:
        return None
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


def coming_weekday(today: date, weekday: int) -> date | None:
    """Find the next such weekday; today's own name means the day a week from now."""
    return later(today, (weekday - today.weekday() - 1) % 7 + 1)


def coming_date(today: date, month: int, day: int) -> date | None:
    """Find the next such day, today included; eight years reach every 29 February."""
    years = range(today.year, min(today.year + 9, MAXYEAR + 1))
    found = (day_of(year, month, day) for year in years)
    return next((one for one in found if one is not None and one >= today), None)


def coming_day(today: date, day: int) -> date | None:
    """Find the next such day of a month, today included."""
    first = today.replace(day=1)
    starts = (months_later(first, count) for count in range(3))
    found = (day_of(start.year, start.month, day) for start in starts if start is not None)
    return next((one for one in found if one is not None and one >= today), None)


def numeric_days(
    match: re.Match[str], today: date, *, wanted: bool
) -> tuple[date | None, date | None]:
    """Read 20.11.2026, 20.11. and 20/11, the day first and the month first; None where it is none.

    ``match`` has the groups first, second, mark, dot and year.
    """
    first, second, mark = int(match["first"]), int(match["second"]), match["mark"]
    if match["year"] is None and (mark == "-" or (first, second) == (24, 7)):
        return None, None  # "2-4 people", "open 24/7"
    if mark == "." and not (match["year"] or match["dot"] or wanted):
        return None, None  # "7.30" is a time or a number
    year = int(match["year"] or 0)
    year += 2000 if 0 < year < 100 else 0

    def dated(day: int, month: int) -> date | None:
        if year:
            return day_of(year, month, day)
        return coming_date(today, month, day) if month <= 12 else None

    return dated(first, second), dated(second, first)
