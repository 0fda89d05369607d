"""Lists and dataclasses in a text: "two margheritas and a coke".

A list's entries stand between commas and "and"; a dataclass is read field by field within the
words of its entry. What any words can be (a text, a place) takes those that are left.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from bot.authoring.shapes import Shape
from bot.dialog.finding import (
    FILLERS,
    TOKEN,
    apart,
    find_one,
    rank_of,
    recogniser_of,
    text_value,
)
from bot.dialog.surroundings import Surroundings
from bot.model.understanding import Match

RECORD_RANK = 50
"""Behind days, times and sums; before bare numbers, which may be an entry's count."""
MOST_ENTRIES = 50
MOST_PARTS = 200
MOST_READINGS = 4
COUNTS = frozenset({"amount", "count", "how_many", "number", "pieces", "qty", "quantity"})
"""Fields of these names are one where a thing is named without a number: "a coke"."""

Span = tuple[int, int]
_BETWEEN = re.compile(r"[,;\n+]|(?<!\w)(?:and|plus|&)(?!\w)", re.IGNORECASE)
_NUMBERS = (int, float, Decimal)
_TIMES = re.compile(r"(?<=\d)\s?[x\u00d7*](?=\s)|(?<![^\s])[x\u00d7*]\s?(?=\d)", re.IGNORECASE)
"""The sign of "2x coke" and "coke x 2"."""
_BETWEEN_LONG = re.compile(r"[;\n]")
"""Between entries that have commas themselves: "Ada Byron, Rome; Bob, Milan"."""


@dataclass(frozen=True, slots=True)
class Found:
    """A value found in a text; ``spans`` are the words that it is made of."""

    match: Match[Any]
    spans: tuple[Span, ...]

    def leaves(self, text: str) -> str:
        """Give the text without its words."""
        return blanked(text, self.spans)

    def moved(self, by: int) -> "Found":
        """Count its places in the text that a part was cut from."""
        start, end = self.match.start + by, self.match.end + by
        spans = tuple((since + by, until + by) for since, until in self.spans)
        return Found(replace(self.match, start=start, end=end), spans)


def find(text: str, shape: Shape, around: Surroundings, *, wanted: bool = False) -> Sequence[Found]:
    """Find values of any type in a text."""
    if shape.item is not None:
        return _lists(text, shape, around, wanted=wanted)
    if _is_record(shape, around):
        return _entries(text, shape, around, wanted=wanted)
    matches = find_one(text, shape, around, wanted=wanted)
    return [_single(match) for match in matches]


def rank(shape: Shape, around: Surroundings) -> int:
    """Tell how specific the values of a type are: the higher, the earlier they are looked for."""
    is_made = shape.item is not None or _is_record(shape, around)
    return RECORD_RANK if is_made else rank_of(shape, around)


def open_value(shape: Shape, words: str, around: Surroundings) -> Any:  # noqa: ANN401 - the shape's type
    """Make the value of a type that any words can be; None where they are none."""
    if shape.item is None and not shape.fields:
        return text_value(shape, words, around) if words.strip() else None
    found = find(words, shape, around, wanted=True)
    return found[0].match.value if found else None


def blanked(text: str, spans: Sequence[Span]) -> str:
    """Write blanks for some words: nothing else moves."""
    for start, end in spans:
        text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
    return text


def _is_record(shape: Shape, around: Surroundings) -> bool:
    return bool(shape.fields) and recogniser_of(shape, around) is None


def _lists(text: str, shape: Shape, around: Surroundings, *, wanted: bool) -> list[Found]:
    """Make one list of all entries of a text."""
    if shape.item is None:
        return []
    entries = _entries(text, shape.item, around, wanted=wanted)[:MOST_ENTRIES]
    if not entries:
        return []
    readings = _combined([(one.match.value, *one.match.others) for one in entries])
    lists = [list(reading) for reading in readings]
    spans = tuple(span for one in entries for span in one.spans)
    return [_found("list", text, lists, spans)]


def _entries(text: str, shape: Shape, around: Surroundings, *, wanted: bool) -> list[Found]:
    """Read part by part; a part that says nothing alone may belong to the one before."""

    def read(since: int, until: int) -> list[Found]:
        part = _read_part(text[since:until], shape, around, wanted=wanted)
        return [one.moved(since) for one in part]

    parts = list(itertools.islice(_parts(text, shape), MOST_PARTS))
    alone = [read(*part) for part in parts]
    found: list[Found] = []
    place = 0
    while place < len(parts):
        here = alone[place]
        place += 1
        if place < len(parts) and not alone[place]:
            both = read(parts[place - 1][0], parts[place][1])
            if both and both[-1].match.end > parts[place][0]:
                here, place = both, place + 1
        found += here
    return found


def _parts(text: str, shape: Shape) -> Iterator[Span]:
    """Split a text into the parts that hold an entry each."""
    many = sum(one.is_open for one in shape.fields) > 1
    between = _BETWEEN_LONG if many else _BETWEEN
    start = 0
    for mark in between.finditer(text):
        if text[start : mark.start()].strip():
            yield start, mark.start()
        start = mark.end()
    if text[start:].strip():
        yield start, len(text)


def _read_part(part: str, shape: Shape, around: Surroundings, *, wanted: bool) -> list[Found]:
    """Read the entries of one part."""
    if _is_record(shape, around):
        cuts = [0, *_cuts(part, shape, around), len(part)]
        found = (
            (_record(part[since:until], shape, around, wanted=wanted), since)
            for since, until in itertools.pairwise(cuts)
        )
        return [record.moved(since) for record, since in found if record is not None]
    if shape.is_open:
        return _open_entry(part, shape, around) if wanted else []
    return [_single(match) for match in apart(find_one(part, shape, around, wanted=wanted))]


def _cuts(text: str, shape: Shape, around: Surroundings) -> list[int]:
    """Tell where a part holds several entries: "2 margherita 1 coke"."""
    choice = next((one for one in shape.fields if one.options), None)
    found = [] if choice is None else apart(find_one(text, choice, around))
    if len(found) < 2:
        return []
    counts = [one for one in shape.fields if one.type is int]
    ahead = any(find_one(text[: found[0].start], one, around) for one in counts)
    return [one.end for one in found[:-1]] if ahead else [one.start for one in found[1:]]


def _open_entry(text: str, shape: Shape, around: Surroundings) -> list[Found]:
    start = len(text) - len(text.lstrip())
    words = text.strip()
    value = text_value(shape, words, around)
    return [_found("text", text, [value], ((start, start + len(words)),))]


def _record(text: str, shape: Shape, around: Surroundings, *, wanted: bool) -> Found | None:
    """Read one dataclass from a part: its fields by their types, the most specific first."""
    signs = [match.span() for match in _TIMES.finditer(text)]
    page = _Page(blanked(text, signs), {}, [])
    closed = [one for one in shape.fields if not one.is_open]
    for one in sorted(closed, key=lambda one: -rank_of(one, around)):
        page.take(one, around)
    if wanted:
        page.take_texts([one for one in shape.fields if one.is_open], around)
    if not page.values:
        return None
    page.fill_in(closed)
    if any(one.required and one.name not in page.values for one in shape.fields):
        return None
    names = [one.name for one in shape.fields if one.name in page.values or one.default is None]
    readings = _combined([page.values.get(name, (None,)) for name in names])
    made = _made(shape, names, readings)
    return _found("record", text, made, tuple(sorted([*page.spans, *signs]))) if made else None


@dataclass(slots=True)
class _Page:
    """A part while it is being read: the readings by field, and the words they took."""

    text: str
    values: dict[str, tuple[Any, ...]]
    spans: list[Span]

    def take(self, field: Shape, around: Surroundings) -> None:
        rest = blanked(self.text, self.spans)
        if field.type is bool:
            name = re.escape(field.name).replace("_", "[ _-]")
            said = re.search(rf"(?<!\w){name}(?!\w)", rest, re.IGNORECASE)
            if said is not None:
                self._keep(field, (True,), said.span())
            return
        found = find_one(rest, field, around)
        if field.type in _NUMBERS:
            found = self._near(found)
        for match in found[:1]:
            self._keep(field, (match.value, *match.others), (match.start, match.end))

    def _near(self, numbers: Sequence[Match[Any]]) -> list[Match[Any]]:
        """Keep the numbers that stand beside the thing itself: "a coke for table 4" is one coke."""
        if not self.spans:
            return list(numbers)
        start, end = min(s for s, _ in self.spans), max(e for _, e in self.spans)
        ahead = [one for one in numbers if one.end <= start and self._is_bare(one.end, start)]
        later = (one for one in numbers if one.start >= end)
        behind = [one for one in later if self.text[end : one.start].isspace()]
        return [*ahead[::-1], *behind]

    def _is_bare(self, start: int, end: int) -> bool:
        words = TOKEN.finditer(self.text, start, end)
        return all(word[0].casefold() in FILLERS for word in words)

    def take_texts(self, fields: Sequence[Shape], around: Surroundings) -> None:
        """Give the words that are left to what takes any; several share them by commas."""
        rest = blanked(self.text, self.spans)
        marks = [match.start() for match in re.finditer(",", rest)] if len(fields) > 1 else []
        cuts = [-1, *marks[: len(fields) - 1], len(rest)]
        for field, (before, until) in zip(fields, itertools.pairwise(cuts), strict=False):
            span = _core(rest, before + 1, until)
            if span is not None:
                words = " ".join(rest[slice(*span)].split())
                self._keep(field, (text_value(field, words, around),), span)

    def fill_in(self, fields: Sequence[Shape]) -> None:
        """Say what needs no words: a thing is one, and what is not mentioned is not wanted."""
        for field in fields:
            if field.required and field.name not in self.values:
                if field.type is bool:
                    self.values[field.name] = (False,)
                elif field.type is int and field.name in COUNTS:
                    self.values[field.name] = (1,)

    def _keep(self, field: Shape, readings: tuple[Any, ...], span: Span) -> None:
        self.values[field.name] = readings
        self.spans.append(span)


def _core(text: str, start: int, end: int) -> Span | None:
    """Leave out the words at both ends that say nothing."""
    tokens = list(TOKEN.finditer(text, start, end))
    telling = [one for one in tokens if one[0].casefold() not in FILLERS]
    return (telling[0].start(), telling[-1].end()) if telling else None


def _combined(readings: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    return list(itertools.islice(itertools.product(*readings), MOST_READINGS))


def _made(shape: Shape, names: Sequence[str], readings: Sequence[tuple[Any, ...]]) -> list[Any]:
    """Make the dataclass; one that refuses its fields is none."""
    made = []
    for reading in readings:
        try:
            made.append(shape.type(**dict(zip(names, reading, strict=True))))
        except (TypeError, ValueError):  # the author's own, in front of a customer
            continue
    return made


def _single(match: Match[Any]) -> Found:
    return Found(match, ((match.start, match.end),))


def _found(kind: str, text: str, readings: Sequence[Any], spans: tuple[Span, ...]) -> Found:
    start, end = min(s for s, _ in spans), max(e for _, e in spans)
    value, *others = readings
    match: Match[Any] = Match(
        kind=kind, value=value, text=text[start:end], start=start, end=end, others=tuple(others)
    )
    return Found(match, spans)
