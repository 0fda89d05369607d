"""What arrives on one socket, read frame by frame."""

import asyncio
from collections.abc import AsyncIterator

from aiohttp import WSMsgType, web

from connectors.webchat.wire import Frame, Hello, Malformed, parse_frame


async def read_frames(socket: web.WebSocketResponse) -> AsyncIterator[Frame]:
    """Yield frames until the socket is closed; too large ones close it with 1009 by themselves."""
    async for message in socket:
        if message.type is WSMsgType.TEXT:
            yield parse_frame(message.data)
        else:
            yield Malformed(reason="frames are text")


async def read_hello(socket: web.WebSocketResponse, *, seconds: float) -> Hello | None:
    """Read the first frame; None where it is none or comes too late."""
    try:
        async with asyncio.timeout(seconds):
            message = await socket.receive()
    except TimeoutError:
        return None
    if message.type is not WSMsgType.TEXT:
        return None
    frame = parse_frame(message.data)
    return frame if isinstance(frame, Hello) else None
