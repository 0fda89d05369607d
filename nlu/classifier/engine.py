"""The engine: what was learnt, asked about one utterance."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot import Alternative, Engine, Interpretation, Label, Utterance, VocabularyEntry
from nlu.classifier.keeping import learnt
from nlu.classifier.models import Model, Reading
from nlu.classifier.teaching import lessons_of
from nlu.vectors import Embedder, static_table

MOST_ALTERNATIVES = 5
LEAST_ALTERNATIVE = 0.1
"""Confidence below which a command is not worth a customer's while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifierSettings:
    """The table ``[nlu.classifier]``.

    Attributes:
        keep: keep what was learnt, so that the next start need not learn it.
        models: the folder for that, beside the database.
        max_characters: of a longer text only the beginning is read.
    """

    keep: bool = True
    models: Path = Path("bot.models")
    max_characters: int = 1024


@asynccontextmanager
async def open_engine(
    name: str, settings: ClassifierSettings, vocabulary: Sequence[VocabularyEntry]
) -> AsyncIterator[Engine]:
    """Open the engine with the table of meanings that comes with the package."""
    embedder = await asyncio.to_thread(static_table)
    async with open_classifier(name, settings, vocabulary, embedder) as engine:
        yield engine


@asynccontextmanager
async def open_classifier(
    name: str,
    settings: ClassifierSettings,
    vocabulary: Sequence[VocabularyEntry],
    embedder: Embedder,
) -> AsyncIterator[Engine]:
    """Open the engine: learn from the vocabulary, or read what was learnt from it before."""
    lessons = lessons_of(vocabulary)
    folder = settings.models if settings.keep else None
    teach = partial(learnt, lessons, folder, embedder=embedder)
    model = await asyncio.to_thread(teach) if lessons else None
    yield Classifier(name, settings, vocabulary, model)


class Classifier:
    """See `bot.ports.Engine`."""

    def __init__(
        self,
        name: str,
        settings: ClassifierSettings,
        vocabulary: Sequence[VocabularyEntry],
        model: Model | None,
    ) -> None:
        self._name = name
        self._max_characters = settings.max_characters
        self._model = model
        self._parameters: Mapping[str, frozenset[str]] = {
            entry.command: frozenset(entry.parameters) for entry in vocabulary if entry.answered
        }

    async def interpret(self, utterance: Utterance) -> Interpretation:
        """See `bot.ports.Engine.interpret`; below the threshold no command, only alternatives."""
        text = utterance.text[: self._max_characters]
        if self._model is None or not text.strip():
            return Interpretation(command=None, engine=self._name)
        reading = self._model.read(text)
        labels = self._labels(self._model, text, reading, utterance.asked)
        if not reading.in_scope or reading.best not in self._parameters:
            return Interpretation(
                command=None, engine=self._name, labels=labels, guess=reading.best,
                alternatives=[] if reading.in_scope else self._alternatives(reading),
            )  # fmt: skip
        return Interpretation(
            command=reading.best,
            slots=_slots(text, labels),
            confidence=reading.ranking[0][1],
            engine=self._name,
            alternatives=self._alternatives(reading),
            used=_used(reading, labels, self._model.literal.get(reading.best, frozenset())),
            labels=labels,
            guess=reading.best,
        )

    def _labels(
        self, model: Model, text: str, reading: Reading, asked: Sequence[str]
    ) -> list[Label]:
        """Find the words of the parameters that the best meaning has."""
        allowed = self._parameters.get(reading.best)
        found = model.labels(text, reading, asked)
        return [label for label in found if allowed is None or label.parameter in allowed]

    def _alternatives(self, reading: Reading) -> list[Alternative]:
        """List what else was meant perhaps; where the best is in doubt, the best as well."""
        if not reading.is_near:
            return []
        worth = [
            Alternative(command=meaning, confidence=confidence)
            for meaning, confidence in reading.ranking[1 if reading.in_scope else 0 :]
            if meaning in self._parameters and confidence >= LEAST_ALTERNATIVE
        ]
        return worth[:MOST_ALTERNATIVES]


def _slots(text: str, labels: Sequence[Label]) -> dict[str, str]:
    """Give each parameter its first words."""
    slots: dict[str, str] = {}
    for label in labels:
        slots.setdefault(label.parameter, text[label.start : label.end])
    return slots


def _used(
    reading: Reading, labels: Sequence[Label], literal: frozenset[str]
) -> list[tuple[int, int]]:
    """Tell which words the command's own sentences have, and no parameter's do."""
    return [
        (word.start, word.end)
        for word in reading.words
        if word.folded in literal
        and not any(label.start <= word.start < label.end for label in labels)
    ]
