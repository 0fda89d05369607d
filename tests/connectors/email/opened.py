"""What the tests of this folder share: a connector from plain strings, on a bench."""

import base64
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from bot import Connector, Secret, WebhookRequest
from bot.testing.contracts.workbench import Connect, Workbench, open_workbench
from connectors.email import EmailSettings, connect
from connectors.email.emulator import EmailEmulator, open_emulator

PERSON = "ann@example.test"
SECRETS = {"secret", "smtp_password", "webhook_password"}


def settings_of(table: Mapping[str, str], files: Path) -> EmailSettings:
    plain = {key: Secret(value) if key in SECRETS else value for key, value in table.items()}
    return EmailSettings(**plain, files=files)  # type: ignore[arg-type]  # by its keys


def connecting(files: Path) -> Connect:
    def connect_plainly(
        name: str, table: Mapping[str, str]
    ) -> AbstractAsyncContextManager[Connector]:
        return connect(name, settings_of(table, files))

    return connect_plainly


@asynccontextmanager
async def open_bench(files: Path, person: str = PERSON) -> AsyncIterator[Workbench]:
    async with open_workbench(connecting(files), open_emulator, person=person) as bench:
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
