"""What a sentence means: n-grams and senses, each by its own lights, and both together.

Each is right where the other errs: n-grams know words that are peculiar to a bot and any language,
senses know English words that nobody taught. They are joined by the sum of their logarithms.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu.classifier.ngrams import Ngrams, Taught
from nlu.classifier.regression import Numbers, logarithms
from nlu.classifier.scope import Judged, folds
from nlu.classifier.senses import Senses, learn_senses
from nlu.classifier.weights import Weights
from nlu.classifier.words import Counted, Word, counted
from nlu.vectors import Embedder, Matrix

Logarithms = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What was thought of a sentence: logarithms of probabilities in the order of the meanings.

    Attributes:
        words: by its n-grams.
        senses: by its place among meanings.
        both: together.
        best: the number of the most probable meaning.
        known: share of known words, 0.0 to 1.0.
        likeness: cosine to the nearest sentence that means the best.
    """

    words: Logarithms
    senses: Logarithms
    both: Logarithms
    best: int
    known: float
    likeness: float


@dataclass(frozen=True, slots=True)
class Intents:
    """A learnt classifier; ``share`` is how much senses count, 0.0 to 1.0."""

    meanings: Sequence[str]
    ngrams: Ngrams
    senses: Senses
    share: float

    def opinion(self, words: Sequence[Word], embedder: Embedder) -> Opinion:
        """Tell what a sentence means."""
        sentence = counted(words)
        vector = embedder.vector(spoken(words))
        by_words = self.ngrams.logarithms(self.ngrams.weights.vector(sentence))
        by_senses = self.senses.logarithms(vector)
        both = joined(by_words, by_senses, self.share)
        best = int(both.argmax())
        known = self.ngrams.weights.known_share(sentence.words)
        likeness = self.senses.likeness(vector, best)
        return Opinion(by_words, by_senses, both, best, known, likeness)

    @classmethod
    def of(
        cls, known: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]], share: float
    ) -> "Intents":
        """Read what `known` and `arrays` told."""
        row = {feature: number for number, feature in enumerate(known["features"])}
        return cls(
            meanings=known["meanings"],
            ngrams=Ngrams(Weights(row, arrays["of"], known["unseen"]), arrays["ngrams"]),
            senses=Senses(
                matrix=arrays["senses"],
                taught=arrays["taught"].astype(np.float32),  # whole: it is in use at each reading
                starts=arrays["starts"],
                places=arrays["places"],
            ),
            share=share,
        )

    def known(self) -> dict[str, Any]:
        """Tell what is to be kept as JSON."""
        weights = self.ngrams.weights
        return {"meanings": self.meanings, "features": list(weights.row), "unseen": weights.unseen}

    def arrays(self) -> bytes:
        """Write what is to be kept as numbers."""
        file = io.BytesIO()
        np.savez(
            file,
            of=self.ngrams.weights.of,
            ngrams=self.ngrams.matrix,
            senses=self.senses.matrix,
            taught=self.senses.taught.astype(np.float16),
            starts=self.senses.starts,
            places=self.senses.places,
        )
        return file.getvalue()

    def named(self, told: Logarithms) -> dict[str, float]:
        """Turn logarithms into probabilities by meaning."""
        return dict(zip(self.meanings, np.exp(told).tolist(), strict=True))


def spoken(words: Sequence[Word]) -> str:
    """Write a sentence as it was meant, after repairs."""
    return " ".join(word.folded for word in words)


def joined(words: Logarithms, senses: Logarithms, share: float) -> Logarithms:
    """Join two opinions, or many in rows."""
    weight = np.float32(share)
    return logarithms((1 - weight) * words + weight * senses)


class IntentLessons:
    """Sentences with their meanings, for learning from all of them and from parts."""

    def __init__(
        self, sentences: Sequence[Sequence[Word]], meanings: Sequence[str], embedder: Embedder
    ) -> None:
        self.names = sorted(set(meanings))
        number: Mapping[str, int] = {name: place for place, name in enumerate(self.names)}
        self._meanings = meanings
        self._meant: Numbers = np.array([number[meaning] for meaning in meanings], np.intp)
        self._counted: Sequence[Counted] = [counted(words) for words in sentences]
        self._vectors: Matrix = embedder.vectors([spoken(words) for words in sentences])
        self._taught = Taught(self._counted, self._meant, len(self.names))

    def learnt(self, share: float) -> Intents:
        """Learn from all of them."""
        senses = learn_senses(self._vectors, self._meant, len(self.names))
        return Intents(self.names, self._taught.learnt(), senses, share)

    def judged(self) -> list[Judged]:
        """Judge sentences by what was learnt from others, part by part."""
        parts = folds(self._meanings)
        return [self._part(np.array(learnt), np.array(left_out)) for learnt, left_out in parts]

    def _part(self, learnt: Numbers, left_out: Numbers) -> Judged:
        senses = learn_senses(self._vectors[learnt], self._meant[learnt], len(self.names))
        vectors = self._vectors[left_out]
        return Judged(
            words=self._taught.left_out(learnt, left_out),
            senses=senses.logarithms(vectors),
            likeness=senses.likenesses(vectors),
            known=self._known(learnt, left_out),
            meant=self._meant[left_out],
        )

    def _known(self, learnt: Numbers, left_out: Numbers) -> NDArray[np.float32]:
        """Tell the share of words that are known from the others."""
        weights = self._taught.weights
        known = {word for number in learnt for word in self._counted[number].words}
        shares = []
        for number in left_out:
            words = self._counted[number].words
            shares.append(weights.known_share([word if word in known else "" for word in words]))
        return np.array(shares, np.float32)
