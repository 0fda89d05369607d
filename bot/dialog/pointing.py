"""Choices that are not named: "the second one", "terrace please", "the earlier", "the 7pm one".

A choice is taken where the words fit it and no other; where they fit several the question stays.
A question for a yes is never answered so: nothing has an effect by a word that is like another.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from bot.authoring.kinds import Money, Ordinal
from bot.authoring.signatures import Parameter
from bot.dialog.matching import confirms, matching_index, plain
from bot.dialog.surroundings import Surroundings
from bot.dialog.wording import Wording, wording_of
from bot.model.conversation import Prompt, PromptKind
from bot.model.understanding import Match

_MARK = re.compile(r"(?<=[#°.)\]])(?=\d)|[()\[\]\"“”„«»]")  # "#2", "n°2", "(2)"
_WORD = re.compile(r"[^\W_]+(?:['.:][^\W_]+)*")
_DAYS = frozenset({date, datetime})
_CLOCKS = frozenset({time, datetime, timedelta, date})
_NUMBERS = frozenset({int, float, Decimal, Money, Ordinal})
_TOLD_BY: Sequence[Any] = (datetime, time, date, Money, timedelta, Decimal)
"""What may tell a choice by a value in its label, the most specific first."""
_COMPARED: Mapping[str, tuple[Sequence[Any], bool]] = {
    "earlier": ((datetime, date, time), False), "later": ((datetime, date, time), True),
    "cheaper": ((Money,), False), "dearer": ((Money,), True),
    "smaller": ((Decimal,), False), "larger": ((Decimal,), True),
    "shorter": ((timedelta,), False), "longer": ((timedelta,), True),
}  # fmt: skip
"""By what choices are compared, and whether the greatest is meant."""
_MOST_WORDS = 12
_Matches: TypeAlias = Sequence[Match[Any]]


@dataclass(frozen=True, slots=True)
class _Said:
    """A text that may point: all its words, and those that say something."""

    words: tuple[str, ...]
    meant: tuple[str, ...]
    wording: Wording

    @property
    def points(self) -> bool:
        """Tell whether there is a "one" or an "option"."""
        return any(word in self.wording.pointers for word in self.words)

    @property
    def is_of_something(self) -> bool:
        """Tell whether words show that one of several is meant."""
        return self.points or any(word in self.wording.articles for word in self.words)


def pointed(
    prompt: Prompt, text: str, around: Surroundings, parameter: Parameter | None
) -> int | None:
    """Find the choice that a text names or points at.

    By a yes or no, by its label, its number, its place ("the second one", "the last"), or by
    comparison ("the cheaper one").
    """
    is_number = parameter is not None and parameter.type in _NUMBERS
    index = confirms(prompt, text, around)
    if index is None:
        index = matching_index(prompt, text, numbers=not is_number)
    return _positioned(prompt, text, around, parameter) if index is None else index


def _positioned(
    prompt: Prompt, text: str, around: Surroundings, parameter: Parameter | None
) -> int | None:
    said = _said(prompt, text, around)
    if said is None or not prompt.choices:
        return None
    index = _by_place(prompt, said, around, parameter)
    return _by_comparison(prompt, said, around) if index is None else index


def described(
    prompt: Prompt, text: str, around: Surroundings, parameter: Parameter | None
) -> int | None:
    """Find the one choice whose label has all words that say something, or the value said."""
    said = _said(prompt, text, around)
    is_open = parameter is not None and parameter.shape.is_open
    if said is None or not said.meant or is_open:
        return None
    labels = [set(_folded(choice.label)) for choice in prompt.choices]
    wanted = {folded for word in said.meant for folded in _folded(word)}
    named = [index for index, label in enumerate(labels) if wanted and wanted <= label]
    if named:
        return named[0] if len(named) == 1 else None
    return _by_value(prompt, text, around, parameter)


def _said(prompt: Prompt, text: str, around: Surroundings) -> _Said | None:
    """Part a text into words; None where pointing is not allowed, or there is too much of it."""
    if prompt.kind in {PromptKind.CONFIRM, PromptKind.DROP}:
        return None
    wording = wording_of(around.locale)
    words = _MARK.sub(" ", _without(plain(text), wording.courtesy)).split()
    words = [word.strip(",;:!?") for word in words]
    if not words or len(words) > _MOST_WORDS:
        return None
    empty = wording.small | wording.pointers | wording.articles
    return _Said(tuple(words), tuple(word for word in words if word not in empty), wording)


def _without(text: str, courtesies: Collection[str]) -> str:
    """Leave out a please or thanks at the ends."""
    for courtesy in sorted(courtesies, key=len, reverse=True):
        text = text.removesuffix(f" {courtesy}").removeprefix(f"{courtesy} ").strip(" ,")
    return text


def _by_place(
    prompt: Prompt, said: _Said, around: Surroundings, parameter: Parameter | None
) -> int | None:
    of = None if parameter is None else parameter.type
    told = said.points or (said.is_of_something and of not in _DAYS)  # "the second" may be a day
    is_open = parameter is not None and parameter.shape.is_open
    word = " ".join(said.meant)
    if word in said.wording.last:
        return _last(prompt) if told else None
    place = said.wording.ordinals.get(word)
    if place is not None:
        is_told = told or not (is_open or of in _DAYS)
        return _at(prompt, place) if is_told else None
    if of in _NUMBERS or is_open or not (said.points or of not in _CLOCKS):
        return None
    return _at(prompt, _number(word or " ".join(said.words), around))


def _at(prompt: Prompt, place: int | None) -> int | None:
    return place - 1 if place is not None and 1 <= place <= len(prompt.choices) else None


def _last(prompt: Prompt) -> int:
    """Choose the last of the values, where some are; ways out are shown behind them."""
    values = [i for i, choice in enumerate(prompt.choices) if choice.words is None]
    return values[-1] if values else len(prompt.choices) - 1


def _number(words: str, around: Surroundings) -> int | None:
    bare = words.rstrip(".")
    if bare.isdecimal() and len(bare) <= 2:
        return int(bare)
    found = _found(bare, int, around)
    return found[0].value if len(found) == 1 and found[0].text == bare else None


def _by_comparison(prompt: Prompt, said: _Said, around: Surroundings) -> int | None:
    word = " ".join(said.meant)
    way = said.wording.of_all.get(word)
    if way is None and len(_values(prompt)) == 2:
        way = said.wording.of_two.get(word)
    if way is None or not said.is_of_something:
        return None
    types, greatest = _COMPARED[way]
    for of in types:
        values = {i: _value_of(prompt.choices[i].label, of, around) for i in _values(prompt)}
        if values and None not in values.values():
            best = (max if greatest else min)(values.values(), key=_size)
            winners = [i for i, value in values.items() if value == best]
            return winners[0] if len(winners) == 1 and _comparable(values.values()) else None
    return None


def _values(prompt: Prompt) -> list[int]:
    return [index for index, choice in enumerate(prompt.choices) if choice.words is None]


def _size(value: Any) -> Any:  # noqa: ANN401 - a date, a sum, a number: of one type each
    return value.amount if isinstance(value, Money) else value


def _comparable(values: Iterable[Any]) -> bool:
    """Refuse sums of several currencies: which is cheaper, nobody here can tell."""
    return len({value.currency for value in values if isinstance(value, Money)}) <= 1


def _value_of(label: str, of: Any, around: Surroundings) -> Any:  # noqa: ANN401 - a value of any type
    found = _found(label, of, around)
    return found[0].value if len(found) == 1 and not found[0].others else None


def _found(text: str, of: object, around: Surroundings, wanted: object = None) -> _Matches:
    """Find values of a type; ``wanted`` is the type that was asked for."""
    reader = next((one for one in around.recognisers if one.type is of), None)
    hints = around.hints(wanted=of is wanted)
    return () if reader is None else reader.find(text, hints)


def _by_value(
    prompt: Prompt, text: str, around: Surroundings, parameter: Parameter | None
) -> int | None:
    """Find the one choice whose label tells the value that the text tells: "the 7pm one"."""
    wording = wording_of(around.locale)
    empty = wording.small | wording.pointers | wording.articles | wording.courtesy
    wanted = time if parameter is not None and parameter.type in {time, datetime} else None
    for of in _TOLD_BY:
        found = _found(text, of, around, wanted)
        if len(found) != 1:
            continue
        left = f"{text[: found[0].start]} {text[found[0].end :]}"
        if any(word not in empty for word in plain(left).replace(",", " ").split()):
            continue
        readings = {found[0].value, *found[0].others}
        told = [
            index
            for index in _values(prompt)
            if readings & {one.value for one in _found(prompt.choices[index].label, of, around)}
        ]
        if told:
            return told[0] if len(told) == 1 else None
    return None


def _folded(text: str) -> list[str]:
    """Part a text into words without accents, as they are compared."""
    bare = unicodedata.normalize("NFKD", text.casefold().replace("\u2019", "'"))
    return _WORD.findall("".join(one for one in bare if not unicodedata.combining(one)))
