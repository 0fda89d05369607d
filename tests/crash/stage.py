"""Emulated platforms that outlive the bot, and a bot that is started again whenever it dies."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Any

from aiohttp import web

from bot import Emulator, EmulatorSettings
from bot.sandbox.overlay import find_connectors, lay_over
from bot.testing.wires import free_port
from connectors.slack.emulator import open_emulator as open_slack
from connectors.telegram.emulator import open_emulator as open_telegram
from connectors.whatsapp.emulator import open_emulator as open_whatsapp
from tests.crash.evidence import Witness
from tests.crash.gateway import Gateway
from tests.crash.nursery import HOST, Child, DeadBotError, Nursery
from tests.crash.orders import Order
from tests.crash.storage import Storage

PACE = 0.02
"""Of the platforms' waits: Slack's third and last retry then comes after 7 seconds."""

OPENINGS: Mapping[str, Callable[[EmulatorSettings], AbstractAsyncContextManager[Emulator]]] = {
    "slack": open_slack,
    "telegram": open_telegram,
    "whatsapp": open_whatsapp,
}
BOT_TOML = """\
[bot]
name = "Trattoria"
time_zone = "Europe/Rome"

[plugins]
enabled = ["help", "session", "link", "booking"]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a run left, for others to begin with; ``visitors`` by name: their token and cursor."""

    folder: Path
    database: str
    visitors: Mapping[str, tuple[str, str]]


class Stage:
    """Platforms, a gateway and a port; bots come and go. Made by `open_stage`."""

    def __init__(
        self,
        folder: Path,
        nursery: Nursery,
        emulators: Mapping[str, Emulator],
        gateway: Gateway,
        *,
        port: int,
        storage: Storage,
    ) -> None:
        self.emulators = emulators
        self.gateway = gateway
        self.folder = folder
        self.nursery = nursery
        self.storage = storage
        self.kept: dict[str, Kept] = {}
        self.port = port
        self.origin = monotonic()
        self.overlay = _overlay(folder, emulators)


@asynccontextmanager
async def open_stage(folder: Path, nursery: Nursery, storage: Storage) -> AsyncIterator[Stage]:
    """Open platforms that deliver to a port where a bot may listen."""
    port, here = free_port(), free_port()
    base = f"http://{HOST}:{here}"
    async with AsyncExitStack() as stack:
        gateway = Gateway(port)
        stack.push_async_callback(gateway.close)
        emulators: dict[str, Emulator] = {}
        for kind, opening in OPENINGS.items():
            wanted = EmulatorSettings(
                webhook_url=f"{base}/hooks/{kind}", base_url=f"{base}/platforms/{kind}", pace=PACE
            )
            emulators[kind] = await stack.enter_async_context(opening(wanted))
        runner = web.AppRunner(_town(emulators, gateway), access_log=None, shutdown_timeout=0.5)
        stack.push_async_callback(runner.cleanup)
        await runner.setup()
        await web.TCPSite(runner, HOST, here, reuse_address=True).start()
        yield Stage(folder, nursery, emulators, gateway, port=port, storage=storage)


def _town(emulators: Mapping[str, Emulator], gateway: Gateway) -> web.Application:
    async def platform(request: web.Request) -> web.StreamResponse:
        emulator = emulators[request.match_info["name"]]
        answer: web.StreamResponse = await emulator.handle(request, request.match_info["path"])
        return answer

    app = web.Application()
    app.router.add_route("*", "/platforms/{name}/{path:.*}", platform)
    app.router.add_route("*", "/hooks/{name}/{path:.*}", gateway.pass_on)
    return app


def _overlay(folder: Path, emulators: Mapping[str, Emulator]) -> dict[str, Any]:
    """Make what points a bot at the platforms; secrets go to private files."""

    def keep(connector: str, key: str, value: str) -> str:
        path = folder / f"{connector}-{key}"
        path.touch(mode=0o600)
        path.write_text(value)
        return f"file:{path}"

    tables = {name: emulator.connector_settings() for name, emulator in emulators.items()}
    plan = find_connectors({}, tuple(emulators))
    overlay = lay_over(plan, tables, server={}, keep=keep, is_known=lambda _: True)
    plain: dict[str, Any] = json.loads(json.dumps(overlay))
    return plain


class Life:
    """One bot over its deaths: whoever kills it, it is started again on the same files and port."""

    def __init__(
        self, nursery: Nursery, order: Order, crashes: Iterable[str], witness: Witness
    ) -> None:
        self.up = asyncio.Event()
        self.deaths: list[str] = []
        """The points at which it died; "shot" where it was killed from outside."""
        self.cut_short: set[str] = set()
        """The channels on which something was under way at a death: its fate was unknown."""
        self._witness = witness
        self._nursery = nursery
        self._order = order
        self._crashes = itertools.chain(crashes, itertools.repeat(""))
        self._child: Child | None = None
        self._died = asyncio.Event()
        self._is_over = False
        self._is_shot = False

    async def run(self) -> None:
        """Live until `end`; DeadBotError when the bot ends by itself."""
        for crash in self._crashes:
            child = await self._nursery.start(replace(self._order, crash=crash))
            self._child = child
            if await child.listens():
                self.up.set()
                await child.ended.wait()
                self.up.clear()
            if self._is_over:
                return
            under_way = await self._witness.under_way()
            self.cut_short |= {account.partition("/")[0] for account in under_way}
            self._note_death()

    async def died_again(self, before: int) -> None:
        """Wait until there are more deaths than ``before``."""
        while len(self.deaths) <= before:
            self._died.clear()
            await self._died.wait()

    def shoot(self) -> None:
        """Kill the bot; it is started again."""
        if self._child is not None:
            self._is_shot = True
            self._child.kill()

    def end(self) -> None:
        """Kill the bot for good."""
        self._is_over = True
        if self._child is not None:
            self._child.kill()

    def _note_death(self) -> None:
        died = self._order.died
        points = died.read_text().split() if died.exists() else []
        known = [death for death in self.deaths if death != "shot"]
        if len(points) > len(known):
            self.deaths.append(points[-1])
        elif self._is_shot:
            self._is_shot = False
            self.deaths.append("shot")
        else:
            raise DeadBotError(self._order.output.read_text()[-2000:])
        self._died.set()
