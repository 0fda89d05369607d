"""HTTP on both ends of a call: reading bodies within limits, writing JSON."""

import asyncio
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from connectors.webchat.render import encode
from connectors.webchat.wire import Json, Malformed, parse_object

_READ_SECONDS = 10.0


async def read_object(request: web.Request, *, max_bytes: int) -> Json | web.Response:
    """Read a JSON object from a body; a response where there is none."""
    try:
        async with asyncio.timeout(_READ_SECONDS):
            body = await _read(request, max_bytes)
    except TimeoutError:
        return refuse(408, "timeout", "The body did not arrive in time.")
    if body is None:
        return refuse(413, "too_long", f"A body may have {max_bytes} bytes at most.")
    found = parse_object(body)
    return refuse(400, "malformed", found.reason) if isinstance(found, Malformed) else found


def answer(
    value: Mapping[str, Any], *, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Answer with JSON that nobody may keep."""
    return web.Response(
        text=encode(value),
        status=status,
        content_type="application/json",
        headers={
            **(headers or {}),
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def refuse(status: int, code: str, text: str, *, after: int | None = None) -> web.Response:
    """Answer with an error; ``after``: seconds until it is worth trying again."""
    headers = {} if after is None else {"Retry-After": str(after)}
    return answer({"error": {"code": code, "text": text}}, status=status, headers=headers)


async def _read(request: web.Request, max_bytes: int) -> bytes | None:
    parts = bytearray()
    async for chunk in request.content.iter_any():
        parts += chunk
        if len(parts) > max_bytes:
            return None
    return bytes(parts)
