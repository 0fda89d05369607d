"""What the tests of Slack share: an app of Slack's and ways to sign for it."""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from urllib.parse import urlencode

from bot import Attached, Connector, Line, Secret, WebhookRequest
from bot.testing.contracts.workbench import Workbench, open_workbench
from connectors.slack import SlackSettings, connect
from connectors.slack.emulator import SlackEmulator, open_emulator
from connectors.slack.hearing.signature import sign

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
FORM = "application/x-www-form-urlencoded"


def connect_plainly(name: str, table: Mapping[str, str]) -> AbstractAsyncContextManager[Connector]:
    return connect(
        name,
        SlackSettings(
            bot_token=Secret(table["bot_token"]),
            signing_secret=Secret(table["signing_secret"]),
            api_url=table["api_url"],
            profiles=False,  # tests count calls
        ),
    )


@asynccontextmanager
async def open_lined_bench(line: Line) -> AsyncIterator[Workbench]:
    """Join a connector that has its line with an emulated workspace."""
    async with open_workbench(connect_plainly, open_emulator, person="U1") as bench:
        assert isinstance(bench.connector, Attached)
        bench.connector.attach(line)
        yield bench


def slack(bench: Workbench) -> SlackEmulator:
    """Give the emulated platform as what it is."""
    assert isinstance(bench.emulator, SlackEmulator)
    return bench.emulator


def signed_request(
    body: bytes, content_type: str = "application/json", secret: str = SECRET, **headers: str
) -> WebhookRequest:
    timestamp = str(time.time_ns() // 10**9)
    return WebhookRequest(
        method="POST",
        path="events",
        headers={
            "content-type": content_type,
            "x-slack-request-timestamp": timestamp,
            "x-slack-signature": sign(secret, timestamp, body),
            **headers,
        },
        query={},
        body=body,
    )


def form(**fields: str) -> bytes:
    return urlencode(fields).encode()
