"""The WhatsApp connector; its I/O is in `graph`. Settings, facts and level: README.md."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

from aiohttp import ClientSession

from bot import (
    Address,
    Attachment,
    Body,
    Connector,
    FileHosts,
    OutboundMessage,
    PermanentSendError,
    Progress,
    Receipt,
    Received,
    RequestRejectedError,
    Route,
    Secret,
    WebhookRequest,
    WebhookResponse,
    account_of,
    crashpoint,
)
from connectors.whatsapp.answers import read_receipt
from connectors.whatsapp.graph import TIMEOUT, Graph
from connectors.whatsapp.render import CAPABILITIES, render, with_media
from connectors.whatsapp.wire import Reader, find_challenge, is_signed


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatsAppSettings:
    """The table ``[connectors.NAME]`` of a WhatsApp number.

    Attributes:
        phone_number_id: Meta's id of the number, not the number itself.
        access_token: of a system user that may send for the number.
        app_secret: of the Meta app; it signs the webhooks.
        verify_token: your own word, typed into the app's webhook form.
        phone: the number in international digits; makes `/link` offer a link with the code.
        api_url: with the version; calls go to ``{api_url}/{phone_number_id}/messages``.
        media_hosts: where customers' files may be fetched from, with the token, beside api_url.
    """

    phone_number_id: str
    access_token: Secret
    app_secret: Secret
    verify_token: Secret
    phone: str = ""
    api_url: str = "https://graph.facebook.com/v23.0"
    media_hosts: tuple[str, ...] = ("lookaside.fbsbx.com",)


class WhatsAppConnector:
    """One WhatsApp number; see `bot.Connector`."""

    kind = "whatsapp"
    capabilities = CAPABILITIES
    routes: Sequence[Route] = (
        Route(method="GET", path="webhook"),
        Route(method="POST", path="webhook"),
    )

    def __init__(self, name: str, settings: WhatsAppSettings, http: ClientSession) -> None:
        self._settings = settings
        self._progress = Progress()
        number = settings.phone_number_id
        self._reader = Reader(account=account_of(name, number), phone_number_id=number)
        self._path = f"{quote(number, safe='')}/messages"
        self._media_path = f"{quote(number, safe='')}/media"
        hosts = FileHosts(api_url=settings.api_url, hosts=frozenset(settings.media_hosts))
        self._graph = Graph(http, settings.access_token, hosts)

    def invitation(self, code: str) -> str | None:
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
        return self._reader.read(request.body)

    async def send(self, message: OutboundMessage, to: Address, hints: Body) -> Receipt:
        """See `bot.Connector.send`; the receipt is that of the last part.

        A long text is several requests, and Meta has no idempotency key: the next attempt at a
        message goes on behind the parts that were accepted, as far as this process knows.
        """
        client_id = str(hints.get("client_id", ""))
        bodies = render(message, to, client_id)
        if not bodies:
            raise PermanentSendError("the message has neither words nor options")
        receipt = Receipt()
        done = self._progress.accepted(client_id)
        for number, rendered in enumerate(bodies[done:], start=done + 1):
            body = rendered
            if "file" in body:
                media_id = await self._graph.upload(self._media_path, body["file"])
                body = with_media(body, media_id)
            crashpoint("whatsapp.send.before")
            receipt = read_receipt(await self._graph.post(self._path, body))
            crashpoint("whatsapp.send.after")
            self._progress.note(client_id, number)
        self._progress.finish(client_id)
        return receipt

    async def fetch(self, attachment: Attachment, *, limit: int) -> bytes:
        """See `bot.Fetching.fetch`; what came is compared with the hash in the webhook."""
        number = quote(self._settings.phone_number_id, safe="")
        return await self._graph.fetch(attachment, number=number, limit=limit)


@asynccontextmanager
async def connect(name: str, settings: WhatsAppSettings) -> AsyncIterator[Connector]:
    """Open a WhatsApp number; this is what the entry point names."""
    async with ClientSession(timeout=TIMEOUT, trust_env=False) as http:
        yield WhatsAppConnector(name, settings, http)
