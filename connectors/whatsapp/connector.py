"""The WhatsApp connector; its I/O is in `graph`. Settings, facts and level: README.md."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus

from aiohttp import ClientSession

from bot import (
    Address,
    Attachment,
    Body,
    Connector,
    FileHosts,
    Line,
    Menu,
    OutboundMessage,
    PermanentSendError,
    Progress,
    Receipt,
    Received,
    RequestRejectedError,
    Route,
    WebhookRequest,
    WebhookResponse,
    WindowClosedError,
    crashpoint,
)
from connectors.whatsapp.answers import read_receipt
from connectors.whatsapp.graph import TIMEOUT, Graph
from connectors.whatsapp.questions import Memory
from connectors.whatsapp.render import CAPABILITIES, is_group, render, with_media
from connectors.whatsapp.said import MESSAGE
from connectors.whatsapp.settings import WhatsAppSettings, transport_of
from connectors.whatsapp.syncing import sync_numbers
from connectors.whatsapp.templates import render_template
from connectors.whatsapp.wire import Reader, find_challenge, is_signed

MARGIN = timedelta(minutes=1)
"""The window closes for us so much earlier: what Meta refuses later cannot be said otherwise."""


class WhatsAppConnector:
    """The WhatsApp numbers of one table; see `bot.Connector`."""

    kind = "whatsapp"
    capabilities = CAPABILITIES
    routes: Sequence[Route] = (
        Route(method="GET", path="webhook"),
        Route(method="POST", path="webhook"),
    )

    def __init__(self, name: str, settings: WhatsAppSettings, http: ClientSession) -> None:
        self.capabilities = replace(CAPABILITIES, window=settings.window)
        self._name = name
        self._settings = settings
        self._progress = Progress()
        self._memory = Memory(name)
        self._reader = Reader(connector=name, numbers=settings.numbers)
        hosts = FileHosts(api_url=settings.api_url, hosts=frozenset(settings.media_hosts))
        self._graph = Graph(http, settings.access_token, hosts)

    def attach(self, line: Line) -> None:
        """See `bot.Attached.attach`."""
        self._memory.attach(line)

    async def invitation(self, code: str) -> str | None:
        """See `bot.Inviting.invitation`; the customer sends the words that stand there."""
        digits = "".join(filter(str.isdecimal, self._settings.phone))
        return f"https://wa.me/{digits}?text=%2Flink%20{code}" if digits else None

    async def receive(self, request: WebhookRequest) -> Received:
        """See `bot.Connector.receive`; a GET is Meta's verification of the URL."""
        if request.method == "GET":
            challenge = find_challenge(request.query, self._settings.verify_token.reveal())
            if challenge is None:
                raise RequestRejectedError("not Meta's verification", status=HTTPStatus.FORBIDDEN)
            return Received(response=WebhookResponse(body=challenge.encode(errors="replace")))
        signature = request.headers.get("x-hub-signature-256", "")
        if not is_signed(self._settings.app_secret.reveal(), request.body, signature):
            raise RequestRejectedError("X-Hub-Signature-256 does not fit the body")
        received = self._reader.read(request.body)
        heard = [
            await self._memory.heard(each, self._settings.ad_window) for each in received.messages
        ]
        return replace(received, messages=[each for each in heard if each is not None])

    async def send(self, message: OutboundMessage, to: Address, hints: Body) -> Receipt:
        """See `bot.Connector.send`; the receipt is that of the last part.

        A long text is several requests, and Meta has no idempotency key: the next attempt at a
        message goes on behind the parts that were accepted, as far as this process knows.
        Once the 24 hours are over it is said by a template.
        """
        client_id = str(hints.get("client_id", ""))
        if not await self._is_open(to, str(hints.get("heard_at", ""))):
            receipt = await self._send_template(message, to, client_id)
        else:
            try:
                receipt = await self._send_all(render(message, to, client_id), to, client_id)
            except WindowClosedError:
                if not self._settings.templates:
                    raise
                receipt = await self._send_template(message, to, client_id)
        return receipt

    async def fetch(self, attachment: Attachment, *, limit: int) -> bytes:
        """See `bot.Fetching.fetch`; what came is compared with the hash in the webhook."""
        numbers = self._settings.numbers
        # Meta compares the number if it is told; which of several was written to is not known here
        number = numbers[0] if len(numbers) == 1 else None
        return await self._graph.fetch(attachment, number=number, limit=limit)

    async def attend(self, to: Address, hints: Body, *, busy: bool) -> None:
        """See `bot.Attending.attend`; Meta shows typing and reading by one call.

        It ends with the answer, or after about 25 seconds; a message can be marked again.
        """
        message_id = hints.get(MESSAGE)
        if not message_id:
            return
        mark = {"messaging_product": "whatsapp", "status": "read", "message_id": str(message_id)}
        typing = {"typing_indicator": {"type": "text"}} if busy and not is_group(to) else {}
        await self._graph.post(self._number_of(to), "messages", {**mark, **typing}, what="mark")

    async def sync(self, menu: Menu, *, dry_run: bool) -> Sequence[str]:
        """See `bot.Syncing.sync`: the menu of each number, and its webhook if that is wanted."""
        return await sync_numbers(
            self._graph, self._settings, menu, name=self._name, dry_run=dry_run
        )

    async def _is_open(self, to: Address, heard_at: str) -> bool:
        """Tell whether free words get through; where it is not known, Meta will tell."""
        heard = _moment(heard_at)
        if heard is None or is_group(to):
            return True
        now = self._memory.clock.now()
        if _is_within(heard, now, self._settings.window):
            return True
        ad_at = await self._memory.ad_at(to)
        return ad_at is not None and _is_within(ad_at, now, self._settings.ad_window)

    async def _send_template(
        self, message: OutboundMessage, to: Address, client_id: str
    ) -> Receipt:
        bodies = render_template(message, to, self._settings.templates, client_id)
        return await self._send_all(bodies, to, f"{client_id}/template" if client_id else "")

    async def _send_all(self, bodies: Sequence[Body], to: Address, key: str) -> Receipt:
        """Send the parts of a message in order, from behind those that were accepted before."""
        if not bodies:
            raise PermanentSendError("the message has neither words nor options")
        number = self._number_of(to)
        receipt = Receipt()
        done = self._progress.accepted(key)
        for part, rendered in enumerate(bodies[done:], start=done + 1):
            body = rendered
            if "file" in body:
                body = with_media(body, await self._graph.upload(number, body["file"]))
            crashpoint("whatsapp.send.before")
            receipt = read_receipt(await self._graph.post(number, "messages", body))
            crashpoint("whatsapp.send.after")
            self._progress.note(key, part)
        self._progress.finish(key)
        return receipt

    def _number_of(self, to: Address) -> str:
        """Find the number that a person wrote to; the first one where it is none of ours now."""
        number = to.account.partition("/")[2]
        return number if number in self._settings.numbers else self._settings.phone_number_id


def _moment(written: str) -> datetime | None:
    """Read a hint's time; None where there is none, or none with its zone."""
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _is_within(then: datetime, now: datetime, window: timedelta) -> bool:
    return now - then <= window - MARGIN


@asynccontextmanager
async def connect(name: str, settings: WhatsAppSettings) -> AsyncIterator[Connector]:
    """Open a WhatsApp number; this is what the entry point names."""
    transport_of(settings).tell(name)
    async with ClientSession(timeout=TIMEOUT, trust_env=False) as http:
        yield WhatsAppConnector(name, settings, http)
