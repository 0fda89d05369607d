"""E-mail as a test or the sandbox holds it."""

import asyncio
import base64
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from bot import EmulatorSettings, Faults, Request, Seen, SeenFile
from connectors.email.emulator.mailboxes import BOT, PROVIDER, Mailboxes, vouched
from connectors.email.emulator.server import Server, serving

RETRY_SECONDS = 5.0
"""Before a webhook that failed is posted again, doubled each time; providers take minutes."""

MOST_ATTEMPTS = 10
_PATIENCE = ClientTimeout(total=10)
_USER = "provider"


class EmailEmulator:
    """Mailboxes on this machine; see `bot.Emulator` and `bot.FileSender`.

    Persons are e-mail addresses. Beyond them: `brings` for any mail, `server` for what goes wrong.
    """

    kind = "email"

    def __init__(
        self, settings: EmulatorSettings, port: int, server: Server, group: asyncio.TaskGroup
    ) -> None:
        self.server = server
        self._settings = settings
        self._port = port
        self._group = group
        self._boxes = server.boxes
        self._secrets = [secrets.token_urlsafe(18) for _ in range(2)]
        self._waiting = 0
        self._retries: list[asyncio.Task[None]] = []
        self._settled = asyncio.Event()
        self._http = ClientSession(timeout=_PATIENCE, trust_env=False)

    @property
    def faults(self) -> Faults:
        """What goes wrong; assign to change it."""
        return self.server.faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self.server.faults = faults

    def connector_settings(self) -> Mapping[str, str]:
        """See `bot.Emulator.connector_settings`."""
        return {
            "address": BOT,
            "secret": self._secrets[0],
            "smtp": f"127.0.0.1:{self._port}",
            "smtp_tls": "none",
            "smtp_user": BOT,
            "smtp_password": self.server.password,
            "webhook_user": _USER,
            "webhook_password": self._secrets[1],
            "authserv_id": PROVIDER,
        }

    async def handle(self, request: Request, path: str) -> Request:  # noqa: ARG002 - the port's
        """Refuse: e-mail is not reached over HTTP."""
        return web.Response(status=404)

    async def says(self, person: str, text: str) -> None:
        """See `bot.Emulator.says`: an answer to the bot's last mail, or a new mail."""
        self.server.unknown.discard(person)
        await self.brings(vouched(self._boxes.write(person, text), person))

    async def blocks(self, person: str) -> None:
        """Close a mailbox: mail to it is refused, until the person writes again."""
        self.server.unknown.add(person)

    async def sends(
        self, person: str, data: bytes, *, name: str, mime: str, text: str = ""
    ) -> None:
        """See `bot.FileSender.sends`."""
        file = SeenFile(name=name, mime=mime, data=data)
        await self.brings(vouched(self._boxes.write(person, text, file), person))

    async def taps(self, person: str, message: str, label: str) -> None:
        """Refuse: a mail has no buttons."""
        raise ValueError(f"{person} finds no button {label} in {message}")

    def screen(self, person: str) -> Sequence[Seen]:
        """See `bot.Emulator.screen`."""
        return tuple(self._boxes.seen.get(person, ()))

    async def changed(self, since: int) -> int:
        """See `bot.Emulator.changed`."""
        return await self._boxes.changed(since)

    async def settled(self) -> None:
        """See `bot.Emulator.settled`."""
        while self._waiting:
            self._settled.clear()
            await self._settled.wait()

    async def brings(self, raw: bytes) -> None:
        """Let the provider bring any mail; returns like `says`."""
        times = 1
        if self.faults.duplicate > 0:
            self.faults = replace(self.faults, duplicate=self.faults.duplicate - 1)
            times = 2
        for _ in range(times):
            if not await self._post(raw):
                self._waiting += 1
                self._retries.append(self._group.create_task(self._again(raw)))

    async def close(self) -> None:
        """Close what it opened."""
        for retry in self._retries:
            retry.cancel()
        await self._http.close()

    async def _again(self, raw: bytes) -> None:
        pause = RETRY_SECONDS * self._settings.pace
        for _ in range(MOST_ATTEMPTS):
            await asyncio.sleep(pause)
            pause *= 2
            if await self._post(raw):
                break
        self._waiting -= 1
        self._settled.set()

    async def _post(self, raw: bytes) -> bool:
        await asyncio.sleep(self.faults.delay.total_seconds())
        known = base64.b64encode(f"{_USER}:{self._secrets[1]}".encode()).decode()
        headers = {"Authorization": f"Basic {known}", "Content-Type": "message/rfc822"}
        url = f"{self._settings.webhook_url}/webhook"
        try:
            async with self._http.post(url, data=raw, headers=headers) as response:
                return response.status < 500
        except (ClientError, TimeoutError):
            return False


@asynccontextmanager
async def open_emulator(settings: EmulatorSettings) -> AsyncIterator[EmailEmulator]:
    """Open mailboxes of your own; this is what the entry point names."""
    server = Server(boxes=Mailboxes())
    async with serving(server) as port, asyncio.TaskGroup() as group:
        emulator = EmailEmulator(settings, port, server, group)
        try:
            yield emulator
        finally:
            await emulator.close()
