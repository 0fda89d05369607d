"""Engines that a test gives a bot, in front of its own."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint

from typing_extensions import override

from bot.model.understanding import VocabularyEntry
from bot.plugins import Extension, Extensions
from bot.plugins.entries import ENGINES
from bot.ports.language import Engine
from bot.settings import Settings

Opening = Callable[[str, None, Sequence[VocabularyEntry]], AbstractAsyncContextManager[Engine]]
Learner = Callable[[Sequence[VocabularyEntry]], AbstractAsyncContextManager[Engine]]
"""Opens an engine over a vocabulary, again whenever that changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given(Extension):
    engine: Engine | Learner

    @override
    def load(self) -> Opening:
        """Open the engine as it is, or over the vocabulary: it has no table in bot.toml."""

        @asynccontextmanager
        async def opening(
            _name: str, _table: None, vocabulary: Sequence[VocabularyEntry]
        ) -> AsyncIterator[Engine]:
            if isinstance(self.engine, Engine):
                yield self.engine
                return
            async with self.engine(vocabulary) as engine:
                yield engine

        return opening


def with_engines(
    settings: Settings, extensions: Extensions, engines: Mapping[str, Engine | Learner]
) -> tuple[Settings, Extensions]:
    """Put engines in front of those of bot.toml."""
    given = {name: _extension(name, engine) for name, engine in engines.items()}
    order = (*given, *(name for name in settings.nlu.engines if name not in given))
    nlu = replace(settings.nlu, engines=order)
    return (
        replace(settings, nlu=nlu),
        replace(extensions, engines={**extensions.engines, **given}),
    )


def _extension(name: str, engine: Engine | Learner) -> Extension:
    entry = EntryPoint(name=name, value="bot.testing.given", group=ENGINES)
    return _Given(
        name=name, group=ENGINES, value=entry.value, distribution="the test", entry=entry,
        engine=engine,
    )  # fmt: skip
