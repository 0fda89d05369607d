"""Mail in over SMTP: a mail is accepted only once it is recorded."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session

from bot import Received, StoreError
from connectors.email.arrivals import Arrival
from connectors.email.settings import EmailSettings, split_address

log = structlog.get_logger()

PATIENCE = 30.0
"""Seconds until a mail is recorded; its sender's server tries again otherwise."""

MOST_WAITING = 50
MOST_RECIPIENTS = 5

Reading = Callable[[Arrival], Awaitable[Received]]


@dataclass(slots=True)
class Delivery:
    """A mail at the door: what it held, and whether it was recorded."""

    received: Received
    recorded: asyncio.Event = field(default_factory=asyncio.Event)


class Door:
    """Answers an SMTP client; the methods' names are aiosmtpd's."""

    def __init__(self, settings: EmailSettings, read: Reading) -> None:
        self._address = settings.address.lower()
        self._relays = frozenset(settings.relays)
        self._read = read
        self.waiting: asyncio.Queue[Delivery] = asyncio.Queue(maxsize=MOST_WAITING)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Take mail to the bot's own address only: this is no relay."""
        if address.lower() != self._address:
            return "550 5.7.1 no such mailbox here"
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        """Accept a mail once it is recorded; else ask for another attempt."""
        peer = (server.transport and server.transport.get_extra_info("peername")) or ("",)
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        is_relayed = str(peer[0]) in self._relays
        arrival = Arrival(raw=raw, returns_to=envelope.mail_from, is_relayed=is_relayed)
        try:
            async with asyncio.timeout(PATIENCE):
                delivery = Delivery(await self._read(arrival))
                await self.waiting.put(delivery)
                await delivery.recorded.wait()
        except (TimeoutError, StoreError):
            return self._deferred("not recorded")
        return "250 2.0.0 kept"

    async def handle_exception(self, error: Exception) -> str:
        """Defer what failed unexpectedly: aiosmtpd would refuse it for good."""
        return self._deferred(type(error).__name__)

    def _deferred(self, reason: str) -> str:
        log.warning("mail.deferred", reason=reason)
        return "451 4.3.0 not now, try again"


async def listen(settings: EmailSettings, read: Reading) -> AsyncIterator[Received]:
    """See `bot.Listener.listen`."""
    door = Door(settings, read)
    async with _opened(door, settings):
        while True:
            delivery = await door.waiting.get()
            yield delivery.received
            delivery.recorded.set()  # asked for the next one: this one is durable


@asynccontextmanager
async def _opened(door: Door, settings: EmailSettings) -> AsyncIterator[None]:
    tls = None
    if settings.listen_certificate is not None:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(settings.listen_certificate, settings.listen_key)
    loop = asyncio.get_running_loop()
    host, port = split_address(settings.listen)
    protocol = partial(
        SMTP, door, data_size_limit=settings.max_message_bytes, enable_SMTPUTF8=True,
        tls_context=tls, require_starttls=tls is not None, ident="threadline", loop=loop,
        hostname=settings.address.rpartition("@")[2], timeout=60,
    )  # fmt: skip
    server = await loop.create_server(protocol, host, port)
    log.info("mail.listening", host=host, port=server.sockets[0].getsockname()[1])
    try:
        yield
    finally:
        server.close()
        await server.wait_closed()
