"""The engines of a bot and what they learn from; opened anew, while it runs, when that changes."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

import structlog

from bot.authoring.signatures import CommandSpec
from bot.errors import StoreError
from bot.model.understanding import VocabularyEntry
from bot.plugins.catalogue import vocabulary
from bot.plugins.lessons import read_material
from bot.plugins.openings import Openings, Wanted
from bot.plugins.tables import Tables
from bot.plugins.taught import with_taught
from bot.ports.misses import Teaching
from bot.runtime.reading import Reader, mark_of
from bot.runtime.stage import Stage

log = structlog.get_logger()
ENGINE_PATIENCE = timedelta(seconds=2)
TRY_AGAIN = timedelta(minutes=1)
"""After so long an engine that could not be opened anew is tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the engines were opened with last."""

    version: int
    tables: Tables
    commands: Mapping[str, CommandSpec]


@dataclass(slots=True, kw_only=True)
class School:
    """Opens engines over the commands' sentences, those of files, and labelled misses."""

    teaching: Teaching
    engines: Openings = field(default_factory=Openings)
    _known: _Known | None = None
    _failed: tuple[int, float] | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @asynccontextmanager
    async def renewed(
        self, tables: Tables, commands: Mapping[str, CommandSpec]
    ) -> AsyncIterator[Reader]:
        """Open what has changed; where that or the block fails, everything stays as it was."""
        async with self._lock:
            # the version is read first: what is labelled in between is noticed at the next look
            version = await self.teaching.version()
            entries = await self._vocabulary(tables, commands)
            async with self.engines.renewed(_wanted(tables, entries)) as opened:
                yield Reader(
                    opened, ENGINE_PATIENCE, sure=tables.settings.nlu.propose,
                    data=mark_of(entries),
                )  # fmt: skip
            self._known = _Known(version=version, tables=tables, commands=commands)
            self._failed = None

    async def look(self, stage: Stage) -> None:
        """Let the next turns read with what was labelled since; does little where nothing was.

        Turns under way end with the engines that they began with. Where an engine cannot be opened
        anew, all go on as they are, and it is tried again later.

        Raises:
            StoreError: the database cannot be reached.
        """
        if stage.is_settled:
            await self.engines.tidy()
        known = self._known
        version = await self.teaching.version()
        if known is None or version == known.version or self._is_waiting(version):
            return
        try:
            async with self.renewed(known.tables, known.commands) as reader:
                _exchange(stage, reader)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - an engine's own; the others go on
            self._failed = (version, asyncio.get_running_loop().time())
            stage.note = "the engines as they were before the last labels: one cannot be opened"
            log.warning("engines.kept", version=version, error=type(error).__name__)
        else:
            stage.note = ""
            log.info("engines.renewed", version=version, data=reader.data)

    async def _vocabulary(
        self, tables: Tables, commands: Mapping[str, CommandSpec]
    ) -> list[VocabularyEntry]:
        material = read_material(tables.settings.nlu.data)
        lessons = with_taught(material.lessons, await self.teaching.sentences())
        return vocabulary(commands, lessons, material.tables)

    def _is_waiting(self, version: int) -> bool:
        """Tell whether this version could not be learnt a moment ago."""
        if self._failed is None or self._failed[0] != version:
            return False
        elapsed = asyncio.get_running_loop().time() - self._failed[1]
        return elapsed < TRY_AGAIN.total_seconds()


def _exchange(stage: Stage, reader: Reader) -> None:
    """Let the next turns read by another reader; nothing else of them changes."""
    now = stage.runner
    scene = replace(now.scene, reader=reader)
    stage.exchange(replace(now, scene=scene, runs=replace(now.runs, scene=scene)))


def _wanted(tables: Tables, entries: Sequence[VocabularyEntry]) -> Mapping[str, Wanted]:
    """Name the engines; each is told what the commands are called and how customers say it."""
    wanted: dict[str, Wanted] = {}
    for name in tables.settings.nlu.engines:
        opening = tables.extensions.engines[name].load()
        wanted[name] = Wanted(
            mark=entries, opening=partial(opening, name, tables.engine(name), entries)
        )
    return wanted
