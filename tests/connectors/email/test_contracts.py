"""The shipped suites, over the real connector, a real SMTP server and a provider on loopback."""

from collections.abc import AsyncIterator, Sequence

import pytest
from aiosmtpd.smtp import SMTP
from typing_extensions import override

from bot import WebhookRequest
from bot.testing.contracts.connector import ConnectorContract
from bot.testing.contracts.emulator import EmulatorContract
from bot.testing.contracts.files import FileContract
from bot.testing.contracts.samples import SECRETS
from bot.testing.contracts.sent_files import SentFileContract
from bot.testing.contracts.troubles import Trouble
from bot.testing.contracts.workbench import Workbench
from connectors.email import EmailConnector
from connectors.email.emulator.server import cut
from tests.connectors.email.opened import emulator_of, open_bench, webhook


@pytest.fixture
async def bench() -> AsyncIterator[Workbench]:
    async with open_bench() as bench:
        yield bench


class TestEmailConnector(ConnectorContract):
    connector = EmailConnector
    signs_bodies = False
    over_http = False

    @override
    def signed(self, bench: Workbench, body: bytes) -> WebhookRequest:
        return webhook(bench.emulator.connector_settings(), body)

    @override
    def proofs(self, request: WebhookRequest) -> Sequence[str]:
        return [name for name in request.headers if name == "authorization"]

    @override
    def upset(self, bench: Workbench, trouble: Trouble, *, after: int = 0, times: int = 1) -> None:
        left = [after, times]

        async def misbehave(server: SMTP) -> str | None:
            if left[0] > 0 or left[1] <= 0:
                left[0] -= 1
                return None
            left[1] -= 1
            match trouble:
                case Trouble.BROKEN:
                    return "451 4.3.0 <h1>Oops</h1>"
                case Trouble.GARBAGE:
                    return "<h1>Welcome</h1>"
                case Trouble.HANG:
                    bench.front.hung.set()
                    await bench.front.released.wait()
                case _:
                    pass
            cut(server)
            return "451 4.3.0 gone"

        emulator_of(bench).server.misbehave = misbehave


class TestEmailEmulator(EmulatorContract):
    @override
    def wrong(self, key: str, value: str) -> str:
        return f"{value[:-4]}0000" if key in SECRETS else value


class TestEmailFiles(FileContract):
    # the bytes came with the mail: no platform is asked for them again
    test_a_platform_in_trouble_can_be_asked_again = None  # type: ignore[assignment]  # does not apply
    test_a_wrong_token_fetches_nothing_and_no_secret_is_told = None  # type: ignore[assignment]  # does not apply
    test_a_platform_that_is_away_tells_no_secret = None  # type: ignore[assignment]  # does not apply


class TestEmailSentFiles(SentFileContract):
    pass
