"""Plugins read anew while the bot runs: `threadline run --reload`."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import structlog

from bot.app import Bot, reload_bot
from bot.errors import ConfigError
from bot.plugins import load_extensions
from bot.plugins.failures import told
from bot.plugins.reloading import Stamp, find_stamps, imported_anew

log = structlog.get_logger()
LOOK_EVERY = timedelta(seconds=1)


class Reloading:
    """Watches the project's modules; what cannot be loaded leaves everything as it was."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._seen = find_stamps(bot.settings)

    async def run(self) -> None:
        """Look every second until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY.total_seconds())
            await self.step()

    async def step(self) -> None:
        """Look once; where a file has changed, read all plugins anew."""
        if self._bot.stage.is_settled:
            await self._bot.tidy()
        stamps = await asyncio.to_thread(find_stamps, self._bot.settings)
        changed = _changed(self._seen, stamps)
        if not changed:
            return
        self._seen = stamps
        try:
            await self._reload(changed)
        except ConfigError as error:
            self._kept(error.problems)
        except Exception as error:  # noqa: BLE001 - authors' code: a service that cannot be opened
            home = self._bot.settings.plugins.folder.parent
            where = told(error, within=home, beside=home)
            self._kept([f"{where}; correct it, and save the file once more"])

    async def _reload(self, changed: set[Path]) -> None:
        settings = self._bot.settings
        with imported_anew(settings, changed):
            # not in a thread: no turn may import while the modules are half exchanged
            extensions = load_extensions(settings)
            await reload_bot(self._bot, extensions)
        self._bot.stage.note = ""
        count = len({spec.name for spec in self._bot.commands.values()})
        log.info("plugins.reloaded", commands=count)
        sys.stderr.write(f"Threadline has read the plugins anew: {count} commands\n")

    def _kept(self, problems: Sequence[str]) -> None:
        """Tell whoever watches the terminal, and whoever asks /readyz."""
        self._bot.stage.note = f"the plugins as they were before the last change: {problems[0]}"
        log.warning("plugins.kept", problems=len(problems))
        for problem in problems:
            sys.stderr.write(f"{problem}\n")
        sys.stderr.write("Threadline goes on with the plugins as they were\n")


def _changed(before: dict[Path, Stamp], now: dict[Path, Stamp]) -> set[Path]:
    return {path for path in before.keys() | now.keys() if before.get(path) != now.get(path)}
