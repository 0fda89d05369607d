"""A server that speaks as much of OpenAI's API as the engine uses, and misbehaves on request.

The form of its answers is that of the API reference, "The chat completion object".
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Said = Mapping[str, Any]
"""The message of an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An answer that is none."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Hanging:
    """No answer at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Streamed:
    """An answer in pieces, which waits for the gate of a piece before it is sent.

    One that ``breaks`` off never says that it is done.
    """

    pieces: tuple[str, ...]
    gates: Mapping[int, asyncio.Event] = field(default_factory=dict)
    breaks: bool = False


Reaction = Callable[[str], Said | Refusal | Hanging | Streamed]


def streamed(text: str, **more: Any) -> Streamed:
    """Cut a text into pieces of some letters, as models write."""
    return Streamed(pieces=tuple(text[at : at + 4] for at in range(0, len(text), 4)), **more)


def calls(*wanted: tuple[str, Any]) -> Said:
    """Write a message that calls tools; arguments that are no text are written as JSON."""
    return {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {
                "id": f"call_{number}",
                "type": "function",
                "function": {
                    "name": name,
                    "arguments": given if isinstance(given, str) else json.dumps(given),
                },
            }
            for number, (name, given) in enumerate(wanted)
        ],
    }


def words(text: str) -> Said:
    """Write a message without a call."""
    return {"role": "assistant", "content": text}


@dataclass(slots=True)
class ModelServer:
    """What was asked of it is in ``asked``; ``reaction`` makes the answer to a customer's text."""

    reaction: Reaction = field(default=lambda _: words("none"))
    tokens: int = 100
    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def texts(self) -> list[str]:
        """What the customers said, as the model saw it."""
        return [body["messages"][-1]["content"] for body in self.asked]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.asked.append(body)
        self.headers.append(dict(request.headers))
        said = self.reaction(body["messages"][-1]["content"])
        match said:
            case Hanging():
                await self.closing.wait()
                return web.Response(status=503)
            case Streamed():
                return await self._stream(request, said)
            case Refusal():
                return web.Response(status=said.status, body=said.body, headers=said.headers)
            case _:
                choice = {"index": 0, "message": dict(said), "finish_reason": "stop"}
                usage = {"total_tokens": self.tokens}
                return web.json_response({"id": "1", "choices": [choice], "usage": usage})

    async def _stream(self, request: web.Request, said: Streamed) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b": a comment\n\n" + event(choices=[{"delta": {"role": "assistant"}}]))
        for number, piece in enumerate(said.pieces):
            if number in said.gates:
                await said.gates[number].wait()
            await response.write(event(choices=[{"index": 0, "delta": {"content": piece}}]))
        if not said.breaks:
            await response.write(event(choices=[], usage={"total_tokens": self.tokens}))
            await response.write(b"data: [DONE]\n\n")
        await response.write_eof()
        return response


def event(**body: Any) -> bytes:
    """Write a server-sent event."""
    return f"data: {json.dumps(body)}\r\n\r\n".encode()


@asynccontextmanager
async def model_server(reaction: Reaction | None = None) -> AsyncIterator[ModelServer]:
    """Serve on a free port of this machine."""
    server = ModelServer() if reaction is None else ModelServer(reaction)
    app = web.Application()
    app.router.add_post("/v1/chat/completions", server.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        yield server
    finally:
        server.closing.set()
        await runner.cleanup()
