"""How sure is sure: calibration, and the threshold of what is out of scope.

Both come from the training sentences alone: a part is left out, the rest learnt, the part judged.
"""

import math
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nlu.classifier.regression import Numbers, logarithms
from nlu.vectors import Matrix

FOLDS = 5
ENOUGH = 1500
"""Judged sentences after which no further part is left out: learning takes time."""

FEWEST = 40
"""Judged sentences below which a quantile says nothing."""

ALWAYS_REFUSED = 0.0125
REFUSED_OF_WRONG = 0.4
"""Share of the left-out sentences that the threshold refuses: always, and of the wrongly read.

Where meanings are told apart well, hardly a sentence need be refused; where they are not, refusing
costs little, for the wrong ones are refused first. The model that judged knew fewer sentences: of
new ones fewer are refused.
"""

SMOOTHNESS = 1.5
LIKENESS_WEIGHT = 3.0
KNOWN_WEIGHT = 0.5
"""The score of scope: the logarithm of the best chance at this temperature, the cosine to the
nearest sentence of the same meaning and the share of known words.

Chosen on training data: meanings left out of Banking77, CLINC150 and HWU64, and sentences of one
set put to a bot of another. Sharper chances, as confidence has them, tell scope worse.
"""

TEMPERATURES = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5, 2.0, 3.0)
"""Below 1.0 sharpens."""

SHARE = 0.6
SHARES = (0.0, 0.2, 0.4, 0.5, 0.6, 0.7)
"""How much senses count: where there is too little to go by, and what is tried where there is."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Sentences that the model had not seen, in rows; meanings are in columns.

    Attributes:
        words: logarithms of probabilities by n-grams.
        senses: the same by senses.
        likeness: cosines to the nearest sentence of each meaning.
        known: share of known words.
        meant: the number of what each means.
    """

    words: Matrix
    senses: Matrix
    likeness: Matrix
    known: NDArray[np.float32]
    meant: Numbers

    def joined(self, share: float) -> Matrix:
        """Join what words and senses say."""
        weight = np.float32(share)
        return logarithms((1 - weight) * self.words + weight * self.senses)


@dataclass(frozen=True, slots=True)
class Scope:
    """What turns chances into confidence, and confidence into yes or no.

    Attributes:
        share: how much senses count, 0.0 to 1.0.
        temperature: above 1.0 where chances promise too much.
        threshold: of the score of scope.
    """

    share: float = SHARE
    temperature: float = 1.0
    threshold: float = math.log(0.5) + LIKENESS_WEIGHT * 0.5 + KNOWN_WEIGHT * 0.6

    def calibrated(self, told: Matrix) -> Matrix:
        """Turn logarithms of chances into those of probabilities that come true as often."""
        return logarithms(told / np.float32(self.temperature))

    def score(self, told: Matrix, likeness: float, known: float) -> float:
        """Tell how sure it is that a sentence is in scope; below the threshold it is not.

        Args:
            told: logarithms of chances, not calibrated.
            likeness: cosine to the nearest sentence of the best meaning.
            known: share of known words.
        """
        return _smoothed(told) + LIKENESS_WEIGHT * likeness + KNOWN_WEIGHT * known


def learn_scope(parts: Sequence[Judged]) -> Scope:
    """Find share, temperature and threshold; the default where there is too little to go by."""
    if sum(len(part.meant) for part in parts) < FEWEST:
        return Scope()
    share = min(SHARES, key=lambda one: _best_temperature(parts, one)[0])
    temperature = _best_temperature(parts, share)[1]
    scope = Scope(share=share, temperature=temperature)
    scores: list[float] = []
    wrong = 0
    for part in parts:
        told = part.joined(share)
        best = told.argmax(axis=1)
        wrong += int((best != part.meant).sum())
        near = part.likeness[np.arange(len(best)), best].tolist()
        scores += map(scope.score, told, near, part.known.tolist())
    refused = ALWAYS_REFUSED * len(scores) + REFUSED_OF_WRONG * wrong
    return replace(scope, threshold=sorted(scores)[int(refused)])


def _smoothed(told: Matrix) -> float:
    return float(logarithms(told / np.float32(SMOOTHNESS)).max())


def _best_temperature(parts: Sequence[Judged], share: float) -> tuple[float, float]:
    """Find how surprising the truth is at the best temperature, and that one."""
    joined = [(part.joined(share), part.meant) for part in parts]
    return min(
        (sum(_surprise(told / np.float32(one), meant) for told, meant in joined), one)
        for one in TEMPERATURES
    )


def _surprise(told: Matrix, meant: Numbers) -> float:
    """Sum up how improbable what was meant was held."""
    return -float(logarithms(told)[np.arange(len(meant)), meant].sum())


def folds(meanings: Sequence[str]) -> Iterator[tuple[list[int], list[int]]]:
    """Leave parts out, each meaning evenly; gives what is learnt and what is judged.

    Meanings with one sentence only are never judged: left out, nothing is known of them.
    """
    by_meaning: dict[str, list[int]] = defaultdict(list)
    for number, meaning in enumerate(meanings):
        by_meaning[meaning].append(number)
    shuffle: Callable[[list[int]], None] = random.Random(0).shuffle  # noqa: S311 - the same parts each time
    part_of: dict[int, int] = {}
    dealt = 0
    for numbers in by_meaning.values():
        shuffle(numbers)
        for number in numbers if len(numbers) > 1 else ():
            part_of[number] = dealt % FOLDS
            dealt += 1
    judged = 0
    for part in range(FOLDS):
        left_out = [number for number, its in part_of.items() if its == part]
        if judged < ENOUGH and left_out:
            judged += len(left_out)
            out = set(left_out)
            yield [number for number in range(len(meanings)) if number not in out], left_out
