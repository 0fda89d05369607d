"""The SMTP server that takes the bot's mail: aiosmtpd, with what may go wrong."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from bot import Faults
from connectors.email.emulator.mailboxes import BOT, Mailboxes

Misbehaving = Callable[[SMTP], Awaitable[str | None]]


@dataclass  # no slots: on Python 3.11.2 aiosmtpd cannot look at a slotted object
class Server:
    """Takes mail from who knows the password; the ``handle_`` methods' names are aiosmtpd's.

    Attributes:
        misbehave: asked before each mail is taken; answers in the server's place, if it does.
        unknown: mailboxes that do not exist.
    """

    boxes: Mailboxes
    password: str = field(default_factory=lambda: secrets.token_urlsafe(16), repr=False)
    faults: Faults = field(default_factory=Faults)
    misbehave: Misbehaving | None = None
    unknown: set[str] = field(default_factory=set)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Refuse mailboxes that there are none of."""
        if not server.session or not server.session.authenticated:
            return "530 5.7.0 authentication required"
        if address in self.unknown or not address.isascii():
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        """Keep a mail, unless something goes wrong."""
        if self.misbehave is not None and (answer := await self.misbehave(server)) is not None:
            return answer
        if self.faults.fail > 0:
            self.faults = replace(self.faults, fail=self.faults.fail - 1)
            return "451 4.3.0 something broke"
        if self.faults.throttle > 0:
            self.faults = replace(self.faults, throttle=self.faults.throttle - 1)
            return "450 4.7.1 slow down"
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        for person in envelope.rcpt_tos:
            self.boxes.put(person, raw)
        if self.faults.drop > 0:
            self.faults = replace(self.faults, drop=self.faults.drop - 1)
            cut(server)
        return "250 2.0.0 OK"

    def check(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _way: str, data: object
    ) -> AuthResult:
        """See aiosmtpd's authenticators."""
        wanted = (BOT.encode(), self.password.encode())
        given = (data.login, data.password) if isinstance(data, LoginPassword) else None
        return AuthResult(success=given == wanted, handled=False)


def cut(server: SMTP) -> None:
    """Cut a client's connection."""
    if isinstance(server.transport, asyncio.WriteTransport):
        server.transport.abort()


@asynccontextmanager
async def serving(server: Server) -> AsyncIterator[int]:
    """Serve on a free port of this machine, and give it."""
    loop = asyncio.get_running_loop()
    protocol = partial(
        SMTP, server, enable_SMTPUTF8=True, authenticator=server.check, auth_require_tls=False,
        auth_required=False, loop=loop, hostname="mail.shop.test", data_size_limit=64 * 1024 * 1024,
    )  # fmt: skip
    opened = await loop.create_server(protocol, "127.0.0.1", 0)
    try:
        yield opened.sockets[0].getsockname()[1]
    finally:
        opened.close()
        await opened.wait_closed()
