"""Times of the day: "19:00", "7pm", "half past seven", "7 in the evening", "noon".

An hour from one to twelve without a.m. or p.m. has two readings, unless the words around tell the
part of the day; "07:00" and "10:30" are written as on a clock of 24 hours and have one.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import time, timedelta
from typing import Any, ClassVar

from bot import Hints, Match
from nlu.values.numbers import SMALL, TENS
from nlu.values.readings import Reading, Rule, compiled, matches, read_all
from nlu.values.tongues import read_spoken
from nlu.values.tongues.clocks import find_times

HOURS = {word: value for word, value in SMALL.items() if 1 <= value <= 12}
MINUTES = {
    "quarter": 15, "a quarter": 15, "five": 5, "ten": 10, "twenty": 20, "twenty-five": 25,
    "twenty five": 25, "half": 30,
}  # fmt: skip

HOUR_WORD = "(?:" + "|".join(sorted(HOURS, key=len, reverse=True)) + ")"
LATE_HOURS = {word: value for word, value in SMALL.items() if value > 12} | {
    "twenty": 20, "twenty-one": 21, "twenty one": 21, "twenty-two": 22, "twenty two": 22,
    "twenty-three": 23, "twenty three": 23,
}  # fmt: skip
LATE_WORD = "(?:" + "|".join(sorted(LATE_HOURS, key=len, reverse=True)).replace(" ", r"\s") + ")"
HALF_DAY = r"(?P<half>[ap])\.?\s?m\b\.?"
PART = r"(?P<part>(?:in\s+the\s+)?(?:morning|afternoon|evening)|at\s+night)\b"
# these tell the day, too: they are looked at and left for the day's recogniser
SOON = (
    r"(?=\s+(?P<soon>tonight|this\s+(?:morning|afternoon|evening)"
    r"|tomorrow\s+(?:morning|evening))\b)"
)
TAIL = rf"(?:\s*{HALF_DAY}|\s+{PART}|{SOON})"
ABOUT = r"(?:at|around|about|by|from|until|till|after|before|@)\s*(?:about\s+|around\s+)?"
NO_THING = (
    r"(?!\s*(?:%|\$|\u20ac|\u00a3)|[\w:/]|[.,]\d|-\w|\s+(?:people|persons?|guests?|of\s+us|tables?"
    r"|euros?|dollars?|pounds?|percent|hours?|minutes?|mins?|days?|weeks?|months?|years?|times?|of|point|place|accounts?|other|another|to\s+another"
    r"|to\s+\w+\s+(?:people|persons?|guests?)"
    r"|(?:\w+\s+)?(?:street|st|road|avenue|lane)|th|nd|rd|others|january|february|march|april|may"
    r"|june|july|august|september|october|november|december)\b)"
)

_START = r"(?<![\w.:/+-])"
CLOCK = compiled(
    rf"(?<![\w.:/+])(?<!\d-)(?:(?P<hour>[01]?\d|2[0-4]):|(?P<hour24>[01]\d|2[0-4])h)(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?(?![\w:]|\.\d)(?:{TAIL})?"
)
CLOCK_TAIL = compiled(rf"{_START}(?P<hour>[01]?\d|2[0-4])[:.h](?P<minute>[0-5]\d){TAIL}")
DOTTED = compiled(
    rf"(?P<lead>{ABOUT})?{_START}(?P<hour>[01]?\d|2[0-4])\.(?P<minute>[0-5]\d)(?![\w:/.]){NO_THING}"
)
HOUR_TAIL = compiled(rf"{_START}(?P<hour>\d{{1,2}}|{HOUR_WORD})(?:\s+o'?\s?clock)?{TAIL}")
O_CLOCK = compiled(rf"{_START}(?P<hour>\d{{1,2}}|{HOUR_WORD})\s+o'?\s?clock\b")
HALF_WORDS = compiled(
    r"(?<!\w)(?P<minutes>(?:a\s+)?quarter|half|five|ten|twenty(?:[ -]five)?|\d{1,2})"
    r"(?:\s+minutes)?[\s-]+"
    rf"(?P<way>past|after|to|before|till)\s+(?P<hour>\d{{1,2}}|{HOUR_WORD})"
    rf"(?![\w:]|\s+(?:people|persons?|guests?|of\s+us)\b)(?:{TAIL})?"
)
WORDS = compiled(
    rf"(?<!\w)(?P<hour>{HOUR_WORD})[\s-]+"
    rf"(?P<minutes>thirty|fifteen|forty[ -]five|ten|twenty|forty|fifty)\b(?:{TAIL})?"
)
AT_HOUR = compiled(
    rf"\b{ABOUT}(?P<hour>\d{{1,2}}|{HOUR_WORD})(?:\s+o'?\s?clock)?(?:{TAIL}|{NO_THING})"
)
ISH = compiled(
    rf"{_START}(?P<hour>\d{{1,2}}|{HOUR_WORD})(?:[:.](?P<minute>[0-5]\d))?[\s-]?ish\b(?:{TAIL})?"
)
COMPACT = compiled(
    rf"(?:\bat\s+(?P<at>(?P<hour>\d{{1,2}})(?P<minute>[0-5]\d)){NO_THING}"
    rf"|{_START}(?P<hour2>\d{{1,2}})(?P<minute2>[0-5]\d)\s?{HALF_DAY})"
)
NAMED = compiled(r"\b(?:12\s+)?(?P<name>noon|midday|midnight)\b")
BARE = compiled(
    rf"\A\s*(?:(?:at|around|about|say|maybe|for|like|let's\s+say|u+m+|or|no|yes|ok)[\s,]+){{0,2}}"
    rf"(?P<hour>\d{{1,2}}|{HOUR_WORD}|{LATE_WORD})(?:[.:h ]?(?P<minute>[0-5]\d))?(?:\s*h(?:rs?)?)?"
    r"(?:\s+(?:please|then|is\s+(?:fine|good|ok)|works))?[\s.!,]*$"
)
HALF_HOUR = compiled(
    rf"(?P<lead>\b{ABOUT})?(?<!\w)half[\s-]+(?P<hour>{HOUR_WORD}|\d{{1,2}})(?:{TAIL}|{NO_THING}(?!\w))"
)
# "7 to 9pm", "from 7 to 9", "7-9pm": the second hour is looked at, and may tell of the first.
SPAN = compiled(
    rf"(?P<lead>\b(?:from|between)\s+)?{_START}(?P<hour>\d{{1,2}}|{HOUR_WORD})"
    r"(?:[:.](?P<minute>[0-5]\d))?(?:\s*[-\u2013]\s*|\s+(?:to|and|until|till)\s+)"
    rf"(?=(?P<second>(?P<until>\d{{1,2}}|{HOUR_WORD})(?:[:.](?P<until_minute>[0-5]\d))?"
    rf"(?:\s+o'?\s?clock)?(?:{TAIL}|(?P<bare>{NO_THING}(?!\w)))))"
)

# only where a time was asked for: then the hours that are meant are a question
PARTLY = compiled(
    r"\A\s*(?:(?:in|for|at|some\s?time|sometime|maybe|say)\s+){0,2}(?:the\s+)?(?:early\s+|late\s+)?"
    r"(?P<part>morning|afternoon|evening|night)[\s.!,]*(?:please[\s.!]*)?$"
)
HOURS_OF = {
    "morning": range(8, 12), "afternoon": range(14, 18), "evening": range(18, 22),
    "night": range(20, 24),
}  # fmt: skip
"""The full hours that may be meant by a part of the day."""
IN_A_WHILE = compiled(
    r"\b(?:in|after)\s+(?:about\s+)?(?P<count>\d{1,3}|an?|half\s+an|two|three|four|five|six|ten|fifteen"
    r"|twenty|thirty|forty[ -]five|sixty|ninety)\s+(?P<unit>hours?|minutes?|mins?)\b"
)

NAMED_HOURS = {"noon": time(12), "midday": time(12), "midnight": time(0)}

_DAY_PART = compiled(
    r"\b(?P<good>good\s+)?(?P<part>morning|afternoon|evening|tonight|night|dinner|supper|breakfast)\b"
)
_AFTERNOON = {"afternoon", "evening", "tonight", "night", "dinner", "supper"}


def _hour(word: str) -> int:
    if word.isdigit():
        return int(word)
    spoken = " ".join(word.lower().split())
    return HOURS.get(spoken) or LATE_HOURS[spoken]


def _half_of_words(text: str) -> str | None:
    """Tell from the words of a text which half of the day is meant; None if they do not."""
    halves = {
        "p" if found["part"].lower() in _AFTERNOON else "a"
        for found in _DAY_PART.finditer(text)
        if not found["good"]
    }
    return halves.pop() if len(halves) == 1 else None


def _half_of(match: re.Match[str]) -> str | None:
    """Tell which half of the day is meant: by the words behind the time, else by all words."""
    named = match.groupdict()
    if named.get("half"):
        return str(named["half"]).lower()
    return _half_of_words(named.get("part") or named.get("soon") or match.string)


def _settled(hour: int, minute: int, half: str | None) -> list[time]:
    """Make the time of an hour that half the day is known of; evening's 12 is midnight."""
    if hour > 12 or hour == 0 or half is None:
        return [time(hour % 24, minute)] if hour <= 24 else []
    return [time(hour % 12 + (12 if half == "p" else 0), minute)]


def _readings(hour: int, minute: int, half: str | None) -> list[time]:
    """List the times that an hour of the twelve-hour clock may mean, the early one first."""
    if half is not None or not 1 <= hour <= 12:
        return _settled(hour, minute, half)
    morning, evening = time(hour % 12, minute), time(hour % 12 + 12, minute)
    return [evening, morning] if hour == 12 else [morning, evening]


def _read_clock(match: re.Match[str], hints: Hints) -> Sequence[time]:
    del hints
    digits = match["hour"] or match["hour24"]
    hour, minute = int(digits), int(match["minute"])
    if match["second"]:
        return [time(hour % 24, minute, int(match["second"]))]
    if len(digits) == 2 and not (match["half"] or match["part"] or match["soon"]):
        return [time(hour % 24, minute)]
    return _readings(hour, minute, _half_of(match))


def _read_clock_tail(match: re.Match[str], hints: Hints) -> Sequence[time]:
    del hints
    return _settled(int(match["hour"]), int(match["minute"]), _half_of(match))


def _read_dotted(match: re.Match[str], hints: Hints) -> Sequence[time]:
    if not (match["lead"] or hints.wanted):
        return []  # "7.30" may be a price
    hour, minute = int(match["hour"]), int(match["minute"])
    if len(match["hour"]) == 2:
        return [time(hour % 24, minute)]
    return _readings(hour, minute, _half_of(match))


def _read_hour(match: re.Match[str], hints: Hints) -> Sequence[time]:
    del hints
    return _readings(_hour(match["hour"]), 0, _half_of(match))


def _read_ish(match: re.Match[str], hints: Hints) -> Sequence[time]:
    del hints
    return _readings(_hour(match["hour"]), int(match["minute"] or 0), _half_of(match))


def _read_compact(match: re.Match[str], hints: Hints) -> Sequence[time]:
    del hints
    hour = int(match["hour"] or match["hour2"])
    minute = int(match["minute"] or match["minute2"])
    if match["at"] and len(match["at"]) == 4:
        return [time(hour, minute)] if hour < 24 else []
    return _readings(hour, minute, _half_of(match))


def _read_half_words(match: re.Match[str], hints: Hints) -> Sequence[time]:
    del hints
    words = " ".join(match["minutes"].lower().split())
    minutes = int(words) if words.isdigit() else MINUTES[words]
    hour, before = _hour(match["hour"]), match["way"].lower() in {"to", "before", "till"}
    figures = words.isdigit() and match["hour"].isdigit()
    if not 1 <= hour <= 12 or not 0 < minutes < 60 or (before and (words == "half" or figures)):
        return []  # "5 to 7" is a span
    if not before:
        return _readings(hour, minutes, _half_of(match))
    return [
        time((whole.hour - 1) % 24, 60 - minutes) for whole in _readings(hour, 0, _half_of(match))
    ]


def _read_half_hour(match: re.Match[str], hints: Hints) -> Sequence[time]:
    """Read "half seven" as the British say it: half past."""
    told = match["lead"] or match["half"] or match["part"] or match["soon"]
    hour = _hour(match["hour"])
    return _readings(hour, 30, _half_of(match)) if (told or hints.wanted) and hour <= 12 else []


def _ends(match: re.Match[str]) -> tuple[list[time], list[time]]:
    """Read both ends of a span: "7 to 9pm" is of one half of the day, "11 to 1pm" of two."""
    ends = _readings(_hour(match["until"]), int(match["until_minute"] or 0), _half_of(match))
    starts = _readings(_hour(match["hour"]), int(match["minute"] or 0), None)
    if len(ends) != 1:
        return starts, ends
    early = [one for one in starts if one < ends[0]]
    return (early[-1:] or starts[:1]), ends


def _spans(text: str) -> Iterator[Reading[time]]:
    for match in SPAN.finditer(text):
        starts, ends = _ends(match)
        if not (starts and ends) or (match["bare"] is not None and not match["lead"]):
            continue  # "2 to 4" may be people
        first = match.end("minute" if match["minute"] else "hour")
        yield Reading(match.start(), first, starts[0], tuple(starts[1:]))
        yield Reading(*match.span("second"), ends[0], tuple(ends[1:]))


def _read_words(match: re.Match[str], hints: Hints) -> Sequence[time]:
    spoken = match["minutes"].lower().replace("-", " ").split()
    if spoken[0] in {"ten", "twenty", "fifty"} and not hints.wanted:
        return []  # "seven twenty" may be a price
    minutes = sum({**SMALL, **TENS}[word] for word in spoken)
    return _readings(HOURS[match["hour"].lower()], minutes, _half_of(match))


def _read_named(match: re.Match[str], hints: Hints) -> Sequence[time]:
    del hints
    return [NAMED_HOURS[match["name"].lower()]]


def _read_bare(match: re.Match[str], hints: Hints) -> Sequence[time]:
    if not hints.wanted:
        return []
    hour, minute = _hour(match["hour"]), int(match["minute"] or 0)
    if match["minute"] and len(match["hour"]) == 2:
        return [time(hour % 24, minute)] if hour <= 24 else []
    return _readings(hour, minute, _half_of(match))


def _read_partly(match: re.Match[str], hints: Hints) -> Sequence[time]:
    return [time(hour) for hour in HOURS_OF[match["part"].lower()]] if hints.wanted else []


def _read_in_a_while(match: re.Match[str], hints: Hints) -> Sequence[time]:
    """Read "in two hours" where a time was asked for; not beyond midnight: that is another day."""
    if not hints.wanted:
        return []
    count, unit = match["count"].lower(), match["unit"].lower()
    if count.startswith("half"):
        minutes = 30
    else:
        number = int(count) if count.isdigit() else _spoken_count(count)
        minutes = number * (60 if unit.startswith("h") else 1)
    now = hints.now.replace(second=0, microsecond=0, tzinfo=None)
    moment = now + timedelta(minutes=minutes)
    return [moment.time()] if moment.date() == now.date() else []


def _spoken_count(word: str) -> int:
    """Read a number word of `IN_A_WHILE`."""
    if word in {"a", "an"}:
        return 1
    return sum({**SMALL, **TENS}[part] for part in re.split(r"[ -]", word))


RULES = [
    Rule(CLOCK, _read_clock),
    Rule(CLOCK_TAIL, _read_clock_tail),
    Rule(DOTTED, _read_dotted),
    Rule(HOUR_TAIL, _read_hour),
    Rule(O_CLOCK, _read_hour),
    Rule(HALF_WORDS, _read_half_words),
    Rule(HALF_HOUR, _read_half_hour),
    Rule(WORDS, _read_words),
    Rule(AT_HOUR, _read_hour),
    Rule(ISH, _read_ish),
    Rule(COMPACT, _read_compact),
    Rule(NAMED, _read_named),
    Rule(BARE, _read_bare),
    Rule(PARTLY, _read_partly),
    Rule(IN_A_WHILE, _read_in_a_while),
]


def _read_english(text: str, hints: Hints) -> Sequence[Reading[time]]:
    return [*_spans(text), *read_all(RULES, text, hints)]


def show_time(value: time) -> str:
    """Write a time as on a clock of 24 hours; seconds only where there are some."""
    return f"{value:%H:%M:%S}" if value.second else f"{value:%H:%M}"


class Times:
    """Times of the day; see `bot.ports.Recogniser`."""

    kind: ClassVar[str] = "time"
    type: Any = time
    rank: ClassVar[int] = 90

    def find(self, text: str, hints: Hints) -> Sequence[Match[time]]:
        """See `bot.ports.Recogniser.find`."""
        return matches(self.kind, text, read_spoken(text, hints, find_times, _read_english))

    def show(self, value: time, hints: Hints) -> str:
        """See `bot.ports.Recogniser.show`; whole seconds."""
        del hints
        return show_time(value)
