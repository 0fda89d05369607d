"""Socket Mode on the platform's side: tickets, connections, envelopes and their acknowledgement.

Slack, "Using Socket Mode" (2026).
"""

import asyncio
import json
import secrets
from contextlib import suppress
from dataclasses import dataclass, field

from aiohttp import ClientError, web

from bot import Body
from connectors.slack.emulator.payloads import Webhook
from connectors.slack.emulator.workspace import APP, Json

PATH = "link"
MAX_CONNECTIONS = 10


class NotAcknowledgedError(Exception):
    """An envelope was not acknowledged; ``reason`` is Slack's word for why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True, eq=False)
class Connection:
    """One WebSocket of the app, and who waits for an answer over it."""

    ws: web.WebSocketResponse
    number: int
    waiting: dict[str, asyncio.Future[Body]] = field(default_factory=dict)


class SocketMode:
    """On from the first connection: then requests come as envelopes and never as webhooks."""

    def __init__(self, base_url: str) -> None:
        self.is_on = False
        self.opened = 0
        self.sent: list[Json] = []
        self._base_url = base_url.replace("http", "ws", 1)
        self._tickets: set[str] = set()
        self._open: list[Connection] = []
        self._changed = asyncio.Condition()

    @property
    def connections(self) -> int:
        """How many are open."""
        return len(self._open)

    async def settled(self, count: int, *, opened: int = 0) -> None:
        """Wait until so many are open, and so many have been over time."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self._open) == count and self.opened >= opened)

    async def open(self, _: Body) -> Json:
        """Answer ``apps.connections.open``: an address that is good for one connection."""
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        self.is_on = True
        return {"url": f"{self._base_url}/{PATH}?ticket={ticket}&app_id={APP}"}

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it closes."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets or len(self._open) >= MAX_CONNECTIONS:
            return web.Response(status=404, text="no such ticket, or too many connections")
        self._tickets.discard(ticket)
        ws = web.WebSocketResponse(timeout=1.0)
        await ws.prepare(request)
        self.opened += 1
        connection = Connection(ws, self.opened)
        self._open.append(connection)
        try:
            await ws.send_json(self._hello())
            await self._tell()
            async for message in ws:
                _hear(connection, message.data)
        finally:
            self._gone(connection)
            await self._tell()
        return ws

    async def deliver(
        self, webhook: Webhook, *, seconds: float, retry: tuple[int, str] | None
    ) -> bytes:
        """Send an envelope over one connection and give the answer that came with its ack.

        Raises:
            NotAcknowledgedError: nobody took it in time.
        """
        if not self._open:
            raise NotAcknowledgedError("connection_failed")
        connection = self._open[0]
        self._open = [*self._open[1:], connection]  # in turn
        envelope = _envelope(webhook, retry)
        name = str(envelope["envelope_id"])
        connection.waiting[name] = asyncio.get_running_loop().create_future()
        self.sent.append(envelope)
        try:
            async with asyncio.timeout(seconds):
                await connection.ws.send_json(envelope)
                payload = await connection.waiting[name]
        except TimeoutError as error:
            raise NotAcknowledgedError("http_timeout") from error
        except (ClientError, OSError) as error:
            raise NotAcknowledgedError("connection_failed") from error
        finally:
            connection.waiting.pop(name, None)
        return json.dumps(payload).encode() if payload else b""

    async def refresh(self, reason: str = "refresh_requested") -> None:
        """Ask the app to open other connections; the old ones stay open until `drop`."""
        for connection in self._open:
            await connection.ws.send_json({"type": "disconnect", "reason": reason})

    async def drop(self, most: int) -> None:
        """Close the oldest connections."""
        for connection in sorted(self._open, key=lambda one: one.number)[:most]:
            self._gone(connection)
            with suppress(ClientError, OSError):
                await connection.ws.close()

    async def say(self, text: str) -> None:
        """Send any text over all connections."""
        for connection in self._open:
            with suppress(ClientError, OSError):
                await connection.ws.send_str(text)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _hello(self) -> Json:
        told = {"host": "emulated", "approximate_connection_time": 18060}
        return {
            "type": "hello",
            "num_connections": len(self._open),
            "connection_info": {"app_id": APP},
            "debug_info": told,
        }

    def _gone(self, connection: Connection) -> None:
        if connection in self._open:
            self._open.remove(connection)
        for answer in connection.waiting.values():
            if not answer.done():
                answer.set_exception(ConnectionResetError("the app has gone"))


def _hear(connection: Connection, text: object) -> None:
    """Take an acknowledgement; Slack ignores what it did not ask for."""
    try:
        told = json.loads(str(text))
        answer = connection.waiting[told["envelope_id"]]
    except (ValueError, KeyError, TypeError):
        return
    if not answer.done():
        answer.set_result(told.get("payload") or {})


def _envelope(webhook: Webhook, retry: tuple[int, str] | None) -> Json:
    kind = "interactive"
    if webhook.content.get("type") == "event_callback":
        kind = "events_api"
    elif "command" in webhook.content:
        kind = "slash_commands"
    envelope: Json = {
        "envelope_id": secrets.token_hex(16),
        "type": kind,
        "payload": dict(webhook.content),
        "accepts_response_payload": kind != "events_api",
    }
    if kind == "events_api":
        number, reason = retry or (0, "")
        envelope |= {"retry_attempt": number, "retry_reason": reason}
    return envelope
