"""What the tests of this folder share: a connector from plain strings, benches, signatures."""

import hashlib
import hmac
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from bot import Connector, Secret, WebhookRequest
from bot.testing.contracts.workbench import Workbench, open_workbench
from connectors.whatsapp import WhatsAppSettings, connect
from connectors.whatsapp.emulator import WhatsAppEmulator, open_emulator

PHONE = "393331112222"
SCOPED = "IT.abc123"
APP_SECRET = "app-secret"
SAMPLES = Path(__file__).parents[3] / "../shared/platforms/whatsapp"


@asynccontextmanager
async def connect_plainly(name: str, table: Mapping[str, str]) -> AsyncIterator[Connector]:
    settings = WhatsAppSettings(
        phone_number_id=table["phone_number_id"],
        access_token=Secret(table["access_token"]),
        app_secret=Secret(table["app_secret"]),
        verify_token=Secret(table["verify_token"]),
        api_url=table["api_url"],
    )
    async with connect(name, settings) as connector:
        yield connector


@asynccontextmanager
async def open_bench(person: str = PHONE) -> AsyncIterator[Workbench]:
    async with open_workbench(connect_plainly, open_emulator, person=person) as bench:
        yield bench


def emulator_of(bench: Workbench) -> WhatsAppEmulator:
    assert isinstance(bench.emulator, WhatsAppEmulator)
    return bench.emulator


def signed_request(app_secret: str, body: bytes) -> WebhookRequest:
    digest = hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()
    return WebhookRequest(
        method="POST",
        path="webhook",
        headers={"x-hub-signature-256": f"sha256={digest}", "content-type": "application/json"},
        query={},
        body=body,
    )
