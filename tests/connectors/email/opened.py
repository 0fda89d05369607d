"""What the tests of this folder share: a connector from plain strings, on a bench."""

import base64
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from bot import Attached, Connector, Line, Secret, WebhookRequest
from bot.testing.contracts.workbench import Connect, Workbench, open_workbench
from connectors.email import EmailSettings, connect
from connectors.email.emulator import EmailEmulator, open_emulator
from tests.connectors.webchat.memory import MemoryLine

PERSON = "ann@example.test"
SECRETS = {"secret", "smtp_password", "webhook_password"}


def settings_of(table: Mapping[str, str]) -> EmailSettings:
    plain = {key: Secret(value) if key in SECRETS else value for key, value in table.items()}
    return EmailSettings(**plain)  # type: ignore[arg-type]  # by its keys


def connecting(line: Line) -> Connect:
    """Open connectors that share a line, as those of one bot after another do."""

    @asynccontextmanager
    async def connect_plainly(name: str, table: Mapping[str, str]) -> AsyncIterator[Connector]:
        async with connect(name, settings_of(table)) as connector:
            assert isinstance(connector, Attached)
            connector.attach(line)
            yield connector

    return connect_plainly


@asynccontextmanager
async def open_bench(person: str = PERSON) -> AsyncIterator[Workbench]:
    async with open_workbench(connecting(MemoryLine()), open_emulator, person=person) as bench:
        yield bench


def emulator_of(bench: Workbench) -> EmailEmulator:
    assert isinstance(bench.emulator, EmailEmulator)
    return bench.emulator


def webhook(
    table: Mapping[str, str], body: bytes, content_type: str = "message/rfc822"
) -> WebhookRequest:
    known = f"{table['webhook_user']}:{table['webhook_password']}".encode()
    return WebhookRequest(
        method="POST",
        path="webhook",
        headers={
            "authorization": f"Basic {base64.b64encode(known).decode()}",
            "content-type": content_type,
        },
        query={},
        body=body,
    )
