"""A whole sandbox with a stand-in for the bot and small platforms, for one test."""

import asyncio
import json
import socket
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from bot.sandbox import serve
from bot.sandbox.serving import ChildCommand
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

    async def get(self, path: str) -> Any:
        async with self.http.get(self.url + path) as answer:
            return await answer.json()

    async def post(self, path: str, body: object = None) -> tuple[int, Any]:
        async with self.http.post(self.url + path, json=body) as answer:
            return answer.status, await answer.json()

    async def status(self) -> dict[str, Any]:
        async with self.http.get(f"{self.url}/__sandbox/status") as answer:
            status: dict[str, Any] = await answer.json()
            return status

    async def events(self) -> AsyncGenerator[tuple[str, Any], None]:
        """Read the live stream: the name of each event and its data."""
        name = ""
        async with self.http.get(f"{self.url}/__sandbox/events") as answer:
            async for line in answer.content:
                field, _, value = line.decode().strip().partition(": ")
                if field == "event":
                    name = value
                elif field == "data":
                    yield name, json.loads(value)

    async def running(self, *, not_as: int | None = None) -> int:
        """Wait until the child answers, as another process than ``not_as``."""
        async with asyncio.timeout(PATIENCE), aclosing(self.events()) as events:
            async for name, data in events:
                if name == "status" and data["running"] and data["pid"] != not_as:
                    return int(data["pid"])
        raise AssertionError("the stream ended")


@asynccontextmanager
async def staged(
    folder: Path, *, toml: str = "", command: ChildCommand = stand_in
) -> AsyncIterator[Stage]:
    """Serve a sandbox for this bot.toml until the block ends."""
    settings = folder / "bot.toml"
    settings.write_text(toml)
    port = free_port()
    extensions = {kind: opener(kind) for kind in KINDS}
    async with asyncio.TaskGroup() as group, ClientSession() as http:
        serving = group.create_task(
            serve(settings, host="127.0.0.1", port=port, extensions=extensions, command=command)
        )
        stage = Stage(url=f"http://127.0.0.1:{port}", http=http)
        await asyncio.sleep(0)  # serve() takes the port before it waits for anything
        await stage.running()
        yield stage
        serving.cancel()
