"""Fresh engines that learn, are asked, and are thrown away."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from bot.clock import SystemClock
from bot.evaluation.answers import Answer
from bot.evaluation.parts import SHARES, Known, folds, sentences_of, some, taught
from bot.evaluation.scores import of_entities, of_intents
from bot.model.understanding import Utterance, VocabularyEntry
from bot.plugins.tables import Tables
from bot.ports.language import Engine, Explaining

Tick = Callable[[str, int, int], None]
"""Told what is going on, how much of it is done, and how much there is; 0 is not known."""


def silent(stage: str, done: int, total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What an engine answered, and how long it learnt."""

    answers: tuple[Answer, ...]
    train_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """An engine with its settings; it is told the bot's locale.

    Where it ``explains``, it is asked why as well, outside the time that is measured.
    """

    tables: Tables
    engine: str
    tick: Tick = silent
    explains: bool = True

    async def tried(
        self, entries: Sequence[VocabularyEntry], questions: Sequence[Known], stage: str = "asked"
    ) -> Trial:
        """Let a fresh engine learn and answer; nothing learnt before is found, nothing is kept."""
        self.tick(f"{stage}: learning", 0, 0)
        with self._emptied() as tables:
            opening = tables.extensions.engines[self.engine].load()
            begun = perf_counter()
            async with opening(self.engine, tables.engine(self.engine), entries) as engine:
                seconds = perf_counter() - begun
                answers = []
                for number, question in enumerate(questions, start=1):
                    answers.append(await self._answer(engine, question))
                    self.tick(stage, number, len(questions))
        return Trial(answers=tuple(answers), train_seconds=seconds)

    async def crossed(self, entries: Sequence[VocabularyEntry], count: int) -> Sequence[Trial]:
        """Judge every sentence by an engine that has learnt the other parts."""
        known = sentences_of(entries)
        return [
            await self.tried(taught(entries, learnt), judged, f"part {number} of {count}")
            for number, (learnt, judged) in enumerate(folds(known, count), start=1)
        ]

    async def curve(
        self, entries: Sequence[VocabularyEntry], questions: Sequence[Known]
    ) -> Sequence[dict[str, Any]]:
        """Score engines that have learnt a share of the sentences, on the same questions."""
        known, told = sentences_of(entries), []
        quick = replace(self, explains=False)
        for share in SHARES:
            part = some(known, share)
            trial = await quick.tried(taught(entries, part), questions, f"{share:.0%} learnt")
            inside = [answer for answer in trial.answers if answer.is_in_scope]
            told.append({
                "share": share, "sentences": len(part), **of_intents(inside),
                "entities_f1": of_entities(trial.answers)["f1"],
                "train_s": round(trial.train_seconds, 3),
            })  # fmt: skip
        return told

    async def _answer(self, engine: Engine, question: Known) -> Answer:
        sentence = question.sentence
        utterance = Utterance(
            text=sentence.text, now=SystemClock().now(), asked=sentence.asked,
            locale=self.tables.settings.bot.locale,
        )  # fmt: skip
        begun = perf_counter()
        told = await engine.interpret(utterance)
        seconds = perf_counter() - begun
        why = None
        if self.explains and isinstance(engine, Explaining):
            why = await engine.explain(utterance)
        return Answer(
            meaning=question.meaning, sentence=sentence, told=told, seconds=seconds, why=why
        )

    @contextmanager
    def _emptied(self) -> Iterator[Tables]:
        """Put the project's folder elsewhere, so that models are neither found nor left there."""
        with TemporaryDirectory() as folder:
            path = Path(folder) / self.tables.settings.path.name
            yield replace(self.tables, settings=replace(self.tables.settings, path=path))


def together(trials: Sequence[Trial]) -> Trial:
    """Join the trials of a cross-validation: all answers; the mean time of learning."""
    answers = tuple(chain.from_iterable(trial.answers for trial in trials))
    total = sum(trial.train_seconds for trial in trials)
    return Trial(answers=answers, train_seconds=total / max(1, len(trials)))
