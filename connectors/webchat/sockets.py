"""One browser tab: its WebSocket, from hello to goodbye."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, assert_never

import structlog
from aiohttp import web

from bot import Address, Changes, DraftPiece, Line, StoreError
from connectors.webchat.feed import Feed, Signature
from connectors.webchat.intake import Intake
from connectors.webchat.outgoing import Outgoing, TooSlowError
from connectors.webchat.render import (
    cursor_of,
    encode,
    milliseconds,
    render_event,
    render_suggestions,
)
from connectors.webchat.sessions import Session
from connectors.webchat.settings import Limits
from connectors.webchat.wire import (
    Frame,
    Hello,
    History,
    Malformed,
    Noted,
    Ping,
    Send,
    Suggest,
    Unsupported,
)

log = structlog.get_logger(__name__)

PING_SECONDS = 20
"""After so much silence the client pings (protocol §4.4.5)."""

_SWEEP_SECONDS = 15  # a wake-up is only a hint: so long may a lost one cost
_PATIENCE_SECONDS = 20.0
_CLOSE_SECONDS = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a tab needs besides its socket; ``abort`` cuts the connection without a word.

    ``streams``: it shows messages while they are being written.
    """

    line: Line
    intake: Intake
    session: Session
    address: Address
    signature: Signature
    limits: Limits
    abort: Callable[[], None]
    streams: bool = False


class Tab:
    """A socket after its hello: reads frames, follows the log, writes."""

    def __init__(self, socket: web.WebSocketResponse, visit: Visit) -> None:
        self._socket = socket
        self._visit = visit
        self._line = visit.line
        self._feed = Feed(visit.line, visit.address, visit.signature, visit.limits)
        self._out = Outgoing(socket, max_bytes=visit.limits.unsent_bytes)
        self._ended = asyncio.Event()
        self._code = 1000
        self._is_welcome = False
        self.closed = asyncio.Event()

    async def run(self, cursor: str | None, frames: AsyncIterator[Frame]) -> None:
        """Talk until one side ends it; a turn under way goes on without the socket."""
        try:
            async with asyncio.TaskGroup() as group:
                writer = group.create_task(self._out.run(), name="webchat-write")
                follower = group.create_task(self._follow(cursor), name="webchat-follow")
                reader = group.create_task(self._read(frames), name="webchat-read")
                try:
                    await self._ended.wait()
                except asyncio.CancelledError:
                    self.end(1012)
                    raise
                finally:
                    follower.cancel()
                    reader.cancel()
                    await asyncio.wait([reader])  # only without a reader does aiohttp close cleanly
                    await self._close()
                    writer.cancel()
        finally:
            self.closed.set()

    def draft(self, frame: str) -> None:
        """Show some more of what is being written; a reader that is behind goes without."""
        if self._visit.streams and self._is_welcome:
            with suppress(TooSlowError):
                self._out.put(frame)

    def end(self, code: int) -> None:
        """Have the socket closed; the first code counts. `closed` tells when it is done."""
        if not self._ended.is_set():
            self._code = code
            self._ended.set()

    async def _close(self) -> None:
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                if self._code == 1012:
                    frame = {"t": "bye", "code": self._code, "retry_after": 1}
                    await self._socket.send_str(encode(frame))
                await self._socket.close(code=self._code)
        except (ConnectionError, TimeoutError):
            self._visit.abort()

    async def _read(self, frames: AsyncIterator[Frame]) -> None:
        try:
            async for frame in frames:
                if isinstance(frame, Malformed):
                    self.end(4400)
                elif (answer := await self._answer(frame)) is not None:
                    self._out.put(encode(answer))
        except TooSlowError:
            self.end(4413)
        self.end(1000)

    async def _answer(self, frame: Frame) -> Mapping[str, Any] | None:
        match frame:
            case Send():
                return await self._visit.intake.take(self._line, self._visit.session, frame)
            case Suggest():
                return render_suggestions(frame.n, frame.query, self._line.commands())
            case History():
                return await self._history(frame)
            case Ping() | Noted():
                return {"t": "pong"} if isinstance(frame, Ping) else None
            case Hello() | Malformed():
                return _error("unexpected", "This frame is not expected here.")
            case Unsupported():
                return _error("unsupported", f"Frames of kind {frame.kind} are not taken here.")
            case _:
                assert_never(frame)

    async def _history(self, asked: History) -> Mapping[str, Any]:
        try:
            events, more = await self._feed.history(asked.before, asked.limit)
        except StoreError:
            return _error("internal", "The history cannot be read right now.")
        found = [event.body for event in events]
        return {"t": "history", "n": asked.n, "events": found, "more": more}

    async def _follow(self, cursor: str | None) -> None:
        """Send what was missed, then every change, in whichever log is the visitor's."""
        try:
            while not await self._welcomed(cursor):
                pass
            while True:
                async with self._line.changes(self._feed.conversation) as changes:
                    await self._forward_until_moved(changes)
        except TooSlowError:
            log.warning("socket.too_slow")
            self.end(4413)
        except StoreError:
            log.warning("socket.log_unreadable")
            self.end(1013)

    async def _welcomed(self, cursor: str | None) -> bool:
        conversation = await self._feed.find()
        async with self._line.changes(conversation) as changes:
            if not await self._feed.settle():
                return False
            await self._welcome(cursor)
            await self._forward_until_moved(changes)
        return True

    async def _welcome(self, cursor: str | None) -> None:
        past = await self._feed.past(cursor)
        welcome = {
            "t": "welcome",
            "conversation": self._feed.conversation,
            "cursor": cursor_of(self._feed.conversation, self._feed.seq),
            "missed": past.missed,
            "gap": past.gap,
            "mode": "bot",
            "resumed": past.resumed,
            "ping": PING_SECONDS,
            "server_time": milliseconds(self._line.clock.now()),
        }
        replay = [render_event(event, replay=True) for event in past.events]
        await self._patiently([welcome, *replay])
        self._is_welcome = True

    async def _patiently(self, frames: Sequence[Mapping[str, Any]]) -> None:
        for frame in frames:
            await self._out.put_patiently(encode(frame), patience=_PATIENCE_SECONDS)

    async def _forward_until_moved(self, changes: Changes) -> None:
        conversation = self._feed.conversation
        while True:
            while (events := await self._feed.forward()) is not None:
                for event in events:
                    self._out.put(encode(render_event(event)))
                if self._feed.conversation != conversation:
                    return
            with suppress(TimeoutError):
                async with asyncio.timeout(_SWEEP_SECONDS):
                    await changes.wait()


class Tabs:
    """The open tabs of all sessions, oldest first."""

    def __init__(self, *, limit: int) -> None:
        self._limit = limit
        self._open: dict[str, list[Tab]] = {}

    def enter(self, visitor: str, tab: Tab) -> None:
        """Count a tab; the oldest of too many is closed."""
        tabs = self._open.setdefault(visitor, [])
        tabs.append(tab)
        if len(tabs) > self._limit:
            tabs.pop(0).end(4409)

    def leave(self, visitor: str, tab: Tab) -> None:
        """Forget a tab."""
        tabs = self._open.get(visitor, [])
        if tab in tabs:
            tabs.remove(tab)
        if not tabs:
            self._open.pop(visitor, None)

    def draft(self, visitor: str, piece: DraftPiece) -> None:
        """Show a piece in all tabs of a visitor."""
        frame = encode({"t": "delta", "id": piece.message, "i": piece.number, "text": piece.text})
        for tab in self._open.get(visitor, ()):
            tab.draft(frame)

    async def close_all(self) -> None:
        """Say goodbye to everybody: a restart, please come back."""
        everybody = [tab for tabs in self._open.values() for tab in tabs]
        for tab in everybody:
            tab.end(1012)
        for tab in everybody:
            await tab.closed.wait()


def _error(code: str, text: str) -> Mapping[str, Any]:
    return {"t": "error", "code": code, "text": text}
