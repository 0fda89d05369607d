"""The small SMTP server: our mail only, accepted once it is recorded."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace

import pytest
from aiosmtplib import SMTP, SMTPRecipientsRefused, SMTPSenderRefused

from bot import ConfigError, InboundMessage, Listener, Secret
from bot.testing.wires import free_port
from connectors.email import EmailSettings, connect
from connectors.email.listener import Door
from connectors.email.settings import check_settings
from tests.connectors.email.written import ANN, BOT, written

PORT = free_port()
SETTINGS = EmailSettings(
    address=BOT, secret=Secret("a secret of sixteen"), smtp="127.0.0.1:25", smtp_tls="none",
    listen=f"127.0.0.1:{PORT}", max_message_bytes=20_000, authserv_id="mx.shop.test",
)  # fmt: skip


@pytest.fixture
async def heard() -> AsyncIterator[list[InboundMessage]]:
    found: list[InboundMessage] = []
    async with connect("mail", SETTINGS) as connector:
        assert isinstance(connector, Listener)
        received = connector.listen()

        async def take() -> None:
            async with aclosing(received):  # type: ignore[type-var]  # it is a generator
                async for one in received:
                    found.extend(one.messages)

        async with asyncio.TaskGroup() as group:
            taking = group.create_task(take())
            await answering()
            yield found
            taking.cancel()


async def answering() -> None:
    """Wait until the listener answers."""
    async with asyncio.timeout(5):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", PORT)
            except OSError:
                await asyncio.sleep(0)
                continue
            writer.close()
            return


async def deliver(raw: bytes, to: str = BOT) -> None:
    async with SMTP(hostname="127.0.0.1", port=PORT, timeout=5, start_tls=False) as server:
        await server.sendmail(ANN, [to], raw)


async def test_a_mail_is_accepted_once_it_is_recorded(heard: list[InboundMessage]) -> None:
    await deliver(written("a table for four"))

    assert [message.text for message in heard] == ["a table for four"]


async def test_a_servers_word_counts_where_it_is_one_of_ours(heard: list[InboundMessage]) -> None:
    vouched = "mx.shop.test; dkim=pass header.d=example.test"

    await deliver(written(Authentication_Results=vouched))

    assert [message.sender.user for message in heard] == [ANN]


async def test_mail_to_others_is_not_relayed(heard: list[InboundMessage]) -> None:
    with pytest.raises(SMTPRecipientsRefused):
        await deliver(written(), to="somebody@else.test")

    assert not heard


async def test_a_mail_that_is_too_large_is_refused(heard: list[InboundMessage]) -> None:
    with pytest.raises(SMTPSenderRefused):
        await deliver(written("words\n" * 5_000))

    assert not heard


async def test_a_mail_that_nobody_records_is_deferred(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.email.listener.PATIENCE", 0.05)

    async def read(_: object) -> object:
        return None

    door = Door(SETTINGS, read)  # type: ignore[arg-type]  # nothing looks at what was read

    class Session:
        transport = None

    class Envelope:
        content = b"x"
        mail_from = ANN

    answer = await door.handle_DATA(Session(), None, Envelope())  # type: ignore[arg-type]  # what it reads of them
    assert answer.startswith("451")
    assert (await door.handle_exception(ValueError("words"))).startswith("451")


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"address": "bot"}, "address"),
        ({"secret": Secret("short")}, "secret"),
        ({"smtp": "smtp.example.com"}, "smtp"),
        ({"smtp": "smtp.example.com:25", "smtp_tls": "none"}, "smtp_tls"),
        ({"smtp_tls": "ssl"}, "smtp_tls"),
        ({"listen": "0.0.0.0:25"}, "listen"),
        ({"listen": "here"}, "listen"),
        ({"most_mails": 0}, "most_mails"),
    ],
)
def test_settings_that_cannot_work_are_refused_by_key(changes: dict[str, object], key: str) -> None:
    with pytest.raises(ConfigError) as refused:
        check_settings("mail", replace(SETTINGS, **changes))  # type: ignore[arg-type]  # by its keys

    assert f"connectors.mail.{key}: " in str(refused.value)
    assert "; " in str(refused.value)
