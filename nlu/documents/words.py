"""Words as they are compared: without case, accents and endings, and without those that ask."""

import re
import unicodedata
from collections.abc import Iterator
from importlib.resources import files

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_ENDINGS = (
    "ingen", "ungen", "ing", "ung", "ies", "ied", "es", "ed", "en", "er", "ly", "s", "e", "n",
)  # fmt: skip
_SHORTEST = 4
_SHORT = frozenset({"s", "ing", "ies", "ied"})
"""Letters that are left of a word when its ending is taken off; of these endings, one less."""

EMPTY = frozenset(files(__package__).joinpath("empty.txt").read_text("utf-8").split())
"""Words that ask, or hold a sentence together, in English, German, French, Spanish, Portuguese."""


def terms(text: str) -> list[str]:
    """Give the words of a text that mean something, as they are compared, in order."""
    return list(_terms(text))


def stem(word: str) -> str:
    """Take an ending off a word that has no case and no accents."""
    for ending in _ENDINGS:
        kept = word.removesuffix(ending)
        shortest = _SHORTEST - 1 if ending in _SHORT else _SHORTEST
        if kept != word and len(kept) >= shortest:
            return f"{kept}y" if ending in {"ies", "ied"} else kept
    return word


def folded(text: str) -> str:
    """Write a text without case and accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def _terms(text: str) -> Iterator[str]:
    for found in _WORD.finditer(folded(text)):
        word = re.split("['\u2019]", found[0])
        for part in word:
            if _UNSPACED.search(part):
                yield from _pairs(part)
            elif len(part) > 1 and part not in EMPTY:
                yield stem(part)


def _pairs(text: str) -> Iterator[str]:
    """Cut a script without spaces into pairs of signs."""
    for run in _UNSPACED.findall(text):
        if len(run) == 1:
            yield run
        for start in range(len(run) - 1):
            yield run[start : start + 2]
