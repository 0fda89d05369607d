"""A program that stands in for the bot: ``python stand_in.py PORT``."""

import asyncio
import os
import sys

from aiohttp import WSMsgType, web

WIDGET = """
class Chat extends HTMLElement {
  connectedCallback() {
    const field = document.createElement("textarea");
    field.ariaLabel = "Message";
    this.attachShadow({mode: "open"}).append(field);
  }
}
customElements.define("threadline-chat", Chat);
"""


async def echo(request: web.Request) -> web.Response:
    body = await request.read()
    return web.json_response(
        {
            "method": request.method,
            "path": request.raw_path,
            "headers": dict(request.headers),
            "size": len(body),
            "pid": os.getpid(),
        },
        status=201,
        headers={"Set-Cookie": "a=1", "X-Own": "yes"},
    )


async def drip(request: web.Request) -> web.StreamResponse:
    """Send a first part, and the rest only after it was seen to arrive."""
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(b"first")
    async with asyncio.timeout(5):
        await request.app[SEEN].wait()
    await response.write(b"second")
    return response


async def seen(request: web.Request) -> web.Response:
    request.app[SEEN].set()
    return web.Response()


async def die(request: web.Request) -> web.Response:
    """End in the middle of an answer's body."""
    response = web.StreamResponse(headers={"Content-Length": "100"})
    await response.prepare(request)
    await response.write(b"half")
    os._exit(9)


async def sockets(request: web.Request) -> web.StreamResponse:
    if request.headers.get("Origin") == "http://evil.example":
        raise web.HTTPForbidden
    socket = web.WebSocketResponse(protocols=["threadline.v1"])
    await socket.prepare(request)
    async for message in socket:
        match message.type, message.data:
            case WSMsgType.TEXT, "close":
                await socket.close(code=4400)
            case WSMsgType.TEXT, "crash":
                os._exit(9)
            case WSMsgType.TEXT, text:
                await socket.send_str(f"echo {text}")
            case _, data:
                await socket.send_bytes(data)
    return socket


async def widget(request: web.Request) -> web.Response:
    return web.Response(text=WIDGET, content_type="text/javascript")


SEEN = web.AppKey("seen", asyncio.Event)


def make_app() -> web.Application:
    app = web.Application(client_max_size=16 * 1024 * 1024)
    app[SEEN] = asyncio.Event()
    app.add_routes(
        [
            web.get("/web/v1/ws", sockets),
            web.get("/web/widget.js", widget),
            web.get("/drip", drip),
            web.get("/seen", seen),
            web.get("/die", die),
            web.route("*", "/{path:.*}", echo),
        ]
    )
    return app


if __name__ == "__main__":
    web.run_app(make_app(), host="127.0.0.1", port=int(sys.argv[1]), print=None)
