"""A workbench whose platform reaches the connector over a socket only."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from bot import Connector, EmulatorSettings, Listener, Secret, WebhookRequest
from bot.testing.contracts.workbench import Workbench, open_workbench
from connectors.slack import SlackSettings, connect
from connectors.slack.emulator import SlackEmulator, open_emulator
from tests.connectors.slack.app import FORM, form, signed_request, slack


@asynccontextmanager
async def open_socket_bench(person: str = "U1") -> AsyncIterator[Workbench]:
    """Join connector and emulator, and record like the runtime: one item after the other."""
    opened: list[SlackEmulator] = []

    @asynccontextmanager
    async def open_platform(settings: EmulatorSettings) -> AsyncIterator[SlackEmulator]:
        async with open_emulator(settings) as emulator:
            opened.append(emulator)
            yield emulator

    def connect_to_it(
        name: str, table: Mapping[str, str]
    ) -> AbstractAsyncContextManager[Connector]:
        return connect(
            name,
            SlackSettings(
                bot_token=Secret(table["bot_token"]),
                signing_secret=Secret(table["signing_secret"]),
                api_url=table["api_url"],
                profiles=False,
                transport="socket",
                app_token=Secret(opened[-1].app.app_token),
            ),
        )

    async with (
        open_workbench(connect_to_it, open_platform, person=person) as bench,
        asyncio.TaskGroup() as group,
    ):
        listening = group.create_task(hear(bench))
        await slack(bench).sockets.settled(1)
        yield bench
        listening.cancel()


async def hear(bench: Workbench) -> None:
    """Record what comes; beside it, how Slack would have posted the same."""
    connector = bench.connector
    assert isinstance(connector, Listener)
    async for received in connector.listen():
        bench.requests.append(posted(bench))
        bench.received.append(received)


def posted(bench: Workbench) -> WebhookRequest:
    """Make the webhook of the newest envelope."""
    secret = bench.emulator.connector_settings()["signing_secret"]
    envelope = slack(bench).sockets.sent[-1]
    payload = envelope["payload"]
    match envelope["type"]:
        case "events_api":
            return signed_request(json.dumps(payload).encode(), secret=secret)
        case "slash_commands":
            return signed_request(form(**payload), FORM, secret=secret)
        case _:
            return signed_request(form(payload=json.dumps(payload)), FORM, secret=secret)
