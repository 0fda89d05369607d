"""The web chat: no webhooks, requests of its own below ``/NAME/``."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial

from aiohttp import web

from bot import (
    Address,
    Body,
    Capabilities,
    DraftPiece,
    Line,
    OutboundMessage,
    Receipt,
    Received,
    Request,
    Route,
    StoreBusyError,
    WebhookRequest,
    WebhookResponse,
)
from connectors.webchat.answers import refuse
from connectors.webchat.api import Api, Call
from connectors.webchat.assets import load_assets, serve_asset
from connectors.webchat.paths import FOLDER
from connectors.webchat.settings import WebChatSettings

Handler = Callable[[Call], Awaitable[web.StreamResponse]]


class WebChatConnector:
    """See `bot.Connector`, `bot.Served` and `bot.Drafting`.

    It keeps nothing but open sockets and counts.
    """

    kind = "webchat"
    capabilities = Capabilities(
        max_text=32_000,
        max_buttons=50,
        max_button_label=200,
        links=True,
        forms=True,
        files=True,
    )
    routes: Sequence[Route] = ()

    def __init__(self, name: str, settings: WebChatSettings) -> None:
        self._api = api = Api(name, settings)
        self._calls: Mapping[tuple[str, str], Handler] = {
            ("GET", "health"): api.health,
            ("POST", "session"): api.session,
            ("GET", "ws"): api.socket,
            ("GET", "events"): api.events,
            ("POST", "messages"): api.messages,
            ("POST", "actions"): api.actions,
            ("GET", "history"): api.history,
        }
        self._paths = {path for _, path in self._calls}

    async def receive(self, request: WebhookRequest) -> Received:  # noqa: ARG002 - the port's
        """Refuse: nobody sends webhooks to a web chat."""
        return Received(response=WebhookResponse(status=404))

    async def send(
        self,
        message: OutboundMessage,  # noqa: ARG002 - the port's
        to: Address,  # noqa: ARG002 - the port's
        hints: Body,  # noqa: ARG002 - the port's
    ) -> Receipt:
        """Do nothing: the line in the log, written with the turn, is what browsers read."""
        return Receipt(provider_id=None)

    async def draft(self, piece: DraftPiece, to: Address) -> None:
        """See `bot.Drafting.draft`; tabs that are open at another replica see the whole only."""
        self._api.tabs.draft(to.user, piece)

    async def serve(self, request: Request, path: str, line: Line) -> Request:
        """See `bot.Served.serve`."""
        if asset := load_assets().get(path):
            is_read = request.method in {"GET", "HEAD"}
            return serve_asset(request, asset) if is_read else _wrong_method()
        name = path.removeprefix("v1/")
        is_known = name in self._paths or name.startswith(FOLDER)
        if not path.startswith("v1/") or not is_known:
            return refuse(404, "not_found", "There is nothing here.")
        response = await self._call(request, name, line)
        if not response.prepared:
            self._api.gate.welcome(request, response)
        return response

    async def drain(self) -> None:
        """Close every socket with 1012; clients come back by themselves and miss nothing."""
        await self._api.tabs.close_all()

    async def _call(self, request: web.Request, name: str, line: Line) -> web.StreamResponse:
        if request.method == "OPTIONS":
            return self._api.gate.preflight(request)
        handler = self._calls.get((request.method, name))
        if request.method == "GET" and name.startswith(FOLDER):
            handler = partial(self._api.file, path=name)
        if handler is None:
            return _wrong_method()
        if name != "health" and (refusal := self._api.gate.refusal(request)):
            return refusal
        try:
            return await handler(Call(request, line))
        except StoreBusyError:
            return refuse(503, "busy", "Not right now.", after=1)


@asynccontextmanager
async def connect(name: str, settings: WebChatSettings) -> AsyncIterator[WebChatConnector]:
    """Open a web chat; what the entry point names."""
    connector = WebChatConnector(name, settings)
    try:
        yield connector
    finally:
        await connector.drain()


def _wrong_method() -> web.Response:
    return refuse(405, "method", "Not by this method.")
