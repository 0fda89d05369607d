"""The learner: crfsuite's linear-chain models, trained and read as bytes.

A maximum-entropy classifier is a chain of length one, so both of ours are learnt here.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import pycrfsuite

Features = Mapping[str, float] | Sequence[str]
"""What is seen at one place: features with their weights, or features that are there."""

Example = tuple[Sequence[Features], Sequence[str]]
"""What is seen at each place of a sequence, and the label of each."""


def trained(
    examples: Iterable[Example],
    parameters: Mapping[str, float],
    *,
    algorithm: Literal["lbfgs", "ap"] = "lbfgs",
) -> bytes:
    """Learn labels, by L-BFGS or the averaged perceptron; ``parameters`` are crfsuite's own."""
    trainer = pycrfsuite.Trainer(algorithm=algorithm, params=dict(parameters), verbose=False)
    for seen, labels in examples:
        trainer.append(pycrfsuite.ItemSequence(seen), labels)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "model"
        trainer.train(str(file))
        return file.read_bytes()


def state_weights(model: bytes) -> Mapping[tuple[str, str], float]:
    """Read what a model learnt to hold of each feature and label."""
    tagger = pycrfsuite.Tagger()
    tagger.open_inmemory(model)
    found: Mapping[tuple[str, str], float] = tagger.info().state_features
    return found


class Sequences:
    """A learnt model; not for two threads at once."""

    def __init__(self, model: bytes) -> None:
        self.model = model  # the tagger reads it where it lies
        self._tagger = pycrfsuite.Tagger()
        self._tagger.open_inmemory(model)
        self.labels: Sequence[str] = sorted(self._tagger.labels())

    def tags(self, seen: Sequence[Features]) -> list[str]:
        """Tell the most probable labels of a sequence."""
        return list(self._tagger.tag(pycrfsuite.ItemSequence(seen)))
