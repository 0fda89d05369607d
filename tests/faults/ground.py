"""A whole bot on one emulated platform, with somebody between them who lets things go wrong."""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.metadata import entry_points
from pathlib import Path

from aiohttp import ClientSession, ClientTimeout, web

from bot import Emulator, EmulatorSettings, Letter
from bot.plugins import load_extensions
from bot.plugins.entries import GROUPS
from bot.settings import Settings, load_settings
from bot.testing import Harness
from bot.testing.contracts.samples import SECRETS
from bot.testing.contracts.troubles import time_machine
from bot.testing.harness import NOON, harness_of
from bot.testing.loading import with_plugins
from bot.testing.wires import HOST, WireWorld, free_port
from tests.faults import notes
from tests.faults.fronts import Gate
from tests.faults.notes import Notebook
from tests.faults.platforms import Platform, numbers_in
from tests.faults.roads import Road
from tests.faults.troubles import Call, Front

PACE = 0.002
"""Of the emulator: Slack's second retry comes after 0.12 s instead of a minute."""
HANG_SECONDS = 25.0
"""Longer than any patience of a send without files."""
PATIENCE = 30.0
LETTERS = 1000
"""More than any run leaves behind."""


@dataclass(slots=True, kw_only=True)
class Ground:
    """What a fault run holds in its hands.

    ``front`` knows about our calls, ``road`` about the platform's deliveries; ``said`` holds when
    a number was told, by the bot's clock; ``book`` every number that was noted.
    """

    platform: Platform
    folder: Path
    emulator: Emulator
    gate: Gate
    road: Road
    harness: Harness
    book: Notebook
    travel: Callable[[float], None]
    said: dict[int, datetime] = field(default_factory=dict)

    @property
    def front(self) -> Front:
        """What decides about our calls, and has written them down."""
        return self.gate.front

    async def say(self, lines: Mapping[str, Sequence[int]]) -> None:
        """Let several people tell numbers at the same time, each number in a message."""
        async with asyncio.TaskGroup() as group:
            for person, numbers in lines.items():
                group.create_task(self._say(person, numbers))

    async def rest(self) -> None:
        """Wait until nothing can be done at this moment of the clock; calls that hang run out."""
        await self.until_only_hanging()
        while self.front.hanging:
            self.travel(HANG_SECONDS)
            await self.harness.until(lambda: not self.harness.bot.delivery.busy)
            await self.gate.release()
            await self.until_only_hanging()

    async def until_only_hanging(self) -> None:
        """Wait until nothing goes on but calls that hang."""
        self.harness.bot.workers.nudge()
        quiet = 0
        async with asyncio.timeout(PATIENCE):
            while quiet < 2:
                await self.emulator.settled()
                quiet = quiet + 1 if await self._is_quiet() else 0
                await asyncio.sleep(0.005)

    async def pass_time(self, seconds: float = 1.0, times: int = 1) -> None:
        """Let the bot's clock go on, step by step."""
        for _ in range(times):
            self.harness.clock.move(timedelta(seconds=seconds))
            await self.rest()

    def shown(self, person: str) -> list[int]:
        """List the numbers that somebody was told, with repetitions."""
        seen = [one for one in self.emulator.screen(person) if one.role == "bot"]
        return [n for one in seen for n in numbers_in(one.text.encode(), of_bot=True)]

    def calls(self, person: str) -> list[Call]:
        """List our calls to somebody."""
        return [call for call in self.front.calls if call.person == person]

    async def letters(self, state: str = "dead") -> list[Letter]:
        """List the letters in a state, oldest first."""
        outbox = self.harness.bot.store.outbox
        return list(await outbox.letters(states=(state,), limit=LETTERS))

    async def _say(self, person: str, numbers: Sequence[int]) -> None:
        for number in numbers:
            self.said[number] = self.harness.clock.now()
            await self.emulator.says(person, f"note {number}")

    async def _is_quiet(self) -> bool:
        bot = self.harness.bot
        if bot.workers._busy or bot.workers._claiming or self._at_work:
            return False
        now = bot.clock.now()
        if await bot.store.inbox.ready(now=now, limit=1):
            return False
        due = [
            one for one in await bot.store.outbox.due(now=now) if not bot.delivery.is_paused(one)
        ]
        return not due and not self._at_work

    @property
    def _at_work(self) -> bool:
        return self.harness.bot.workers._sending > self.front.hanging


@asynccontextmanager
async def open_ground(platform: Platform) -> AsyncIterator[Ground]:
    """Open a bot beside a platform, and stand between them."""
    with time_machine() as travel, tempfile.TemporaryDirectory(prefix="threadline-") as place:
        async with AsyncExitStack() as stack:
            folder, port, book = Path(place), free_port(), Notebook()
            http = await stack.enter_async_context(ClientSession(timeout=ClientTimeout(total=20)))
            road = Road(platform=platform, url=f"http://{HOST}:{port}", http=http)
            gate = Gate(platform=platform)
            url = await stack.enter_async_context(_between(gate, road))
            told = EmulatorSettings(
                webhook_url=f"{url}/hooks", base_url=f"{url}/platform", pace=PACE
            )
            gate.emulator = await stack.enter_async_context(platform.open_emulator(told))
            road.secrets = gate.emulator.connector_settings()
            settings = _settings(folder, platform, road.secrets)
            world = WireWorld(settings, {platform.kind: gate.emulator}, port)
            installed = [entry for group in GROUPS for entry in entry_points(group=group)]
            extensions = with_plugins(load_extensions(settings, installed=installed), [notes])
            harness = await stack.enter_async_context(
                harness_of(settings, extensions, world, now=NOON, provide=[book])
            )
            gate.front.now = road.now = harness.clock.now
            stack.push_async_callback(gate.release)
            yield Ground(
                platform=platform, folder=folder, emulator=gate.emulator, gate=gate, road=road,
                harness=harness, book=book, travel=travel,
            )  # fmt: skip


def _settings(folder: Path, platform: Platform, table: Mapping[str, str]) -> Settings:
    """Write a bot.toml with one connector, its secrets in files beside it."""
    lines = ["[bot]", 'name = "Test"', 'time_zone = "Europe/Rome"', "[plugins]", "enabled = []"]
    lines += [f"[connectors.{platform.kind}]", f'kind = "{platform.kind}"']
    for key, value in table.items():
        if key in SECRETS:
            path = folder / key
            path.touch(mode=0o600)
            path.write_text(value)
        lines.append(f"{key} = {json.dumps(f'file:{key}' if key in SECRETS else value)}")
    (folder / "bot.toml").write_text("\n".join(lines))
    return load_settings(folder / "bot.toml")


@asynccontextmanager
async def _between(gate: Gate, road: Road) -> AsyncIterator[str]:
    """Serve both directions on a free port."""
    app = web.Application(client_max_size=16 * 1024 * 1024)
    app.router.add_post("/hooks/{path:.*}", road.meet)
    app.router.add_route("*", "/platform/{path:.*}", gate.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, 0).start()
        yield f"http://{HOST}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
