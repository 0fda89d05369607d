"""The engine: what was learnt, asked about one utterance."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from bot import Engine, Explanation, Interpretation, Label, Utterance, VocabularyEntry
from nlu.classifier.explaining import explained
from nlu.classifier.keeping import learnt
from nlu.classifier.models import Model
from nlu.classifier.proposals import Proposals
from nlu.classifier.several import Cutter, Part, beginnings_of
from nlu.classifier.synonyms import synonyms_of
from nlu.classifier.teaching import named_lessons, tables_of
from nlu.vectors import Embedder, static_table


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
    lessons, tables = named_lessons(vocabulary), tables_of(vocabulary)
    folder = settings.models if settings.keep else None
    teach = partial(learnt, lessons, folder, tables, embedder=embedder)
    model = await asyncio.to_thread(teach) if lessons else None
    yield Classifier(name, settings, vocabulary, model)


class Classifier:
    """See `bot.ports.Engine`, `bot.ports.Explaining` and `bot.ports.Dividing`."""

    divides = True
    """It costs less than a millisecond."""

    def __init__(
        self,
        name: str,
        settings: ClassifierSettings,
        vocabulary: Sequence[VocabularyEntry],
        model: Model | None,
    ) -> None:
        kinds = {entry.command: entry.parameters for entry in vocabulary}
        lessons = named_lessons(vocabulary)
        commands = {entry.command for entry in vocabulary if entry.answered}
        self._lessons = lessons
        self._max_characters = settings.max_characters
        self._model = model
        self._synonyms = synonyms_of(lessons, tables_of(vocabulary), kinds)
        self._cutter = Cutter(commands, beginnings_of([lesson.sentence.text for lesson in lessons]))
        self._proposals = Proposals(
            engine=name,
            model=model.mark if model else "",
            parameters={command: frozenset(kinds[command]) for command in commands},
            literal=model.literal if model else {},
        )

    async def interpret(self, utterance: Utterance) -> Interpretation:
        """See `bot.ports.Engine.interpret`."""
        text = utterance.text[: self._max_characters]
        if self._model is None or not text.strip():
            return self._proposals.nothing()
        read = partial(self._read, self._model, replace(utterance, text=text))
        whole = read(0, len(text))
        parts = self._cutter.parts(text, whole, read)
        if parts[0] is whole:
            return self._proposals.of(text, whole)
        first, *others = self._proposals.of_parts(text, parts)
        part = first.part if others else None  # with its small talk, one request is the whole text
        return replace(first, guess=whole.reading.best, part=part, more=others)

    async def explain(self, utterance: Utterance) -> Explanation:
        """See `bot.ports.Explaining.explain`."""
        text = utterance.text[: self._max_characters]
        if self._model is None or not text.strip():
            return Explanation()
        return explained(self._model, self._lessons, text)

    def _read(self, model: Model, utterance: Utterance, start: int, end: int) -> Part:
        """Read a part of a text; words of parameters that its meaning has not are nobody's."""
        said = utterance.text[start:end]
        reading = model.read(said)
        allowed = self._proposals.parameters.get(reading.best)
        labels = [
            self._valued(label, said, start)
            for label in model.labels(said, reading, utterance.asked)
            if allowed is None or label.parameter in allowed
        ]
        return Part(start, end, reading, labels)

    def _valued(self, label: Label, said: str, start: int) -> Label:
        """Move a label to its place in the whole text, and tell what its words stand for."""
        return replace(
            label, start=start + label.start, end=start + label.end,
            value=self._synonyms.of(said[label.start : label.end]),
        )  # fmt: skip
