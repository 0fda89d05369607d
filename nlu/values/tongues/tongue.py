"""The words of a language, by what they tell.

Texts that hold bars are phrases, any of which may stand there; they are written as people write
them and found with or without accents. What ends in ``_pattern`` is an expression.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from nlu.values.tongues.words import Lexicon


class Part(Enum):
    """Parts of the day."""

    MORNING = "morning"
    NOON = "noon"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    NIGHT = "night"


class Turn(Enum):
    """Which of the weekdays of one name is meant."""

    LAST = "last"
    THIS = "this"
    COMING = "coming"
    NEXT = "next"
    """The coming one or that of the week after: both are readings."""
    OF_NEXT_WEEK = "of next week"
    WEEK_AFTER = "a week after the coming one"


class Unit(Enum):
    """Lengths of time in the calendar."""

    DAY = 1
    WEEK = 7
    FORTNIGHT = 14
    MONTH = 30
    YEAR = 365


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CountWords:
    """Numbers in words.

    Attributes:
        below_hundred: all numbers from 0 to 99.
        hundreds: "two hundred" and the like; what is below a hundred follows.
        thousand: the word for 1,000.
        millions: names of 1,000,000 behind a number.
        gap: an expression for what stands between the words of a number.
        articles: words for one that mostly are articles, a number before `persons` only.
        sets: "dozen" and the like.
        half_of: "half a", before a set.
        half_behind: "and a half".
        groups: characters between groups of three digits.
        point_regions: regions (ISO 3166) that write a decimal point, by the CLDR.
    """

    below_hundred: Lexicon[int]
    hundreds: Lexicon[int]
    thousand: str
    millions: str
    gap: str
    articles: Lexicon[int]
    persons: str
    sets: Lexicon[int]
    half_of: str
    half_behind: str
    groups: str
    point_regions: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DayWords:
    """Days of the calendar.

    Attributes:
        weekdays: names, Monday is 0; `weekday_shorts` are read with a dot only.
        glued_parts: parts of the day that are written in one word with a weekday.
        days: words for the day of a month.
        day_mark: what stands behind the figure of a day ("st").
        the: what stands between a weekday and a day, and before a day.
        day_lead: what makes a bare number a day ("on the").
        of: what may stand before a month and before a year.
        follows: words that may follow a bare day.
        before, behind: which weekday is meant.
        never: words before a name that make it no day ("every").
        near: days from today.
        no_near: words before one of `near` that give it another meaning.
        weekends: days from the coming one.
        ahead, ago: what stands before a count of days.
        units, feasts: as in the almanac.
        shown: how a day is written; `today` and `tomorrow` are.
    """

    weekdays: Lexicon[int]
    weekday_shorts: Lexicon[int]
    glued_parts: str
    months: Lexicon[int]
    days: Lexicon[int]
    day_mark: str
    the: str
    day_lead: str
    of: str
    follows: str
    before: Lexicon[Turn]
    behind: Lexicon[Turn]
    never: str
    near: Lexicon[int]
    no_near: str
    weekends: Lexicon[int]
    ahead: str
    ago: str
    units: Lexicon[Unit]
    feasts: Lexicon[tuple[int, int]]
    shown: str
    weekday_names: tuple[str, ...]
    month_names: tuple[str, ...]
    today: str
    tomorrow: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClockWords:
    """Times of the day.

    Attributes:
        by_24: "7:30" is half past seven in the morning, unless the words tell otherwise.
        leads: words before a time; `bare_leads` make a mere number one.
        unit: "o'clock"; `unit_lasts` if it is a length, too, which needs a lead to be a time.
        lasting: words before a length.
        until: words behind the first hour of a span.
        spans: words before the first hour of a span that no article follows ("de una a tres").
        dotted: "7.30" is a time behind a lead.
        hour_words: from 0 to 24.
        before_hour: "half" and "quarter to" as minutes to add to the hour behind them.
        behind_hour: "and a half", "less ten" as minutes to add to the hour before them.
        half_day: expression of "a.m." and "p.m.", in groups ``a`` and ``p``.
        parts: behind a time, or as an answer.
        part_patterns: expressions of words anywhere that tell the part of the day.
        no_thing: what follows a number that is no hour.
        named: noon and midnight.
        fillers, polite: around an answer.
        joins: between a day and a time.
        now: words for this moment.
        shown: between a day and a time that are shown.
    """

    by_24: bool
    leads: str
    bare_leads: str
    unit: str
    unit_lasts: bool
    lasting: str
    until: str
    dotted: bool
    hour_words: Lexicon[int]
    before_hour: Lexicon[int]
    behind_hour: Lexicon[int]
    half_day: str
    parts: Lexicon[Part]
    part_patterns: Mapping[Part, str]
    no_thing: str
    named: Lexicon[tuple[int, int]]
    fillers: str
    polite: str
    joins: str
    now: str
    shown: str
    spans: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LengthWords:
    """Lengths of time.

    Attributes:
        units: names with their seconds.
        fixed: phrases with their minutes.
        one: words for one before a unit.
        half_glued: behind a number, before a unit.
        half_behind: behind a unit.
        joins: between two amounts.
        ahead: before a length that is counted from now.
        never: before what is no length ("two hours ago" and clock times).
        shown: names of a day, an hour, a minute, a second; one and many.
    """

    units: Lexicon[int]
    fixed: Lexicon[int]
    one: str
    half_glued: str
    half_behind: str
    joins: str
    ahead: str
    never: str
    shown: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MoneyWords:
    """Names of money; small ones without a currency are of the country's.

    ``scales`` stand between an amount and the name: "1.5 million euros".
    """

    names: Mapping[str, str]
    dollars: tuple[str, ...]
    small: Mapping[str, str | None]
    joins: str
    scales: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AnswerWords:
    """Yes and no: whole answers, courtesies behind them, and first words that decide."""

    yes: str
    no: str
    courtesy: str
    first_yes: str
    first_no: str
    shown: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tongue:
    """A language; ``marks`` are words that show that a text is of it, and not English."""

    language: str
    marks: str
    counts: CountWords
    days: DayWords
    clocks: ClockWords
    lengths: LengthWords
    sums: MoneyWords
    answers: AnswerWords
