"""A connector and the emulator of its platform, joined over a real server on loopback."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from bot.errors import RequestRejectedError
from bot.model.delivery import Receipt
from bot.model.messages import InboundMessage, OutboundMessage
from bot.ports.connectors import Connector, Received, WebhookRequest
from bot.ports.emulators import Emulator, EmulatorSettings, Seen
from bot.testing.contracts.troubles import STOLEN, Front

NAME = "shop"
"""The connector's name on every workbench: one that no platform has."""

Connect = Callable[[str, Mapping[str, str]], AbstractAsyncContextManager[Connector]]
OpenEmulator = Callable[[EmulatorSettings], AbstractAsyncContextManager[Emulator]]


@dataclass(slots=True)
class Workbench:
    """What a test of a contract holds in its hands.

    Attributes:
        person: the platform user id of the person who writes.
        connect: opens a connector from a table of plain strings.
        connector: one that is opened with the emulator's own settings.
        emulator: the platform.
        requests: every webhook that arrived, oldest first.
        received: what the connector made of those that were not refused.
        refuse: answer so many webhooks with 503 before the connector sees them; counts down.
        front: stands before the emulator's API: counts its calls, and lets things go wrong.
    """

    person: str
    connect: Connect
    connector: Connector = field(init=False)
    emulator: Emulator = field(init=False)
    requests: list[WebhookRequest] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    refuse: int = 0
    front: Front = field(default_factory=Front)

    @property
    def messages(self) -> list[InboundMessage]:
        """All messages that the connector found, oldest first."""
        return [message for received in self.received for message in received.messages]

    @property
    def replies(self) -> list[Seen]:
        """What the person sees of the bot, oldest first."""
        return [seen for seen in self.emulator.screen(self.person) if seen.role == "bot"]

    async def hears(self, text: str) -> InboundMessage:
        """Let the person write and give the message that arrived."""
        await self.emulator.says(self.person, text)
        return self.messages[-1]

    async def answers(
        self, message: OutboundMessage, to: InboundMessage, by: Connector | None = None
    ) -> Receipt:
        """Send an answer as the runtime does: with the hints of what is answered."""
        hints = {**to.hints, "client_id": "AAAAAAAAAAA"}
        return await (by or self.connector).send(message, to.sender, hints)

    async def handle_webhook(self, request: web.Request) -> web.Response:
        """Take a webhook of the emulator as the runtime's server would."""
        webhook = WebhookRequest(
            method=request.method,
            path=request.match_info["path"],
            headers={name.lower(): value for name, value in request.headers.items()},
            query=dict(request.query),
            body=await request.read(),
        )
        self.requests.append(webhook)
        if self.refuse > 0:
            self.refuse -= 1
            return web.Response(status=503)
        try:
            received = await self.connector.receive(webhook)
        except RequestRejectedError as error:
            return web.Response(status=error.status)
        self.received.append(received)
        answer = received.response
        return web.Response(
            status=answer.status,
            body=answer.body,
            content_type=answer.content_type,
            headers=dict(answer.headers),
        )


@asynccontextmanager
async def open_workbench(
    connect: Connect, open_emulator: OpenEmulator, *, person: str, pace: float = 0.01
) -> AsyncIterator[Workbench]:
    """Join a connector and an emulator on a free port of this machine."""
    bench = Workbench(person=person, connect=connect)

    async def handle_api(request: web.Request) -> web.StreamResponse:
        if (wrong := await bench.front.meet(request)) is not None:
            return wrong
        answer: web.StreamResponse = await bench.emulator.handle(
            request, request.match_info["path"]
        )
        return answer

    async def handle_stolen(request: web.Request) -> web.Response:
        bench.front.stolen.append(dict(request.headers))
        return web.json_response({})

    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_route("*", f"/{NAME}/{{path:.*}}", bench.handle_webhook)
    app.router.add_route("*", "/api/{path:.*}", handle_api)
    app.router.add_route("*", f"/{STOLEN}/{{path:.*}}", handle_stolen)
    async with _served(app) as url:
        settings = EmulatorSettings(webhook_url=f"{url}/{NAME}", base_url=f"{url}/api", pace=pace)
        async with open_emulator(settings) as bench.emulator:
            table = bench.emulator.connector_settings()
            async with connect(NAME, table) as bench.connector:
                try:
                    yield bench
                finally:
                    bench.front.release()


@asynccontextmanager
async def _served(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        addresses: Sequence[tuple[str, int]] = runner.addresses
        yield f"http://127.0.0.1:{addresses[0][1]}"
    finally:
        await runner.cleanup()
