"""The main job in a real browser: one booking over four channels, whatever happens meanwhile."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import date, time, timedelta
from itertools import groupby, zip_longest
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.clock import SystemClock
from tests.browser.sandboxes import Kept, Sandbox, open_sandbox
from tests.browser.screens import PANES, Screen, open_screen
from tests.connectors.webchat.browser import open_browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),  # one browser for all tests
    pytest.mark.timeout(300),
]

TIMES = ("18:00", "19:00", "20:30")
HELLO = 'from bot import command\n@command\ndef hello(): return "Hello from a plugin."\n'
DUPLICATE, THROTTLE = "Deliver the next webhook twice", "Throttle the next send"
DROP, FAIL = "Drop the next answer", "Fail the next send"
TROUBLE: Sequence[Sequence[tuple[str, str]]] = (  # what is broken after each step, for the next
    [("slack", DUPLICATE), ("slack", FAIL)],
    [("slack", THROTTLE)],
    [("slack", DUPLICATE)],
    [("slack", DROP), ("telegram", DUPLICATE), ("telegram", FAIL)],
    [("whatsapp", DUPLICATE), ("whatsapp", THROTTLE)],
    [("whatsapp", DUPLICATE), ("whatsapp", DROP)],
    [("telegram", DUPLICATE), ("telegram", DROP), ("telegram", THROTTLE)],
    [],
)
SLACKS_OWN = {"Pick a day", "Pick a time"}
"""Controls beside the suggestions: no other channel has them."""
Between = Callable[[], Awaitable[None]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


async def nothing() -> None:
    """Let the bot live between two steps."""


def tomorrow() -> date:
    return SystemClock().now().astimezone(ZoneInfo("Europe/Rome")).date() + timedelta(days=1)


async def link(screen: Screen, pane: str, question: str, within: Between = nothing) -> None:
    """Join a pane to Slack's conversation while a question is open; it is open there, too."""
    await screen.says("slack", "/link")
    shown = await screen.sees("slack", "/link ")
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", shown.text)
    assert code is not None
    open_here = await screen.sees("slack", "Back to", question)
    buttons = [label for label in open_here.buttons if label not in SLACKS_OWN]
    await within()
    await screen.says(pane, f"/link {code.group()}")
    await screen.sees(pane, "The code is good")
    await screen.sees("slack", "Join", buttons=["Yes", "No"])
    await within()
    await screen.taps("slack", "Yes")
    await screen.sees(pane, "You are linked with Slack now", question, buttons=buttons)
    await screen.sees("slack", "Joined")
    await screen.sees("slack", "Back to", question, buttons=open_here.buttons)


async def ask_for_a_table(screen: Screen, between: Between = nothing) -> date:
    """Go as far as the confirm step on the web, with every pane linked; tells the day.

    Args:
        screen: The page.
        between: What happens after every step; in the first of the three links, within it, too.
    """
    day = tomorrow()
    await screen.says("slack", "/book 4 tomorrow")
    await screen.sees("slack", "What time?", buttons=TIMES)
    await between()
    await link(screen, "web", "What time?", within=between)
    await between()
    for pane in ("telegram", "whatsapp"):
        await link(screen, pane, "What time?")
        await between()
    await screen.says("whatsapp", "19:00")
    await screen.sees("whatsapp", "for 4 on", "at 19:00", buttons=["Yes", "No"])
    await between()
    await screen.says("telegram", "sorry, 5 guests")
    await screen.sees("telegram", "for 5 on", "at 19:00", buttons=["Yes", "No"])
    await screen.sees("web", "for 5 on", "at 19:00", buttons=["Yes", "No"])
    await between()
    return day


async def check_one_booking(sandbox: Sandbox, day: date) -> None:
    """Look into the service and the conversation's log, once everything is over."""
    lines = await sandbox.told()
    (kept,) = sandbox.bookings()

    assert kept.day in {day, day + timedelta(days=1)}  # midnight may have passed while we asked
    assert kept == Kept(day=kept.day, at=time(19), guests=5)
    assert sum("effect    reserve_table done" in line for line in lines) == 1
    assert "turn.failed" not in sandbox.log()
    check_that_nothing_was_asked_twice(lines)


def check_that_nothing_was_asked_twice(lines: Sequence[str]) -> None:
    """Look for a question whose answer was known.

    An open question is shown again only where the customer comes back to it from another command,
    and on each channel that is linked.
    """
    said = [line.split("<- ", 1)[1] for line in lines if "<- " in line]
    answered = next(number for number, line in enumerate(lines) if "-> whatsapp  19:00" in line)
    asked = [text for text in said if "What time?" in text and "Back to" not in text]
    confirms = [text for text in said if "Book a table for" in text]

    assert not [text for text in said if "Which day?" in text or "How many" in text]
    assert [text.split()[0] for text in asked] == ["slack", "web", "telegram", "whatsapp"]
    assert not [line for line in lines[answered:] if "What time?" in line]
    assert [re.findall(r"for \d", text) for text in confirms] == [["for 4"], ["for 5"]]
    assert sum("Booked" in text for text in said) == 1


def check_panes(shown: Mapping[str, Sequence[str]]) -> None:
    """Compare what the bot said in each pane, word for word where it matters."""
    linked = ["/link ", "Back to", "Join ", "Joined: ", "Back to"]
    expected = {
        "slack": ["What time?", *linked, *linked, *linked],
        "telegram": ["The code is good", "You are linked", "for 5 on"],
        "whatsapp": ["The code is good", "You are linked", "for 4 on"],
    }
    for pane, words in expected.items():
        pairs = zip_longest(words, shown[pane], fillvalue="")
        assert [text for word, text in pairs if not word or word not in text] == []
    assert sum("Booked: " in text for text in shown["web"]) == 1


async def all_of_bot(screen: Screen) -> Mapping[str, Sequence[str]]:
    """List by pane what the bot said."""
    return {
        pane: [said.text for said in await screen.all_said(pane) if said.is_bot] for pane in PANES
    }


def once_each(shown: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[str]]:
    """Leave out the second copy of what stands twice in a row.

    Delivery is at least once: a copy that was under way at a crash, or whose answer was lost, may
    be sent again. Of two copies one is edited once its question is answered: the one we know of.
    """
    return {
        pane: [asked for asked, _ in groupby(text.partition("\n✓")[0] for text in texts)]
        for pane, texts in shown.items()
    }


async def test_one_booking_goes_over_four_channels_and_nothing_is_asked_twice(
    browser: Browser, tmp_path: Path
) -> None:
    async with open_sandbox(tmp_path) as sandbox, open_screen(browser, sandbox.url) as screen:
        day = await ask_for_a_table(screen)
        assert sandbox.bookings() == []

        await screen.taps("web", "Yes")

        await screen.sees("web", "Booked: T-")
        check_panes(await all_of_bot(screen))
        await check_one_booking(sandbox, day)


async def test_a_bot_that_is_killed_after_every_step_goes_on_where_it_was(
    browser: Browser, tmp_path: Path
) -> None:
    async with open_sandbox(tmp_path) as sandbox, open_screen(browser, sandbox.url) as screen:
        day = await ask_for_a_table(screen, screen.kill)
        assert sandbox.bookings() == []

        await screen.taps("web", "Yes")
        await screen.sees("web", "Booked: T-")
        await screen.kill()

        await screen.is_online()
        check_panes(once_each(await all_of_bot(screen)))
        await check_one_booking(sandbox, day)
        assert sandbox.log().count("child.ended") == len(TROUBLE) + 1


async def test_platforms_that_misbehave_change_nothing(browser: Browser, tmp_path: Path) -> None:
    async with open_sandbox(tmp_path) as sandbox, open_screen(browser, sandbox.url) as screen:
        trouble = iter(TROUBLE)

        async def break_something() -> None:
            for pane, fault in next(trouble):
                await screen.breaks(pane, fault)

        day = await ask_for_a_table(screen, break_something)
        await screen.taps("web", "Yes")
        await screen.sees("web", "Booked: T-")

        for pane in ("slack", "telegram", "whatsapp"):
            await expect(screen.pane(pane).locator(".count")).to_be_hidden()  # all came to pass
        check_panes(once_each(await all_of_bot(screen)))
        await check_one_booking(sandbox, day)


async def test_impatient_taps_on_two_channels_book_once_and_the_question_is_over(
    browser: Browser, tmp_path: Path
) -> None:
    async with open_sandbox(tmp_path) as sandbox, open_screen(browser, sandbox.url) as screen:
        await screen.says("slack", "/book 4 tomorrow 19:00")
        old = await screen.sees("slack", "for 4 on", "at 19:00", buttons=["Yes", "No"])
        await link(screen, "web", "for 4 on")

        await screen.taps_at_once("Yes", "slack", "web")
        await screen.sees_somewhere("Booked: T-", "slack", "web")
        await screen.loses_buttons("slack", old)

        lines = await sandbox.told()
        assert sum("-> " in line and line.endswith(" Yes") for line in lines) == 5  # one to join
        assert sum("Booked: T-" in line for line in lines) == 1
        assert [kept.guests for kept in sandbox.bookings()] == [4]


async def test_a_hello_command_of_three_lines_answers_in_all_four_panes(
    browser: Browser, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = asyncio.get_running_loop().time
    async with open_sandbox(tmp_path, plugins={"hello.py": HELLO}) as sandbox:
        page_after = clock() - sandbox.began
        async with open_screen(browser, sandbox.url) as screen:
            runs_after = clock() - sandbox.began
            for pane in PANES:
                await screen.says(pane, "/hello")
            for pane in PANES:
                await screen.sees(pane, "Hello from a plugin.")

    with capsys.disabled():
        sys.stdout.write(
            f"\nsandbox: page {page_after:.1f} s, bot {runs_after:.1f} s after start\n"
        )
    assert len(HELLO.splitlines()) == 3
    assert page_after < runs_after < 60
