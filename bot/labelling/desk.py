"""Where misses are labelled: what waits, what it may mean, and what labelling it has brought."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from bot.evaluation.trials import Bench, Tick
from bot.evaluation.values import find_values
from bot.labelling.batches import Batch, Suggestion, gathered, suggestions
from bot.labelling.lessons import Gains, gains, known_from
from bot.labelling.marking import one_line, write_marked
from bot.model.ids import MissId
from bot.model.misses import OUT_OF_SCOPE, MissState, Taught
from bot.model.understanding import Hints, Interpretation, Utterance, VocabularyEntry
from bot.ports.clock import Clock
from bot.ports.language import Engine, Explaining, Recogniser
from bot.ports.stores import Store

MOST_GROUPS = 500
"""Groups that are looked at; the others come when these are labelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How many misses a trainer has dealt with, of how many."""

    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Materials:
    """What a desk works with; ``teach`` makes the vocabulary with labelled misses in it."""

    store: Store
    bench: Bench
    teach: Callable[[Sequence[Taught]], Sequence[VocabularyEntry]]
    recognisers: Sequence[Recogniser[Any]]
    clock: Clock


class Desk:
    """Labels misses; what is labelled is kept in the store at once, where a running bot sees it."""

    def __init__(self, materials: Materials) -> None:
        """Take what is worked with; `relearn` opens the engine that suggests."""
        self._with = materials
        self._locale = materials.bench.tables.settings.bot.locale
        self._entries = materials.teach(())
        self._opened = AsyncExitStack()
        self._engine: Engine | None = None
        self._explaining: Explaining | None = None

    @property
    def meanings(self) -> Mapping[str, Sequence[str]]:
        """List what a sentence may mean, with the parameters that words may be marked as."""
        known = {
            one.command: tuple(one.parameters) if one.answered else () for one in self._entries
        }
        return {**known, OUT_OF_SCOPE: ()}

    async def relearn(self) -> None:
        """Let the engine that suggests learn what has been labelled by now."""
        self._entries = self._with.teach(await self._with.store.teaching.sentences())
        tables, name = self._with.bench.tables, self._with.bench.engine
        opening = tables.extensions.engines[name].load()
        stack = AsyncExitStack()
        engine = await stack.enter_async_context(opening(name, tables.engine(name), self._entries))
        self._engine, self._explaining = engine, engine if isinstance(engine, Explaining) else None
        await self._opened.aclose()
        self._opened = stack

    async def close(self) -> None:
        """Close the engine."""
        await self._opened.aclose()

    async def progress(self) -> Progress:
        """Count what has been dealt with, in this session and before."""
        counts = await self._with.store.misses.count()
        total = sum(counts.values())
        return Progress(done=total - counts[MissState.OPEN], total=total)

    async def batches(self) -> Sequence[Batch]:
        """Gather what waits, what was said most often first."""
        return gathered(await self._with.store.misses.groups(limit=MOST_GROUPS))

    async def suggested(self, batch: Batch) -> Sequence[Suggestion]:
        """Rank what a batch may mean."""
        told, utterance = await self._read(batch.text)
        why = await self._explaining.explain(utterance) if self._explaining else None
        return suggestions(batch, told, why)

    async def marked(self, text: str, meaning: str) -> str:
        """Propose a sentence with the words of the meaning's parameters marked.

        Where the engine reads it so, by its labels; what it leaves, by the values in it.
        """
        text = one_line(text)
        kinds = self._kinds(meaning)
        told, _ = await self._read(text)
        read = told.guess or told.command
        labels = [one for one in told.labels if read == meaning and one.parameter in kinds]
        left = {name: kind for name, kind in kinds.items() if name not in _named(labels)}
        hints = Hints(now=self._with.clock.now(), locale=self._locale)
        values = find_values(text, left, self._with.recognisers, hints)
        return write_marked(text, [*labels, *values])

    async def label(self, batch: Batch, meaning: str, marked: str | None = None) -> int:
        """Label all of a batch; ``marked`` is its text as it is to be learnt. Returns how many."""
        count = 0
        for number, group in enumerate(batch.groups):
            is_first = number == 0 and marked is not None
            sentence = marked if is_first else await self.marked(group.text, meaning)
            ids = [miss.id for miss in group.misses]
            count += await self._with.store.misses.label(ids, meaning, sentence=sentence)
        return count

    async def dismiss(self, batch: Batch) -> int:
        """Take a batch away that teaches nothing; returns how many misses it was."""
        return await self._with.store.misses.label(batch.ids, None)

    async def reopen(self, misses: Sequence[MissId]) -> int:
        """Take labels or dismissals back; returns how many there were."""
        return await self._with.store.misses.reopen(misses)

    async def gains(self, tick: Tick | None = None) -> Gains:
        """Tell what all that is labelled brings, judged by engines that had not learnt it."""
        labelled = await self._with.store.teaching.sentences()
        bench = self._with.bench
        bench = bench if tick is None else replace(bench, tick=tick)
        return await gains(bench, self._with.teach(labelled), known_from(labelled))

    def _kinds(self, meaning: str) -> Mapping[str, str]:
        kinds = (one.parameters for one in self._entries if one.command == meaning)
        return next(kinds, {})

    async def _read(self, text: str) -> tuple[Interpretation, Utterance]:
        utterance = Utterance(text=text, now=self._with.clock.now(), locale=self._locale)
        if self._engine is None:
            return Interpretation(command=None), utterance
        return await self._engine.interpret(utterance), utterance


def _named(labels: Sequence[Any]) -> set[str]:
    return {label.parameter for label in labels}


@asynccontextmanager
async def open_desk(materials: Materials) -> AsyncIterator[Desk]:
    """Open a desk whose engine has learnt all there is."""
    desk = Desk(materials)
    await desk.relearn()
    try:
        yield desk
    finally:
        await desk.close()
