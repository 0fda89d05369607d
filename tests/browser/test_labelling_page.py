"""The page for labelling by keyboard alone, and both pages of the trainer on a small screen."""

from pathlib import Path

import pytest
from playwright.async_api import ViewportSize, expect

from bot.evaluation.report import render_report
from bot.model.misses import Taught
from tests.bot.evaluation.test_report import whole
from tests.bot.labelling.desks import page_over
from tests.bot.labelling.misses import project, store_of
from tests.connectors.webchat.browser import open_browser

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(120)]
NARROW: ViewportSize = {"width": 320, "height": 640}
WIDTH = "document.documentElement.scrollWidth"

expect.set_options(timeout=20_000)  # milliseconds, on a machine that has much else to do


async def test_a_miss_is_labelled_taken_back_and_measured_by_keys(tmp_path: Path) -> None:
    said = ("need seats for 3", "zorp")
    async with (
        store_of(project(tmp_path), *said) as store, page_over(store, tmp_path) as url,
        open_browser() as browser,
    ):  # fmt: skip
        page = await browser.new_page(viewport=NARROW)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(url)

        heading = page.get_by_role("heading", level=2).first
        await expect(heading).to_have_text("zorp")
        await expect(heading).to_be_focused()
        await page.keyboard.press("o")
        await expect(page.get_by_role("log")).to_have_text("1 labelled oos.")
        await expect(heading).to_have_text("need seats for 3")
        await page.keyboard.press("u")
        await expect(heading).to_have_text("zorp")
        await page.keyboard.press("s")
        await expect(heading).to_have_text("need seats for 3")

        await page.get_by_label("Another meaning").fill("book")
        await page.keyboard.press("Enter")
        field = page.get_by_label("As it is learnt")
        await expect(field).to_have_value("need seats for [3](guests)")
        await expect(field).to_be_focused()
        await field.fill("need seats")
        await page.keyboard.press("Enter")
        await expect(page.locator("#problems")).to_contain_text("no longer those that were said")
        await field.fill("need seats for [3](guests)")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Nothing waits.")).to_be_focused()
        await expect(page.get_by_role("progressbar")).to_have_attribute("value", "1")

        await page.get_by_role("button", name="Measure").press("Enter")
        await expect(page.get_by_role("row", name="missed, labelled")).to_be_visible()
        width = await page.evaluate(WIDTH)
        taught = await store.teaching.sentences()

    assert list(taught) == [
        Taught(meaning="book", sentence="need seats for [3](guests)", marked=True)
    ]
    assert (errors, width) == ([], NARROW["width"])


async def test_the_report_fits_a_small_screen_and_opens_its_tables_by_keys(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(render_report(whole()), encoding="utf-8")
    async with open_browser() as browser:
        page = await browser.new_page(viewport=NARROW)
        await page.goto(path.as_uri())

        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")

        await expect(page.get_by_role("region", name="Meanings, table")).to_be_visible()
        assert await page.evaluate(WIDTH) == NARROW["width"]
