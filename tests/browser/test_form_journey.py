"""Forms on the sandbox's page: Slack's in its pane, the web chat's in its own."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from tests.browser.sandboxes import Sandbox, open_sandbox
from tests.browser.screens import open_screen
from tests.connectors.webchat.browser import open_browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),  # one browser and one sandbox for all tests
    pytest.mark.timeout(300),
]

FORM = "Fill in a form"
DAY = "2035-06-15"  # a Friday that nobody has booked


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sandbox(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Sandbox]:
    async with open_sandbox(tmp_path_factory.mktemp("forms")) as opened:
        yield opened


async def fill(form: Locator, *, guests: str) -> None:
    await form.get_by_label("Which day?").fill(DAY)
    await form.get_by_label("What time?").fill("19:00")
    await form.get_by_label("How many guests?").fill(guests)


async def test_a_form_is_opened_closed_refused_and_sent_in_slack_s_pane(
    browser: Browser, sandbox: Sandbox
) -> None:
    async with open_screen(browser, sandbox.url) as screen:
        await screen.running()
        await screen.says("slack", "/book")
        await screen.sees("slack", "Which day?", buttons=[FORM])
        await screen.taps("slack", FORM)
        modal = screen.pane("slack").get_by_role("dialog", name="Book a table")
        await expect(modal.get_by_label("Which day?")).to_be_focused()
        await modal.get_by_label("Which day?").press("Escape")
        await expect(modal).to_have_count(0)
        await expect(screen.pane("slack").locator(".composer textarea")).to_be_focused()
        await screen.taps("slack", FORM)
        await modal.get_by_role("button", name="Send").click()
        guests = modal.get_by_label("How many guests?")
        await expect(guests).to_have_accessible_description("Please complete this required field.")
        await fill(modal, guests="4")
        await modal.get_by_label("How many guests?").press("Enter")
        await screen.sees("slack", "for 4 on Friday at 19:00", buttons=["Yes", "No"])
        await expect(modal).to_have_count(0)


async def test_a_form_is_sent_in_the_web_chat_and_its_table_booked(
    browser: Browser, sandbox: Sandbox
) -> None:
    async with open_screen(browser, sandbox.url) as screen:
        await screen.running()
        await screen.is_online()
        await screen.says("web", "/book")
        await screen.sees("web", "Which day?", buttons=[FORM])
        await screen.taps("web", FORM)
        form = screen.pane("web").get_by_role("form", name="Book a table")
        await fill(form, guests="3")
        await form.get_by_label("How many guests?").press("Enter")
        await screen.sees("web", "for 3 on Friday at 19:00", buttons=["Yes", "No"])
        await expect(form).to_have_count(0)
        await screen.taps("web", "Yes")
        await screen.sees("web", "Booked")

    assert [kept.guests for kept in sandbox.bookings()] == [3]
