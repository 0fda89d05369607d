"""The shipped suites, run over the real connector and our emulator on loopback."""

from collections.abc import AsyncIterator

import pytest
from typing_extensions import override

from bot import WebhookRequest
from bot.testing.contracts.connector import ConnectorContract
from bot.testing.contracts.emulator import EmulatorContract
from bot.testing.contracts.files import FileContract
from bot.testing.contracts.sent_files import SentFileContract
from bot.testing.contracts.workbench import Workbench, open_workbench
from connectors.telegram.connector import TelegramConnector
from connectors.telegram.emulator import open_emulator
from tests.connectors.telegram.opened import connect_plainly


@pytest.fixture
async def bench() -> AsyncIterator[Workbench]:
    async with open_workbench(connect_plainly, open_emulator, person="7") as bench:
        yield bench


class TestTelegramConnector(ConnectorContract):
    connector = TelegramConnector
    signs_bodies = False

    @override
    def signed(self, bench: Workbench, body: bytes) -> WebhookRequest:
        secret = bench.emulator.connector_settings()["webhook_secret"]
        return WebhookRequest(
            method="POST",
            path="webhook",
            headers={"x-telegram-bot-api-secret-token": secret},
            query={},
            body=body,
        )


class TestTelegramEmulator(EmulatorContract):
    pass


class TestTelegramFiles(FileContract):
    pass


class TestTelegramSentFiles(SentFileContract):
    pass
