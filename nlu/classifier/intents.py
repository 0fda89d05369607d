"""What a sentence means: maximum entropy over weighted n-grams of words and letters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nlu.classifier.sequences import Sequences, trained
from nlu.classifier.weights import Weights
from nlu.classifier.words import Counted

PARAMETERS: Mapping[str, float] = {
    "c1": 0.0, "c2": 0.005, "max_iterations": 60, "feature.possible_states": 0,
}  # fmt: skip
"""Hardly any smoothing, because vectors are normalised (nlu.md §0); it ends by itself before."""


@dataclass(frozen=True, slots=True)
class Intents:
    """A learnt classifier."""

    weights: Weights
    chain: Sequences

    def chances(self, sentence: Counted) -> dict[str, float]:
        """Tell the probability of each meaning, as learnt: not yet calibrated."""
        return self.chain.chances(self.weights.vector(sentence))


def learn_intents(sentences: Sequence[Counted], meanings: Sequence[str]) -> Intents:
    """Learn which sentence means what."""
    weights = Weights.learn(sentences)
    vectors = (weights.vector(sentence) for sentence in sentences)
    pairs = zip(vectors, meanings, strict=True)
    model = trained((([vector], [meaning]) for vector, meaning in pairs), PARAMETERS)
    return Intents(weights, Sequences(model))
