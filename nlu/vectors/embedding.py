"""What gives a text its place among meanings."""

from collections.abc import Sequence
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Vector: TypeAlias = NDArray[np.float32]
"""Of length one, so that the product of two is the cosine between them; zeros for no word."""

Matrix: TypeAlias = NDArray[np.float32]
"""Vectors in rows."""


class Embedder(Protocol):
    """Gives vectors; texts that mean alike lie near each other."""

    @property
    def name(self) -> str:
        """Name it with its version: a model that was learnt with another cannot be read with it."""
        ...

    def vector(self, text: str) -> Vector:
        """Give a text's vector."""
        ...

    def vectors(self, texts: Sequence[str]) -> Matrix:
        """Give many at once."""
        ...

    def knows(self, word: str) -> bool:
        """Tell whether it has met the word, which is then no slip of the finger."""
        ...
