"""Media that a business sends: as what kind, with which words, and what is only named."""

from collections.abc import AsyncIterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import Address, OutboundMessage, PermanentSendError, SentFile, units
from bot.testing.contracts.files import DOCUMENT
from bot.testing.contracts.sent_files import MENU, PICTURE, VIEW, file_of
from bot.testing.contracts.workbench import Workbench
from connectors.whatsapp.render import render
from tests.connectors.whatsapp.benches import PHONE, open_bench

TO = Address(account="wa", user=PHONE, place=PHONE)  # type: ignore[arg-type]  # an id is a text
SONG = file_of(b"ID3" + bytes(50), "song.mp3", "audio/mpeg")
TABLE = file_of(b"a,b\n1,2\n", "prices.csv", "text/csv")
ARCHIVE = file_of(b"PK\x03\x04" + bytes(50), "photos.zip", "application/zip")


@pytest.fixture
async def bench() -> AsyncIterator[Workbench]:
    async with open_bench() as bench:
        yield bench


async def test_words_stand_under_a_picture_and_before_a_sound(bench: Workbench) -> None:
    message = await bench.hears("hello")

    await bench.answers(OutboundMessage(text="Look.", files=(VIEW,)), message)
    await bench.answers(OutboundMessage(text="Listen.", files=(SONG,)), message)

    assert [seen.raw["type"] for seen in bench.replies] == ["image", "text", "audio"]
    assert bench.replies[0].raw["image"]["caption"] == "Look."
    assert "caption" not in bench.replies[2].raw["audio"]


async def test_a_table_goes_as_plain_text_under_its_own_name(bench: Workbench) -> None:
    message = await bench.hears("hello")

    await bench.answers(OutboundMessage(text="", files=(TABLE,)), message)

    (seen,) = bench.replies
    assert (seen.files[0].name, seen.files[0].mime) == ("prices.csv", "text/plain")


async def test_what_meta_does_not_take_is_named(bench: Workbench) -> None:
    message = await bench.hears("hello")

    await bench.answers(OutboundMessage(text="All.", files=(ARCHIVE, MENU)), message)

    shown = "\n".join(seen.text for seen in bench.replies)
    assert "All.\nphotos.zip (cannot be shown here)" in shown
    assert [file.data for seen in bench.replies for file in seen.files] == [DOCUMENT]


async def test_an_upload_that_meta_refuses_is_told_without_its_words(bench: Workbench) -> None:
    message = await bench.hears("hello")
    empty = SentFile(blob=VIEW.blob, name="secret.png", mime="image/png", size=5, data=b"")

    with pytest.raises(
        PermanentSendError, match="refused the file: HTTP 400, code 131053"
    ) as found:
        await bench.answers(OutboundMessage(text="", files=(empty,)), message)
    assert "secret" not in str(found.value)


@pytest.mark.parametrize(
    ("mime", "size", "code"),
    [("application/zip", 10, 100), ("image/png", (5 << 20) + 1, 131053), ("image/png", 0, 131053)],
)
async def test_the_emulator_refuses_as_meta_does(
    bench: Workbench, mime: str, size: int, code: int
) -> None:
    table = bench.emulator.connector_settings()
    url = f"{table['api_url']}/{table['phone_number_id']}/media"
    headers = {"Authorization": f"Bearer {table['access_token']}"}
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(
            url,
            data={"messaging_product": "whatsapp", "type": mime},
            files={"file": ("a.bin", bytes(size), mime)},
            headers=headers,
        )
        stranger = await http.post(url, data={}, headers={"Authorization": "Bearer x"})

    assert answer.json()["error"]["code"] == code
    assert stranger.json()["error"]["code"] == 190


@given(text=st.text(alphabet="ab *_~`\n😀", max_size=1500))
def test_every_caption_keeps_the_limit_and_no_word_is_lost(text: str) -> None:
    bodies = render(OutboundMessage(text=text, files=(VIEW,)), TO)
    captions = [body["image"].get("caption", "") for body in bodies if body["type"] == "image"]
    texts = [body["text"]["body"] for body in bodies if body["type"] == "text"]
    shown = "".join([*texts, *captions]).replace("\u200b", "")

    assert len(captions) == 1
    assert all(units(caption) <= 1024 for caption in captions)
    assert "".join(shown.split()) == "".join(text.split())


def test_a_picture_goes_up_to_its_limit() -> None:
    fits = file_of(PICTURE, "a.png", "image/png")
    large = SentFile(blob=fits.blob, name="b.png", mime="image/png", size=(5 << 20) + 1)

    assert [body["type"] for body in render(OutboundMessage(text="", files=(fits, large)), TO)] == [
        "image",
    ]
