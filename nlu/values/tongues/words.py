"""Spelling: texts and tables without accents, and expressions made of tables.

A letter with an accent counts as the letter, so that "manana" and "mañana" are one word; folding
is one for one, so that places in the text stay right.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Generic, TypeVar

from nlu.values.readings import compiled

V = TypeVar("V")

_FOLDED = str.maketrans(
    "àâäáãåçéèêëíìîïñóòôöõúùûüýÿßÀÂÄÁÃÅÇÉÈÊËÍÌÎÏÑÓÒÔÖÕÚÙÛÜÝŸ",
    "aaaaaaceeeeiiiinooooouuuuyysAAAAAACEEEEIIIINOOOOOUUUUYY",
)
_TRANSCRIBED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
GAP = r"[\s-]+"
LOOK = 40
"""How many characters before a value are looked at."""


def fold(text: str) -> str:
    """Take the accents off, letter by letter."""
    return text.translate(_FOLDED)


def tail(text: str, end: int) -> str:
    """Cut out what stands right before a place."""
    return text[max(0, end - LOOK) : end]


def spoken(pattern: str) -> re.Pattern[str]:
    """Compile an expression for folded texts."""
    return compiled(fold(pattern))


def phrases(words: str) -> str:
    """Make an expression of phrases with bars between them; blanks are any blanks."""
    return "(?:" + "|".join(fold(one).replace(" ", r"\s+") for one in words.split("|")) + ")"


def spellings(name: str) -> set[str]:
    """List how a word is typed: without accents, or with "ue" for "ü"."""
    lower = name.lower().replace("-", " ")
    return {fold(lower), fold(lower.translate(_TRANSCRIBED))}


def one_of(words: Iterable[str]) -> str:
    """Make an expression of plain words that shares their beginnings, the longest first."""
    tails: dict[str, set[str]] = {}
    has_end = False
    for word in words:
        if word:
            tails.setdefault(word[0], set()).add(word[1:])
        else:
            has_end = True
    branches = [
        (GAP if head == " " else re.escape(head)) + one_of(rest) for head, rest in tails.items()
    ]
    if not branches:
        return ""
    if len(branches) == 1 and not has_end:
        return branches[0]
    return "(?:" + "|".join(branches) + (")?" if has_end else ")")


class Lexicon(Generic[V]):
    """Words and phrases with what they mean, and the expression that finds them."""

    def __init__(self, entries: Mapping[str, V]) -> None:
        self._meanings = {
            spelling: meaning for name, meaning in entries.items() for spelling in spellings(name)
        }

    @cached_property
    def expression(self) -> str:
        """Find one of the words; without groups and boundaries of its own."""
        return f"(?:{one_of(self._meanings)})"

    def entries(self) -> Mapping[str, V]:
        """List the words as they are spelled in folded texts."""
        return self._meanings

    def get(self, text: str) -> V | None:
        """Tell what matched words mean."""
        return self._meanings.get(" ".join(re.split(GAP, text.lower())).strip(" ."))

    def __getitem__(self, text: str) -> V:
        """Tell what words that the expression found mean."""
        return self._meanings[" ".join(re.split(GAP, text.lower())).strip(" .")]
