"""The world over the wire: emulated platforms, the real connectors, real HTTP on loopback."""

import json
import random
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientTimeout, web

from bot.app import Bot
from bot.authoring.kinds import File
from bot.plugins import Extensions
from bot.ports.connectors import Connector
from bot.ports.emulators import Emulator, EmulatorSettings, FileSender, Filling, Seen
from bot.sandbox.overlay import find_connectors, lay_over
from bot.settings import Settings, load_settings
from bot.testing.chaos import Fate
from bot.testing.web_visitor import WebVisitor

EMULATED = ("slack", "telegram", "whatsapp")
PACE = 0.02
FORM = "Fill in a form"
"""The button of every form; see `bot.Form`."""
HOST = "127.0.0.1"
MANY = 100_000
PORTS = (20_000, 32_000)


class WireWorld:
    """Emulators that outlive the bot, and a port that the bot comes back to; see `World`."""

    def __init__(self, settings: Settings, emulators: Mapping[str, Emulator], port: int) -> None:
        self.settings = settings
        self.emulators = emulators
        self.url = f"http://{HOST}:{port}"
        self._port = port
        self._visitors: dict[tuple[str, str], WebVisitor] = {}
        self._http: ClientSession | None = None

    @classmethod
    @asynccontextmanager
    async def opened(cls, settings: Settings, extensions: Extensions) -> AsyncIterator["WireWorld"]:
        """Open the emulators on a port of their own."""
        bot_port, port = free_port(), free_port()
        async with AsyncExitStack() as stack:
            emulators: dict[str, Emulator] = {}
            for kind in EMULATED:
                opening = extensions.emulators[kind].load()
                wanted = EmulatorSettings(
                    webhook_url=f"http://{HOST}:{bot_port}/{kind}",
                    base_url=f"http://{HOST}:{port}/{kind}", pace=PACE,
                )  # fmt: skip
                emulators[kind] = await stack.enter_async_context(opening(wanted))
            await stack.enter_async_context(_served(_platforms(emulators), port))
            yield cls(_overlaid(settings, emulators), emulators, bot_port)

    @property
    def connectors(self) -> Mapping[str, Connector] | None:
        """See `World.connectors`: those of bot.toml."""
        return None

    @asynccontextmanager
    async def _joined(self, bot: Bot) -> AsyncIterator[None]:
        timeout = ClientTimeout(total=20)
        async with (
            _served(bot.site.application(), self._port),
            ClientSession(timeout=timeout) as http,
        ):
            self._http = http
            for visitor in self._visitors.values():
                visitor.use(http)
            yield
        self._http = None

    def joined(self, bot: Bot) -> AbstractAsyncContextManager[None]:
        """See `World.joined`."""
        return self._joined(bot)

    def befall(self, channel: str, fate: Fate) -> None:
        """See `World.befall`; over the wire there are duplicates only."""
        if fate.duplicate and channel in self.emulators:
            emulator = self.emulators[channel]
            emulator.faults = replace(emulator.faults, duplicate=emulator.faults.duplicate + 1)
        for visitor in self._visitors.values():
            visitor.repeats = fate.duplicate and channel not in self.emulators

    async def says(self, channel: str, user: str, text: str) -> None:
        """See `World.says`."""
        if channel in self.emulators:
            await self.emulators[channel].says(user, text)
        else:
            await self._visitor(channel, user).send({"text": text})

    async def taps(self, channel: str, user: str, message: str, label: str) -> None:
        """See `World.taps`."""
        if channel in self.emulators:
            await self.emulators[channel].taps(user, message, label)
        else:
            await self._visitor(channel, user).tap(message, label)

    async def sends(self, channel: str, user: str, files: Sequence[File], text: str) -> None:
        """See `World.sends`; each comes in a message of its own, the words under the last."""
        emulator = self.emulators.get(channel)
        if emulator is None or not isinstance(emulator, FileSender):
            raise TypeError(f"nobody can send files on {channel} here")
        for number, file in enumerate(files, start=1):
            words = text if number == len(files) else ""
            data = file.data or b""
            await emulator.sends(user, data, name=file.name, mime=file.mime, text=words)

    async def fills(self, channel: str, user: str, values: Mapping[str, str]) -> Mapping[str, str]:
        """See `World.fills`; where the app has none open, the newest form's button is pressed."""
        emulator = self.emulators.get(channel)
        if emulator is None:
            return await self._visitor(channel, user).fill(values)
        if not isinstance(emulator, Filling):
            return {"": "this platform has no forms"}
        if emulator.form(user) is None:
            offers = [seen for seen in emulator.screen(user) if FORM in seen.buttons]
            for offer in offers[-1:]:
                await emulator.taps(user, offer.id, FORM)
        if emulator.form(user) is None:
            return {"": "there is none"}
        return await emulator.fills(user, values)

    def screen(self, channel: str, user: str) -> Sequence[Seen]:
        """See `World.screen`."""
        if channel in self.emulators:
            seen = self.emulators[channel].screen(user)
            return [one for one in seen if one.role == "bot"]
        return [one for one in self._visitor(channel, user).seen if one.role == "bot"]

    async def settled(self) -> None:
        """See `World.settled`."""
        for emulator in self.emulators.values():
            await emulator.settled()
        for visitor in self._visitors.values():
            await visitor.look()

    def _visitor(self, channel: str, user: str) -> WebVisitor:
        if self._http is None:
            raise RuntimeError("the bot is not running")
        key = (channel, user)
        if key not in self._visitors:
            self._visitors[key] = WebVisitor(self._http, f"{self.url}/{channel}")
        return self._visitors[key]


def _overlaid(settings: Settings, emulators: Mapping[str, Emulator]) -> Settings:
    """Read bot.toml again with the emulators' tables laid over it; secrets go to private files."""

    def keep(connector: str, key: str, value: str) -> str:
        path = Path(settings.folder) / f"{connector}-{key}"
        path.touch(mode=0o600)
        path.write_text(value)
        return f"file:{path}"

    tables = {name: emulator.connector_settings() for name, emulator in emulators.items()}
    plan = find_connectors({}, tuple(emulators))
    overlay = lay_over(plan, tables, server={}, keep=keep, is_known=lambda _: True)
    laid_over: dict[str, Any] = json.loads(json.dumps(overlay))
    for name in plan.webchats:  # a test writes faster than a person
        laid_over["connectors"][name]["limits"] = {"sends": MANY, "sessions": MANY}
    return load_settings(settings.path, overlay=laid_over)


def _platforms(emulators: Mapping[str, Emulator]) -> web.Application:
    async def handle(request: web.Request) -> web.StreamResponse:
        emulator = emulators[request.match_info["name"]]
        answer: web.StreamResponse = await emulator.handle(request, request.match_info["path"])
        return answer

    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_route("*", "/{name}/{path:.*}", handle)
    return app


@asynccontextmanager
async def _served(app: web.Application, port: int) -> AsyncIterator[None]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, port, reuse_address=True).start()
        yield
    finally:
        await runner.cleanup()


def free_port() -> int:
    """Find a port below those that the system gives to outgoing connections.

    One of those could be taken between the look and the server's start, by any test's client.
    """
    while True:
        port = random.SystemRandom().randrange(*PORTS)  # tests in two processes share a seed
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
        return port
