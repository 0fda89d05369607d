"""The live stream of the page: every screen and the child's status, as they change.

Server-Sent Events (HTML standard, section 9.2): whole states and no changes, so that a browser
that comes back needs no history.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta

import structlog
from aiohttp import ClientConnectionResetError, web

from bot.ports.connectors import Body
from bot.sandbox.controls import guarded, status_body
from bot.sandbox.page import PREFIX
from bot.sandbox.screens import Screens
from bot.sandbox.supervisor import Supervisor

_HEARTBEAT = timedelta(seconds=15)  # notices a browser that has gone
log = structlog.get_logger()

_HEADERS = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store"}


class Stream:
    """What the page listens to."""

    def __init__(self, screens: Screens, supervisor: Supervisor) -> None:
        """Take what is told."""
        self._screens = screens
        self._supervisor = supervisor
        self._is_closing = asyncio.Event()

    def routes(self) -> list[web.RouteDef]:
        """List the one route."""
        return [web.get(PREFIX + "/events", guarded(self._events))]

    def close(self) -> None:
        """End every stream; they have no end of their own."""
        self._is_closing.set()

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers=_HEADERS)
        await response.prepare(request)
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(teller) for teller in self._tellers(response)]
                await self._is_closing.wait()
                for task in tasks:
                    task.cancel()
        except* ClientConnectionResetError:
            log.debug("page.left")
        return response

    def _tellers(self, response: web.StreamResponse) -> list[Coroutine[None, None, None]]:
        return [
            _beat(response),
            _tell(
                response,
                "status",
                lambda: status_body(self._supervisor.status),
                self._supervisor.changed,
            ),
            *(self._tell_screen(response, name) for name in self._screens.connectors()),
        ]

    async def _tell_screen(self, response: web.StreamResponse, connector: str) -> None:
        await _tell(
            response,
            "screen",
            lambda: self._screens.screen(connector),
            lambda since: self._screens.changed(connector, since),
        )


async def _beat(response: web.StreamResponse) -> None:
    while True:
        await asyncio.sleep(_HEARTBEAT.total_seconds())
        await response.write(b":\n\n")


async def _tell(
    response: web.StreamResponse,
    event: str,
    show: Callable[[], Body],
    changed: Callable[[int], Awaitable[int]],
) -> None:
    """Write a state now and whenever it has become another one."""
    version, told = 0, ""
    while True:
        data = json.dumps(show(), separators=(",", ":"))
        if data != told:
            await response.write(f"event: {event}\ndata: {data}\n\n".encode())
            told = data
        version = await changed(version)
