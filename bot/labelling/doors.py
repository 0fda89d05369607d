"""Who may see the page: a browser on this machine that came with the address from the terminal."""

import hmac
import secrets
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from ipaddress import ip_address

from aiohttp import hdrs, web
from yarl import URL

COOKIE = "threadline_labelling"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Door:
    """Lets one browser in by a token that is good once, and knows it again by a cookie."""

    def __init__(self) -> None:
        """Make the token and what stands for it afterwards."""
        self.token = secrets.token_urlsafe(24)
        self._session = secrets.token_urlsafe(24)
        self._is_used = False

    def admit(self, request: web.Request) -> web.Response:
        """Exchange the token for the cookie; a second time it opens nothing."""
        given = request.match_info["token"]
        if self._is_used or not hmac.compare_digest(given.encode(), self.token.encode()):
            raise web.HTTPForbidden(
                text="This address was used before, or is wrong. Start `threadline train --page` "
                "again and open the address that it prints."
            )
        self._is_used = True
        answer = web.Response(status=HTTPStatus.SEE_OTHER, headers={hdrs.LOCATION: "/"})
        answer.set_cookie(COOKIE, self._session, httponly=True, samesite="Strict", path="/")
        return answer

    def guarded(self, handler: Handler) -> Handler:
        """Let a handler see only what that browser sends, from our own page."""

        async def answer(request: web.Request) -> web.StreamResponse:
            cookie = request.cookies.get(COOKIE, "")
            if not _is_ours(request):
                raise web.HTTPForbidden(text="This address answers its own page only.")
            if not hmac.compare_digest(cookie.encode(), self._session.encode()):
                raise web.HTTPForbidden(
                    text="Open the address that `threadline train --page` prints."
                )
            return await handler(request)

        return answer


def _is_ours(request: web.Request) -> bool:
    """Compare Origin and Host; the host must be called loopback (DNS rebinding)."""
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is not None and origin.partition("://")[2] != request.host:
        return False
    try:
        name = URL(f"//{request.host}").host or ""
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False
