"""Photos and documents of the bot, and the Bot API's own client against the emulator."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from telegram import Bot
from telegram.error import BadRequest

from bot import OutboundMessage, TransientSendError
from bot.testing.contracts.files import DOCUMENT, picture
from bot.testing.contracts.sent_files import MENU, PICTURE, VIEW, file_of
from bot.testing.contracts.workbench import Workbench, open_workbench
from connectors.telegram.emulator import open_emulator
from tests.connectors.telegram.opened import connect_plainly
from tests.connectors.telegram.served import open_served


@pytest.fixture
async def bench() -> AsyncIterator[Workbench]:
    async with open_workbench(connect_plainly, open_emulator, person="7") as bench:
        yield bench


@pytest.fixture
async def client() -> AsyncIterator[Bot]:
    async with (
        open_served() as served,
        Bot(served.token, base_url=f"{served.url}/api/bot") as bot,
    ):
        yield bot


async def methods_for(bench: Workbench, name: str, data: bytes, mime: str) -> list[str]:
    message = await bench.hears("hello")
    answer = OutboundMessage(text="Here.", files=(file_of(data, name, mime),))
    await bench.answers(answer, message)
    assert [file.data for seen in bench.replies for file in seen.files] == [data]
    return [method for method, _ in bench.emulator.calls]  # type: ignore[attr-defined]  # Telegram's


async def test_a_picture_goes_as_a_photo(bench: Workbench) -> None:
    assert await methods_for(bench, "view.png", PICTURE, "image/png") == ["sendphoto"]
    assert "Here." in bench.replies[0].text


async def test_a_long_thin_picture_goes_as_a_document(bench: Workbench) -> None:
    thin = picture(1000, 10)
    methods = await methods_for(bench, "thin.png", thin, "image/png")

    assert methods == ["sendphoto", "senddocument"]


async def test_a_picture_over_ten_megabytes_is_not_tried_as_a_photo(bench: Workbench) -> None:
    large = PICTURE + bytes(10 << 20)

    assert await methods_for(bench, "large.png", large, "image/png") == ["senddocument"]


async def test_what_only_claims_to_be_a_picture_goes_as_a_document(bench: Workbench) -> None:
    methods = await methods_for(bench, "view.png", DOCUMENT, "image/png")

    assert methods == ["sendphoto", "senddocument"]


async def test_the_parts_that_went_out_are_not_sent_again(bench: Workbench) -> None:
    message = await bench.hears("hello")
    answer = OutboundMessage(text="", files=(MENU, VIEW))
    bench.emulator.faults = replace(bench.emulator.faults, drop=1)

    with pytest.raises(TransientSendError):  # shown, and nobody was told: it may come twice
        await bench.answers(answer, message)
    await bench.answers(answer, message)

    assert [file.data for seen in bench.replies for file in seen.files] == [
        DOCUMENT,
        DOCUMENT,
        PICTURE,
    ]


async def test_telegrams_own_client_sends_files_here(client: Bot) -> None:
    photo = await client.send_photo(7, PICTURE, caption="The view.", filename="view.png")
    document = await client.send_document(7, DOCUMENT, filename="menu.pdf")

    assert (photo.caption, photo.photo[-1].width, photo.photo[-1].height) == ("The view.", 40, 30)
    assert document.document is not None
    assert document.document.file_name == "menu.pdf"
    fetched = await client.get_file(document.document.file_id)
    assert fetched.file_size == len(DOCUMENT)


@pytest.mark.parametrize(
    ("data", "caption", "why"),
    [
        (DOCUMENT, "", "IMAGE_PROCESS_FAILED"),
        (picture(1000, 10), "", "PHOTO_INVALID_DIMENSIONS"),
        (PICTURE, "x" * 1025, "caption is too long"),
    ],
    ids=["no picture", "thin", "long caption"],
)
async def test_the_emulator_refuses_as_telegram_does(
    client: Bot, data: bytes, caption: str, why: str
) -> None:
    with pytest.raises(BadRequest, match=f"(?i){why}"):
        await client.send_photo(7, data, caption=caption, filename="a.png")
