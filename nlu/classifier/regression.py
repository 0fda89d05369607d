"""Softmax regression: what each number of a vector says for each meaning."""

import numpy as np
from numpy.typing import NDArray

from nlu.classifier.descent import Point, lowest
from nlu.vectors import Matrix

Numbers = NDArray[np.intp]

STIFFNESS_OF_VECTORS = 3e-5
STIFFNESS_OF_KERNEL = 5e-5
"""Weight of the squares. Chosen on parts of the training data of Banking77, CLINC150 and HWU64;
three times as much or as little costs less than half a point."""


def learn_weights(vectors: Matrix, meant: Numbers, meanings: int) -> Matrix:
    """Learn a column of weights for each meaning; the last row is what is said before any word."""
    ones = np.ones((len(vectors), 1), np.float32)
    seen = np.hstack([vectors, ones])
    wanted = _wanted(meant, meanings)

    def slope(weights: Point) -> tuple[float, Point]:
        surprise, error = _judged(seen @ weights, wanted)
        stiff = np.float32(STIFFNESS_OF_VECTORS) * weights
        stiff[-1] = 0.0
        return surprise + float((stiff * weights).sum()) / 2, seen.T @ error + stiff

    return lowest(slope, np.zeros((seen.shape[1], meanings), np.float32))


def learn_shares(likeness: Matrix, meant: Numbers, meanings: int) -> Matrix:
    """Learn how much each sentence speaks for each meaning, from how alike sentences are.

    The same regression in its dual form: with fewer sentences than features it is much faster.
    """
    wanted = _wanted(meant, meanings)

    def slope(shares: Point) -> tuple[float, Point]:
        scores = likeness @ shares
        surprise, error = _judged(scores, wanted)
        stiff = np.float32(STIFFNESS_OF_KERNEL) * shares
        return surprise + float((stiff * scores).sum()) / 2, likeness @ (error + stiff)

    return lowest(slope, np.zeros((len(likeness), meanings), np.float32))


def logarithms(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Turn scores into logarithms of probabilities, row by row."""
    lowered: NDArray[np.float32] = scores - scores.max(axis=-1, keepdims=True)
    lowered -= np.log(np.exp(lowered).sum(axis=-1, keepdims=True))
    return lowered


def _wanted(meant: Numbers, meanings: int) -> Matrix:
    wanted = np.zeros((len(meant), meanings), np.float32)
    wanted[np.arange(len(meant)), meant] = 1.0
    return wanted


def _judged(scores: Matrix, wanted: Matrix) -> tuple[float, Matrix]:
    """Tell the mean surprise of the right answers, and how each score should change."""
    told = logarithms(scores)
    surprise = -float((told * wanted).sum()) / len(wanted)
    return surprise, (np.exp(told) - wanted) / np.float32(len(wanted))
