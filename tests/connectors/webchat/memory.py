"""A small working line over a log in memory, and a web chat served from it on loopback."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, web
from aiohttp.test_utils import BaseTestServer, TestServer

from bot import (
    Address,
    BlobId,
    BlobMissingError,
    Body,
    Clock,
    CommandCard,
    ConversationId,
    DialogCard,
    Fact,
    InboundMessage,
    InboxId,
    Option,
    PromptId,
    Recorded,
    Shelf,
    StoreBusyError,
)
from connectors.webchat import WebChatConnector, WebChatSettings, connect

START = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
COMMANDS = (
    CommandCard(name="book", usage="/book [day] [at]", summary="Book a table"),
    CommandCard(name="bookings", usage="/bookings", summary="List your bookings"),
    CommandCard(name="help", usage="/help", summary="What can be done here"),
)


class MovingClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time

    def forward(self, **units: float) -> None:
        self.time += timedelta(**units)


@dataclass
class MemoryShelf:
    clock: MovingClock
    values: dict[str, tuple[Body, datetime | None]] = field(default_factory=dict)

    async def get(self, key: str) -> Body | None:
        value, expires = self.values.get(key, (None, None))
        return None if expires is not None and expires <= self.clock.now() else value

    async def put(self, key: str, value: Body, *, expires: datetime | None = None) -> None:
        self.values[key] = (value, expires)

    async def keep(self, key: str, value: Body) -> Body:
        return self.values.setdefault(key, (value, None))[0]

    async def remove(self, key: str) -> None:
        self.values.pop(key, None)


class MemoryChanges:
    def __init__(self) -> None:
        self._changed = asyncio.Event()
        self.is_waiting = False

    def notify(self) -> None:
        self._changed.set()

    async def wait(self) -> None:
        self.is_waiting = True
        await self._changed.wait()
        self.is_waiting = False
        self._changed.clear()


class MemoryLine:
    """See `bot.Line`; ``bot`` is called once for each new message and may write to the log."""

    def __init__(self) -> None:
        self.time = MovingClock()
        self.kept = MemoryShelf(self.time)
        self.clock: Clock = self.time
        self.shelf: Shelf = self.kept
        self.logs: dict[ConversationId, list[Fact]] = {}
        self.known: dict[tuple[str, str], Recorded] = {}
        self.accepted: list[InboundMessage] = []
        self.homes: dict[str, ConversationId] = {}
        self.subscribers: dict[ConversationId, list[MemoryChanges]] = {}
        self.bot: Callable[[ConversationId, InboundMessage], None] = lambda _, __: None
        self.is_busy = False
        self.blobs: dict[BlobId, bytes] = {}
        self.open: dict[str, list[DialogCard]] = {}
        self.offered: dict[PromptId, list[Option]] = {}
        self.fields: dict[tuple[PromptId, str], list[Option]] = {}

    async def dialogs(self, address: Address) -> Sequence[DialogCard]:
        return self.open.get(address.user, [])

    async def choices(
        self, address: Address, prompt: PromptId, typed: str, *, field: str = ""
    ) -> Sequence[Option]:
        del address
        words = typed.casefold().split()
        offered = self.fields.get((prompt, field), []) if field else self.offered.get(prompt, [])
        return [one for one in offered if all(word in one.label.casefold() for word in words)]

    async def keep(self, data: bytes) -> BlobId:
        blob = BlobId(hashlib.sha256(data).hexdigest())
        self.blobs[blob] = data
        return blob

    async def file(self, blob: BlobId) -> bytes:
        try:
            return self.blobs[blob]
        except KeyError:
            raise BlobMissingError("gone") from None

    def stored(self, name: str, mime: str, data: bytes) -> dict[str, Any]:
        """Keep a file; gives what the log tells of it."""
        blob = BlobId(hashlib.sha256(data).hexdigest())
        self.blobs[blob] = data
        return {"blob": blob, "name": name, "mime": mime, "size": len(data)}

    async def accept(self, messages: Sequence[InboundMessage]) -> Sequence[Recorded]:
        if self.is_busy:
            raise StoreBusyError("busy")
        return [await self._accept(message) for message in messages]

    async def conversation_of(self, address: Address) -> ConversationId:
        return self.homes.setdefault(address.user, ConversationId(f"c-{len(self.homes)}"))

    async def read(self, conversation: ConversationId, *, after: int, limit: int) -> Sequence[Fact]:
        await asyncio.sleep(0)
        return [fact for fact in self.log(conversation) if fact.seq > after][:limit]

    async def before(self, conversation: ConversationId, *, seq: int, limit: int) -> Sequence[Fact]:
        await asyncio.sleep(0)
        return [fact for fact in self.log(conversation) if fact.seq < seq][-limit:]

    async def head(self, conversation: ConversationId) -> int:
        await asyncio.sleep(0)
        return len(self.log(conversation))

    @asynccontextmanager
    async def changes(self, conversation: ConversationId) -> AsyncIterator[MemoryChanges]:
        mine = MemoryChanges()
        subscribers = self.subscribers.setdefault(conversation, [])
        subscribers.append(mine)
        try:
            yield mine
        finally:
            subscribers.remove(mine)

    async def locale(self, address: Address, *, told: str | None = None) -> str:
        return told or "en"

    def commands(self, locale: str = "en") -> Sequence[CommandCard]:
        return COMMANDS

    def log(self, conversation: ConversationId) -> list[Fact]:
        return self.logs.setdefault(conversation, [])

    def append(self, conversation: ConversationId, kind: str, body: Mapping[str, Any]) -> Fact:
        log = self.log(conversation)
        fact = Fact(
            conversation=conversation,
            seq=len(log) + 1,
            kind=kind,
            at=self.clock.now(),
            body=body,
        )
        log.append(fact)
        for subscriber in self.subscribers.get(conversation, []):
            subscriber.notify()
        return fact

    def say(self, conversation: ConversationId, text: str, **body: Any) -> Fact:
        """Let the bot say something."""
        message = {"id": f"o{len(self.log(conversation))}", "role": "bot", "text": text}
        return self.append(conversation, "message", {**message, "connector": "web", **body})

    async def watched(self, conversation: ConversationId) -> None:
        """Wait until somebody waits for changes of a log."""
        watchers = self.subscribers.setdefault(conversation, [])
        while not any(each.is_waiting for each in watchers):  # noqa: ASYNC110 - a fake for tests
            await asyncio.sleep(0)

    def link(self, guest: ConversationId, host: ConversationId) -> None:
        """Join two customers: the guest's addresses are the host's from now on."""
        moved = {user: host for user, home in self.homes.items() if home == guest}
        self.homes.update(moved)
        self.append(guest, "linked", {"to": host})

    async def _accept(self, message: InboundMessage) -> Recorded:
        key = (message.sender.account, message.event_id)
        if key in self.known:
            return replace(self.known[key], duplicate=True)
        conversation = await self.conversation_of(message.sender)
        fact = self.append(
            conversation,
            "message",
            {
                "id": f"i{len(self.known)}",
                "role": "user",
                "text": message.tap.label if message.tap else message.text,
                "prompt": message.form.prompt if message.form else None,
                "submitted": dict(message.form.values) if message.form else None,
                "client_id": message.client_id,
                "connector": message.sender.connector,
            },
        )
        self.known[key] = Recorded(
            conversation=conversation,
            inbox=InboxId(f"i{len(self.known)}"),
            message_id=fact.body["id"],
            seq=fact.seq,
            at=fact.at,
            duplicate=False,
        )
        self.accepted.append(message)
        self.bot(conversation, message)
        return self.known[key]


@dataclass
class Site:
    """A running web chat, and a client that is no browser."""

    line: MemoryLine
    connector: WebChatConnector
    server: BaseTestServer
    http: ClientSession

    @property
    def url(self) -> str:
        return str(self.server.make_url("/web")).rstrip("/")

    @property
    def origin(self) -> str:
        return str(self.server.make_url("")).rstrip("/")

    async def session(self, **body: Any) -> dict[str, Any]:
        async with self.http.post(f"{self.url}/v1/session", json=body) as response:
            assert response.status == 200, await response.text()
            opened: dict[str, Any] = await response.json()
            return opened

    async def get(self, call: str, token: str) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token}"}
        async with self.http.get(f"{self.url}/v1/{call}", headers=headers) as response:
            return response.status, await response.json()

    async def post(self, call: str, token: str, body: Any) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token}"}
        async with self.http.post(f"{self.url}/v1/{call}", headers=headers, json=body) as response:
            return response.status, await response.json(content_type=None)

    @asynccontextmanager
    async def socket(self, **headers: str) -> AsyncIterator[ClientWebSocketResponse]:
        async with self.http.ws_connect(
            f"{self.url}/v1/ws", protocols=["threadline.v1"], headers=headers
        ) as socket:
            yield socket

    @asynccontextmanager
    async def tab(self, token: str, cursor: str | None = None) -> AsyncIterator["TabClient"]:
        async with self.socket() as socket:
            await socket.send_json({"t": "hello", "token": token, "cursor": cursor, "v": 1})
            yield TabClient(socket=socket, welcome=await next_frame(socket))


@dataclass
class TabClient:
    """A client's side of an open socket."""

    socket: ClientWebSocketResponse
    welcome: dict[str, Any]

    async def send(self, cid: str, text: str = "", **more: Any) -> None:
        await self.socket.send_json({"t": "send", "cid": cid, "text": text, **more})

    async def next(self, kind: str | None = None) -> dict[str, Any]:
        while True:
            frame = await next_frame(self.socket)
            if kind in {None, frame["t"]}:
                return frame

    async def texts(self, count: int) -> list[str]:
        return [text_of((await self.next("event"))["ev"]) for _ in range(count)]


async def next_frame(socket: ClientWebSocketResponse) -> dict[str, Any]:
    async with asyncio.timeout(5):
        frame: dict[str, Any] = await socket.receive_json()
        return frame


def text_of(event: Mapping[str, Any]) -> str:
    return "".join(block.get("text", "") for block in event["blocks"])


@asynccontextmanager
async def open_site(
    settings: WebChatSettings | None = None,
    *,
    line: MemoryLine | None = None,
    pages: Mapping[str, web.Response | Callable[[], web.Response]] | None = None,
    port: int | None = None,
) -> AsyncIterator[Site]:
    """Serve a web chat named ``web``, and some pages beside it."""
    line = line or MemoryLine()
    async with connect("web", settings or WebChatSettings()) as connector:

        async def serve(request: web.Request) -> web.StreamResponse:
            response: web.StreamResponse = await connector.serve(
                request, request.match_info["path"], line
            )
            return response

        async def page(request: web.Request) -> web.StreamResponse:
            made = (pages or {}).get(request.path)
            return made() if callable(made) else web.Response(status=404)

        app = web.Application()
        app.router.add_route("*", "/web/{path:.*}", serve)
        app.router.add_get("/{page:.*}", page)

        async def drain(_: web.Application) -> None:
            await connector.drain()

        app.on_shutdown.append(drain)
        async with (
            TestServer(app, port=port) as server,
            ClientSession() as http,
        ):
            yield Site(line=line, connector=connector, server=server, http=http)
