"""An emulated Telegram on a free port of this machine, and a bot's webhook to play with."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, web

from bot import EmulatorSettings
from connectors.telegram.emulator import TelegramEmulator, open_emulator


@dataclass
class Served:
    """Attributes:
    updates: every webhook that arrived, parsed, oldest first.
    headers: those of each.
    statuses: how to answer the next webhooks; 200 afterwards.
    busy: chats whose webhooks are answered with 503.
    answer: what a 200 carries.
    """

    url: str = ""
    emulator: TelegramEmulator = field(init=False)
    http: ClientSession = field(init=False)
    updates: list[dict[str, Any]] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    answer_headers: dict[str, str] = field(default_factory=dict)
    busy: set[int] = field(default_factory=set)
    answer: dict[str, Any] | None = None

    @property
    def token(self) -> str:
        return self.emulator.connector_settings()["token"]

    async def handle_webhook(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.updates.append(update)
        self.headers.append(dict(request.headers))
        self.at.append(asyncio.get_running_loop().time())
        chat = update.get("message", {}).get("chat", {}).get("id")
        if chat in self.busy:
            return web.Response(status=503)
        status = self.statuses.pop(0) if self.statuses else 200
        if status != 200:
            return web.Response(status=status, headers=self.answer_headers)
        return web.json_response(self.answer) if self.answer else web.Response()

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call as a client without a library does: JSON."""
        return await self.called(f"bot{self.token}/{method}", json=arguments)

    async def called(self, path: str, verb: str = "POST", **kinds: Any) -> dict[str, Any]:
        async with self.http.request(verb, f"{self.url}/api/{path}", **kinds) as response:
            answer: dict[str, Any] = json.loads(await response.read())
            assert answer["ok"] is (response.status == 200)
            assert answer.get("error_code", 200) == response.status
            return answer

    @property
    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.updates if "message" in update]


@asynccontextmanager
async def open_served(pace: float = 0.001) -> AsyncIterator[Served]:
    served = Served()

    async def handle_api(request: web.Request) -> web.StreamResponse:
        return await served.emulator.handle(request, request.match_info["path"])

    app = web.Application()
    app.router.add_post("/shop/webhook", served.handle_webhook)
    app.router.add_route("*", "/api/{path:.*}", handle_api)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        served.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        settings = EmulatorSettings(
            webhook_url=f"{served.url}/shop", base_url=f"{served.url}/api", pace=pace
        )
        async with (
            open_emulator(settings) as served.emulator,
            ClientSession(trust_env=False) as served.http,
        ):
            yield served
    finally:
        await runner.cleanup()
