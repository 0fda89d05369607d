"""The calls below ``/NAME/v1/``."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
from aiohttp import web

from bot import Line, Profile, account_of
from connectors.webchat.answers import answer, read_object, refuse
from connectors.webchat.feed import Feed, Past, Signature
from connectors.webchat.files import serve_file
from connectors.webchat.frames import read_frames, read_hello
from connectors.webchat.gate import Gate
from connectors.webchat.intake import Intake
from connectors.webchat.render import cursor_of, milliseconds
from connectors.webchat.sessions import Session, find_session, open_session, update_session
from connectors.webchat.settings import WebChatSettings
from connectors.webchat.sockets import Tab, Tabs, Visit
from connectors.webchat.wire import (
    Hello,
    Malformed,
    Unsupported,
    parse_history,
    parse_locale,
    parse_number,
    parse_send,
    parse_zone,
    read_frame,
)

log = structlog.get_logger(__name__)

PROTOCOL = "threadline.v1"
_HEARTBEAT_SECONDS = 25.0
_LONGEST_POLL_SECONDS = 25
_FEATURES = ("history", "poll", "suggest")


@dataclass(frozen=True, slots=True)
class Call:
    """A request, and what may be used to answer it."""

    request: web.Request
    line: Line


class Api:
    """Sessions, messages and the log, over HTTP and over WebSocket."""

    def __init__(self, name: str, settings: WebChatSettings) -> None:
        self._settings = settings
        self._limits = settings.limits
        self._account = account_of(name)
        self._signature = Signature(connector=name, title=settings.brand.title)
        self._intake = Intake(self._account, settings.limits)
        self.gate = Gate(name, settings)
        self.tabs = Tabs(limit=settings.limits.tabs)

    async def health(self, call: Call) -> web.StreamResponse:  # noqa: ARG002 - all calls look alike
        """Tell that HTTP works."""
        return answer({"ok": True})

    async def session(self, call: Call) -> web.StreamResponse:
        """Open a session, or go on with one."""
        if refusal := self.gate.stranger(call.request):
            return refusal
        body = await read_object(call.request, max_bytes=self._limits.frame_bytes)
        if isinstance(body, web.Response):
            return body
        if body.get("identity") is not None:
            return refuse(422, "identity", "identity is not configured")
        profile = Profile(
            locale=parse_locale(body.get("locale")), time_zone=parse_zone(body.get("tz"))
        )
        token = body.get("token") if isinstance(body.get("token"), str) else ""
        session = await find_session(call.line, str(token))
        if session is not None:
            session = await update_session(call.line, str(token), session, profile)
            return await self._session_answer(call, str(token), session, fresh=False)
        if refusal := self.gate.crowd(call.request):
            return refusal
        token, session = await open_session(call.line, profile)
        log.info("session.opened", connector=self._signature.connector)
        return await self._session_answer(call, token, session, fresh=True)

    async def messages(self, call: Call) -> web.StreamResponse:
        """Take a ``send`` frame: 200 ``sent``, 422 or 429 ``nack``."""
        session = await self._known(call)
        if session is None:
            return _unknown()
        body = await read_object(call.request, max_bytes=self._limits.frame_bytes)
        if isinstance(body, web.Response):
            return body
        send = parse_send(body)
        if isinstance(send, Malformed):
            return refuse(400, "malformed", send.reason)
        frame = await self._intake.take(call.line, session, send)
        headers = {"Retry-After": str(frame["after"])} if "after" in frame else {}
        status = 200 if frame["t"] == "sent" else 429 if frame["code"] == "rate" else 422
        return answer(frame, status=status, headers=headers)

    async def actions(self, call: Call) -> web.StreamResponse:
        """Take any other frame of a client that polls; those we know have no consequence."""
        if await self._known(call) is None:
            return _unknown()
        body = await read_object(call.request, max_bytes=self._limits.frame_bytes)
        if isinstance(body, web.Response):
            return body
        match read_frame(body):
            case Malformed(reason=reason):
                return refuse(400, "malformed", reason)
            case Unsupported(kind=kind):
                return refuse(422, "unsupported", f"Frames of kind {kind} are not taken here.")
            case _:
                return web.Response(status=204)

    async def events(self, call: Call) -> web.StreamResponse:
        """Answer with what is above the cursor; wait for it if need be."""
        session = await self._known(call)
        if session is None:
            return _unknown()
        query = call.request.query
        wait = parse_number(query.get("wait"), default=0, low=0, high=_LONGEST_POLL_SECONDS)
        feed = self._feed(call.line, session)
        while True:
            conversation = await feed.find()
            async with call.line.changes(conversation) as changes:
                if not await feed.settle():
                    continue
                past = await feed.past(query.get("cursor"))
                if past.events or not past.resumed or not wait:
                    return _events(feed, past, has_cursor="cursor" in query)
                with suppress(TimeoutError):
                    async with asyncio.timeout(wait):
                        await changes.wait()
                        while not (events := await feed.forward()):
                            if events is None:
                                await changes.wait()
                        past = Past(events=events, missed=0, gap=False, resumed=True)
                return _events(feed, past, has_cursor=True)

    async def history(self, call: Call) -> web.StreamResponse:
        """Answer with a page of what came before."""
        session = await self._known(call)
        if session is None:
            return _unknown()
        query = call.request.query
        asked = parse_history(query.get("before"), query.get("limit"))
        feed = self._feed(call.line, session)
        await feed.find()
        events, more = await feed.history(asked.before, asked.limit)
        return answer({"events": [event.body for event in events], "more": more})

    async def file(self, call: Call, path: str) -> web.StreamResponse:
        """Answer with a file that the session was shown."""
        session = await self._known(call)
        return _unknown() if session is None else await serve_file(call.line, session, path)

    async def socket(self, call: Call) -> web.StreamResponse:
        """Serve a tab's WebSocket until one side closes it."""
        if refusal := self.gate.stranger(call.request):
            return refusal
        socket = web.WebSocketResponse(
            protocols=(PROTOCOL,),
            heartbeat=_HEARTBEAT_SECONDS,
            timeout=1.0,
            max_msg_size=self._limits.frame_bytes,
            compress=False,
        )
        if not socket.can_prepare(call.request):
            return refuse(426, "upgrade", "This is a WebSocket.")
        await socket.prepare(call.request)
        hello = await read_hello(socket, seconds=self._limits.hello_seconds)
        if hello is None:
            await socket.close(code=4400)
            return socket
        session = await find_session(call.line, hello.token)
        if session is None:
            await socket.close(code=4401)
            return socket
        await self._serve_tab(call, socket, session, hello)
        return socket

    async def _serve_tab(
        self, call: Call, socket: web.WebSocketResponse, session: Session, hello: Hello
    ) -> None:
        visit = Visit(
            line=call.line,
            intake=self._intake,
            session=session,
            address=session.address(self._account),
            signature=self._signature,
            limits=self._limits,
            abort=lambda: _abort(call.request),
            streams=hello.streams,
        )
        tab = Tab(socket, visit)
        self.tabs.enter(session.visitor, tab)
        try:
            await tab.run(hello.cursor, read_frames(socket))
        finally:
            self.tabs.leave(session.visitor, tab)

    async def _session_answer(
        self, call: Call, token: str, session: Session, *, fresh: bool
    ) -> web.StreamResponse:
        conversation = await call.line.conversation_of(session.address(self._account))
        head = await call.line.head(conversation)
        brand = self._settings.brand
        return answer(
            {
                "token": token,
                "fresh": fresh,
                "conversation": conversation,
                "cursor": cursor_of(conversation, head),
                "mode": "bot",
                "brand": {"title": brand.title, "subtitle": brand.subtitle},
                "limits": self._announced(),
                "features": _FEATURES,
                "expires": milliseconds(session.expires),
            }
        )

    def _announced(self) -> dict[str, Any]:
        limits = self._limits
        return {
            "text": limits.text,
            "frame": limits.frame_bytes,
            "sends": limits.sends,
            "sends_seconds": limits.sends_seconds,
        }

    async def _known(self, call: Call) -> Session | None:
        scheme, _, token = call.request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        return await find_session(call.line, token.strip())

    def _feed(self, line: Line, session: Session) -> Feed:
        return Feed(line, session.address(self._account), self._signature, self._limits)


def _unknown() -> web.Response:
    return refuse(401, "unauthorised", "This session is unknown or has ended.")


def _events(feed: Feed, past: Past, *, has_cursor: bool) -> web.Response:
    return answer(
        {
            "events": [event.body for event in past.events],
            "cursor": feed.cursor,
            "gap": past.gap or (has_cursor and not past.resumed),
        }
    )


def _abort(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
