"""What a connector must do whose platform lets persons send files.

Subclass `FileContract` with the same fixture ``bench`` as for the connector's contract; the
emulator must be a `bot.FileSender` and the connector a `bot.Fetching`.
"""

import struct
import traceback
import zlib

import pytest

from bot.errors import ConnectorError, PermanentSendError, TransientSendError
from bot.model.messages import Attachment, InboundMessage
from bot.ports.connectors import Connector, Fetching
from bot.ports.emulators import Faults, FileSender
from bot.testing.contracts.samples import SECRETS
from bot.testing.contracts.workbench import NAME, Workbench

LIMIT = 1 << 20
DOCUMENT = b"%PDF-1.7\n" + bytes(range(256)) * 700


def picture(width: int, height: int) -> bytes:
    """Make a grey PNG of this many pixels."""
    rows = (b"\0" + b"\x80" * width) * height

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


PICTURE = picture(40, 30)


async def sent(
    bench: Workbench, data: bytes, *, name: str, mime: str, text: str = ""
) -> InboundMessage:
    """Let the person send a file and give the message that arrived."""
    assert isinstance(bench.emulator, FileSender)
    await bench.emulator.sends(bench.person, data, name=name, mime=mime, text=text)
    return bench.messages[-1]


async def sent_picture(bench: Workbench) -> Attachment:
    """Let the person send a picture and give what arrived of it."""
    message = await sent(bench, PICTURE, name="meter.png", mime="image/png")
    return message.attachments[0]


def fetching(connector: Connector) -> Fetching:
    """Give the connector as what it must be."""
    assert isinstance(connector, Fetching)
    return connector


class FileContract:
    """Subclass it and give the fixture ``bench``."""

    async def test_a_picture_without_words_arrives_as_a_message(self, bench: Workbench) -> None:
        message = await sent(bench, PICTURE, name="meter.png", mime="image/png")

        (found,) = message.attachments
        assert (message.text, message.tap) == ("", None)
        assert found.kind == "image"
        assert found.size in {None, len(PICTURE)}
        assert found.mime in {"image/png", "image/jpeg"}
        assert found.name

    async def test_the_words_under_a_picture_are_the_text(self, bench: Workbench) -> None:
        message = await sent(
            bench, PICTURE, name="meter.png", mime="image/png", text="the meter < 5"
        )

        assert message.text == "the meter < 5"
        assert len(message.attachments) == 1

    async def test_a_document_keeps_its_name_and_type(self, bench: Workbench) -> None:
        message = await sent(bench, DOCUMENT, name="Bill No 4.pdf", mime="application/pdf")

        (found,) = message.attachments
        assert (found.kind, found.name, found.mime) == ("file", "Bill No 4.pdf", "application/pdf")

    async def test_the_bytes_are_those_that_were_sent(self, bench: Workbench) -> None:
        message = await sent(bench, DOCUMENT, name="bill.pdf", mime="application/pdf")
        shown = await sent_picture(bench)

        fetch = fetching(bench.connector).fetch
        assert await fetch(message.attachments[0], limit=LIMIT) == DOCUMENT
        assert await fetch(shown, limit=len(PICTURE)) == PICTURE

    async def test_a_file_can_be_fetched_by_a_connector_that_was_restarted(
        self, bench: Workbench
    ) -> None:
        found = await sent_picture(bench)

        async with bench.connect(NAME, bench.emulator.connector_settings()) as again:
            assert await fetching(again).fetch(found, limit=LIMIT) == PICTURE

    async def test_two_files_are_two_messages_or_two_attachments(self, bench: Workbench) -> None:
        first = await sent_picture(bench)
        second = await sent_picture(bench)

        assert len({message.event_id for message in bench.messages}) == 2
        assert first.ref != second.ref or first.size == second.size  # the same bytes, by their hash

    async def test_a_file_above_the_limit_is_not_read_to_its_end(self, bench: Workbench) -> None:
        message = await sent(bench, DOCUMENT, name="bill.pdf", mime="application/pdf")
        (found,) = message.attachments
        unsized = Attachment(ref=found.ref, mime=found.mime)

        for one in (found, unsized):
            with pytest.raises(PermanentSendError, match="larger than 100000 bytes"):
                await fetching(bench.connector).fetch(one, limit=100_000)

    @pytest.mark.parametrize("faults", [Faults(fail=1), Faults(throttle=1)], ids=str)
    async def test_a_platform_in_trouble_can_be_asked_again(
        self, bench: Workbench, faults: Faults
    ) -> None:
        found = await sent_picture(bench)
        bench.emulator.faults = faults

        with pytest.raises(TransientSendError):
            await fetching(bench.connector).fetch(found, limit=LIMIT)

        assert await fetching(bench.connector).fetch(found, limit=LIMIT) == PICTURE

    async def test_a_file_that_nobody_sent_is_gone_for_good(self, bench: Workbench) -> None:
        found = await sent_picture(bench)
        unknown = Attachment(ref=f"{found.ref[:-4]}0000", mime=found.mime)

        with pytest.raises(PermanentSendError):
            await fetching(bench.connector).fetch(unknown, limit=LIMIT)

    async def test_a_wrong_token_fetches_nothing_and_no_secret_is_told(
        self, bench: Workbench
    ) -> None:
        found = await sent_picture(bench)
        given = bench.emulator.connector_settings()
        tokens = SECRETS & {"access_token", "bot_token", "token"} & given.keys()
        wrong = {key: f"{given[key][:-4]}0000" for key in tokens}

        async with bench.connect(NAME, {**given, **wrong}) as stranger:
            with pytest.raises(PermanentSendError) as raised:
                await fetching(stranger).fetch(found, limit=LIMIT)

        told = "".join(traceback.format_exception(raised.value))
        assert not any(secret in told for secret in wrong.values())

    async def test_a_platform_that_is_away_tells_no_secret(self, bench: Workbench) -> None:
        found = await sent_picture(bench)
        given = bench.emulator.connector_settings()
        away = {**given, "api_url": "http://127.0.0.1:9/"}

        async with bench.connect(NAME, away) as connector:
            with pytest.raises(ConnectorError) as raised:
                await fetching(connector).fetch(found, limit=LIMIT)

        told = "".join(traceback.format_exception(raised.value))
        assert not any(given[key] in told for key in SECRETS & given.keys())

    async def test_the_screen_shows_that_a_file_was_sent(self, bench: Workbench) -> None:
        await sent(bench, DOCUMENT, name="bill.pdf", mime="application/pdf", text="of May")

        (seen,) = bench.emulator.screen(bench.person)
        assert seen.role == "user"
        assert "bill.pdf" in seen.text
        assert "of May" in seen.text
