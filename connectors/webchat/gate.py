"""Who may talk to us: origins, the site key, the rate of new sessions."""

import asyncio
import hmac
import math

from aiohttp import web

from connectors.webchat.answers import refuse
from connectors.webchat.origins import is_allowed, own_origin
from connectors.webchat.rates import Window
from connectors.webchat.settings import WebChatSettings

_LOOPBACK = frozenset({"127.0.0.1", "::1"})


class Gate:
    """Refuses foreign pages and strangers; keeps counts in memory only."""

    def __init__(self, name: str, settings: WebChatSettings) -> None:
        self._name = name
        self._settings = settings
        self._sessions = Window(limit=settings.limits.sessions, seconds=60)

    def is_open_to(self, request: web.Request) -> bool:
        """Tell whether the page that asks is one of ours; no page at all counts as ours."""
        origin = request.headers.get("Origin")
        if origin is None:
            return True
        own = own_origin(request.scheme, request.host, request.headers)
        return is_allowed(origin, self._settings.allowed_origins, own)

    def refusal(self, request: web.Request) -> web.Response | None:
        """Refuse a page of a foreign origin; name the setting that would let it in."""
        if self.is_open_to(request):
            return None
        return refuse(
            403, "forbidden", f"This origin is not in connectors.{self._name}.allowed_origins."
        )

    def stranger(self, request: web.Request) -> web.Response | None:
        """Refuse a client that is no browser and lacks the site key, where one is set."""
        key = self._settings.site_key
        if key is None or "Origin" in request.headers:
            return None
        shown = request.headers.get("X-Threadline-Site-Key", "")
        if hmac.compare_digest(shown.encode(), key.reveal().encode()):
            return None
        return refuse(403, "forbidden", "Clients without an Origin need X-Threadline-Site-Key.")

    def crowd(self, request: web.Request) -> web.Response | None:
        """Count a new session; refuse it when its network address made too many."""
        wait = self._sessions.wait(_network_address(request), asyncio.get_running_loop().time())
        if not wait:
            return None
        return refuse(429, "rate", "Too many new sessions.", after=math.ceil(wait))

    def welcome(self, request: web.Request, response: web.StreamResponse) -> None:
        """Let the page read the answer (CORS), without credentials."""
        response.headers.add("Vary", "Origin")
        origin = request.headers.get("Origin")
        if origin is not None and self.is_open_to(request):
            response.headers["Access-Control-Allow-Origin"] = origin

    def preflight(self, request: web.Request) -> web.Response:
        """Answer a browser that asks first."""
        if refusal := self.refusal(request):
            return refusal
        headers = {
            "Access-Control-Allow-Methods": "GET, POST",
            "Access-Control-Allow-Headers": "Authorization, Content-Type",
            "Access-Control-Max-Age": "600",
        }
        return web.Response(status=204, headers=headers)


def _network_address(request: web.Request) -> str:
    """Tell where a request comes from; a proxy on this machine is believed."""
    remote = request.remote or ""
    if remote not in _LOOPBACK:
        return remote
    return request.headers.get("X-Forwarded-For", remote).rpartition(",")[2].strip() or remote
