"""Words of a sentence, and what of them the classifier looks at."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, pairwise

_ALONE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_LETTERS = rf"[^\W\d_{_ALONE}]+"

PIECE = re.compile(rf"\d+|[{_ALONE}]|{_LETTERS}(?:['\u2019]{_LETTERS})*|[^\w\s]")
"""Digits apart from letters ("7pm" is two words), marks one by one.

Chinese and Japanese put no spaces between words: each of their signs is taken for one (the blocks
of kana and of the CJK Unified Ideographs).
"""

SHORTEST, LONGEST = 2, 5
"""Lengths of the character n-grams (nlu.md §0)."""

LONGEST_WORD = 40
"""Letters of a word that are looked at: nobody writes longer ones, and n-grams cost time."""

_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Word:
    """A word: as it is compared, and where it stands in the text."""

    folded: str
    start: int
    end: int

    @property
    def is_spelled(self) -> bool:
        """Tell whether it has letters, so that it may be misspelled or unknown."""
        return self.folded[0].isalpha()

    def respelled(self, folded: str) -> "Word":
        """Give the word as it was meant; its place stays."""
        return replace(self, folded=folded)


def words_of(text: str) -> list[Word]:
    """Split a text into words."""
    return [
        Word(found[0].replace("\u2019", "'").casefold()[:LONGEST_WORD], *found.span())
        for found in PIECE.finditer(text)
    ]


@dataclass(frozen=True, slots=True)
class Counted:
    """What is seen of a sentence: its words, its word n-grams, its words' character n-grams."""

    words: Sequence[str]
    blocks: tuple[Mapping[str, int], Mapping[str, int]]


def counted(words: Sequence[Word]) -> Counted:
    """Count a sentence's features.

    Numbers count as their length: 6 guests and 4 guests mean the same command.
    """
    told = [_DIGIT.sub("0", word.folded) for word in words]
    of_words = Counter(told)
    of_words.update(f"{one} {other}" for one, other in pairwise(told))
    pieces = Counter(chain.from_iterable(map(_pieces, told)))
    return Counted([word for word in told if word[0].isalnum()], (of_words, pieces))


@lru_cache(maxsize=4096)
def _pieces(word: str) -> Sequence[str]:
    """Cut a word into n-grams that know its edges; a tilde keeps them apart from words."""
    edged = f" {word} "
    return [
        f"~{edged[start : start + length]}"
        for length in range(SHORTEST, LONGEST + 1)
        for start in range(max(1, len(edged) - length + 1))
    ]
