"""Files in the widget, in a real browser: pictures are seen, the rest is saved, nothing runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot import ConversationId, InboundMessage
from connectors.webchat import Brand, WebChatSettings
from tests.connectors.webchat.browser import html, open_browser, open_page
from tests.connectors.webchat.memory import MemoryLine, Site, open_site
from tests.journeys.postcards import PDF, png

# one browser for all tests, a fresh profile for each: all on one loop
pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = WebChatSettings(brand=Brand(title="Mira"))
VIEW = png(1200, 500)


def postcards() -> MemoryLine:
    """Make a line whose bot answers everything with a picture and a document."""
    line = MemoryLine()

    def answer(conversation: ConversationId, message: InboundMessage) -> None:
        files = [
            line.stored("view of Rome.png", "image/png", VIEW),
            line.stored("menu.pdf", "application/pdf", PDF),
        ]
        line.say(conversation, f"For {message.text}.", files=files)

    line.bot = answer
    return line


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


@asynccontextmanager
async def chat() -> AsyncIterator[Site]:
    async with open_site(SETTINGS, line=postcards(), pages={"/": html("")}) as site:
        yield site


async def asked(page: Page) -> None:
    await page.get_by_role("button", name="Open chat").click()
    await expect(page.locator(".online")).to_be_attached()
    field = page.get_by_role("textbox", name="Message")
    await field.fill("you")
    await field.press("Enter")


async def test_a_picture_is_seen_inside_the_conversation(browser: Browser) -> None:
    async with chat() as site, open_page(browser, site.origin) as page:
        await asked(page)
        picture = page.get_by_role("img", name="view of Rome.png")
        await expect(picture).to_be_visible()
        await expect(picture).to_be_in_viewport()
        width = await picture.evaluate("image => image.naturalWidth")
        box = await picture.bounding_box()
        room = await page.get_by_role("region", name="Conversation").bounding_box()
        violations = await page.evaluate("violations")

    assert width == 1200
    assert box is not None
    assert room is not None
    assert room["x"] <= box["x"]
    assert box["x"] + box["width"] <= room["x"] + room["width"]
    assert violations == []


async def test_a_document_is_saved_under_its_name_by_a_click(browser: Browser) -> None:
    async with chat() as site, open_page(browser, site.origin) as page:
        await asked(page)
        async with page.expect_download() as downloading:
            await page.get_by_role("link", name="menu.pdf").click()
        download = await downloading.value
        saved = (await download.path()).read_bytes()
        stays = page.url == f"{site.origin}/"

    assert (download.suggested_filename, saved) == ("menu.pdf", PDF)
    assert stays


async def test_after_a_reload_the_picture_is_there_again(browser: Browser) -> None:
    async with chat() as site, open_page(browser, site.origin) as page:
        await asked(page)
        picture = page.get_by_role("img", name="view of Rome.png")
        await expect(picture).to_be_visible()
        await page.reload()
        await expect(picture).to_be_visible()


async def test_a_picture_that_is_gone_is_still_named(browser: Browser) -> None:
    async with chat() as site, open_page(browser, site.origin) as page:
        await asked(page)
        await expect(page.get_by_role("img", name="view of Rome.png")).to_be_visible()
        site.line.blobs.clear()
        await page.reload()
        await expect(page.get_by_role("link", name="view of Rome.png")).to_be_visible()
