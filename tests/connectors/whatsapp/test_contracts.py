import json
from collections.abc import AsyncIterator, Sequence

import pytest
from typing_extensions import override

from bot import WebhookRequest
from bot.testing.contracts.connector import ConnectorContract
from bot.testing.contracts.emulator import EmulatorContract
from bot.testing.contracts.files import FileContract
from bot.testing.contracts.sent_files import SentFileContract
from bot.testing.contracts.workbench import Workbench
from connectors.whatsapp.connector import WhatsAppConnector
from tests.connectors.whatsapp.benches import PHONE, SCOPED, open_bench, signed_request


@pytest.fixture(params=[PHONE, SCOPED], ids=["phone", "scoped"])
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[Workbench]:
    async with open_bench(request.param) as bench:
        yield bench


class TestWhatsAppConnector(ConnectorContract):
    connector = WhatsAppConnector

    @override
    def signed(self, bench: Workbench, body: bytes) -> WebhookRequest:
        return signed_request(bench.emulator.connector_settings()["app_secret"], body)

    @override
    def batched(self, bodies: Sequence[bytes]) -> bytes:
        found = [json.loads(body) for body in bodies]
        entries = [entry for body in found for entry in body["entry"]]
        return json.dumps({**found[0], "entry": entries}).encode()


class TestWhatsAppEmulator(EmulatorContract):
    pass


class TestWhatsAppFiles(FileContract):
    pass


class TestWhatsAppSentFiles(SentFileContract):
    pass
