"""What a sentence's place among meanings says, where its words were never taught."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlu.classifier.regression import Numbers, learn_weights, logarithms
from nlu.vectors import Matrix, Vector

TOGETHER = 500
"""Sentences compared at once with all that were learnt: a bound on memory."""


@dataclass(frozen=True, slots=True)
class Senses:
    """A learnt classifier of vectors, and the vectors themselves.

    Attributes:
        matrix: a column of weights for each meaning; the last row is what is said without words.
        taught: the vectors of the sentences, meaning by meaning.
        starts: where each meaning's begin in there, and where the last one's end.
        places: the number that each had among the sentences as they were given.
    """

    matrix: Matrix
    taught: Matrix
    starts: Numbers
    places: Numbers

    def logarithms(self, vectors: Matrix) -> NDArray[np.float32]:
        """Tell the logarithm of the probability of each meaning: not yet calibrated."""
        return logarithms(vectors @ self.matrix[:-1] + self.matrix[-1])

    def likeness(self, vector: Vector, meaning: int) -> float:
        """Tell the cosine to the nearest sentence of a meaning."""
        its = self.taught[self.starts[meaning] : self.starts[meaning + 1]]
        return float((its @ vector).max(initial=-1.0))

    def nearest(self, vector: Vector, many: int) -> list[tuple[int, float]]:
        """Give the sentences that are most like it, by their number, with the cosines."""
        alike = self.taught @ vector
        return [(int(self.places[n]), float(alike[n])) for n in np.argsort(-alike)[:many]]

    def likenesses(self, vectors: Matrix) -> Matrix:
        """Tell for each vector and meaning the cosine to the nearest sentence."""
        parts = [
            np.maximum.reduceat(
                vectors[start : start + TOGETHER] @ self.taught.T, self.starts[:-1], 1
            )
            for start in range(0, len(vectors), TOGETHER)
        ]
        return np.concatenate(parts)


def learn_senses(vectors: Matrix, meant: Numbers, meanings: int) -> Senses:
    """Learn what place means what; each meaning has a sentence."""
    order = np.argsort(meant, kind="stable")
    return Senses(
        matrix=learn_weights(vectors, meant, meanings),
        taught=vectors[order],
        starts=np.concatenate([[0], np.cumsum(np.bincount(meant, minlength=meanings))]),
        places=order,
    )
