"""The page in a real browser: Debian's Chromium, driven by Playwright."""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.sandbox.stage import Stage, staged

CHROMIUM = Path("/usr/bin/chromium")
INSTALL = "apt-get install -y --no-install-recommends chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

expect.set_options(timeout=15_000)  # a busy machine is no failure
pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]


@pytest.fixture(autouse=True, scope="module")
def chromium_is_there() -> None:
    if not CHROMIUM.exists():
        missing = f"{CHROMIUM} is missing: {INSTALL}"
        if os.environ.get("CI") == "true":  # noqa: TID251 - a test may ask where it runs
            pytest.fail(missing)
        pytest.skip(missing)


@pytest_asyncio.fixture(loop_scope="module")
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path) as open_stage:
        yield open_stage


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser(chromium_is_there: None) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, stage: Stage) -> AsyncIterator[Page]:
    """Open the page at 1440 by 900; no script may fail and no policy be violated."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    sheet = await context.new_page()
    complaints: list[str] = []
    sheet.on("console", lambda said: complaints.append(said.text))
    sheet.on("pageerror", lambda error: complaints.append(str(error)))
    await sheet.goto(stage.url)
    await expect(sheet.locator("[data-role=status]")).to_have_attribute("data-phase", "running")
    yield sheet
    await context.close()
    assert [line for line in complaints if "Failed to load resource" not in line] == []


async def test_the_four_panes_stand_side_by_side(page: Page) -> None:
    boxes = [
        await page.locator(f"[data-pane={name}]").bounding_box()
        for name in ("slack", "telegram", "whatsapp", "web")
    ]

    edges = [box["x"] for box in boxes if box]
    assert len(edges) == 4
    assert edges == sorted(edges)
    assert len({box["y"] for box in boxes if box}) == 1
    await expect(page.locator("[data-pane=web] threadline-chat textarea")).to_be_visible()


async def test_a_message_is_sent_by_enter_and_answered(page: Page) -> None:
    field = page.get_by_label("Message in Slack")
    messages = page.locator("[data-pane=slack] [data-role=message]")

    await field.fill("/book 4 tomorrow")
    await field.press("Enter")

    await expect(messages).to_have_count(2)
    await expect(messages.first).to_contain_text("/book 4 tomorrow")
    await expect(messages.last).to_contain_text("Which day?")
    await expect(field).to_have_value("")


async def test_shift_enter_makes_a_new_line(page: Page) -> None:
    field = page.get_by_label("Message in Telegram")

    await field.press_sequentially("one")
    await field.press("Shift+Enter")
    await field.press_sequentially("two")

    await expect(field).to_have_value("one\ntwo")


async def test_a_button_is_tapped_and_goes(page: Page) -> None:
    pane = page.locator("[data-pane=whatsapp]")
    await pane.locator("textarea").fill("/book")
    await pane.get_by_role("button", name="Send").click()

    await pane.locator("[data-role=message]").get_by_role("button", name="Tomorrow").click()

    await expect(pane.locator("[data-role=message]").last).to_contain_text("Tomorrow it is.")
    await expect(pane.get_by_role("button", name="Today")).to_have_count(0)


async def test_a_whole_dialog_needs_no_mouse(page: Page) -> None:
    pane = page.locator("[data-pane=slack]")
    await pane.locator("textarea").focus()
    await page.keyboard.type("/book")
    await page.keyboard.press("Enter")
    await expect(pane.get_by_role("button", name="Today")).to_be_visible()

    for _ in range(3):  # back over the answer's wire and the second button
        await page.keyboard.press("Shift+Tab")
    await expect(pane.get_by_role("button", name="Today")).to_be_focused()
    ring = await pane.get_by_role("button", name="Today").evaluate(
        "button => getComputedStyle(button).outlineWidth"
    )
    await page.keyboard.press("Enter")

    assert ring == "2px"
    await expect(pane.locator("[data-role=message]").last).to_contain_text("Today it is.")
    await expect(pane.locator("textarea")).to_be_focused()


async def test_a_new_answer_is_read_out_once_and_history_is_not(page: Page) -> None:
    live = page.locator("[data-pane=slack] [data-role=live]")
    await page.get_by_label("Message in Slack").fill("/book")
    await page.keyboard.press("Enter")
    await expect(live.locator("p")).to_have_text(["Bot: Which day? (Today, Tomorrow)"])

    await page.reload()

    await expect(page.locator("[data-pane=slack] [data-role=message]")).to_have_count(2)
    await expect(live.locator("p")).to_have_count(0)


async def test_the_wire_shows_the_raw_json(page: Page) -> None:
    await page.get_by_label("Message in Telegram").fill("hello")
    await page.keyboard.press("Enter")
    message = page.locator("[data-pane=telegram] [data-role=message]").first
    raw = message.locator("[data-role=wire] pre")
    await expect(raw).to_be_hidden()

    await message.locator("[data-role=wire] summary").click()

    await expect(raw).to_be_visible()
    await expect(raw).to_contain_text('"chat": "700100"')


async def test_words_are_never_markup(page: Page) -> None:
    words = "<img src=x onerror=alert(1)> <b>bold</b>"
    await page.get_by_label("Message in WhatsApp").fill(words)
    await page.keyboard.press("Enter")

    pane = page.locator("[data-pane=whatsapp]")
    await expect(pane.locator("[data-from=user] .text")).to_have_text(words)
    await expect(pane.locator(".text img, .text b")).to_have_count(0)


async def test_a_killed_bot_comes_back_and_the_talk_is_still_there(page: Page) -> None:
    await page.get_by_label("Message in Slack").fill("/book")
    await page.keyboard.press("Enter")
    facts = page.locator("[data-role=facts]")
    before = await facts.text_content()

    await page.get_by_role("button", name="Kill bot").click()

    await expect(facts).to_contain_text("restarted once")
    await expect(page.locator("[data-role=status]")).to_have_attribute("data-phase", "running")
    assert await facts.text_content() != before
    await expect(page.locator("[data-pane=slack] [data-role=message]")).to_have_count(2)


async def test_a_fault_is_armed_and_shown(page: Page) -> None:
    pane = page.locator("[data-pane=telegram]")
    await pane.get_by_text("Faults").click()

    await pane.get_by_role("button", name="Fail the next send").click()

    await expect(pane.locator(".count")).to_have_text(re.compile(r"\s*1"))
    await page.keyboard.press("Escape")
    await expect(pane.get_by_role("button", name="Fail the next send")).to_be_hidden()


async def test_a_refusal_is_told_in_the_pane(page: Page, stage: Stage) -> None:
    pane = page.locator("[data-pane=slack]")
    await pane.locator("textarea").fill("/book")
    await page.keyboard.press("Enter")
    button = pane.get_by_role("button", name="Today")
    await expect(button).to_be_visible()

    await page.route("**/__sandbox/tap", lambda route: route.abort())
    await button.click()

    await expect(pane.get_by_role("alert")).to_contain_text("does not answer")


async def test_an_example_is_put_where_one_typed_last(page: Page) -> None:
    await page.get_by_label("Message in Telegram").focus()

    await page.get_by_role("button", name="/link").click()

    await expect(page.get_by_label("Message in Telegram")).to_have_value("/link")
    await expect(page.get_by_label("Message in Telegram")).to_be_focused()


@pytest.mark.parametrize(("width", "columns"), [(1440, 4), (1000, 2), (600, 1), (320, 1)])
async def test_the_panes_reflow_and_nothing_scrolls_sideways(
    page: Page, width: int, columns: int
) -> None:
    await page.get_by_label("Message in Slack").fill("averyveryverylongword" * 12)
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-pane=slack] [data-role=message]")).to_have_count(2)

    await page.set_viewport_size({"width": width, "height": 800})

    panes = await page.locator("[data-pane]").all()
    places = [await pane.bounding_box() for pane in panes]
    overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert len({box["x"] for box in places if box}) == columns
    assert overflow <= 0


async def test_who_reads_the_newest_goes_on_reading_it_in_a_narrower_pane(page: Page) -> None:
    messages = page.locator("[data-pane=slack] [data-role=message]")
    for number in range(6):
        await page.get_by_label("Message in Slack").fill("many words " * 20)
        await page.keyboard.press("Enter")
        await expect(messages).to_have_count(2 * number + 2)
    await expect(messages.last).to_be_in_viewport()

    await page.set_viewport_size({"width": 1100, "height": 640})

    await expect(messages.last).to_be_in_viewport()
    await expect(messages.first).not_to_be_in_viewport()


async def test_a_file_is_attached_with_the_words_in_the_field(page: Page) -> None:
    pane = page.locator("[data-pane=slack]")
    await pane.get_by_role("textbox").fill("the meter")

    await pane.get_by_label("Attach a file").set_input_files(
        {"name": "meter.png", "mimeType": "image/png", "buffer": b"12345"}
    )

    texts = pane.locator("[data-role=message] .text")
    await expect(texts).to_have_text(["meter.png the meter", "5 bytes of image/png"])
    await expect(pane.get_by_role("textbox")).to_have_value("")


async def test_a_file_that_the_app_refuses_is_told_and_the_words_stay(page: Page) -> None:
    pane = page.locator("[data-pane=telegram]")
    await pane.get_by_role("textbox").fill("the meter")

    await pane.get_by_label("Attach a file").set_input_files(
        {"name": "none.png", "mimeType": "image/png", "buffer": b""}
    )

    await expect(pane.get_by_role("alert")).to_contain_text("the file is empty")
    await expect(pane.get_by_role("textbox")).to_have_value("the meter")
