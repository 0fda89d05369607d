"""Socket Mode: Slack's requests over a connection that we open.

Slack, "Using Socket Mode" (2026). An envelope is acknowledged when the next item is asked for, and
that is once its messages are durable: what was not, Slack sends again. One coroutine reads, so that
there is no queue that a crash could empty; while Slack exchanges a connection for another, both are
read in turn.
"""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from aiohttp import ClientError, ClientSession, ClientWebSocketResponse, ClientWSTimeout, WSMsgType

from bot import Body, ConnectorError, PermanentSendError, Received, WebhookResponse

MAX_FRAME_BYTES = 4 * 1024 * 1024
HEARTBEAT_SECONDS = 20.0
SLICE_SECONDS = 0.2
"""How long one of two connections is listened to before the other."""
SEND_PATIENCE = timedelta(seconds=5)
CONNECT_PATIENCE = timedelta(seconds=15)
STEADY = timedelta(seconds=10)
"""A connection that lived shorter counts as a failure: no storm of connections."""
LONGEST_PAUSE_SECONDS = 60.0
ENVELOPES = frozenset({"events_api", "slash_commands", "interactive"})

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What was read: an object of Slack's; None where nothing came in time, or it was unreadable.

    ``is_last`` tells that the connection has ended.
    """

    content: Body | None = None
    is_last: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class Socket:
    """One connection; ``is_leaving`` once Slack has said that it closes it soon."""

    ws: ClientWebSocketResponse
    opened_at: float
    is_leaving: bool = False

    async def read(self, seconds: float | None) -> Frame:
        """Read the next frame, or give up after a while."""
        try:
            message = await self.ws.receive(timeout=seconds)
        except TimeoutError:
            return Frame()
        except (ClientError, OSError) as error:
            log.info("socket.broken", error=type(error).__name__)
            return Frame(is_last=True)
        match message.type:
            case WSMsgType.TEXT:
                return Frame(content=_object(message.data))
            case WSMsgType.CLOSE | WSMsgType.CLOSING | WSMsgType.CLOSED | WSMsgType.ERROR:
                return Frame(is_last=True)
            case _:
                return Frame()

    async def acknowledge(self, envelope: Body, response: WebhookResponse) -> None:
        """Tell Slack that an envelope is safe; a connection that broke meanwhile will be noticed.

        Slack sends what it was not told of again, over another connection.
        """
        answer: dict[str, Any] = {"envelope_id": envelope["envelope_id"]}
        if envelope.get("accepts_response_payload") is True and response.body:
            answer["payload"] = _payload(response)
        try:
            async with asyncio.timeout(SEND_PATIENCE.total_seconds()):
                await self.ws.send_str(json.dumps(answer))
        except (ClientError, OSError, TimeoutError) as error:
            log.info("envelope.unacknowledged", error=type(error).__name__)

    async def close(self) -> None:
        """Say good-bye, without waiting long for an answer."""
        with suppress(ClientError, OSError, TimeoutError):
            async with asyncio.timeout(SEND_PATIENCE.total_seconds()):
                await self.ws.close()


class Sockets:
    """Keeps one connection open, two while they are exchanged."""

    def __init__(
        self,
        http: ClientSession,
        *,
        find_url: Callable[[], Awaitable[str]],
        take: Callable[[Body, bytes], Awaitable[Received]],
    ) -> None:
        self._http = http
        self._find_url = find_url
        self._take = take
        self._open: list[Socket] = []
        self._failures = 0
        self._not_before = 0.0

    async def listen(self) -> AsyncIterator[Received]:
        """See `bot.Listener.listen`; goes on for ever, whatever becomes of the connections."""
        while True:
            if all(socket.is_leaving for socket in self._open):
                await self._connect()
            for socket in tuple(self._open):
                frame = await socket.read(self._slice())
                if frame.is_last:
                    await self._drop(socket)
                elif frame.content is not None:
                    envelope = self._heard(socket, frame.content)
                    if envelope is None:
                        continue
                    received = await self._receive(envelope)
                    yield received
                    await socket.acknowledge(envelope, received.response)

    async def close(self) -> None:
        """Close what is open."""
        for socket in tuple(self._open):
            await self._drop(socket)

    def _slice(self) -> float | None:
        """Tell how long to listen to one connection; for ever where there is only one."""
        alone = len(self._open) == 1 and not self._open[0].is_leaving
        return None if alone else SLICE_SECONDS

    async def _receive(self, envelope: Body) -> Received:
        payload = envelope.get("payload")
        body = payload if isinstance(payload, dict) else {}
        # the same bytes for the same envelope: they name what brings no id of its own
        return await self._take(body, json.dumps(payload).encode())

    def _heard(self, socket: Socket, content: Body) -> Body | None:
        """Note what a frame says of the connection; give it where it brings a request."""
        kind = content.get("type")
        if kind == "hello":
            log.info("socket.opened", connections=content.get("num_connections"))
        elif kind == "disconnect":
            log.info("socket.leaving", reason=str(content.get("reason"))[:40])
            if not socket.is_leaving and not self._is_steady(socket):
                self._back_off()
            socket.is_leaving = True
        elif isinstance(content.get("envelope_id"), str):
            if kind not in ENVELOPES:
                log.warning("envelope.unknown", kind=str(kind)[:40])
            return content
        return None

    async def _connect(self) -> None:
        """Open a connection; wait first where that has failed lately and nothing else is open."""
        clock = asyncio.get_running_loop()
        if self._not_before > clock.time():
            if self._open:  # the old one is still read
                return
            await asyncio.sleep(self._not_before - clock.time())
        try:
            async with asyncio.timeout(CONNECT_PATIENCE.total_seconds()):
                url = await self._find_url()
                ws = await self._http.ws_connect(
                    url,
                    heartbeat=HEARTBEAT_SECONDS,
                    max_msg_size=MAX_FRAME_BYTES,
                    timeout=ClientWSTimeout(ws_close=1.0),
                )
        except (ConnectorError, ClientError, OSError, TimeoutError, ValueError) as error:
            self._failed(error)
            return
        self._open.append(Socket(ws=ws, opened_at=clock.time()))

    def _failed(self, error: Exception) -> None:
        pause = self._back_off()
        if isinstance(error, PermanentSendError):
            log.error(
                "socket.refused", error=str(error), seconds=round(pause, 1),
                remedy="check app_token (scope connections:write) and turn Socket Mode on",
            )  # fmt: skip
        else:
            told = str(error) if isinstance(error, ConnectorError) else type(error).__name__
            log.warning("socket.unopened", error=told, seconds=round(pause, 1))

    async def _drop(self, socket: Socket) -> None:
        self._open.remove(socket)
        if self._is_steady(socket):
            self._failures, self._not_before = 0, 0.0
        elif not socket.is_leaving:
            self._back_off()
        await socket.close()

    def _is_steady(self, socket: Socket) -> bool:
        lived = asyncio.get_running_loop().time() - socket.opened_at
        return lived >= STEADY.total_seconds()

    def _back_off(self) -> float:
        """Set when to try again: at once, then after 1, 2, 4 … seconds, up to a minute."""
        self._failures += 1
        most = min(2.0 ** (self._failures - 2), LONGEST_PAUSE_SECONDS) if self._failures > 1 else 0
        pause = most * random.uniform(0.5, 1)  # noqa: S311 - spreads bots over time, hides nothing
        self._not_before = asyncio.get_running_loop().time() + pause
        return pause


def _object(text: str) -> Body | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        log.warning("frame.unreadable", size=len(text))
        return None
    return value


def _payload(response: WebhookResponse) -> object:
    """Write what a webhook would have been answered: JSON, or words to show."""
    text = response.body.decode("utf-8", "replace")
    return json.loads(text) if response.content_type == "application/json" else {"text": text}
