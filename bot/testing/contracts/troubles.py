"""What goes wrong between a connector and its platform, whatever the platform.

Kept in front of an emulator, so that each emulator need not misbehave by itself.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

import pytest
from aiohttp import web

STOLEN = "stolen"
"""The path that a redirect leads to; nothing of the platform's is there."""


class Trouble(StrEnum):
    """How a platform's API misbehaves."""

    BROKEN = "broken"  # HTTP 500 with a page of HTML
    GARBAGE = "garbage"  # HTTP 200 with a page of HTML
    RESET = "reset"  # the connection is cut before an answer
    HANG = "hang"  # no answer ever
    ELSEWHERE = "elsewhere"  # a redirect to another place


@dataclass(slots=True)
class Front:
    """Stands before an emulator's API.

    Attributes:
        trouble: what goes wrong with the calls to come; None: nothing.
        after: let so many calls through first; counts down.
        times: with so many calls; counts down.
        calls: the path of every call, oldest first.
        stolen: the headers of what came where a redirect led.
        hung: set when a call hangs.
        released: set when the calls that hang may go on.
    """

    trouble: Trouble | None = None
    after: int = 0
    times: int = 1
    calls: list[str] = field(default_factory=list)
    stolen: list[dict[str, str]] = field(default_factory=list)
    hung: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def upset(self, trouble: Trouble, *, after: int = 0, times: int = 1) -> None:
        """Let something go wrong."""
        self.trouble, self.after, self.times = trouble, after, times

    def release(self) -> None:
        """Let go of the calls that hang."""
        self.released.set()

    async def meet(self, request: web.Request) -> web.StreamResponse | None:
        """Answer a call wrongly, or None where it may pass."""
        self.calls.append(request.path)
        if self.trouble is None or self.times <= 0:
            return None
        if self.after > 0:
            self.after -= 1
            return None
        self.times -= 1
        return await self._misbehave(request, self.trouble)

    async def _misbehave(self, request: web.Request, trouble: Trouble) -> web.StreamResponse:
        match trouble:
            case Trouble.BROKEN:
                return web.Response(status=500, text="<h1>Oops</h1>", content_type="text/html")
            case Trouble.GARBAGE:
                return web.Response(text="<h1>Welcome</h1>", content_type="text/html")
            case Trouble.ELSEWHERE:
                here = f"http://localhost:{request.url.port}/{STOLEN}/here"  # another origin
                raise web.HTTPTemporaryRedirect(here)
            case Trouble.HANG:
                self.hung.set()
                await self.released.wait()
            case Trouble.RESET:
                pass
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)


@contextmanager
def time_machine() -> Iterator[Callable[[float], None]]:
    """Give a function that moves the loop's clock on: what waits for an end meets it at once."""
    loop = asyncio.get_running_loop()
    real, ahead = loop.time, [0.0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "time", lambda: real() + ahead[0])

        def travel(seconds: float) -> None:
            ahead[0] += seconds
            loop.call_soon(lambda: None)  # wakes the loop, which looks at its timers then

        yield travel
