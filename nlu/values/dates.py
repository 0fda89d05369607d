"""Days: "tomorrow", "next friday", "20 november", "the 20th", "20/11", "in two weeks".

A bare weekday is the next such day and never today: who means today says so. "next friday" is
that day, too, with the friday of the week after as the other reading where the two differ.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

from bot import Hints, Match
from nlu.values.almanac import (
    DAY_NAMES,
    FEASTS,
    ISO_DAYS,
    MONTH_NAMES,
    MONTHS,
    ORDINALS,
    WEEKDAYS,
    coming_date,
    coming_day,
    coming_weekday,
    day_of,
    later,
    months_later,
    numeric_days,
    real,
)
from nlu.values.numbers import UP_TO_99, number_of
from nlu.values.readings import Reading, Rule, compiled, matches, read_all
from nlu.values.regions import leads_with_month
from nlu.values.tongues import is_english, read_spoken, tongue_of
from nlu.values.tongues.days import find_days, show_spoken


def _either(names: Sequence[str]) -> str:
    ordered = sorted(names, key=len, reverse=True)
    return "(?:" + "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in ordered) + ")"


WEEKDAY = _either(list(DAY_NAMES))
MONTH = _either(list(MONTH_NAMES)) + r"\b\.?"
ORDINAL = _either([*ORDINALS, *(word.replace("-", " ") for word in ORDINALS)])
DAY = rf"(?:\d{{1,2}}(?:st|nd|rd|th)?|{ORDINAL})"
LEAD = rf"(?P<weekday>{WEEKDAY})\b\.?(?:\s*,)?\s+(?:the\s+)?"
FIRST_YEAR, LAST_YEAR = 1900, 2199  # as read behind a month's name
YEAR = r"(?:\s*,?\s*(?P<year>(?:19|20|21)\d\d)(?![\d:]))?"

_START = r"(?<![\w./:-])"
_NO_STREET = r"(?!\s+(?:street|st|road|rd|avenue|lane|square)\b)"
OF_MONTH = r"(?:\s+of\s+(?P<in>this|the|next|the\s+next|the\s+coming)\s+month\b)"
NUMERIC = compiled(
    rf"{_START}(?P<first>\d{{1,2}})(?P<mark>[./-])(?P<second>\d{{1,2}})"
    r"(?:(?P=mark)(?P<year>\d{4}|\d{2})|(?P<dot>\.)?)(?![\w/:-]|\.\d|\s+(?:of\s+)?an?\b)"
)
DAY_MONTH = compiled(
    rf"{_START}(?:{LEAD})?(?:the\s+)?(?P<day>{DAY})\s+(?:of\s+)?(?P<month>{MONTH}){YEAR}(?!\w){_NO_STREET}"
)
# "/book 5 november 4" is the fifth, for four
_NO_DAY_BEFORE = r"(?<!\d\s)(?<!st\s)(?<!nd\s)(?<!rd\s)(?<!th\s)"
MONTH_DAY = compiled(
    rf"{_START}{_NO_DAY_BEFORE}(?:{LEAD})?(?P<month>{MONTH})\s+(?:the\s+)?(?P<day>{DAY})(?!\w|[:/]\d|\s*[ap]\.?m\b){YEAR}"
)
# "from 3 to 5 december", "december 3-5": the day that stands apart from its month
_TO = r"\s*(?:[-\u2013]|\b(?:to|until|till|through|and)\b)\s*(?:the\s+)?"
DAY_SPAN = compiled(
    rf"{_START}(?:the\s+)?(?P<first>{DAY}){_TO}(?=(?P<second>{DAY})\s+(?:of\s+)?(?P<month>{MONTH}){YEAR}(?!\w))"
)
MONTH_SPAN = compiled(
    rf"{_START}(?P<month>{MONTH})\s+(?P<first>{DAY}){_TO}(?P<second>{DAY})(?!\w|[:/]\d|\s*[ap]\.?m\b){YEAR}"
)
DAY_ONLY = compiled(
    rf"{_START}(?:(?P<weekday>{WEEKDAY})\b\.?(?:\s*,)?\s+(?:the\s+)?|the\s+|(?:on|for|by)\s+(?=\d))(?P<day>\d{{1,2}}(?:st|nd|rd|th)|{ORDINAL})\b"
    r"(?=\s*(?:$|[,.;!?)]|\b(?:at|for|in|on|please|around|about|with|and|or|to|until|till|from|if|is"
    r"|works|would|by|then|instead|not)\b))"
)
DAY_OF_MONTH = compiled(rf"{_START}(?:on\s+)?(?:the\s+)?(?P<day>{DAY}|last\s+day|end){OF_MONTH}")
NTH_WEEKDAY = compiled(
    rf"\b(?:the\s+)?(?P<nth>first|1st|second|2nd|third|3rd|fourth|4th|last)\s+(?P<weekday>{WEEKDAY})"
    rf"(?:\s+(?:of|in)\s+(?P<month>{MONTH}){YEAR}(?!\w)|{OF_MONTH})"
)
WEEKDAY_RULE = compiled(
    rf"(?<!\w)(?P<lead>on\s+|by\s+|until\s+|till\s+)?(?P<which>this\s+coming\s+|this\s+|next\s+|coming\s+|last\s+)?"
    rf"(?P<weekday>{WEEKDAY})\b(?!['-]\w)(?P<week>\s+(?:of\s+)?next\s+week\b|\s+week\b)?"
)
WEEK_WEEKDAY = compiled(rf"\bnext\s+week\s*,?\s+(?:on\s+)?(?P<weekday>{WEEKDAY})\b")
FROM_WEEKDAY = compiled(
    rf"\b(?P<count>a|one|two)\s+weeks?\s+(?:(?:from|on|after)\s+(?P<from>today|tomorrow|{WEEKDAY})"
    r"|(?P<day>today|tomorrow))\b"
)
NEAR = compiled(
    r"\b(?P<word>(?:the\s+)?day\s+after\s+tomorrow|(?:the\s+)?day\s+before\s+yesterday|today|tonight"
    r"|tomorrow|tomorow|tommorow|tommorrow|tmrw|tmr|yesterday"
    r"|this\s+(?:morning|afternoon|evening)|(?:this|the|next)\s+weekend)\b(?!['-]\w)"
)
COUNTED = compiled(
    rf"\b(?:(?P<in>in|after)\s+(?:about\s+)?)?(?P<count>\d{{1,4}}|{UP_TO_99}|an?|a\s+couple\s+of)\s+"
    r"(?P<unit>day|week|fortnight|month|year)s?\b(?P<after>\s+from\s+(?:now|today)|\s+later|\s+ago)?"
)
FEAST = compiled(rf"\b(?P<feast>{_either(list(FEASTS))})\b{YEAR}")
BARE_DAY = compiled(rf"\A\s*(?:on\s+)?(?:the\s+)?(?P<day>{DAY})[\s.!]*$")

_DAY_PART = compiled(r"\s+(?:in\s+the\s+)?(?:morning|afternoon|evening|night)\b")
_NOT_THAT_DAY = compiled(r"\b(?:good|black|every|each|casual)\s+$")
_ARTICLE = compiled(r"\b(?:the|a|my|i|we|he|she|they|you|it|was|who|to)\s+$")
_WORDS_TOO = frozenset({"sat", "sun", "wed", "mon"})  # abbreviations that mean something else, too
_NOT_MAY = compiled(r"\b(?:i|we|you|he|she|they|it|that|which|this|who)\s+$")


def _number(day: str) -> int:
    digits = day[:2].rstrip("snrthSNRTH")
    if digits.isdigit():
        return int(digits)
    return ORDINALS.get("-".join(re.split(r"[\s-]+", day.lower())), 0)


def _weekday(name: str) -> int:
    return DAY_NAMES[name.lower().rstrip(".")]


def _read_numeric(match: re.Match[str], hints: Hints) -> Sequence[date]:
    """Read 20.11.2026, 20/11 and 3/4: with dots the day is first, else the locale tells."""
    day_first, month_first = numeric_days(match, hints.now.date(), wanted=hints.wanted)
    month_leads = None if match["mark"] == "." else leads_with_month(hints)
    if month_leads is None and match["mark"] != ".":
        return real(day_first, month_first)
    if month_leads:
        return real(month_first or day_first)
    return real(day_first) if match["mark"] == "." else real(day_first or month_first)


def _read_named(match: re.Match[str], hints: Hints) -> Sequence[date]:
    """Read a day of a named month; another weekday than the calendar's is the other reading."""
    before = match.string[: match.start()]
    if match["month"].lower() == "may" and match.start() == match.start("month"):
        follows = match.string[match.end() :].lstrip()[:6].lower()
        if _NOT_MAY.search(before) or follows.startswith(("people", "guests", "of us")):
            return []
    month, day = MONTH_NAMES[match["month"].lower().rstrip(".")], _number(match["day"])
    today = hints.now.date()
    found = (
        day_of(int(match["year"]), month, day) if match["year"] else coming_date(today, month, day)
    )
    if found is None or match["weekday"] is None:
        return real(found)
    weekday = _weekday(match["weekday"])
    return real(found, None if found.weekday() == weekday else coming_weekday(today, weekday))


def _spans(text: str, hints: Hints) -> Iterator[Reading[date]]:
    """Read the days of a span that has one month, each with its words."""
    for expression in (DAY_SPAN, MONTH_SPAN):
        for match in expression.finditer(text):
            month, named = _month_of(match, hints.now.date()), match.groupdict()
            places = [(match.start(), match.end("first"), _number(match["first"]))]
            if named.get("second"):
                places.append((*match.span("second"), _number(match["second"])))
            days = [day_of(month.year, month.month, one[2]) if month else None for one in places]
            if None in days or sorted(map(str, days)) != list(map(str, days)):
                continue
            for (start, end, _), day in zip(places, real(*days), strict=False):
                yield Reading(start, end, day)


def _read_day_only(match: re.Match[str], hints: Hints) -> Sequence[date]:
    words = match["day"].lower()
    told = hints.wanted or match.string[: match.start()].lower().endswith("on ")
    if match["weekday"] is None and not words[0].isdigit() and not told:
        return []  # "the second" may be anything; "on the second" is a day
    today = hints.now.date()
    found = coming_day(today, _number(match["day"]))
    if found is None or match["weekday"] is None:
        return real(found)
    weekday = _weekday(match["weekday"])
    return real(found, None if found.weekday() == weekday else coming_weekday(today, weekday))


_COMING = frozenset({"next", "coming"})


def _month_of(match: re.Match[str], today: date) -> date | None:
    """Tell the first day of the month that is named, or meant by "this" and "next"."""
    named = match.groupdict().get("month")
    if not named:
        return months_later(today.replace(day=1), int(match["in"].lower().split()[-1] in _COMING))
    month, year = MONTH_NAMES[named.lower().rstrip(".")], match["year"]
    return day_of(int(year or today.year + (month < today.month)), month, 1)


def _read_day_of_month(match: re.Match[str], hints: Hints) -> Sequence[date]:
    today, words = hints.now.date(), match["day"].lower()
    if words == "end" and not hints.wanted:
        return []  # "by the end of the month" is not always its last day
    first = _month_of(match, today)
    if first is None:
        return []
    is_last = words.split()[0] in {"last", "end"}
    day = monthrange(first.year, first.month)[1] if is_last else _number(words)
    return real(day_of(first.year, first.month, day))


def _read_nth_weekday(match: re.Match[str], hints: Hints) -> Sequence[date]:
    """Read "the first monday of december", "the last friday of the month"."""
    first = _month_of(match, hints.now.date())
    if first is None:
        return []
    start = later(first, (_weekday(match["weekday"]) - first.weekday()) % 7)
    nth = match["nth"].lower()
    weeks = 4 if nth == "last" else _number(nth) - 1
    found = None if start is None else later(start, 7 * weeks)
    if found is not None and found.month != first.month:
        found = later(found, -7)
    return real(found)


def _names_day(match: re.Match[str], hints: Hints) -> bool:
    """Tell whether a weekday's name means a day here: not in "Good Friday" or "the sun is out"."""
    before, following = match.string[: match.start()], match.string[match.end() :]
    if _NOT_THAT_DAY.search(before):
        return False
    alone = match.string.strip(" .!?,") == match[0].strip()
    marked = match["lead"] or match["which"] or match["week"] or alone
    if marked or match["weekday"].lower() not in _WORDS_TOO:
        return True
    told = hints.wanted or re.match(r"\s*(?:,|at\b|\d)", following)
    return bool(told) and not _ARTICLE.search(before)


def _read_weekday(match: re.Match[str], hints: Hints) -> Sequence[date]:
    today, weekday = hints.now.date(), _weekday(match["weekday"])
    coming = coming_weekday(today, weekday)
    if coming is None or not _names_day(match, hints):
        return []
    if match["week"]:
        is_next = "next" in match["week"].lower()
        return _of_next_week(today, weekday) if is_next else real(later(coming, 7))
    is_today = coming.weekday() == today.weekday()
    match (match["which"] or "").split():
        case ["last"]:
            return real(later(coming, -14 if is_today else -7))
        case ["this"] if is_today:
            return [today]
        case ["next"]:
            return real(coming, *_of_next_week(today, weekday))
        case _:
            return [coming]


def _of_next_week(today: date, weekday: int) -> list[date]:
    return real(later(today, 7 - today.weekday() + weekday))


def _read_week_weekday(match: re.Match[str], hints: Hints) -> Sequence[date]:
    return _of_next_week(hints.now.date(), _weekday(match["weekday"]))


def _read_from_weekday(match: re.Match[str], hints: Hints) -> Sequence[date]:
    today, name = hints.now.date(), (match["from"] or match["day"]).lower()
    start: date | None
    match name:
        case "today":
            start = today
        case "tomorrow":
            start = later(today, 1)
        case _:
            start = coming_weekday(today, DAY_NAMES[name])
    weeks = 2 if match["count"].lower() == "two" else 1
    return real(None if start is None else later(start, 7 * weeks))


def _read_near(match: re.Match[str], hints: Hints) -> Sequence[date]:
    words = match["word"].lower().split()
    today = hints.now.date()
    if words[-1] == "weekend":
        saturday = later(today, (5 - today.weekday()) % 7 + (7 if words[0] == "next" else 0))
        return real(saturday, None if saturday is None else later(saturday, 1))
    if words[0] == "this" or words[-1] in {"today", "tonight"}:
        return [today]
    days = 2 if "day" in words else 1
    return real(later(today, -days if words[-1] == "yesterday" else days))


def _read_counted(match: re.Match[str], hints: Hints) -> Sequence[date]:
    if not (match["in"] or match["after"]):
        return []  # "3 days" alone is a length
    words = match["count"].lower()
    count = {"a": 1, "an": 1}.get(words, 2 if words.startswith("a ") else number_of(words) or 0)
    count = -count if (match["after"] or "").strip().lower() == "ago" else count
    today = hints.now.date()
    match match["unit"].lower():
        case "month":
            return real(months_later(today, count))
        case "year":
            return real(months_later(today, 12 * count))
        case unit:
            return real(later(today, count * {"day": 1, "week": 7}.get(unit, 14)))


def _read_feast(match: re.Match[str], hints: Hints) -> Sequence[date]:
    month, day = FEASTS[" ".join(match["feast"].lower().split())]
    if match["year"]:
        return real(day_of(int(match["year"]), month, day))
    return real(coming_date(hints.now.date(), month, day))


def _read_bare_day(match: re.Match[str], hints: Hints) -> Sequence[date]:
    if not hints.wanted:
        return []
    return real(coming_day(hints.now.date(), _number(match["day"])))


RULES = [
    ISO_DAYS,
    Rule(NUMERIC, _read_numeric),
    Rule(DAY_MONTH, _read_named),
    Rule(MONTH_DAY, _read_named),
    Rule(DAY_ONLY, _read_day_only),
    Rule(DAY_OF_MONTH, _read_day_of_month),
    Rule(NTH_WEEKDAY, _read_nth_weekday),
    Rule(WEEKDAY_RULE, _read_weekday),
    Rule(WEEK_WEEKDAY, _read_week_weekday),
    Rule(FROM_WEEKDAY, _read_from_weekday),
    Rule(NEAR, _read_near),
    Rule(COUNTED, _read_counted),
    Rule(FEAST, _read_feast),
    Rule(BARE_DAY, _read_bare_day),
]


def _widened(reading: Reading[date], text: str) -> Reading[date]:
    """Take "friday evening" as the words of the day: the evening is heard with the time."""
    part = _DAY_PART.match(text, reading.end)
    return replace(reading, end=part.end()) if part else reading


def _read_english(text: str, hints: Hints) -> Sequence[Reading[date]]:
    found = [*_spans(text, hints), *read_all(RULES, text, hints)]
    return [_widened(one, text) for one in found]


def show_day(value: date, hints: Hints) -> str:
    """Write a day as a person would read it; the year where it is not clear."""
    today, tongue = hints.now.date(), tongue_of(hints)
    if tongue is None and not is_english(hints):
        return value.isoformat()
    if tongue is None and value == today:
        return "Today"
    if tongue is None and value == later(today, 1):
        return "Tomorrow"
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        return value.isoformat()
    if tongue is not None:
        return show_spoken(value, today, tongue)
    text = f"{WEEKDAYS[value.weekday()]} {value.day} {MONTHS[value.month - 1]}"
    return text if value.year == today.year and value > today else f"{text} {value.year:04d}"


class Dates:
    """Days of the calendar; see `bot.ports.Recogniser`."""

    kind: ClassVar[str] = "date"
    type: Any = date
    rank: ClassVar[int] = 80

    def find(self, text: str, hints: Hints) -> Sequence[Match[date]]:
        """See `bot.ports.Recogniser.find`."""
        return matches(self.kind, text, read_spoken(text, hints, find_days, _read_english))

    def show(self, value: date, hints: Hints) -> str:
        """See `bot.ports.Recogniser.show`."""
        return show_day(value, hints)
