"""A picture and a document of the bot in all four panes of the sandbox."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.sandboxes import open_sandbox
from tests.browser.screens import PANES, open_screen
from tests.connectors.webchat.browser import open_browser
from tests.journeys.postcards import PDF, png

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(180),
    pytest.mark.asyncio(loop_scope="module"),
]

CARD = '''
"""Send a postcard."""

from pathlib import Path

from bot import File, Image, Reply, command

HERE = Path(__file__).parent


@command
def postcard() -> Reply:
    """Send a picture and a document."""
    files = [
        Image("view.png", path=HERE / "view.png"), File("menu.pdf", path=HERE / "menu.pdf")
    ]
    return Reply("Greetings from Rome.", files=files)
'''


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


async def test_a_postcard_is_seen_in_all_four_panes_and_kept_once(
    browser: Browser, tmp_path: Path
) -> None:
    plugins = tmp_path / "plugins"
    plugins.mkdir()
    view = png(300, 120)
    (plugins / "view.png").write_bytes(view)
    (plugins / "menu.pdf").write_bytes(PDF)
    async with (
        open_sandbox(tmp_path, plugins={"postcard.py": CARD}) as sandbox,
        open_screen(browser, sandbox.url) as screen,
    ):
        for pane in PANES:
            await screen.says(pane, "/postcard")
        for pane in PANES:
            await screen.sees(pane, "Greetings from Rome.")
            picture = screen.pane(pane).get_by_role("img", name="view.png")
            await expect(picture).to_be_visible()
            assert await picture.evaluate("image => image.naturalWidth") == 300
            async with screen.page.expect_download() as downloading:
                await screen.pane(pane).get_by_role("link", name="menu.pdf").click()
            download = await downloading.value
            saved = await download.path()
            assert await asyncio.to_thread(saved.read_bytes) == PDF
            assert download.suggested_filename == "menu.pdf"
        kept = [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]

    assert sorted(path.read_bytes() for path in kept) == sorted([PDF, view])
