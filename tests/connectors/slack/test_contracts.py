import time
from collections.abc import AsyncIterator

import pytest
from typing_extensions import override

from bot import WebhookRequest
from bot.testing.contracts.connector import ConnectorContract
from bot.testing.contracts.emulator import EmulatorContract
from bot.testing.contracts.files import FileContract
from bot.testing.contracts.sent_files import SentFileContract
from bot.testing.contracts.workbench import Workbench, open_workbench
from connectors.slack.connector import SlackConnector
from connectors.slack.emulator import open_emulator
from connectors.slack.hearing.signature import sign
from tests.connectors.slack.app import connect_plainly, signed_request


@pytest.fixture
async def bench() -> AsyncIterator[Workbench]:
    async with open_workbench(connect_plainly, open_emulator, person="U1") as bench:
        yield bench


class TestSlackConnector(ConnectorContract):
    connector = SlackConnector

    @override
    def signed(self, bench: Workbench, body: bytes) -> WebhookRequest:
        secret = bench.emulator.connector_settings()["signing_secret"]
        return signed_request(body, secret=secret)

    @override
    def stale(self, bench: Workbench, body: bytes) -> WebhookRequest:
        secret = bench.emulator.connector_settings()["signing_secret"]
        hour_ago = str(time.time_ns() // 10**9 - 3600)
        proofs = {
            "x-slack-request-timestamp": hour_ago,
            "x-slack-signature": sign(secret, hour_ago, body),
        }
        return signed_request(body, secret=secret, **proofs)


class TestSlackEmulator(EmulatorContract):
    pass


class TestSlackFiles(FileContract):
    pass


class TestSlackSentFiles(SentFileContract):
    pass
