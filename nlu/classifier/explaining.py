"""Why a sentence is read as it is, for the operator."""

from collections.abc import Sequence

import numpy as np

from bot import Explanation, Nearest
from nlu.classifier.intents import Logarithms, spoken
from nlu.classifier.models import Model, Reading
from nlu.classifier.teaching import Lesson
from nlu.classifier.words import Word, counted, words_of

MOST_FEATURES = 12
MOST_NEAREST = 5
MOST_SCORES = 5


def explained(model: Model, lessons: Sequence[Lesson], text: str) -> Explanation:
    """Tell what a reading of a text rests on; ``lessons`` are those that the model learnt from."""
    reading = model.read(text)
    opinion, intents = reading.opinion, model.intents
    spoke = intents.ngrams.speaking(counted(reading.words), opinion.best)
    strongest = sorted(spoke.items(), key=lambda one: -abs(one[1]))[:MOST_FEATURES]
    return Explanation(
        features=[(feature.replace("~", "\u2026"), weight) for feature, weight in strongest],
        nearest=_nearest(model, lessons, reading),
        scores={
            "words": _ranked(model, opinion.words),
            "table": _ranked(model, opinion.senses),
            "both": reading.ranking[:MOST_SCORES],
        },
        scope=(reading.score, model.scope.threshold),
        repaired=_repaired(text, reading.words),
    )


def _nearest(model: Model, lessons: Sequence[Lesson], reading: Reading) -> list[Nearest]:
    vector = model.embedder.vector(spoken(reading.words))
    return [
        Nearest(
            text=lessons[number].sentence.text, command=lessons[number].meaning,
            likeness=min(1.0, max(0.0, likeness)),
        )
        for number, likeness in model.intents.senses.nearest(vector, MOST_NEAREST)
    ]  # fmt: skip


def _ranked(model: Model, told: Logarithms) -> list[tuple[str, float]]:
    best = np.argsort(-told)[:MOST_SCORES]
    return [(model.intents.meanings[number], float(np.exp(told[number]))) for number in best]


def _repaired(text: str, words: Sequence[Word]) -> str | None:
    """Write a text as it was respelled; None where nothing was."""
    written, place = "", 0
    for before, after in zip(words_of(text), words, strict=True):
        if before.folded != after.folded:
            written += f"{text[place : after.start]}{after.folded}"
            place = after.end
    return written + text[place:] if place else None
