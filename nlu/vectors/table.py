"""The table that comes with the package: a vector for each word piece; a text is their sum.

`SOURCES.md` beside it tells what it was made of, and `nlu.semantic.distil` makes it.
"""

import io
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlu.vectors.embedding import Matrix, Vector
from nlu.vectors.pieces import Pieces, read_vocabulary

TABLE = Path(__file__).with_name("table.npz")

HALF = 8
"""A number of four bits says -7 to 7, kept as 1 to 15."""

CUTS = tuple(1.4 + step / 10 for step in range(27))
"""Where a row's numbers may be cut off, in standard deviations: what is tried."""

TINY = 1e-9


class StaticTable:
    """See `nlu.vectors.Embedder`."""

    name = "table-1"

    def __init__(self, pieces: Pieces, kept: Mapping[str, NDArray[np.generic]]) -> None:
        """Take rows in four bits, their scales, and the columns'."""
        self._pieces = pieces
        self._rows = kept["rows"].astype(np.uint8, copy=False)
        self._scales = kept["scales"].astype(np.float32)
        self._columns = kept["columns"].astype(np.float32)

    @classmethod
    def read(cls, file: bytes, pieces: Pieces) -> "StaticTable":
        """Read what `packed` made."""
        with np.load(io.BytesIO(file)) as kept:
            return cls(pieces, dict(kept))

    def vector(self, text: str) -> Vector:
        """See `nlu.vectors.Embedder.vector`."""
        numbers = self._pieces.of(text)
        return self._between(numbers) if numbers else np.zeros_like(self._columns)

    def vectors(self, texts: Sequence[str]) -> Matrix:
        """See `nlu.vectors.Embedder.vectors`."""
        return np.array([self.vector(text) for text in texts], dtype=np.float32)

    def knows(self, word: str) -> bool:
        """Tell whether the word is a piece of its own."""
        return word in self._pieces.numbers

    def _between(self, numbers: Sequence[int]) -> Vector:
        """Add the pieces' vectors up: how long each is tells how much it counts."""
        rows = self._rows[numbers]
        scales = self._scales[numbers]
        even = scales @ ((rows & 15).astype(np.float32) - HALF)
        odd = scales @ ((rows >> 4).astype(np.float32) - HALF)
        whole: Vector = np.stack([even, odd], axis=1).ravel() * self._columns
        return whole / (np.linalg.norm(whole) + TINY)


def packed(table: Matrix) -> bytes:
    """Write a table as a file: numbers in four bits, scaled by column and by row.

    Of each row the scale is taken that loses least: to cut its longest numbers off makes the others
    finer.
    """
    columns = table.std(axis=0) + TINY
    even = table / columns
    widths = even.std(axis=1) / (HALF - 1) + TINY
    lost = np.full(len(table), np.inf)
    scales = widths
    for cut in CUTS:
        error = ((_steps(even, widths * cut) * (widths * cut)[:, None] - even) ** 2).sum(axis=1)
        scales = np.where(error < lost, widths * cut, scales)
        lost = np.minimum(error, lost)
    whole = (_steps(even, scales) + HALF).astype(np.uint8)
    file = io.BytesIO()
    np.savez(
        file,
        rows=whole[:, 0::2] | (whole[:, 1::2] << 4),
        scales=scales.astype(np.float16),
        columns=columns.astype(np.float32),
    )
    return file.getvalue()


def _steps(rows: Matrix, scales: Matrix) -> Matrix:
    """Tell how many steps of its scale each number of a row is."""
    steps: Matrix = np.clip(np.round(rows / scales[:, None]), 1 - HALF, HALF - 1)
    return steps


@cache
def static_table() -> StaticTable:
    """Read the table that comes with the package, once."""
    return StaticTable.read(TABLE.read_bytes(), Pieces(read_vocabulary()))
