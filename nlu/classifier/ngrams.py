"""What n-grams of words and letters say of a sentence's meaning, in any language.

A few sentences are learnt from by how alike they are, many by crfsuite, which is in its element
there: a classifier of maximum entropy is a chain of length one. Either way the outcome is a weight
for each feature and meaning.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlu.classifier.regression import Numbers, learn_shares, logarithms
from nlu.classifier.sequences import state_weights, trained
from nlu.classifier.weights import Sparse, Weights
from nlu.classifier.words import Counted
from nlu.vectors import Matrix

FEW = 2000
"""Sentences up to which the likeness of all pairs is quicker."""

PARAMETERS: Mapping[str, float] = {
    "c1": 0.0, "c2": 0.005, "max_iterations": 60, "feature.possible_states": 0,
}  # fmt: skip
"""Hardly any smoothing, because vectors are normalised (nlu.md §0); it ends by itself before."""


@dataclass(frozen=True, slots=True)
class Ngrams:
    """A learnt classifier: ``matrix`` has a row for each feature, a column for each meaning."""

    weights: Weights
    matrix: NDArray[np.float16]

    def logarithms(self, seen: Sparse) -> NDArray[np.float32]:
        """Tell the logarithm of the probability of each meaning: not yet calibrated."""
        return logarithms(seen.values @ self.matrix[seen.rows].astype(np.float32))

    def speaking(self, sentence: Counted, meaning: int) -> dict[str, float]:
        """Tell by how much each feature spoke for a meaning, against the mean of all."""
        seen = self.weights.vector(sentence)
        names = [one for block in sentence.blocks for one in block if one in self.weights.row]
        rows = self.matrix[seen.rows].astype(np.float32)
        said = seen.values * (rows[:, meaning] - rows.mean(axis=1))
        return dict(zip(names, said.tolist(), strict=True))


class Taught:
    """Sentences as numbers, for all the learning that is done with them."""

    def __init__(self, sentences: Sequence[Counted], meant: Numbers, meanings: int) -> None:
        self._sentences = sentences
        self._meant = meant
        self._meanings = meanings
        self.weights = Weights.learn(sentences)
        self._seen = [self.weights.vector(sentence) for sentence in sentences]
        self._alike = _likeness(self._seen, len(self.weights.row)) if len(self) <= FEW else None

    def __len__(self) -> int:
        return len(self._sentences)

    def learnt(self) -> Ngrams:
        """Learn from all of them."""
        if self._alike is None:
            return Ngrams(self.weights, self._learnt_by_chain())
        words, letters = self._alike
        shares = learn_shares(words + letters, self._meant, self._meanings)
        matrix = np.zeros((len(self.weights.row), self._meanings), np.float32)
        for seen, share in zip(self._seen, shares, strict=True):
            matrix[seen.rows] += seen.values[:, None] * share
        return Ngrams(self.weights, matrix.astype(np.float16))

    def left_out(self, learnt: Numbers, judged: Numbers) -> Matrix:
        """Learn from some of them and judge others: logarithms of probabilities, a row each."""
        if self._alike is None:
            part = Taught([self._sentences[n] for n in learnt], self._meant[learnt], self._meanings)
            ngrams = part.learnt()
            seen = (part.weights.vector(self._sentences[n]) for n in judged)
            return np.array([ngrams.logarithms(one) for one in seen], np.float32)
        words, letters = self._alike
        inside = np.ix_(learnt, learnt)
        shares = learn_shares(words[inside] + letters[inside], self._meant[learnt], self._meanings)
        across = np.ix_(judged, learnt)
        lengths = self._known_lengths(learnt, judged)
        alike = words[across] / lengths[:, :1] + letters[across] / lengths[:, 1:]
        return logarithms(alike @ shares)

    def _learnt_by_chain(self) -> NDArray[np.float16]:
        examples = (
            (
                [dict(zip(map(str, seen.rows.tolist()), seen.values.tolist(), strict=True))],
                [str(one)],
            )
            for seen, one in zip(self._seen, self._meant.tolist(), strict=True)
        )
        matrix = np.zeros((len(self.weights.row), self._meanings), np.float16)
        for (feature, meaning), weight in state_weights(trained(examples, PARAMETERS)).items():
            matrix[int(feature), int(meaning)] = weight
        return matrix

    def _known_lengths(self, learnt: Numbers, judged: Numbers) -> Matrix:
        """Tell how long sentences would be without features that those learnt from have not.

        Unknown features are left out of a new sentence, and what remains has length one.
        """
        known = np.zeros(len(self.weights.row), bool)
        for number in learnt:
            known[self._seen[number].rows] = True
        lengths = np.ones((len(judged), 2), np.float32)
        for place, number in enumerate(judged):
            seen = self._seen[number]
            squares = seen.values**2 * known[seen.rows]
            lengths[place] = squares[: seen.border].sum(), squares[seen.border :].sum()
        return np.maximum(np.sqrt(lengths), 1e-3)


def _likeness(seen: Sequence[Sparse], features: int) -> tuple[Matrix, Matrix]:
    """Tell how alike sentences are, two by two: in their words, and in their letters."""
    words = _products(
        [(one.rows[: one.border], one.values[: one.border]) for one in seen], features
    )
    letters = _products(
        [(one.rows[one.border :], one.values[one.border :]) for one in seen], features
    )
    return words, letters


def _products(sentences: Sequence[tuple[Numbers, NDArray[np.float32]]], features: int) -> Matrix:
    """Multiply all pairs, by way of the list of sentences that each feature stands in."""
    rows = np.concatenate([rows for rows, _ in sentences])
    values = np.concatenate([values for _, values in sentences])
    owners = np.repeat(np.arange(len(sentences)), [len(rows) for rows, _ in sentences])
    order = np.argsort(rows, kind="stable")
    owners, values = owners[order], values[order]
    counts = np.bincount(rows, minlength=features)
    starts = np.cumsum(counts) - counts
    products = np.empty((len(sentences), len(sentences)), np.float32)
    for number, (its, weights) in enumerate(sentences):
        many = counts[its]
        first = np.repeat(starts[its] - (np.cumsum(many) - many), many)
        places = first + np.arange(len(first))
        said = np.repeat(weights, many) * values[places]
        products[number] = np.bincount(owners[places], said, minlength=len(sentences))
    return products
