"""The shipped suite once more, over Socket Mode; what is proved by webhooks is one and the same."""

from collections.abc import AsyncIterator

import pytest
from typing_extensions import override

from bot import WebhookRequest
from bot.testing.contracts.connector import ConnectorContract
from bot.testing.contracts.workbench import Workbench
from connectors.slack.connector import SocketSlackConnector
from tests.connectors.slack.app import signed_request
from tests.connectors.slack.socket_bench import open_socket_bench


@pytest.fixture
async def bench() -> AsyncIterator[Workbench]:
    async with open_socket_bench() as bench:
        yield bench


class TestSlackOverASocket(ConnectorContract):
    connector = SocketSlackConnector

    @override
    def signed(self, bench: Workbench, body: bytes) -> WebhookRequest:
        secret = bench.emulator.connector_settings()["signing_secret"]
        return signed_request(body, secret=secret)
