"""The connector: takes requests, opens what was asked for, sends answers."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import timedelta

import structlog
from aiohttp import ClientSession, ClientTimeout

from bot import (
    AccountId,
    Address,
    Attachment,
    Body,
    Connector,
    Line,
    Menu,
    OutboundMessage,
    PermanentSendError,
    Progress,
    Receipt,
    Received,
    Route,
    WebhookRequest,
    account_of,
)
from connectors.slack import wire
from connectors.slack.hearing.asides import Asides
from connectors.slack.hearing.home import HOME
from connectors.slack.hearing.profiles import Profiles
from connectors.slack.hearing.reception import Reception, Taken, take
from connectors.slack.hearing.sockets import Sockets
from connectors.slack.install.installs import Installs
from connectors.slack.install.oauth import INSTALL, REDIRECT, InstallPages
from connectors.slack.install.revocations import Revoked
from connectors.slack.install.syncing import sync_app
from connectors.slack.install.tokens import Tokens
from connectors.slack.render import CAPABILITIES, Json, render
from connectors.slack.sending.calls import CALL_TIMEOUT, Calls
from connectors.slack.sending.destinations import find_destinations
from connectors.slack.sending.media import Media, marked, unmarked
from connectors.slack.sending.posting import Posting
from connectors.slack.settings import SlackSettings, check_settings, transport_of

log = structlog.get_logger()

CONNECT_TIMEOUT = timedelta(seconds=5)


@asynccontextmanager
async def connect(name: str, settings: SlackSettings) -> AsyncIterator[Connector]:
    """Open a Slack app; this is what the entry point names."""
    check_settings(name, settings)
    timeout = ClientTimeout(
        total=CALL_TIMEOUT.total_seconds(), connect=CONNECT_TIMEOUT.total_seconds()
    )
    chosen = transport_of(settings)
    chosen.tell(name)
    async with ClientSession(timeout=timeout, trust_env=False) as http:
        if chosen.kind == "webhook":
            webhooks = SlackConnector(name, settings, http)
            async with webhooks.introducing():
                yield webhooks
            return
        connector = SocketSlackConnector(name, settings, http)
        try:
            async with connector.introducing():
                yield connector
        finally:
            await connector.close()


class SlackConnector:
    """See `bot.Connector`. slack-bolt answers for us what needs no customer; the rest is ours."""

    kind = "slack"
    capabilities = CAPABILITIES
    routes: Sequence[Route] = (Route(method="POST", path="events"),)

    def __init__(self, name: str, settings: SlackSettings, http: ClientSession) -> None:
        self._name = name
        self._settings = settings
        self._reception = Reception(name, settings.signing_secret)
        self._installs = Installs()
        self._tokens = Tokens(name, settings, self._installs, http)
        self._progress = Progress()
        self._http = http
        self._profiles = Profiles(self._method)
        self._asides = Asides(self._method, self._profiles)
        unsigned = Calls(http, api_url=settings.api_url, token=None)
        self._pages = InstallPages(name, settings, self._installs, unsigned)
        if settings.installs:
            self.routes = (*self.routes, Route(method="GET", path=INSTALL))
            self.routes = (*self.routes, Route(method="GET", path=REDIRECT))

    def attach(self, line: Line) -> None:
        """See `bot.Attached.attach`."""
        self._installs.attach(line)
        self._asides.attach(line)

    async def receive(self, request: WebhookRequest) -> Received:
        """See `bot.Connector.receive`."""
        if request.method == "GET" and self._settings.installs:
            return await self._pages.answer(request)
        return await self._answer(await self._reception.receive(request))

    async def _answer(self, taken: Taken) -> Received:
        match taken:
            case Received():
                received = taken
            case Revoked(workspace=workspace, at=at):
                if self._settings.installs and await self._installs.remove(workspace, told_at=at):
                    log.info("app.uninstalled", connector=self._name, workspace=workspace)
                received = Received()
            case _:
                received = await self._asides.answer(taken)
        received = self._profiles.introduce(received)
        return marked(received) if self._settings.installs else received

    def introducing(self) -> AbstractAsyncContextManager[None]:
        """Let it ask who customers are, while it is open."""
        return self._profiles.open() if self._settings.profiles else nullcontext()

    async def sync(self, menu: Menu, *, dry_run: bool) -> Sequence[str]:
        """See `bot.Syncing.sync`; Slack takes the whole app as one manifest."""
        return await sync_app(self._name, self._settings, menu, self._http, dry_run=dry_run)

    async def send(self, message: OutboundMessage, to: Address, hints: Body) -> Receipt:
        """See `bot.Connector.send`; the receipt is that of the last part.

        Slack takes no idempotency key: ``client_id`` only tells which parts were accepted.
        """
        calls, media = await self._speaking(to.account)
        posting = Posting(calls, media)
        if message.replaces is not None:
            return await posting.edit(message.replaces, render(message, owner=to.user), to)
        client_id = str(hints.get("client_id", ""))
        given = {key: value for key, value in hints.items() if isinstance(value, str)}
        ways = find_destinations(to, given, ephemeral=message.ephemeral)
        done = self._progress.accepted(client_id)
        posts = render(message, owner=to.user, searches=self._asides.can_search)
        receipt = Receipt()
        for number, post in enumerate(posts[done:], start=done + 1):
            left, receipt = await posting.post(post, ways)
            if "file" not in post:  # words may still go where files cannot
                ways = left
            self._progress.note(client_id, number)
        if HOME in given:
            await self._asides.show_home(to)
        self._progress.finish(client_id)
        return receipt

    async def attend(self, to: Address, hints: Body, *, busy: bool) -> None:
        """See `bot.Attending.attend`: only threads with an assistant have a line for it."""
        if busy:
            await self._asides.show_busy(to, hints)

    async def fetch(self, attachment: Attachment, *, limit: int) -> bytes:
        """See `bot.Fetching.fetch`; the app needs the scope ``files:read``."""
        workspace, plain = unmarked(attachment)
        _, media = await self._speaking(account_of(self._name, workspace))
        return await media.fetch(plain, limit=limit)

    async def _method(self, method: str, payload: Json, address: Address) -> Body:
        calls, _ = await self._speaking(address.account)
        return await calls.method(method, payload)

    async def _speaking(self, account: AccountId) -> tuple[Calls, Media]:
        """Speak with the token of the workspace that an address belongs to."""
        token, url = await self._tokens.token_of(account), self._settings.api_url
        calls = Calls(self._http, api_url=url, token=token)
        return calls, Media(self._http, api_url=url, token=token, call=calls.method)


class SocketSlackConnector(SlackConnector):
    """See `bot.Listener`: opens a connection to Slack, where Slack cannot open one to us."""

    def __init__(self, name: str, settings: SlackSettings, http: ClientSession) -> None:
        super().__init__(name, settings, http)
        api_url, token = settings.api_url, settings.app_token
        self._app = Calls(http, api_url=api_url, token=token)
        self._sockets = Sockets(http, find_url=self._find_url, take=self._take)

    def listen(self) -> AsyncIterator[Received]:
        """See `bot.Listener.listen`."""
        return self._sockets.listen()

    async def close(self) -> None:
        """Close the connection to Slack."""
        await self._sockets.close()

    async def _find_url(self) -> str:
        url = wire.text_at(await self._app.method("apps.connections.open", {}), "url")
        if self._settings.api_url.startswith("https://") and not url.startswith("wss://"):
            raise PermanentSendError("the address for the socket is not encrypted")
        return url

    async def _take(self, body: Body, raw: bytes) -> Received:
        return await self._answer(take(self._name, body, raw))
