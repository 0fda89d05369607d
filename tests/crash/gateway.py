"""What stands between the platforms and the bot: passes webhooks on and remembers what was taken.

A bot that is not there, or dies while it answers, looks to the platform as it would without us: the
connection breaks.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector, web

KEPT_BACK = frozenset({"host", "content-length", "connection", "transfer-encoding"})
TIMEOUT = ClientTimeout(total=10)


class Gateway:
    """Passes webhooks to one port."""

    def __init__(self, port: int) -> None:
        self.taken: list[str] = []
        """Ids of the events that the bot answered 2xx for, as the platforms name them."""
        self._target = f"http://127.0.0.1:{port}"
        # a connection of its own each: one that a dead bot left would fail its successor
        self._http = ClientSession(timeout=TIMEOUT, connector=TCPConnector(force_close=True))

    async def pass_on(self, request: web.Request) -> web.Response:
        """Handle a webhook."""
        body = await request.read()
        headers = {
            name: value for name, value in request.headers.items() if name.lower() not in KEPT_BACK
        }
        url = f"{self._target}/{request.match_info['name']}/{request.match_info['path']}"
        try:
            async with self._http.request(request.method, url, data=body, headers=headers) as got:
                answer, kind = await got.read(), got.content_type
        except (ClientError, OSError, TimeoutError):
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=502)
        if 200 <= got.status < 300:
            self.taken += event_ids(request.match_info["name"], body)
        return web.Response(status=got.status, body=answer, content_type=kind)

    async def close(self) -> None:
        """Close what is open."""
        await self._http.close()


def event_ids(platform: str, body: bytes) -> Iterator[str]:
    """Name what customers did in a webhook's body: read apart from the connectors."""
    match platform:
        case "slack":
            yield from _slack(body)
        case "telegram":
            yield str(json.loads(body)["update_id"])
        case "whatsapp":
            for entry in json.loads(body)["entry"]:
                for change in entry["changes"]:
                    yield from (one["id"] for one in change["value"].get("messages", ()))
        case _:
            raise LookupError(platform)


def _slack(body: bytes) -> Iterator[str]:
    if not body.startswith(b"{"):
        form = parse_qs(body.decode())
        if "trigger_id" in form:
            yield form["trigger_id"][0]
        return
    event: Mapping[str, Any] = json.loads(body)
    inner = event.get("event", {})
    if inner.get("type") == "message" and not inner.get("bot_id"):
        yield event["event_id"]
