"""Numbers in digits and words, by a language's tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from bot import Hints
from nlu.values.readings import Reading
from nlu.values.regions import region_of
from nlu.values.tongues.tongue import CountWords, Tongue
from nlu.values.tongues.words import phrases, spoken

# Not within a word, a time, a date, a longer number or a code.
_BEFORE = r"(?<![\w.,:/+#])(?<!\w-)"
_AFTER = r"(?![\w:/]|-\w|[.,]\d)"


@dataclass(frozen=True, slots=True)
class _Expressions:
    whole: re.Pattern[str]
    broken: re.Pattern[str]
    loose: re.Pattern[str]
    words: re.Pattern[str]
    article: re.Pattern[str]
    alone: re.Pattern[str]
    sets: re.Pattern[str]
    halves: re.Pattern[str]
    scaled: re.Pattern[str]


def below_hundred(tongue: Tongue) -> str:
    """Make the expression of a number word below a hundred."""
    return tongue.counts.below_hundred.expression


@cache
def number_words(tongue: Tongue) -> str:
    """Make the expression of a number in words, below a million; without groups."""
    counts = tongue.counts
    below, one = counts.below_hundred.expression, counts.articles.expression
    part = rf"(?:{counts.hundreds.expression}(?:{counts.gap}(?:{below}|{one}))?|{below})"
    first, last = rf"(?:{part}|{one})", rf"(?:{counts.gap}(?:{part}|{one}))?"
    return (
        rf"(?:(?:{first}{counts.gap})?{counts.thousand}{last}|{part}"
        rf"|{one}{counts.gap}{counts.hundreds.expression})(?!\w)"
    )


def read_number(words: str, tongue: Tongue) -> int | None:
    """Read digits or number words; None where they make no number."""
    counts = tongue.counts
    if words.isdigit():
        return int(words)
    known = counts.below_hundred.get(words) or counts.articles.get(words)
    if known is not None:
        return known
    before, thousand, rest = words.lower().partition(counts.thousand)
    if not thousand:
        return _below_thousand(words, counts)
    thousands = _below_thousand(before, counts) if before.strip(" -") else 1
    ones = _below_thousand(rest, counts) if rest.strip(" -") else 0
    return None if thousands is None or ones is None else thousands * 1000 + ones


def _below_thousand(words: str, counts: CountWords) -> int | None:
    text = words.strip(" -\t\n")
    for value in (counts.below_hundred.get(text), counts.articles.get(text)):
        if value is not None:
            return value
    match = re.match(rf"{counts.hundreds.expression}(?:{counts.gap}|$)", text, re.IGNORECASE)
    if match is None:
        without = text.removeprefix("und")
        return None if without == text else counts.below_hundred.get(without)
    hundreds = re.match(counts.hundreds.expression, text, re.IGNORECASE)
    rest = text[match.end() :]
    ones = (counts.below_hundred.get(rest) or counts.articles.get(rest)) if rest else 0
    return None if hundreds is None or ones is None else counts.hundreds[hundreds[0]] + ones


def decimal_mark(tongue: Tongue, hints: Hints) -> str:
    """Tell what stands before a fraction where the customer lives."""
    return "." if region_of(hints) in tongue.counts.point_regions else ","


@cache
def _expressions(tongue: Tongue, mark: str) -> _Expressions:
    counts = tongue.counts
    groups = (
        "[" + counts.groups.replace(".", "," if mark == "." else r"\.").replace(" ", r"\ ") + "]"
    )
    whole = rf"(?:\d{{1,3}}(?P<group>{groups})\d{{3}}(?:(?P=group)\d{{3}}){{0,4}}|\d{{1,400}})"
    below, one = below_hundred(tongue), counts.articles.expression
    return _Expressions(
        whole=spoken(rf"{_BEFORE}-?{whole}{_AFTER}"),
        broken=spoken(rf"{_BEFORE}-?{whole}{re.escape(mark)}\d{{1,1100}}{_AFTER}"),
        loose=spoken(rf"{_BEFORE}-?\d{{1,9}}[.,]\d{{1,2}}{_AFTER}"),
        words=spoken(rf"(?<![\w-]){number_words(tongue)}"),
        article=spoken(rf"(?<!\w){one}(?=\s+{phrases(counts.persons)}(?!\w))"),
        alone=spoken(rf"\A\s*{one}[\s.!]*\Z"),
        sets=spoken(
            rf"(?<!\w)(?:(?P<count>\d{{1,4}}|{below})\s+|{one}\s+)?"
            rf"(?:(?P<half>{counts.half_of})[\s-]+)?(?P<set>{counts.sets.expression})s?(?!\w)"
        ),
        scaled=spoken(
            rf"{_BEFORE}(?P<figure>\d{{1,3}}(?:{re.escape(mark)}\d{{1,3}})?|{number_words(tongue)}|{one})\s+"
            rf"(?:{counts.thousand}|(?P<millions>{phrases(counts.millions)}))(?!\w)"
        ),
        halves=spoken(rf"(?<![\w.,:])(?P<count>\d{{1,4}}|{below}|{one}){counts.half_behind}(?!\w)"),
    )


def find_numbers(text: str, hints: Hints, tongue: Tongue) -> list[Reading[Decimal]]:
    """Find all numbers of a folded text, those with a fraction included."""
    rules = _expressions(tongue, decimal_mark(tongue, hints))
    return [
        Reading(start, end, value)
        for (start, end), value in (*_figures(text, hints, rules), *_spoken(text, tongue, rules))
    ]


_Found = tuple[tuple[int, int], Decimal]


def _figures(text: str, hints: Hints, rules: _Expressions) -> Iterator[_Found]:
    for match in rules.whole.finditer(text):
        yield match.span(), Decimal(re.sub(r"[^\d-]", "", match[0]))
    for match in rules.broken.finditer(text):
        whole, fraction = re.split(r"[.,](?=\d+\Z)", match[0])
        yield match.span(), Decimal(f"{re.sub(r'[^0-9-]', '', whole)}.{fraction}")
    if hints.wanted:
        for match in rules.alone.finditer(text):
            yield match.span(), Decimal(1)
        for match in rules.loose.finditer(text):
            yield match.span(), Decimal(match[0].replace(",", "."))


def _spoken(text: str, tongue: Tongue, rules: _Expressions) -> Iterator[_Found]:
    counts = tongue.counts
    for match in rules.words.finditer(text):
        value = read_number(match[0], tongue)
        if value is not None:
            yield match.span(), Decimal(value)
    for match in rules.scaled.finditer(text):
        figure = match["figure"]
        count = figure.replace(",", ".") if figure[0].isdigit() else read_number(figure, tongue)
        yield match.span(), Decimal(count or 0) * (1_000_000 if match["millions"] else 1000)
    for match in rules.article.finditer(text):
        yield match.span(), Decimal(1)
    for match in rules.sets.finditer(text):
        count = Decimal(read_number(match["count"] or "1", tongue) or 1)
        yield match.span(), count * counts.sets[match["set"]] / (2 if match["half"] else 1)
    for match in rules.halves.finditer(text):
        count = Decimal(read_number(match["count"], tongue) or 0)
        yield match.span(), count + Decimal("0.5")
