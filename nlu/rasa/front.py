"""One address for whichever server answers now.

A bot keeps its url while the process behind changes. Only what a bot asks is passed on; training
and loading by HTTP would go round the home's models.
"""

import asyncio
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from aiohttp import ClientError, ClientSession, web

from bot import BotError
from nlu.rasa.hosting import HOST, Host, Standing

MAX_BODY_BYTES = 64 * 1024
PATIENCE = timedelta(seconds=30)
"""The bot's own limit is shorter; this one is for bodies that never end."""

PASSED = (("POST", "/model/parse"), ("GET", "/status"), ("GET", "/version"))


@asynccontextmanager
async def fronted(host: Host, http: ClientSession, port: int) -> AsyncIterator[None]:
    """Listen on loopback for as long as the block lasts.

    Raises:
        BotError: somebody listens there already.
    """
    app = web.Application(client_max_size=MAX_BODY_BYTES)
    front = _Front(host, http)
    for method, path in PASSED:
        app.router.add_route(method, path, front.passed)
    app.router.add_get("/", front.greeted)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, port).start()
    except OSError as error:
        await runner.cleanup()
        raise BotError(f"port {port} cannot be had ({error.strerror}); name another") from error
    try:
        yield
    finally:
        await runner.cleanup()


class _Front:
    def __init__(self, host: Host, http: ClientSession) -> None:
        self._host = host
        self._http = http

    async def greeted(self, _: web.Request) -> web.Response:
        """Tell how the server is; no token is needed, and nothing else is told."""
        return web.json_response({"standing": self._host.standing.value})

    async def passed(self, request: web.Request) -> web.Response:
        """Pass a call on to the current server."""
        shown = request.query.get("token", "")
        if not hmac.compare_digest(shown.encode(), self._host.home.token().encode()):
            return web.json_response({"reason": "NotAuthenticated"}, status=401)
        body = await request.read()
        served = self._host.current
        if served is None or self._host.standing is Standing.DOWN:
            return web.json_response({"reason": "Starting"}, status=503)
        url = f"http://{HOST}:{served.port}{request.path}"
        try:
            with served.called():
                return await self._answer(request, (url, shown, body))
        except (ClientError, OSError, TimeoutError):
            return web.json_response({"reason": "Away"}, status=502)

    async def _answer(self, request: web.Request, call: tuple[str, str, bytes]) -> web.Response:
        url, shown, body = call
        async with (
            asyncio.timeout(PATIENCE.total_seconds()),
            self._http.request(
                request.method, url, params={"token": shown}, data=body,
                headers={"Content-Type": request.content_type}, allow_redirects=False,
            ) as answer,
        ):  # fmt: skip
            return web.Response(
                body=await answer.read(), status=answer.status,
                content_type=answer.content_type,
            )  # fmt: skip
