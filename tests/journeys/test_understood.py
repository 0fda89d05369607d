"""The tables of docs/connectors.md against the recorded requests."""

import pytest

from tests.connectors.telegram.test_payloads import PAYLOADS
from tests.journeys.understood import DOCUMENT, PLATFORMS, Table, block_of, drawn

FILES = {
    "telegram": {"animation", "audio", "document", "photo", "video", "video_note", "voice"},
    "whatsapp": {"audio", "document", "image", "sticker", "video"},
}
WORDS = {
    "telegram": {"contact", "location", "sticker", "venue"},
    "whatsapp": {"contacts", "location"},
}


async def table_of(platform: str) -> Table:
    if not PAYLOADS.is_dir():
        pytest.skip("the recorded payloads are not beside the repository")
    return await PLATFORMS[platform]()


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_the_document_says_what_becomes_of_each_kind(platform: str) -> None:
    table = await table_of(platform)

    written = block_of(platform, DOCUMENT.read_text())

    assert written == drawn(table), "run: python -m tests.journeys.understood"


@pytest.mark.parametrize("platform", FILES)
async def test_every_recorded_file_is_attached_and_places_are_words(platform: str) -> None:
    table = await table_of(platform)

    for kind in FILES[platform]:
        assert all(said.startswith("a file") for said in table[kind]), kind
    for kind in WORDS[platform]:
        assert table[kind] == {"words"}, kind
