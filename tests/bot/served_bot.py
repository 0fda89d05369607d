"""A whole bot behind a real server on loopback, its database open to inspection."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientTimeout, web

from bot.app import Bot, Options, open_bot
from bot.plugins import load_extensions
from bot.ports.connectors import WebhookRequest
from bot.settings import load_settings
from bot.web import Site

REFUSING = "http://127.0.0.1:1"
"""Nobody listens there: whatever the bot sends fails for now."""

PLUGINS = """
[plugins]
enabled = ["help", "session", "link"]
"""

SECRETS: Mapping[str, str] = {
    "bot_token": "xoxb-planted-token",
    "token": "42:planted-token",
    "access_token": "planted-access-token",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedBot:
    """A bot that listens on ``url``."""

    bot: Bot
    url: str
    http: ClientSession
    database: Path

    async def post(self, connector: str, request: WebhookRequest) -> int:
        """Send a webhook; tells the status."""
        url = f"{self.url}/{connector}/{request.path}"
        async with self.http.post(url, data=request.body, headers=request.headers) as answer:
            await answer.read()
            return answer.status

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the database itself."""
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(sql).fetchall()

    def row_counts(self) -> Mapping[str, int]:
        """Count the rows of every table."""
        tables = self.query("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {
            name: self.query(f"SELECT count(*) FROM {name}")[0][0]  # noqa: S608 - sqlite_master's own
            for (name,) in tables
        }

    async def metric(self, series: str) -> float:
        """Read one series of /metrics; 0.0 where it is missing."""
        async with self.http.get(f"{self.url}/metrics") as answer:
            lines = (await answer.text()).splitlines()
        found = [line for line in lines if line.startswith(f"{series} ")]
        return float(found[0].rpartition(" ")[2]) if found else 0.0

    async def until_answered(self) -> None:
        """Wait until no message waits for its turn."""
        async with asyncio.timeout(40):
            waiting = "SELECT 1 FROM inbox WHERE status = 'waiting' LIMIT 1"
            while self.query(waiting):  # noqa: ASYNC110 - the database rings no bell
                await asyncio.sleep(0.02)


def keep_secrets(folder: Path, **secrets: str) -> None:
    """Write secrets where ``file:NAME`` of a bot.toml finds them."""
    for name, value in secrets.items():
        path = folder / name
        path.touch(mode=0o600)
        path.write_text(value)


@asynccontextmanager
async def serve_site(site: Site) -> AsyncIterator[str]:
    """Serve a bot's application on a free port; tells its address."""
    runner = web.AppRunner(site.application(), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def serve_bot(
    folder: Path, connectors: str, *, works: bool = False, name: str = "Edge"
) -> AsyncIterator[ServedBot]:
    """Open and serve a bot with these tables of connectors; with ``works`` it answers, too."""
    (folder / "bot.toml").write_text(f'[bot]\nname = "{name}"\n{PLUGINS}{connectors}')
    settings = load_settings(folder / "bot.toml")
    options = Options(synchronous="OFF")
    async with (
        open_bot(settings, load_extensions(settings), options) as bot,
        _working(bot, works=works),
        serve_site(bot.site) as url,
        ClientSession(timeout=ClientTimeout(total=20)) as http,
    ):
        yield ServedBot(bot=bot, url=url, http=http, database=folder / "bot.db")


@asynccontextmanager
async def _working(bot: Bot, *, works: bool) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        if works:
            group.create_task(bot.workers.run())
        try:
            yield
        finally:
            bot.workers.stop()
