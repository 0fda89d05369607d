"""How much a feature says: rare ones more than those of every sentence (TF-IDF)."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nlu.classifier.words import Counted


@dataclass(frozen=True, slots=True)
class Weights:
    """The weight of each feature that was seen; ``unseen`` is that of a feature that was not."""

    of: Mapping[str, float]
    unseen: float

    @classmethod
    def learn(cls, sentences: Iterable[Counted]) -> "Weights":
        """Count in how many sentences each feature stands."""
        seen: Counter[str] = Counter()
        total = 0
        for sentence in sentences:
            total += 1
            for block in sentence.blocks:
                seen.update(block.keys())
        logarithm = math.log(1 + total) + 1
        weights = {feature: logarithm - math.log(1 + count) for feature, count in seen.items()}
        return cls(weights, logarithm)

    def vector(self, sentence: Counted) -> dict[str, float]:
        """Weigh a sentence; its word n-grams and its character n-grams count the same in all."""
        vector: dict[str, float] = {}
        for block in sentence.blocks:
            known = {
                feature: (1 + math.log(count)) * weight
                for feature, count in block.items()
                if (weight := self.of.get(feature)) is not None
            }
            length = math.sqrt(sum(value * value for value in known.values())) or 1.0
            vector.update((feature, value / length) for feature, value in known.items())
        return vector

    def known_share(self, sentence: Counted) -> float:
        """Tell how much of what a sentence says is in words that were seen: 0.0 to 1.0."""
        total = sum(self.of.get(word, self.unseen) for word in sentence.words)
        return sum(self.of.get(word, 0.0) for word in sentence.words) / total if total else 0.0
