"""The connector of one e-mail address."""

import asyncio
import hashlib
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import structlog

from bot import (
    Address,
    Attachment,
    Body,
    Connector,
    EventId,
    Line,
    OutboundMessage,
    PermanentSendError,
    Receipt,
    Received,
    RequestRejectedError,
    Route,
    Unreadable,
    WebhookRequest,
    account_of,
)
from connectors.email import files
from connectors.email.arrivals import Arrival, check_password, read_arrival
from connectors.email.listener import listen
from connectors.email.mails import MalformedError
from connectors.email.posting import post
from connectors.email.proofs import Marks
from connectors.email.render import CAPABILITIES, Letterhead, is_empty, render
from connectors.email.settings import EmailSettings, check_settings
from connectors.email.wire import Letter, Mailbox, read_letter

log = structlog.get_logger()

RATE_SECONDS = 600.0
KEPT_SENDERS = 10_000


class EmailConnector:
    """See `bot.Connector`, `bot.Attached` and `bot.Fetching`."""

    kind = "email"
    capabilities = CAPABILITIES
    routes: Sequence[Route] = (Route(method="POST", path="webhook"),)

    def __init__(self, name: str, settings: EmailSettings) -> None:
        self._settings = settings
        marks = Marks(secret=settings.secret, domain=settings.address.rpartition("@")[2])
        account = account_of(name, settings.address.lower())
        self._box = Mailbox(
            account=account, address=settings.address, marks=marks, authserv_id=settings.authserv_id
        )
        self._head = Letterhead(
            address=settings.address, name=settings.sender, subject=settings.subject, marks=marks
        )
        self._times: dict[str, deque[float]] = {}
        self._line: Line | None = None

    def attach(self, line: Line) -> None:
        """See `bot.Attached.attach`: what comes with mails is kept there."""
        self._line = line

    async def receive(self, request: WebhookRequest) -> Received:
        """See `bot.Connector.receive`: a provider's parse webhook."""
        if request.method != "POST":
            raise RequestRejectedError("mail is brought by POST", status=405)
        settings = self._settings
        check_password(request.headers, settings.webhook_user, settings.webhook_password)
        try:
            arrival = read_arrival(request.body, request.headers.get("content-type", ""))
        except MalformedError as error:
            return self._kept(request.body, str(error))
        return await self._read(arrival, request.body)

    async def send(self, message: OutboundMessage, to: Address, hints: Body) -> Receipt:
        """See `bot.Connector.send`.

        Words and files go in one mail. Its Message-ID is the same on every attempt, so that most
        mailboxes show once what was sent twice.
        """
        if "@" not in to.place or not to.user.startswith(to.place):
            raise PermanentSendError("the address is no mailbox")
        if is_empty(message):
            raise PermanentSendError("there is nothing to send")
        mail = render(message, to, hints, self._head)
        await post(mail, to.place, self._settings)
        return Receipt(provider_id=str(mail["Message-ID"]))

    async def fetch(self, attachment: Attachment, *, limit: int) -> bytes:
        """See `bot.Fetching.fetch`; the bytes came with the mail."""
        return await files.fetch(self._line, attachment, limit=limit)

    async def _read(self, arrival: Arrival, body: bytes) -> Received:
        try:
            letter = read_letter(arrival, self._box)
        except MalformedError as error:
            return self._kept(body, str(error))
        if letter.message is None:
            return self._no_message(letter)
        if not self._may_write(letter.message.sender.place):
            return self._kept(body, "too many mails of one sender")
        await files.keep(self._line, letter.files)
        return Received(messages=(letter.message,))

    def _no_message(self, letter: Letter) -> Received:
        if letter.passed_over:
            log.info("mail.passed_over", reason=letter.passed_over)
        return Received(reports=letter.reports, news=letter.news)

    def _kept(self, body: bytes, reason: str) -> Received:
        event_id = EventId(hashlib.sha256(body).hexdigest()[:32])
        letter = Unreadable(account=self._box.account, event_id=event_id, reason=reason, body=body)
        return Received(unreadable=(letter,))

    def _may_write(self, sender: str) -> bool:
        """Count a mail; a loop between two machines ends here, whatever they say of themselves."""
        now = asyncio.get_running_loop().time()
        times = self._times.pop(sender, deque())
        self._times[sender] = times  # the newest is last
        while times and times[0] <= now - RATE_SECONDS:
            times.popleft()
        while len(self._times) > KEPT_SENDERS:
            del self._times[next(iter(self._times))]
        if len(times) >= self._settings.most_mails:
            return False
        times.append(now)
        return True


class ListeningEmailConnector(EmailConnector):
    """See `bot.Listener`: an SMTP server that takes mail to this address."""

    def listen(self) -> AsyncIterator[Received]:
        """See `bot.Listener.listen`."""
        return listen(self._settings, lambda arrival: self._read(arrival, arrival.raw))


@asynccontextmanager
async def connect(name: str, settings: EmailSettings) -> AsyncIterator[Connector]:
    """Open an e-mail address; calls nobody, so that a bot starts while the mail server is down."""
    check_settings(name, settings)
    yield (ListeningEmailConnector if settings.listen else EmailConnector)(name, settings)
