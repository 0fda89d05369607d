"""Several requests in one sentence: where it is cut, if it is.

A sentence is cut at a conjunction or a mark where both sides are requests by themselves: each in
scope, sure, of a meaning of its own, and beginning as requests do. Small talk beside a
request is cut off, too. Nothing is cut inside the words
of a parameter ("fish and chips"). Explanations come in sentences, too ("my card was stolen. what
now?"): a mark alone separates only what is surer still.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, pairwise

from bot import Label
from nlu.classifier.models import Reading

CONJUNCTIONS = frozenset({
    "&", "also", "and", "plus", "then",
    "außerdem", "auch", "dann", "und",
    "aussi", "ensuite", "et", "puis",
    "además", "después", "luego", "también", "y",
    "anche", "e", "poi",
})  # fmt: skip
"""In English, German, French, Spanish and Italian."""

CONTRASTS = frozenset({"aber", "but", "ma", "mais", "pero"})
"""Words that mostly go on with the same: no more than marks."""

CONDITIONS = ("if so", "if yes", "wenn ja", "falls ja", "si oui", "si es así", "se sì")
_JOINS = "|".join([*CONDITIONS, *sorted(CONJUNCTIONS | CONTRASTS)])
SEPARATOR = re.compile(
    rf"\s*(?:[.,;:!?\u2026]+(?=\s)\s*|(?<![\w-])(?:{_JOINS})(?=[\s,])[\s,]*)+", re.IGNORECASE
)
WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")

CLEAR = 0.9
"""Confidence that each side needs at a conjunction."""

CLEARER = 0.98
"""The same at a mark alone. Chosen on training sentences of Banking77 that were left out, of which
0.2 % are cut so (1 % at 0.8 and 0.95), and 42 % of two that were joined (54 %)."""

BEGINNING = 2
"""Words of a request of which one must be such that requests begin with: "please cancel"."""

FEWEST_WORDS = 2
MOST_PLACES = 4
"""Places that are looked at in a text, from its beginning: each costs a reading or several."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a text as it reads by itself; labels have their places in the whole text."""

    start: int
    end: int
    reading: Reading
    labels: Sequence[Label]

    @property
    def confidence(self) -> float:
        """How sure the best meaning is."""
        return self.reading.ranking[0][1]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text may be cut: the left side's end, the right side's start."""

    left: int
    right: int
    needs: float


@dataclass(frozen=True, slots=True)
class Cutter:
    """Cuts texts; knows the commands, and the words that taught sentences begin with."""

    commands: Collection[str]
    beginnings: Collection[str]

    def parts(self, text: str, whole: Part, read: Callable[[int, int], Part]) -> list[Part]:
        """Cut a text into as many parts as there are; one of them at least is a request.

        Args:
            text: as it was written.
            whole: how it reads uncut.
            read: reads from one place to another.
        """
        places = list(self._places(text, whole.labels))[:MOST_PLACES]
        read_once = cache(read)
        for many in range(len(places), 0, -1):
            cuts = [
                parts
                for chosen in combinations(places, many)
                if (parts := _cut(chosen, whole, read_once)) and self._hold(text, parts)
            ]
            if cuts:
                return max(cuts, key=lambda parts: min(part.confidence for part in parts))
        return [whole]

    def _places(self, text: str, labels: Sequence[Label]) -> Iterator[Place]:
        """Find separators between what has words enough and begins as requests do."""
        for found in SEPARATOR.finditer(text):
            left, right = found.span()
            if any(label.start < left and right < label.end for label in labels):
                continue
            following = [word.casefold() for word in WORD.findall(text[right:])]
            if (
                len(following) < FEWEST_WORDS
                or len(WORD.findall(text[:left])) < FEWEST_WORDS
                or not any(word in self.beginnings for word in following[:BEGINNING])
            ):
                continue
            said = {word.casefold() for word in re.findall(r"[^\W\d_]+|&", found[0])}
            yield Place(left, right, CLEARER if said.isdisjoint(CONJUNCTIONS) else CLEAR)

    def _hold(self, text: str, parts: Sequence[Part]) -> bool:
        """Tell whether one part is a request, and neighbours are not one and the same."""
        return any(part.reading.best in self.commands for part in parts) and all(
            one.reading.best != other.reading.best or _repeats(text, one, other)
            for one, other in pairwise(parts)
        )


def _cut(places: Sequence[Place], whole: Part, read: Callable[[int, int], Part]) -> list[Part]:
    """Read the parts of a cut; none where one of them is not sure enough to stand by itself."""
    starts = [whole.start, *(place.right for place in places)]
    ends = [*(place.left for place in places), whole.end]
    needs = [0.0, *(place.needs for place in places), 0.0]
    parts: list[Part] = []
    for start, end, beside in zip(starts, ends, pairwise(needs), strict=True):
        part = read(start, end)
        if not part.reading.in_scope or part.confidence < max(beside):
            return []
        parts.append(part)
    return parts


def _repeats(text: str, one: Part, other: Part) -> bool:
    """Tell whether the same is asked again, in the same words and with another value of the same.

    So it is in "send 5 euros to Bob and send 9 euros to Ann"; else what follows belongs to the
    first: "the weather in Paris and in Rome".
    """
    named = {label.parameter for label in one.labels}
    if not any(label.parameter in named for label in other.labels):
        return False
    before = {word.casefold() for word in WORD.findall(text[one.start : one.end])}
    following = WORD.findall(text[other.start : other.end])[:BEGINNING]
    return any(word.casefold() in before for word in following)


def beginnings_of(sentences: Collection[str]) -> frozenset[str]:
    """List the words that sentences begin with."""
    found = (WORD.search(sentence) for sentence in sentences)
    return frozenset(word[0].casefold() for word in found if word is not None)
