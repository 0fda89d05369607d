"""Where our calls arrive: over HTTP before an emulator, over SMTP inside a mail server."""

import asyncio
from dataclasses import dataclass, field

from aiohttp import web
from aiosmtpd.smtp import SMTP

from bot import Emulator
from connectors.email.emulator import EmailEmulator
from connectors.email.emulator.server import cut
from tests.faults.platforms import Platform, numbers_in
from tests.faults.troubles import Fault, Front, Trouble


@dataclass(slots=True, kw_only=True)
class Gate:
    """Does what `Front` decides, in the platform's own words."""

    platform: Platform
    front: Front = field(default_factory=Front)
    _emulator: Emulator | None = None
    _released: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def emulator(self) -> Emulator:
        """What stands behind the gate."""
        assert self._emulator is not None
        return self._emulator

    @emulator.setter
    def emulator(self, emulator: Emulator) -> None:
        self._emulator = emulator
        if isinstance(emulator, EmailEmulator):
            emulator.server.misbehave = self._answer_mail

    async def release(self) -> None:
        """Cut the calls that hang; their callers have given up."""
        released, self._released = self._released, asyncio.Event()
        released.set()
        while self.front.hanging:  # noqa: ASYNC110 - a few steps of the loop
            await asyncio.sleep(0)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer a call of our connector over HTTP."""
        path, body = request.match_info["path"], await request.read()
        person = self.platform.find_reader(path, body)
        trouble = None
        if person is not None:
            trouble = self.front.meet(person, numbers_in(body, of_bot=True))
        match trouble:
            case None | Trouble(fault=Fault.DROP):
                answer: web.StreamResponse = await self.emulator.handle(request, path)
                return answer if trouble is None else _cut(request)
            case Trouble(fault=Fault.BROKEN):
                return web.Response(status=500, text="<h1>Oops</h1>", content_type="text/html")
            case Trouble(fault=Fault.THROTTLE):
                return self.platform.slow_down(trouble)
            case Trouble(fault=Fault.REFUSE):
                return self.platform.refuse()
            case Trouble(fault=Fault.HANG):
                await self._hang()
            case _:
                pass
        return _cut(request)

    async def _answer_mail(self, server: SMTP) -> str | None:
        """Answer a mail of ours before the mail server does."""
        envelope = server.envelope
        assert envelope is not None
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        person = str(envelope.rcpt_tos[0])
        trouble = self.front.meet(person, numbers_in(raw, of_bot=True))
        match trouble and trouble.fault:
            case None:
                return None
            case Fault.BROKEN:
                return "451 4.3.0 something broke"
            case Fault.THROTTLE:
                return "450 4.7.1 slow down"
            case Fault.REFUSE:
                return "554 5.6.0 not like that"
            case Fault.DROP:
                self._box(person, raw)
            case Fault.HANG:
                await self._hang()
            case _:
                pass
        cut(server)
        return "421 4.4.2 gone"

    def _box(self, person: str, raw: bytes) -> None:
        assert isinstance(self._emulator, EmailEmulator)
        self._emulator.server.boxes.put(person, raw)

    async def _hang(self) -> None:
        self.front.hanging += 1
        try:
            await self._released.wait()
        finally:
            self.front.hanging -= 1


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
