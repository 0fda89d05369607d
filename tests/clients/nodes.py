"""Programs of Node beside an emulated platform: started, told, heard, ended."""

import asyncio
import json
import os
import shutil
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web

from bot import Emulator, EmulatorSettings

FOLDER = Path(__file__).parent / "node"
PATIENCE = 30.0  # seconds, for Node to start on a busy machine
PACE = 0.01
HOP_BY_HOP = frozenset({"Host", "Content-Length", "Connection", "Transfer-Encoding"})
OpenEmulator = Callable[[EmulatorSettings], AbstractAsyncContextManager[Emulator]]


def need_node() -> str:
    """Find Node with its packages; else skip the test, but never in CI."""
    node = shutil.which("node")
    if node is not None and (FOLDER / "node_modules").is_dir():
        return node
    told = "Node or its packages are missing; Debian: apt-get install nodejs npm, then make clients"
    if os.environ.get("CI"):  # noqa: TID251 - the tests' own environment
        pytest.fail(told)
    pytest.skip(told)


@dataclass(slots=True)
class Client:
    """A program of Node's, and the platform that it talks to."""

    process: Process
    url: str = ""
    path: str = ""
    port: int = 0
    emulator: Emulator = field(init=False)
    heard: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)

    async def tell(self, value: Mapping[str, Any]) -> None:
        """Write a line to the program."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{json.dumps(value)}\n".encode())
        await self.process.stdin.drain()

    async def hears(self) -> dict[str, Any]:
        """Wait for what the program tells next."""
        async with asyncio.timeout(PATIENCE):
            return await self.heard.get()

    async def calls(self, method: str, **given: Any) -> dict[str, Any]:
        """Let the program call a method of the platform: its answer, or what it was refused by."""
        await self.tell({"call": method, "with": given})
        return await self.hears()

    async def pass_on(self, request: web.Request) -> web.Response:
        """Hand a webhook of the platform to the program as it came."""
        kept = {name: text for name, text in request.headers.items() if name not in HOP_BY_HOP}
        body = await request.read()
        url = f"http://127.0.0.1:{self.port}{self.path}"
        async with (
            ClientSession(trust_env=False, auto_decompress=False) as http,
            http.post(url, data=body, headers=kept) as answer,
        ):
            return web.Response(
                status=answer.status, body=await answer.read(), content_type=answer.content_type
            )

    async def read(self) -> None:
        """Read lines until the program has ended."""
        assert self.process.stdout is not None
        while line := await self.process.stdout.readline():
            await self.heard.put(json.loads(line))


@asynccontextmanager
async def opened(
    script: str,
    open_emulator: OpenEmulator,
    settings_of: Callable[[Client], Mapping[str, Any]],
    *,
    path: str = "/",
) -> AsyncIterator[Client]:
    """Start a program, open its platform, and tell it what it needs to know of that.

    Args:
        script: the program, in the folder ``node``.
        open_emulator: the platform.
        settings_of: what the program is told, once both are there.
        path: where it takes webhooks.
    """
    process = await asyncio.create_subprocess_exec(
        need_node(), script, cwd=FOLDER, stdin=PIPE, stdout=PIPE
    )
    client = Client(process, path=path)
    try:
        async with asyncio.TaskGroup() as group, _served(client) as url:
            reading = group.create_task(client.read())
            client.port = (await client.hears())["port"]
            client.url = url
            told = EmulatorSettings(webhook_url=f"{url}/shop", base_url=f"{url}/api", pace=PACE)
            async with open_emulator(told) as client.emulator:
                await client.tell(settings_of(client))
                assert await client.hears() == {"ready": True}
                yield client
                _end(process)
            await reading
    finally:
        _end(process)
        await process.wait()


def _end(process: Process) -> None:
    """Kill the program; `Process.kill` would reap one that is dead before asyncio hears of it."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)


@asynccontextmanager
async def _served(client: Client) -> AsyncIterator[str]:
    async def handle_api(request: web.Request) -> web.StreamResponse:
        answer: web.StreamResponse = await client.emulator.handle(
            request, request.match_info["path"]
        )
        return answer

    app = web.Application()
    app.router.add_post("/shop/{path:.*}", client.pass_on)
    app.router.add_route("*", "/api/{path:.*}", handle_api)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
