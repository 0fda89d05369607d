"""Vectors of meaning: word pieces, the table that comes with the package, what gives vectors."""

from nlu.vectors.embedding import Embedder, Matrix, Vector
from nlu.vectors.pieces import Pieces, read_vocabulary
from nlu.vectors.table import StaticTable, static_table

__all__ = [
    "Embedder", "Matrix", "Pieces", "StaticTable", "Vector", "read_vocabulary", "static_table",
]  # fmt: skip
