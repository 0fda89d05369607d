"""What a connector must do that sends files.

Subclass `SentFileContract` with the same fixture ``bench`` as for the connector's contract; the
emulator must show what arrived in `bot.Seen.files`.
"""

import hashlib

import pytest

from bot.errors import TransientSendError
from bot.model.ids import BlobId
from bot.model.messages import Link, OutboundMessage, SentFile
from bot.ports.emulators import Faults, SeenFile
from bot.testing.contracts.files import DOCUMENT, picture
from bot.testing.contracts.samples import options_of
from bot.testing.contracts.workbench import Workbench

PICTURE = picture(40, 30)
LARGE = PICTURE + bytes(8 * 1024 * 1024)
"""A picture that is too large for some platforms to be shown as one."""


def file_of(data: bytes, name: str, mime: str) -> SentFile:
    """Make a file as station 3 hands it over."""
    blob = BlobId(hashlib.sha256(data).hexdigest())
    return SentFile(blob=blob, name=name, mime=mime, size=len(data), data=data)


VIEW = file_of(PICTURE, "view.png", "image/png")
MENU = file_of(DOCUMENT, "menu.pdf", "application/pdf")


def arrived(bench: Workbench) -> list[SeenFile]:
    """List the files on the person's screen, oldest first."""
    return [file for seen in bench.replies for file in seen.files]


class SentFileContract:
    """Subclass it and give the fixture ``bench``."""

    @pytest.mark.parametrize("file", [VIEW, MENU], ids=["picture", "document"])
    async def test_a_file_arrives_with_its_bytes_and_its_words(
        self, bench: Workbench, file: SentFile
    ) -> None:
        message = await bench.hears("hello")

        await bench.answers(OutboundMessage(text="Here it is.", files=(file,)), message)

        (found,) = arrived(bench)
        assert (found.data, found.mime) == (file.data, file.mime)
        assert "Here it is." in "\n".join(seen.text for seen in bench.replies)

    async def test_a_file_without_words_arrives(self, bench: Workbench) -> None:
        message = await bench.hears("hello")

        await bench.answers(OutboundMessage(text="", files=(MENU,)), message)

        assert [file.data for file in arrived(bench)] == [DOCUMENT]
        assert len(bench.replies) == 1

    async def test_several_files_arrive_in_order_after_the_words(self, bench: Workbench) -> None:
        message = await bench.hears("hello")
        words = "word " * 1500

        await bench.answers(OutboundMessage(text=words, files=(MENU, VIEW)), message)

        shown = "\n".join(seen.text for seen in bench.replies)
        assert [file.data for file in arrived(bench)] == [DOCUMENT, PICTURE]
        assert shown.count("word") == 1500
        assert "word" in bench.replies[0].text

    async def test_choices_and_links_stay_below_the_files(self, bench: Workbench) -> None:
        message = await bench.hears("hello")
        option = options_of("Right")[0]
        link = Link(label="Menu", url="https://example.test/menu")
        asked = OutboundMessage(
            text="Is it right?", options=(option,), links=(link,), files=(MENU, VIEW)
        )

        await bench.answers(asked, message)

        last = bench.replies[-1]
        assert [file.data for file in arrived(bench)] == [DOCUMENT, PICTURE]
        assert "Right" in last.buttons or "1. Right" in last.text
        assert "Is it right?" in last.text
        assert not last.files or len(bench.replies) == 1  # all of it is one message

    async def test_a_picture_too_large_to_be_shown_arrives_or_is_named(
        self, bench: Workbench
    ) -> None:
        message = await bench.hears("hello")

        large = file_of(LARGE, "poster.png", "image/png")
        await bench.answers(OutboundMessage(text="", files=(large,)), message)

        named = "poster.png" in "\n".join(seen.text for seen in bench.replies)
        assert [file.data for file in arrived(bench)] == [LARGE] or named

    @pytest.mark.parametrize("name", ["Menü für Sie.pdf", "the 'new' (2).pdf", "меню;=%.pdf"])
    async def test_any_name_arrives(self, bench: Workbench, name: str) -> None:
        message = await bench.hears("hello")

        file = file_of(DOCUMENT, name, "application/pdf")
        await bench.answers(OutboundMessage(text="", files=(file,)), message)

        assert [one.name for one in arrived(bench)] == [name]
        assert name in bench.replies[-1].text

    @pytest.mark.parametrize("faults", [Faults(fail=1), Faults(throttle=1)])
    async def test_the_next_attempt_sends_it_once(self, bench: Workbench, faults: Faults) -> None:
        message = await bench.hears("hello")
        answer = OutboundMessage(text="Here.", files=(MENU, VIEW))
        bench.emulator.faults = faults

        with pytest.raises(TransientSendError):
            await bench.answers(answer, message)
        await bench.answers(answer, message)

        assert [file.data for file in arrived(bench)] == [DOCUMENT, PICTURE]

    async def test_a_file_goes_out_without_a_message_to_answer(self, bench: Workbench) -> None:
        message = await bench.hears("hello")

        reminder = OutboundMessage(text="Your bill.", files=(MENU,))
        await bench.connector.send(reminder, message.sender, {})

        assert [file.data for file in arrived(bench)] == [DOCUMENT]
