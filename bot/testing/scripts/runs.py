"""A script and a bot of its own: temporary store, frozen clock, channels without platforms."""

import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.plugins import Extensions
from bot.settings import Settings
from bot.testing.chaos import Chaos
from bot.testing.coverage import Coverage
from bot.testing.given import with_engines
from bot.testing.harness import CHANNELS, NOON, Harness, harness_of
from bot.testing.loading import with_plugins
from bot.testing.scripts.playing import play
from bot.testing.scripts.steps import Script
from bot.testing.scripts.ways import Kit, Way
from bot.testing.worlds import FakeWorld


@dataclass(frozen=True, slots=True)
class Project:
    """Whose bot is played with: the settings and extensions of its bot.toml."""

    settings: Settings
    extensions: Extensions


async def run_script(
    script: Script,
    project: Project,
    *,
    way: Way = Way.WORDS,
    provide: Sequence[object] = (),
    chaos: Chaos | None = None,
    coverage: Coverage | None = None,
) -> Harness:
    """Play a script against a project's bot; raises MismatchError where it differs.

    What was exercised is added to ``coverage``, also if it fails.
    Returns the harness as it was at the end: closed, for what it counted.
    """
    kit = Kit()
    async with _opened(script, project, kit, provide=provide, chaos=chaos) as bot:
        try:
            await play(script, bot, way, kit)
        finally:
            if coverage is not None:
                bot.cover(coverage)
    return bot


@asynccontextmanager
async def _opened(
    script: Script, project: Project, kit: Kit, *, provide: Sequence[object], chaos: Chaos | None
) -> AsyncIterator[Harness]:
    """Open the project's bot in a folder of its own, so that nothing of the real one is touched."""
    given = project.settings
    loaded = {one.source for one in project.extensions.commands}
    with tempfile.TemporaryDirectory(prefix="threadline-") as folder, _importing(given.folder):
        settings = replace(
            given, path=Path(folder) / "bot.toml", connectors=(),
            bot=replace(given.bot, time_zone=script.time_zone or given.bot.time_zone),
            state=replace(given.state, url=f"sqlite+aiosqlite:///{folder}/bot.db"),
        )  # fmt: skip
        more = [name for name in script.plugins if name not in loaded]
        extensions = with_plugins(project.extensions, [*more, kit.plugin()])
        settings, extensions = with_engines(settings, extensions, {"script": kit.engine})
        kinds = {table.name: table.kind for table in given.connectors}
        world = FakeWorld({**CHANNELS, **kinds})
        now = script.now or _noon(settings)
        opening = harness_of(settings, extensions, world, now=now, provide=provide, chaos=chaos)
        async with opening as bot:
            yield bot


@contextmanager
def _importing(folder: Path) -> Iterator[None]:
    """Let a script's plugins be found beside bot.toml."""
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


def _noon(settings: Settings) -> str:
    """Give the harness's usual moment in the project's zone."""
    zone = ZoneInfo(settings.bot.time_zone)
    return datetime.fromisoformat(NOON).astimezone(zone).isoformat()
