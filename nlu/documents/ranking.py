"""Which passage answers a question: by the words they share, rare ones counting for more.

The order is Okapi BM25's (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009).
Whether a passage is near enough to be an answer is another question, which BM25's sums do not
tell: `Ranking.nearest` also gives the share of the question, by weight, that a passage speaks of.
"""

import difflib
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from nlu.documents.words import terms

K1 = 1.2
B = 0.75
"""The parameters that the authors of BM25 recommend."""
HEADING = 3
"""How often a word of a heading counts."""
NAMED = 0.25
"""Is added where a question holds all words of a passage's own heading."""
WORDS = 0.5
MEANING = 0.6
"""How much each says beside the other; chosen on the first hotel's questions of our own tests."""
_LIKE = 0.8
_SPELLED = 5  # letters of a word whose spelling is repaired, or that is a part of a longer one


class Likeness(Protocol):
    """Tells how like a question is to each text that it was made over; see `Ranking`."""

    def __call__(self, question: str) -> Sequence[float]:
        """Give a likeness between 0.0 and 1.0 for each text, in their order."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A text by its index; ``near`` is between 0.0 (nothing in common) and 1.0."""

    index: int
    score: float
    near: float


@dataclass(slots=True)
class Ranking:
    """Ranks texts, each a heading and what stands below it.

    ``likeness`` adds what words do not share: "pets" and "dogs".
    """

    texts: Sequence[tuple[str, str]]
    likeness: Likeness | None = None
    _counts: list[Counter[str]] = field(init=False)
    _headings: list[frozenset[str]] = field(init=False)
    _weights: dict[str, float] = field(init=False)
    _mean: float = field(init=False)

    def __post_init__(self) -> None:
        self._headings = [frozenset(terms(heading)) for heading, _ in self.texts]
        self._counts = [
            Counter(terms(text)) + Counter(dict.fromkeys(named, HEADING))
            for named, (_, text) in zip(self._headings, self.texts, strict=True)
        ]
        held = Counter(term for counts in self._counts for term in counts)
        self._weights = {term: self._weight(count) for term, count in held.items()}
        lengths = [counts.total() for counts in self._counts]
        self._mean = sum(lengths) / len(lengths) if lengths else 1.0

    def nearest(self, question: str, most: int) -> list[Ranked]:
        """Give the texts that have anything in common with a question, the best first."""
        asked = self._known(terms(question))
        whole = sum(weight for _, weight in asked.values())
        liked = self.likeness(question) if self.likeness is not None else None
        found = []
        for index in range(len(self.texts)):
            near = self._near(index, asked, whole)
            if liked is not None:
                near = min(1.0, max(liked[index], WORDS * near + MEANING * liked[index]))
            if near > 0:
                found.append(Ranked(index=index, score=self._score(index, asked), near=near))
        return sorted(found, key=lambda one: (-one.near, -one.score, one.index))[:most]

    def _known(self, asked: Sequence[str]) -> Mapping[str, tuple[str, float]]:
        """Give each word of a question as the texts spell it, with its weight."""
        unknown = self._weight(1)
        found: dict[str, tuple[str, float]] = {}
        for term in asked:
            spelled = term if term in self._weights else self._spelled(term)
            found[term] = (spelled, self._weights.get(spelled, unknown))
        return found

    def _spelled(self, term: str) -> str:
        """Repair a word that no text has: a letter or two, or the other half of a compound."""
        if len(term) < _SPELLED:
            return term
        for known in self._weights:
            if len(known) >= _SPELLED and (known in term or term in known):
                return known
        return next(iter(difflib.get_close_matches(term, self._weights, 1, _LIKE)), term)

    def _near(
        self, index: int, asked: Mapping[str, tuple[str, float]], whole: float
    ) -> float:  # fmt: skip
        counts, named = self._counts[index], self._headings[index]
        shared = {term for term, _ in asked.values() if term in counts}
        if not shared or not whole:
            return 0.0
        share = sum(weight for term, weight in asked.values() if term in shared) / whole
        return min(1.0, share + NAMED) if named and named <= shared else share

    def _score(self, index: int, asked: Mapping[str, tuple[str, float]]) -> float:
        counts = self._counts[index]
        length = K1 * (1 - B + B * counts.total() / self._mean)
        return sum(
            weight * counts[term] * (K1 + 1) / (counts[term] + length)
            for term, weight in asked.values()
        )

    def _weight(self, held: int) -> float:
        """Weigh a word by how few texts hold it."""
        return math.log(1 + (len(self.texts) - held + 0.5) / (held + 0.5))
