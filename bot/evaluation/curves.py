"""How sure is sure: refusing at every threshold, and whether confidences come true."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median_low

from bot.evaluation.answers import Answer, share

MOST_POINTS = 41
BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What a threshold does: out-of-scope sentences refused, the others kept and right."""

    threshold: float
    recall: float | None
    in_scope_accuracy: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeCurve:
    """What each threshold would do; ``threshold`` is the engine's own, where it tells it.

    Where several engines were asked, as in a cross-validation, it is the median of theirs.
    ``auroc`` is the chance that a sentence in scope scores higher than one out of scope.
    """

    points: tuple[Point, ...]
    auroc: float | None
    threshold: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Proposals of like confidence: how sure they were, and how many were right."""

    low: float
    high: float
    count: int
    confidence: float | None
    accuracy: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Whether of ten proposals at 0.8 eight are right.

    ``error`` is the expected calibration error: the mean distance of confidence and truth, by bins
    of equal width, each weighted by its proposals (Naeini et al. 2015).
    """

    bins: tuple[Bin, ...]
    error: float | None


def scope_curve(answers: Sequence[Answer]) -> ScopeCurve:
    """Draw the curve over at most `MOST_POINTS` thresholds, evenly by the answers between them."""
    outside = sorted(answer.scope for answer in answers if not answer.is_in_scope)
    inside = [answer for answer in answers if answer.is_in_scope]
    right = sorted(answer.scope for answer in inside if answer.is_right)
    values = sorted({answer.scope for answer in answers})
    step = max(1, -(-len(values) // MOST_POINTS))
    points = tuple(
        Point(
            threshold=round(threshold, 4),
            recall=share(bisect_left(outside, threshold), len(outside)),
            in_scope_accuracy=share(len(right) - bisect_left(right, threshold), len(inside)),
        )
        for threshold in values[::step]
    )
    within = sorted(answer.scope for answer in inside)
    return ScopeCurve(points=points, auroc=_auroc(within, outside), threshold=_in_use(answers))


def _in_use(answers: Sequence[Answer]) -> float | None:
    told = (answer.why.scope for answer in answers if answer.why is not None)
    used = [scope[1] for scope in told if scope is not None]
    return round(median_low(used), 4) if used else None


def _auroc(inside: Sequence[float], outside: Sequence[float]) -> float | None:
    """Count the pairs that are in the right order; a tie counts half."""
    pairs = sum(bisect_left(outside, one) + bisect_right(outside, one) for one in inside)
    return share(pairs / 2, len(inside) * len(outside))


def calibration(answers: Sequence[Answer]) -> Calibration:
    """Compare the confidence of proposals with how often they are right."""
    proposed = [answer for answer in answers if answer.told.command is not None]
    bins = tuple(_bin(number, proposed) for number in range(BINS))
    gaps = sum(
        one.count * abs(one.confidence - one.accuracy)
        for one in bins
        if one.confidence is not None and one.accuracy is not None
    )
    return Calibration(bins=bins, error=share(gaps, len(proposed)))


def _bin(number: int, proposed: Sequence[Answer]) -> Bin:
    inside = [
        answer
        for answer in proposed
        if min(BINS - 1, max(0, int(answer.told.confidence * BINS))) == number
    ]
    right = sum(answer.told.command == answer.meaning for answer in inside)
    return Bin(
        low=number / BINS, high=(number + 1) / BINS, count=len(inside),
        confidence=share(sum(answer.told.confidence for answer in inside), len(inside)),
        accuracy=share(right, len(inside)),
    )  # fmt: skip
