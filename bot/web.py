"""The HTTP side: one route per connector, health, readiness, metrics, the example page."""

import asyncio
import html
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Protocol, runtime_checkable

import structlog
from aiohttp import web

from bot.errors import RequestRejectedError, StoreError
from bot.model.ids import ConnectorName
from bot.ports.clock import Clock
from bot.ports.connectors import Connector, WebhookRequest
from bot.ports.lines import Line, Served
from bot.ports.stores import Store
from bot.runtime.intake import Intake
from bot.runtime.metrics import Metrics

log = structlog.get_logger()
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
CHUNK = 64 * 1024
BODY_PATIENCE = timedelta(seconds=20)
"""No platform waits longer for its answer: a body that takes this long is held back on purpose."""
RETRY = {"Retry-After": "1"}
PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@runtime_checkable
class Drained(Protocol):
    """A connector that holds connections open and can tell its clients to come back later."""

    async def drain(self) -> None:
        """Close them; whoever comes back is told no lie and misses nothing."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Mounted:
    """A connector with what its routes need."""

    name: ConnectorName
    connector: Connector
    line: Line
    max_body_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Everything the application answers with; ``note`` stands beside `/readyz`'s "ready"."""

    title: str
    store: Store
    clock: Clock
    intake: Intake
    metrics: Metrics
    mounted: Mapping[str, Mounted]
    note: Callable[[], str] = str

    def application(self) -> web.Application:
        """Make the aiohttp application."""
        most = max((m.max_body_bytes for m in self.mounted.values()), default=CHUNK)
        app = web.Application(middlewares=[_plain_errors], client_max_size=most)
        app.on_shutdown.append(self._drain)
        app.router.add_get("/healthz", _alive)
        app.router.add_get("/readyz", self._ready)
        app.router.add_get("/metrics", self._figures)
        app.router.add_get("/", self._page)
        app.router.add_get("/chat", self._page)
        for mounted in self.mounted.values():
            for route in mounted.connector.routes:
                path = f"/{mounted.name}/{route.path}"
                app.router.add_route(route.method, path, _webhook(self, mounted))
            if isinstance(mounted.connector, Served):
                app.router.add_route("*", f"/{mounted.name}/{{path:.*}}", _served(mounted))
        return app

    async def _ready(self, request: web.Request) -> web.Response:
        del request
        try:
            health = await self.store.upkeep.health(now=self.clock.now())
        except StoreError:
            return web.json_response({"ready": False, "why": "store"}, status=503, headers=RETRY)
        if not health.migrated:
            why = {"ready": False, "why": "migrations are behind: threadline db upgrade"}
            return web.json_response(why, status=503, headers=RETRY)
        note = self.note()
        return web.json_response({"ready": True, **({"note": note} if note else {})})

    async def _figures(self, request: web.Request) -> web.Response:
        del request
        try:
            health = await self.store.upkeep.health(now=self.clock.now())
        except StoreError as error:
            # what this process has counted is worth most while the database is away
            log.warning("metrics.store_unreachable", error=str(error))
        else:
            self.metrics.observe(health, list(self.mounted))
        headers = {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        return web.Response(body=self.metrics.text(), headers=headers)

    async def _page(self, request: web.Request) -> web.Response:
        served = [m.name for m in self.mounted.values() if isinstance(m.connector, Served)]
        if not served:
            return web.Response(text=f"{self.title} is running; no web chat is set up.\n")
        inline = request.path == "/chat"
        element = '<threadline-chat mode="inline"></threadline-chat>' if inline else ""
        title = html.escape(self.title)
        text = (
            f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<h1>{title}</h1><p>Type /help in the chat to see what can be done.</p>{element}"
            f'<script type="module" src="/{served[0]}/widget.js"></script></html>\n'
        )
        return web.Response(text=text, content_type="text/html", headers=PAGE_HEADERS)

    async def _drain(self, app: web.Application) -> None:
        """Close what connectors hold open, so that an end need not wait for the clients."""
        del app
        for mounted in self.mounted.values():
            if isinstance(mounted.connector, Drained):
                await mounted.connector.drain()


async def _alive(request: web.Request) -> web.Response:
    del request
    return web.json_response({"ok": True})


@web.middleware
async def _plain_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer our own errors without detail; what the client must do is in the status."""
    try:
        return await handler(request)
    except RequestRejectedError as error:
        return web.Response(status=error.status)
    except StoreError as error:
        log.warning("request.store_unreachable", error=str(error))
        return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE, headers=RETRY)
    except web.HTTPException:
        raise
    except Exception as error:
        log.exception("request.failed", error=type(error).__name__)
        return web.Response(status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _webhook(site: Site, mounted: Mounted) -> Handler:
    """Make the handler of a webhook: verify, record, then answer."""

    async def handle(request: web.Request) -> web.Response:
        body = await _body(request, mounted.max_body_bytes)
        prefix = f"/{mounted.name}/"
        webhook = WebhookRequest(
            method=request.method, path=request.path.removeprefix(prefix),
            headers={name.lower(): value for name, value in request.headers.items()},
            query=dict(request.query), body=body,
        )  # fmt: skip
        try:
            received = await mounted.connector.receive(webhook)
        except RequestRejectedError:
            site.metrics.rejected.labels(mounted.name).inc()
            raise
        await site.intake.accept(mounted.name, received)
        answer = received.response
        return web.Response(
            status=answer.status, body=answer.body,
            headers={"Content-Type": answer.content_type, **answer.headers},
        )  # fmt: skip

    return handle


def _served(mounted: Mounted) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        if not isinstance(mounted.connector, Served):
            raise web.HTTPNotFound
        path = request.match_info["path"]
        response: web.StreamResponse = await mounted.connector.serve(request, path, mounted.line)
        return response

    return handle


async def _body(request: web.Request, most: int) -> bytes:
    """Read a body up to a limit; a compressed one is refused, for no platform sends any."""
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise web.HTTPUnsupportedMediaType
    if (request.content_length or 0) > most:
        raise web.HTTPRequestEntityTooLarge(most, request.content_length or 0)
    try:
        async with asyncio.timeout(BODY_PATIENCE.total_seconds()):
            return await _read(request, most)
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except (ConnectionError, web.RequestPayloadError):  # the client left, or cannot count chunks
        raise web.HTTPBadRequest from None


async def _read(request: web.Request, most: int) -> bytes:
    body = bytearray()
    while chunk := await request.content.read(CHUNK):
        body += chunk
        if len(body) > most:
            raise web.HTTPRequestEntityTooLarge(most, len(body))
    return bytes(body)
