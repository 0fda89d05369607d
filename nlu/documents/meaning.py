"""How like a question is to passages in meaning, by the table of vectors in the package."""

import re
from collections.abc import Sequence

import numpy as np

from nlu.vectors import Embedder

_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[\u3002\uff01\uff1f])|\n")


class Meaning:
    """See `nlu.documents.ranking.Likeness`.

    A passage is as like a question as the most alike of its parts: its heading, each sentence, all
    of it.
    """

    def __init__(self, texts: Sequence[tuple[str, str]], embedder: Embedder) -> None:
        parts = [(index, part) for index, text in enumerate(texts) for part in _parts(*text)]
        self._embedder = embedder
        self._rows = embedder.vectors([part for _, part in parts])
        self._starts = np.searchsorted([index for index, _ in parts], np.arange(len(texts)))

    def __call__(self, question: str) -> Sequence[float]:
        """See `nlu.documents.ranking.Likeness`."""
        alike = self._rows @ self._embedder.vector(question)
        best = np.maximum.reduceat(alike, self._starts)
        return [float(one) for one in np.clip(best, 0.0, 1.0)]


def _parts(heading: str, text: str) -> list[str]:
    sentences = [one for one in _SENTENCE.split(text) if one.strip()]
    whole = [text] if len(sentences) > 1 else []
    return [*filter(str.strip, [heading]), *sentences, *whole] or [heading]
