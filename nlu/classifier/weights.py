"""How much a feature says: rare ones more than those of every sentence (TF-IDF)."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from nlu.classifier.words import Counted

Rows = NDArray[np.intp]
Values = NDArray[np.float32]

TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Sparse:
    """A sentence as numbers: which features it has, their values, and what blocks they are of.

    Attributes:
        rows: numbers of the features.
        values: of the features; those of each block have length one.
        border: where the characters' n-grams begin.
    """

    rows: Rows
    values: Values
    border: int


@dataclass(frozen=True, slots=True)
class Weights:
    """What was seen.

    Attributes:
        row: the number of each feature.
        of: the weight of each, by its number.
        unseen: the weight of a feature that was not seen.
    """

    row: Mapping[str, int]
    of: Values
    unseen: float

    @classmethod
    def learn(cls, sentences: Iterable[Counted]) -> "Weights":
        """Count in how many sentences each feature stands."""
        seen: Counter[str] = Counter()
        total = 0
        for sentence in sentences:
            total += 1
            seen.update(chain.from_iterable(sentence.blocks))
        unseen = math.log(1 + total) + 1
        counts = np.fromiter(seen.values(), np.float32, len(seen))
        weights = (unseen - np.log1p(counts)).astype(np.float32)
        return cls(dict(zip(seen, range(len(seen)), strict=True)), weights, unseen)

    def vector(self, sentence: Counted) -> Sparse:
        """Weigh a sentence; its word n-grams and its character n-grams count the same in all."""
        words, pieces = (self._weighed(block) for block in sentence.blocks)
        return Sparse(
            rows=np.concatenate([words[0], pieces[0]]),
            values=np.concatenate([words[1], pieces[1]]),
            border=len(words[0]),
        )

    def _weighed(self, block: Mapping[str, int]) -> tuple[Rows, Values]:
        """Give the known features of a block; together they have length one."""
        known = [
            (row, count) for one, count in block.items() if (row := self.row.get(one, -1)) >= 0
        ]
        if not known:
            return np.zeros(0, np.intp), np.zeros(0, np.float32)
        rows = np.array([row for row, _ in known], np.intp)
        counts = np.array([count for _, count in known], np.float32)
        values = (1 + np.log(counts)) * self.of[rows]
        return rows, values / (np.sqrt(values @ values) + TINY)

    def known_share(self, words: Sequence[str]) -> float:
        """Tell how much of what a sentence says is in words that were seen: 0.0 to 1.0."""
        rows = [self.row.get(word, -1) for word in words]
        known = sum(float(self.of[row]) for row in rows if row >= 0)
        total = known + self.unseen * rows.count(-1)
        return known / total if total else 0.0
