"""Forms in the widget, in a real browser: opened, filled in and sent by keyboard, or refused."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from bot import ConversationId, FormFilled, InboundMessage, PromptId
from connectors.webchat import Brand, WebChatSettings
from tests.connectors.webchat.browser import html, open_browser, open_page
from tests.connectors.webchat.memory import MemoryLine, Site, open_site

# one browser for all tests, a fresh profile for each: all on one loop
pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = WebChatSettings(brand=Brand(title="Mira"))
BOOKING: dict[str, Any] = {
    "title": "Book a table",
    "label": "Fill in a form",
    "submit": "Send",
    "fields": [
        {"name": name, "label": label, "kind": kind, "options": [], "required": True, "value": ""}
        for name, label, kind in (
            ("day", "Which day?", "date"),
            ("at", "What time?", "time"),
            ("guests", "How many guests?", "number"),
        )
    ]
    + [
        {
            "name": "area",
            "label": "Where?",
            "kind": "choice",
            "options": [["inside", "Inside"], ["terrace", "On the terrace"]],
            "required": False,
            "value": "inside",
        },
    ],
}
FILLED = {"day": "2026-11-20", "at": "19:00", "guests": "4", "area": "terrace"}


def booking() -> MemoryLine:
    """Make a line whose bot asks with a form, and confirms what is sent."""
    line = MemoryLine()

    def answer(conversation: ConversationId, message: InboundMessage) -> None:
        if message.form is not None:
            line.say(conversation, "Shall I book that?", options=[["q.0", "Yes"]], prompt="q")
        elif message.text == "/book":
            options = [["p.0", "Today"], ["p.1", "Friday"]]
            line.say(conversation, "Which day?", options=options, prompt="p", form=BOOKING)
        else:
            line.say(conversation, f"Noted: {message.text}")

    line.bot = answer
    return line


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


@asynccontextmanager
async def asked(browser: Browser, **options: Any) -> AsyncIterator[tuple[Site, Page]]:
    """Open a chat where the bot has asked, with a form beside the question."""
    async with (
        open_site(SETTINGS, line=booking(), pages={"/": html()}) as site,
        open_page(browser, site.origin, **options) as page,
    ):
        await page.get_by_role("button", name="Open chat").click()
        await expect(page.locator(".online")).to_be_attached()
        await composer(page).fill("/book")
        await composer(page).press("Enter")
        await expect(messages(page)).to_have_count(2)
        yield site, page


def messages(page: Page) -> Locator:
    return page.get_by_role("region", name="Conversation").get_by_role("article")


def composer(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Message")


def form(page: Page) -> Locator:
    return page.get_by_role("form", name="Book a table")


def chip(page: Page) -> Locator:
    return page.get_by_role("button", name="Fill in a form")


async def fill(page: Page) -> None:
    await form(page).get_by_label("Which day?").fill("2026-11-20")
    await form(page).get_by_label("What time?").fill("19:00")
    await form(page).get_by_label("How many guests?").fill("4")
    await form(page).get_by_label("Where? (optional)").select_option(label="On the terrace")


async def tab_to(page: Page, field: Locator) -> None:
    """Press Tab until a field has the focus: pickers take several."""
    focused = "(field) => field.getRootNode().activeElement === field"
    while not await field.evaluate(focused):
        await page.keyboard.press("Tab")


async def test_a_form_is_opened_filled_in_and_sent_by_keyboard(browser: Browser) -> None:
    async with asked(browser) as (site, page):
        await expect(messages(page).last.locator(".bubble")).to_have_text("Which day?")
        await page.keyboard.press("Shift+Tab")  # from the field back into the conversation
        await expect(chip(page)).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(form(page).get_by_label("Which day?")).to_be_focused()
        await page.keyboard.type("11202026")
        await tab_to(page, form(page).get_by_label("What time?"))
        await page.keyboard.type("0700PM")
        await tab_to(page, form(page).get_by_label("How many guests?"))
        await page.keyboard.type("4")
        await tab_to(page, form(page).get_by_label("Where? (optional)"))
        await page.keyboard.type("On")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(messages(page)).to_have_count(4)
        await expect(composer(page)).to_be_focused()
        await expect(form(page)).to_have_count(0)
        violations = await page.evaluate("violations")

    assert site.line.accepted[-1].form == FormFilled(prompt=PromptId("p"), values=FILLED)
    assert violations == []


async def test_what_was_sent_stands_in_the_conversation_in_the_form_s_own_words(
    browser: Browser,
) -> None:
    async with asked(browser) as (_, page):
        await chip(page).click()
        await fill(page)
        await form(page).get_by_role("button", name="Send").click()
        await expect(messages(page)).to_have_count(4)
        shown = await messages(page).nth(2).locator("dt, dd").all_text_contents()
        await page.reload()
        await expect(messages(page)).to_have_count(4)
        again = await messages(page).nth(2).locator("dt, dd").all_text_contents()
        await expect(chip(page)).to_have_count(0)

    assert shown == again
    assert shown == [
        "Which day?", "2026-11-20", "What time?", "19:00", "How many guests?", "4",
        "Where?", "On the terrace",
    ]  # fmt: skip


async def test_an_empty_field_is_told_below_it_and_gets_the_focus(browser: Browser) -> None:
    async with asked(browser) as (site, page):
        await chip(page).click()
        await form(page).get_by_label("Which day?").fill("2026-11-20")
        await form(page).get_by_role("button", name="Send").click()
        at = form(page).get_by_label("What time?")
        await expect(at).to_be_focused()
        await expect(at).to_have_attribute("aria-invalid", "true")
        await expect(at).to_have_accessible_description("Please fill this in.")
        await expect(form(page).get_by_label("Which day?")).to_have_accessible_description("")
        await at.fill("19:00")
        await at.blur()
        await expect(at).to_have_accessible_description("")

    assert [message.form for message in site.line.accepted] == [None]


async def test_a_form_whose_errors_were_mended_is_sent_by_one_click(browser: Browser) -> None:
    async with asked(browser) as (site, page):
        await chip(page).click()
        send = form(page).get_by_role("button", name="Send")
        await send.click()
        await fill(page)
        await form(page).get_by_label("How many guests?").fill("4")
        await send.click()
        await expect(messages(page)).to_have_count(4)

    assert site.line.accepted[-1].form == FormFilled(prompt=PromptId("p"), values=FILLED)


async def test_escape_closes_the_form_and_not_the_chat(browser: Browser) -> None:
    async with asked(browser) as (_, page):
        await chip(page).click()
        await form(page).get_by_label("How many guests?").fill("4")
        await page.keyboard.press("Escape")
        await expect(form(page)).to_have_count(0)
        await expect(chip(page)).to_be_focused()
        await expect(page.get_by_role("dialog", name="Mira")).to_be_visible()
        await chip(page).click()
        await expect(form(page).get_by_label("How many guests?")).to_have_value("4")


async def test_a_form_that_nobody_opened_goes_with_its_question(browser: Browser) -> None:
    async with asked(browser) as (_, page):
        await composer(page).fill("friday")
        await composer(page).press("Enter")
        await expect(messages(page)).to_have_count(4)
        await expect(chip(page)).to_have_count(0)


async def test_a_form_that_is_being_filled_in_stays_whatever_is_said_meanwhile(
    browser: Browser,
) -> None:
    async with asked(browser) as (site, page):
        await chip(page).click()
        await form(page).get_by_label("How many guests?").fill("4")
        (conversation,) = site.line.logs
        site.line.append(
            conversation,
            "message",
            {"id": "t1", "role": "user", "text": "friday", "connector": "telegram"},
        )
        site.line.say(conversation, "What time?")
        await expect(messages(page)).to_have_count(4)
        await expect(form(page).get_by_label("How many guests?")).to_have_value("4")
        await fill(page)
        await form(page).get_by_role("button", name="Send").click()
        await expect(messages(page)).to_have_count(6)

    assert site.line.accepted[-1].form == FormFilled(prompt=PromptId("p"), values=FILLED)


async def test_a_form_sent_in_one_tab_is_closed_in_the_other(browser: Browser) -> None:
    async with asked(browser) as (site, page):
        other = await page.context.new_page()
        await other.goto(site.origin)
        await expect(messages(other)).to_have_count(2)
        await chip(other).click()
        await chip(page).click()
        await fill(page)
        await form(page).get_by_role("button", name="Send").click()
        await expect(messages(other)).to_have_count(4)
        await expect(form(other)).to_have_count(0)


async def test_a_form_that_was_refused_is_back_once_it_is_deleted(browser: Browser) -> None:
    async with asked(browser) as (_, page):
        await chip(page).click()
        await fill(page)
        field = form(page).get_by_label("How many guests?")
        await field.evaluate("(field) => { field.type = 'text'; field.value = '4'.repeat(5000); }")
        await form(page).get_by_role("button", name="Send").click()
        await expect(messages(page).last.get_by_text("Not sent.")).to_be_visible()
        await expect(form(page)).to_have_count(0)
        await messages(page).last.get_by_role("button", name="Delete").click()
        await expect(form(page).get_by_label("Which day?")).to_have_value("2026-11-20")


async def test_a_form_fits_a_narrow_screen(browser: Browser) -> None:
    size = {"width": 320, "height": 640}
    async with asked(browser, viewport=size) as (_, page):
        await chip(page).click()
        await expect(form(page)).to_be_visible()
        inside = await page.locator(".transcript").evaluate(
            "(box) => box.scrollWidth - box.clientWidth"
        )
        heights = (
            await form(page)
            .locator("input, select")
            .evaluate_all("(all) => all.map((each) => each.getBoundingClientRect().height)")
        )

    assert inside == 0
    assert min(heights) >= 40
