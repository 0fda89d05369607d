"""Repairs words that nobody knows: the nearest taught word at one slip of the finger.

A slip is a letter too many, too few, another, or two that changed places (Damerau 1964).
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from nlu.classifier.words import Word

SHORTEST = 4
"""Letters below which another word is as likely as a slip."""


def _none(_word: str) -> bool:
    return False


class Speller:
    """Knows the taught words by what is left of them without one letter."""

    def __init__(self, counts: Mapping[str, int], knows: Callable[[str], bool] = _none) -> None:
        """Take the taught words with their counts, and what tells of a word that it is one."""
        self._counts = counts
        self._knows = knows
        self._stumps: Mapping[str, Sequence[str]] = _stumps(counts)

    def repair(self, words: Sequence[Word]) -> list[Word]:
        """Respell what is unknown where a taught word is near; the places stay."""
        return [
            word
            if word.folded in self._counts or self._knows(word.folded)
            else word.respelled(self.nearest(word.folded))
            for word in words
        ]

    def nearest(self, word: str) -> str:
        """Find the most frequent taught word at one slip; the word itself if there is none."""
        if len(word) < SHORTEST or not word.isalpha():
            return word
        found = {
            taught
            for stump in (word, *_without_one(word))
            for taught in self._stumps.get(stump, ())
            if is_one_slip(word, taught)
        }
        return max(found, key=lambda taught: (self._counts[taught], taught), default=word)


def is_one_slip(one: str, other: str) -> bool:
    """Tell whether two different words are one slip apart."""
    if len(one) > len(other):
        one, other = other, one
    start = next((n for n, letter in enumerate(one) if letter != other[n]), len(one))
    if len(one) < len(other):
        return one[start:] == other[start + 1 :]
    swapped = other[start + 1 : start + 2] + other[start : start + 1] + other[start + 2 :]
    return one[start + 1 :] == other[start + 1 :] or one[start:] == swapped


def _stumps(counts: Mapping[str, int]) -> Mapping[str, Sequence[str]]:
    stumps: dict[str, list[str]] = defaultdict(list)
    for word in counts:
        if len(word) >= SHORTEST and word.isalpha():
            for stump in {word, *_without_one(word)}:
                stumps[stump].append(word)
    return stumps


def _without_one(word: str) -> Iterator[str]:
    return (word[:place] + word[place + 1 :] for place in range(len(word)))
