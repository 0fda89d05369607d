"""A whole bot with an address: mail in over its listener, mail out over a real SMTP server."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiosmtplib import SMTP

from bot import ConnectorName, Listener, Seen
from bot.app import Bot
from bot.testing.wires import free_port
from connectors.email.emulator.mailboxes import BOT, PROVIDER, Mailboxes, vouched
from connectors.email.emulator.server import Server, serving
from tests.bot.served_bot import keep_secrets, serve_bot

ANN, EVE = "ann@example.test", "eve@evil.test"
TABLE = """
[connectors.mail]
kind = "email"
address = "{address}"
secret = "file:secret"
smtp = "127.0.0.1:{out}"
smtp_tls = "none"
smtp_user = "{address}"
smtp_password = "file:smtp_password"
listen = "127.0.0.1:{listen}"
authserv_id = "{provider}"
"""


class Post:
    """The mail of everybody; what is written is delivered to the bot."""

    def __init__(self, boxes: Mailboxes, port: int) -> None:
        self._boxes = boxes
        self._port = port

    async def writes(self, person: str, text: str, *, as_whom: str = "") -> str:
        """Write a mail, and give the bot's answer to it."""
        before = self._boxes.version
        raw = self._boxes.write(person, text)
        forged = raw.replace(f"<{person}>".encode(), f"<{as_whom or person}>".encode())
        await self.deliver(vouched(forged, person))
        return await self.answer(as_whom or person, before + 1)

    async def answer(self, person: str, since: int) -> str:
        async with asyncio.timeout(20):
            await self._boxes.changed(since)
        return self.screen(person)[-1].text

    def screen(self, person: str) -> list[Seen]:
        return self._boxes.seen[person]

    async def deliver(self, raw: bytes) -> None:
        async with asyncio.timeout(10):
            while True:
                try:
                    async with SMTP(hostname="127.0.0.1", port=self._port, start_tls=False) as out:
                        await out.sendmail(ANN, [BOT], raw)
                        return
                except OSError:  # it does not listen yet
                    await asyncio.sleep(0.01)


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    server, port = Server(boxes=Mailboxes()), free_port()
    keep_secrets(tmp_path, secret="a secret of sixteen", smtp_password=server.password)
    async with serving(server) as out:
        table = TABLE.format(address=BOT, out=out, listen=port, provider=PROVIDER)
        async with serve_bot(tmp_path, table, works=True) as served, asyncio.TaskGroup() as group:
            hearing = group.create_task(hear(served.bot))
            yield Post(server.boxes, port)
            hearing.cancel()


async def hear(bot: Bot) -> None:
    """Record what the listener yields, as `threadline run` does."""
    connector = bot.connectors["mail"]
    assert isinstance(connector, Listener)
    async for received in connector.listen():
        await bot.intake.accept(ConnectorName("mail"), received)


async def test_a_conversation_by_mail_keeps_its_thread(post: Post) -> None:
    told = await post.writes(ANN, "/help")
    again = await post.writes(ANN, "/help")

    first, second = (seen for seen in post.screen(ANN) if seen.role == "bot")
    asked = [seen for seen in post.screen(ANN) if seen.role == "user"]
    assert "/link" in told
    assert "/link" in again
    assert (first.raw["in-reply-to"], second.raw["in-reply-to"]) == (asked[0].id, asked[1].id)
    assert first.id in second.raw["references"]
    assert first.raw["auto-submitted"] == "auto-replied"
    assert second.raw["subject"] == "Re: Hello"


async def test_a_forged_mail_is_answered_to_its_victim_in_another_conversation(post: Post) -> None:
    code = await post.writes(ANN, "/link")
    forged = await post.writes(EVE, "/link", as_whom=ANN)

    assert "/link" in code
    assert "/link" in forged
    assert not [seen for seen in post.screen(EVE) if seen.role == "bot"]
    assert code != forged
