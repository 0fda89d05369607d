"""The connector: takes requests, opens what was asked for, sends answers."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from aiohttp import ClientSession, ClientTimeout

from bot import (
    AccountId,
    Address,
    Attachment,
    Body,
    Connector,
    Line,
    OutboundMessage,
    Progress,
    Receipt,
    Received,
    Route,
    WebhookRequest,
)
from connectors.slack.asides import Asides
from connectors.slack.calls import CALL_TIMEOUT, Calls
from connectors.slack.destinations import find_destinations
from connectors.slack.media import Media
from connectors.slack.posting import Posting
from connectors.slack.reception import Reception
from connectors.slack.render import CAPABILITIES, Json, render
from connectors.slack.settings import SlackSettings, check_settings
from connectors.slack.tokens import Tokens

CONNECT_TIMEOUT = timedelta(seconds=5)


@asynccontextmanager
async def connect(name: str, settings: SlackSettings) -> AsyncIterator[Connector]:
    """Open a Slack app; this is what the entry point names."""
    check_settings(name, settings)
    timeout = ClientTimeout(
        total=CALL_TIMEOUT.total_seconds(), connect=CONNECT_TIMEOUT.total_seconds()
    )
    async with ClientSession(timeout=timeout, trust_env=False) as http:
        yield SlackConnector(name, settings, http)


class SlackConnector:
    """See `bot.Connector`. slack-bolt answers for us what needs no customer; the rest is ours."""

    kind = "slack"
    capabilities = CAPABILITIES
    routes: Sequence[Route] = (Route(method="POST", path="events"),)

    def __init__(self, name: str, settings: SlackSettings, http: ClientSession) -> None:
        self._reception = Reception(name, settings.signing_secret)
        self._tokens = Tokens(settings)
        self._progress = Progress()
        self._http = http
        self._api_url = settings.api_url
        self._line: Line | None = None
        self._asides = Asides(self._method)

    def attach(self, line: Line) -> None:
        """See `bot.Attached.attach`."""
        self._line = line
        self._asides.attach(line)

    async def receive(self, request: WebhookRequest) -> Received:
        """See `bot.Connector.receive`."""
        received = await self._reception.receive(request)
        if isinstance(received, Received):
            return received
        return await self._asides.answer(received)

    async def send(self, message: OutboundMessage, to: Address, hints: Body) -> Receipt:
        """See `bot.Connector.send`; the receipt is that of the last part.

        Slack takes no idempotency key: ``client_id`` only tells which parts were accepted.
        """
        client_id = str(hints.get("client_id", ""))
        given = {key: value for key, value in hints.items() if isinstance(value, str)}
        ways = find_destinations(to, given, ephemeral=message.ephemeral)
        done = self._progress.accepted(client_id)
        posts = render(message, owner=to.user)
        posting = Posting(await self._calls(to.account), await self._media(to.account))
        receipt = Receipt()
        for number, post in enumerate(posts[done:], start=done + 1):
            left, receipt = await posting.post(post, ways)
            if "file" not in post:  # words may still go where files cannot
                ways = left
            self._progress.note(client_id, number)
        self._progress.finish(client_id)
        return receipt

    async def fetch(self, attachment: Attachment, *, limit: int) -> bytes:
        """See `bot.Fetching.fetch`; the app needs the scope ``files:read``."""
        media = await self._media(AccountId(""))
        return await media.fetch(attachment, limit=limit)

    async def _method(self, method: str, payload: Json, address: Address) -> Body:
        calls = await self._calls(address.account)
        return await calls.method(method, payload)

    async def _calls(self, account: AccountId) -> Calls:
        """Speak with the token of the workspace that an address belongs to."""
        token = await self._tokens.token_of(account)
        return Calls(self._http, api_url=self._api_url, token=token)

    async def _media(self, account: AccountId) -> Media:
        token = await self._tokens.token_of(account)
        calls = Calls(self._http, api_url=self._api_url, token=token)
        return Media(self._http, api_url=self._api_url, token=token, call=calls.method)
