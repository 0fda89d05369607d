"""A whole sandbox with a stand-in for the bot and small platforms, for one test."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession

from bot.sandbox import serve
from tests.sandbox.fake_platform import opener

STAND_IN = Path(__file__).parent / "stand_in.py"
KINDS = ("slack", "telegram", "whatsapp")
PATIENCE = 20


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def stand_in(settings: Path, overlay: Path, port: int) -> Sequence[str]:
    return (sys.executable, str(STAND_IN), str(port))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """An open sandbox and a browser-like client of it."""

    url: str
    http: ClientSession

    async def get(self, path: str) -> object:
        async with self.http.get(self.url + path) as answer:
            return await answer.json()

    async def post(self, path: str, body: object = None) -> tuple[int, object]:
        async with self.http.post(self.url + path, json=body) as answer:
            return answer.status, await answer.json()

    async def pid(self) -> int | None:
        async with self.http.get(f"{self.url}/__sandbox/status") as answer:
            status = await answer.json()
        return status["pid"] if status["running"] else None

    async def running(self, *, not_as: int | None = None) -> int:
        """Wait until the child answers, as another process than ``not_as``."""
        async with asyncio.timeout(PATIENCE):
            while (pid := await self.pid()) in (None, not_as):
                await asyncio.sleep(0.02)
        assert pid is not None
        return pid


@asynccontextmanager
async def staged(folder: Path, *, toml: str = "") -> AsyncIterator[Stage]:
    """Serve a sandbox for this bot.toml until the block ends."""
    settings = folder / "bot.toml"
    settings.write_text(toml)
    port = free_port()
    extensions = {kind: opener(kind) for kind in KINDS}
    async with asyncio.TaskGroup() as group, ClientSession() as http:
        serving = group.create_task(
            serve(settings, host="127.0.0.1", port=port, extensions=extensions, command=stand_in)
        )
        stage = Stage(url=f"http://127.0.0.1:{port}", http=http)
        async with asyncio.timeout(PATIENCE):
            while not _is_open(port):
                await asyncio.sleep(0.01)
        await stage.running()
        yield stage
        serving.cancel()


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
