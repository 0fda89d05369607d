"""How customers answer and point at choices, by language: the lists of ``words/*.toml``.

English is understood beside every language; where a word means something in both, the customer's
language decides.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

_ENGLISH = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Words in lower case.

    Attributes:
        yes, no: whole answers.
        courtesy: what may stand before and behind one.
        small: words around a choice that say nothing of it.
        pointers: "option", "number", the "one" of "the second one".
        articles: of these, one shows that "later" is meant of a choice.
        ordinals: "second" is 2.
        last: words for the last one.
        of_two: what tells one of two choices ("earlier") by what it is compared by.
        of_all: what tells one of many ("earliest").
    """

    yes: frozenset[str]
    no: frozenset[str]
    courtesy: frozenset[str]
    small: frozenset[str]
    pointers: frozenset[str]
    articles: frozenset[str]
    ordinals: Mapping[str, int]
    last: frozenset[str]
    of_two: Mapping[str, str]
    of_all: Mapping[str, str]


def wording_of(locale: str) -> Wording:
    """Find the words of a locale's language, and the English ones."""
    return _worded(locale.replace("_", "-").partition("-")[0].lower())


@cache
def _worded(language: str) -> Wording:
    own, english = _lists(language), _lists(_ENGLISH)
    yes, no = _words(own, "yes"), _words(own, "no")
    sets = {
        name: _words(own, name) | _words(english, name)
        for name in ("courtesy", "small", "pointers", "articles", "last")
    }
    return Wording(
        yes=yes | (_words(english, "yes") - no), no=no | (_words(english, "no") - yes),
        ordinals=MappingProxyType(_ordinals(english) | _ordinals(own)),
        of_two=MappingProxyType(_compared(english, "of_two") | _compared(own, "of_two")),
        of_all=MappingProxyType(_compared(english, "of_all") | _compared(own, "of_all")),
        **sets,
    )  # fmt: skip


@cache
def _lists(language: str) -> Mapping[str, Any]:
    """Read a language's file; nothing where there is none."""
    folder = resources.files("bot.dialog") / "words"
    names = {entry.name for entry in folder.iterdir()}
    file = f"{language}.toml"
    return tomllib.loads((folder / file).read_text("utf-8")) if file in names else {}


def _words(lists: Mapping[str, Any], name: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in lists.get(name, ()))


def _ordinals(lists: Mapping[str, Any]) -> dict[str, int]:
    rows: Sequence[Sequence[str]] = lists.get("ordinals", ())
    return {word.casefold(): number for number, row in enumerate(rows, 1) for word in row}


def _compared(lists: Mapping[str, Any], name: str) -> dict[str, str]:
    table: Mapping[str, Sequence[str]] = lists.get(name, {})
    return {word.casefold(): way for way, words in table.items() for word in words}
