"""Pass a request on to the bot, HTTP and WebSocket, as it came."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TypeAlias

from aiohttp import (
    ClientConnectionResetError,
    ClientError,
    ClientSession,
    ClientTimeout,
    ClientWebSocketResponse,
    DummyCookieJar,
    TCPConnector,
    WSCloseCode,
    WSMessage,
    WSMsgType,
    WSServerHandshakeError,
    hdrs,
    web,
)
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

_CONNECT_TIMEOUT = timedelta(seconds=5)
_SILENCE_TIMEOUT = timedelta(minutes=5)  # longer than any long-poll of the bot
_CLOSE_TIMEOUT = timedelta(seconds=2)
_ONE_HOP = frozenset(  # RFC 9110 §7.6.1
    {
        "connection",
        "expect",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
_OURS = frozenset({"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"})
_HANDSHAKE = frozenset(  # each of the two sockets negotiates its own; RFC 6455 §11.3
    {
        "sec-websocket-accept",
        "sec-websocket-extensions",
        "sec-websocket-key",
        "sec-websocket-protocol",
        "sec-websocket-version",
    }
)
_BEST_KNOWN = (hdrs.ACCEPT, hdrs.ACCEPT_ENCODING, hdrs.CONTENT_TYPE, hdrs.USER_AGENT)

_CARRIED = frozenset({WSMsgType.TEXT, WSMsgType.BINARY, WSMsgType.PING, WSMsgType.PONG})
_NEVER_SENT = frozenset({1005, 1006, 1015})  # RFC 6455 §7.4.1: only ever reported

Socket: TypeAlias = web.WebSocketResponse | ClientWebSocketResponse


class Proxy:
    """A reverse proxy to one loopback port; while nobody listens there it answers 503."""

    def __init__(self, session: ClientSession, *, port: int) -> None:
        """Take the session to ask with, as `open_proxy` makes it."""
        self._session = session
        self._origin = f"http://127.0.0.1:{port}"

    async def pass_on(self, request: web.Request) -> web.StreamResponse:
        """Answer with what the bot answers."""
        try:
            if request.headers.get(hdrs.UPGRADE, "").lower() == "websocket":
                return await self._pass_socket(request)
            return await self._pass_request(request)
        except ClientConnectionResetError:
            raise  # our own client has gone: nobody is left to be answered
        except (ClientError, TimeoutError):
            return web.json_response(
                {"error": "The bot is down and starts again in a moment."},
                status=503,
                headers={hdrs.RETRY_AFTER: "1"},
            )

    def _target(self, request: web.Request) -> URL:
        """Tell where to; the path goes on as it was written, and can be nothing but a path."""
        if not request.raw_path.startswith("/"):
            raise web.HTTPBadRequest
        return URL(self._origin + request.raw_path, encoded=True)

    async def _pass_request(self, request: web.Request) -> web.StreamResponse:
        async with self._session.request(
            request.method,
            self._target(request),
            headers=_forwarded(request, drop=()),
            data=request.content if request.can_read_body else None,
            allow_redirects=False,
        ) as answer:
            response = web.StreamResponse(
                status=answer.status,
                reason=answer.reason,
                headers=_passed(answer.headers, drop=_ONE_HOP),
            )
            await response.prepare(request)
            try:
                async for chunk in answer.content.iter_any():
                    await response.write(chunk)
            except (ClientError, TimeoutError):
                # The head is out, so no 503 any more: a cut connection tells that the end lacks.
                if request.transport is not None:
                    request.transport.abort()
            else:
                await response.write_eof()
            return response

    async def _pass_socket(self, request: web.Request) -> web.StreamResponse:
        offered = request.headers.get(hdrs.SEC_WEBSOCKET_PROTOCOL, "")
        protocols = [name.strip() for name in offered.split(",") if name.strip()]
        try:
            theirs = await self._session.ws_connect(
                self._target(request),
                headers=_forwarded(request, drop=_HANDSHAKE),
                protocols=protocols,
                autoping=False,
                autoclose=False,
                max_msg_size=0,  # the bot sets the limit, and closes with 1009
            )
        except WSServerHandshakeError as refusal:
            return web.Response(status=refusal.status)
        async with theirs:
            ours = web.WebSocketResponse(
                protocols=[theirs.protocol] if theirs.protocol else (),
                timeout=_CLOSE_TIMEOUT.total_seconds(),
                autoping=False,
                autoclose=False,
                max_msg_size=0,
                compress=False,
            )
            await ours.prepare(request)
            async with asyncio.TaskGroup() as group:
                group.create_task(_pump(ours, theirs, lost=WSCloseCode.GOING_AWAY))
                group.create_task(_pump(theirs, ours, lost=WSCloseCode.SERVICE_RESTART))
            return ours


async def _pump(source: Socket, target: Socket, *, lost: WSCloseCode) -> None:
    """Carry frames one way; when the source ends, close the target with the same code.

    Args:
        source: Where frames come from.
        target: Where they go.
        lost: The code for a source that ended without a word.
    """
    code = await _carry(source, target) or lost
    await target.close(code=lost if code in _NEVER_SENT else code)


async def _carry(source: Socket, target: Socket) -> int | None:
    while True:
        message = await source.receive()
        if message.type is WSMsgType.CLOSE:
            return int(message.data) or WSCloseCode.OK  # 0: the frame had no code
        if message.type not in _CARRIED:
            # The other pump has closed the source (then its target knows the code), or it is lost.
            return target.close_code
        try:
            await _send(target, message)
        except ClientConnectionResetError:
            return None


async def _send(target: Socket, message: WSMessage) -> None:
    match message.type:
        case WSMsgType.TEXT:
            await target.send_str(message.data)
        case WSMsgType.BINARY:
            await target.send_bytes(message.data)
        case WSMsgType.PING:
            await target.ping(message.data)
        case _:
            await target.pong(message.data)


def _forwarded(request: web.Request, *, drop: Iterable[str]) -> CIMultiDict[str]:
    """Copy the headers of a request; Host stays, so that the bot sees the address it has."""
    headers = _passed(request.headers, drop={*_ONE_HOP, *_OURS, *drop})
    headers["X-Forwarded-For"] = request.remote or ""
    headers["X-Forwarded-Host"] = request.host
    headers["X-Forwarded-Proto"] = request.scheme
    return headers


def _passed(headers: CIMultiDictProxy[str], *, drop: Iterable[str]) -> CIMultiDict[str]:
    named = {name.strip().lower() for name in headers.get(hdrs.CONNECTION, "").split(",")}
    unwanted = {*drop, *named}
    return CIMultiDict(
        (name, value) for name, value in headers.items() if name.lower() not in unwanted
    )


@asynccontextmanager
async def open_proxy(*, port: int) -> AsyncIterator[Proxy]:
    """Open a proxy to a loopback port."""
    timeout = ClientTimeout(
        total=None,
        sock_connect=_CONNECT_TIMEOUT.total_seconds(),
        sock_read=_SILENCE_TIMEOUT.total_seconds(),
    )
    # Every request connects anew: a kept connection may lead to a child that has been killed.
    async with (
        TCPConnector(force_close=True, limit=0) as connector,
        ClientSession(
            connector=connector,
            timeout=timeout,
            auto_decompress=False,
            cookie_jar=DummyCookieJar(),
            skip_auto_headers=_BEST_KNOWN,
            trust_env=False,
        ) as session,
    ):
        yield Proxy(session, port=port)
