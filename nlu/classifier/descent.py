"""Finds the lowest point of a smooth function: L-BFGS (Nocedal 1980), with numpy alone."""

from collections import deque
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Point = NDArray[np.float32]
Slope = Callable[[Point], tuple[float, Point]]
"""Gives a function's value and its gradient."""

REMEMBERED = 10
"""Steps from which the curvature is guessed."""

LEAST_STEP = 1e-6
ENOUGH_DOWN = 1e-4
"""Share of what the slope promised that a step must keep (Armijo)."""

FEWEST = 5
"""Steps before it may end: the first ones are small."""


def lowest(slope: Slope, start: Point, *, most: int = 100, close: float = 1e-4) -> Point:
    """Walk down from a start; ends where a step gains less than a share ``close`` of the value."""
    point = start
    value, gradient = slope(point)
    steps: deque[tuple[Point, Point]] = deque(maxlen=REMEMBERED)
    for number in range(most):
        before, was, old = point, gradient, value
        point, value, gradient = _stepped(slope, before, (value, gradient), _way(gradient, steps))
        moved, turned = point - before, gradient - was
        if float((moved * turned).sum()) > 0.0:
            steps.append((moved, turned))
        if number >= FEWEST and old - value <= close * abs(old):
            break
    return point


def _way(gradient: Point, steps: deque[tuple[Point, Point]]) -> Point:
    """Turn the gradient as the curvature says; the first step is of length one."""
    if not steps:
        return gradient / np.float32(np.sqrt((gradient * gradient).sum()) + 1e-12)
    way = gradient.copy()
    shares: list[float] = []
    for moved, turned in reversed(steps):
        shares.append(float((moved * way).sum() / (moved * turned).sum()))
        way -= np.float32(shares[-1]) * turned
    moved, turned = steps[-1]
    way *= np.float32((moved * turned).sum() / (turned * turned).sum())
    for (moved, turned), share in zip(steps, reversed(shares), strict=True):
        back = float((turned * way).sum() / (moved * turned).sum())
        way += np.float32(share - back) * moved
    return way


def _stepped(
    slope: Slope, point: Point, here: tuple[float, Point], way: Point
) -> tuple[Point, float, Point]:
    """Go that way, half as far each time that it did not go down enough."""
    value, gradient = here
    promised = float((gradient * way).sum())
    length = 1.0
    while True:
        there = point - np.float32(length) * way
        found, its = slope(there)
        if found <= value - ENOUGH_DOWN * length * promised:
            return there, found, its
        if length < LEAST_STEP:
            return point, value, gradient
        length /= 2
