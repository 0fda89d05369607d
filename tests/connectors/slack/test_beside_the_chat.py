"""What Slack shows beside the chat, and what persons change in it: home tab, edits, status."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot import (
    Attending,
    DialogCard,
    Faults,
    OutboundMessage,
)
from bot.testing.contracts.workbench import Workbench
from tests.connectors.slack.app import open_lined_bench, slack
from tests.connectors.webchat.memory import MemoryLine

ASKED = OutboundMessage(text="Which day?")
BOOKING = DialogCard(title="Book a table", question="Which day?", known="guests: 4", words="/book")


@pytest.fixture
def line() -> MemoryLine:
    return MemoryLine()


@pytest.fixture
async def bench(line: MemoryLine) -> AsyncIterator[Workbench]:
    async with open_lined_bench(line) as bench:
        yield bench


# ── The home tab ──────────────────────────────────────────────────────────────


async def test_the_home_tab_shows_what_is_open_and_what_can_be_done(
    bench: Workbench, line: MemoryLine
) -> None:
    line.open["U1"] = [BOOKING]

    await slack(bench).opens_home("U1")

    home = slack(bench).home("U1")
    assert home is not None
    assert "Book a table\nguests: 4\nWhich day?" in home.text
    assert "/book [day] [at]: Book a table" in home.text
    assert home.buttons == ("Go on", "Start", "Start", "Start")
    assert bench.messages == []


async def test_other_tabs_are_left_alone(bench: Workbench) -> None:
    await slack(bench).opens_home("U1", tab="messages")

    assert slack(bench).home("U1") is None


async def test_a_button_of_the_home_tab_says_its_words_in_the_direct_message(
    bench: Workbench, line: MemoryLine
) -> None:
    line.open["U1"] = [BOOKING]
    await slack(bench).opens_home("U1")

    await slack(bench).taps_home("U1", "Go on")

    said = bench.messages[-1]
    assert (said.text, said.tap, said.room) == ("/book", None, None)
    assert said.sender == (await bench.hears("hello")).sender


async def test_the_home_tab_is_drawn_anew_once_its_press_is_answered(
    bench: Workbench, line: MemoryLine
) -> None:
    await slack(bench).opens_home("U1")
    await slack(bench).taps_home("U1", "Start", nth=1)
    line.open["U1"] = [BOOKING]

    await bench.answers(ASKED, bench.messages[-1])

    home = slack(bench).home("U1")
    assert bench.messages[-1].text == "/bookings"
    assert [seen.text for seen in bench.replies] == ["Which day?"]
    assert home is not None
    assert home.buttons[0] == "Go on"


async def test_a_home_tab_that_cannot_be_shown_harms_nothing(bench: Workbench) -> None:
    bench.emulator.faults = Faults(fail=1)

    await slack(bench).opens_home("U1")

    assert slack(bench).home("U1") is None
    assert bench.received[-1].response.status == 200


# ── What a person changes afterwards ──────────────────────────────────────────


async def said(bench: Workbench, line: MemoryLine, text: str) -> str:
    """Let the person write, and the message be recorded; gives its name."""
    await line.accept([await bench.hears(text)])
    return bench.emulator.screen("U1")[-1].id


async def test_the_last_words_may_be_mended_while_a_dialog_waits(
    bench: Workbench, line: MemoryLine
) -> None:
    line.open["U1"] = [BOOKING]
    name = await said(bench, line, "tabel for < 5")

    await slack(bench).edits("U1", name, "table for < 5")

    assert [message.text for message in bench.messages] == ["tabel for < 5", "table for < 5"]
    first, second = bench.messages
    assert first.sender == second.sender
    assert first.event_id != second.event_id


async def test_an_edit_repeats_nothing_once_no_dialog_waits(
    bench: Workbench, line: MemoryLine
) -> None:
    name = await said(bench, line, "book a table for 4")

    await slack(bench).edits("U1", name, "book a table for 5")

    assert len(bench.messages) == 1


async def test_only_the_last_words_may_be_mended(bench: Workbench, line: MemoryLine) -> None:
    line.open["U1"] = [BOOKING]
    name = await said(bench, line, "four")
    await said(bench, line, "friday")

    await slack(bench).edits("U1", name, "five")

    assert len(bench.messages) == 2


async def test_an_edit_that_is_delivered_twice_counts_once(
    bench: Workbench, line: MemoryLine
) -> None:
    line.open["U1"] = [BOOKING]
    name = await said(bench, line, "four")
    bench.emulator.faults = Faults(duplicate=1)

    await slack(bench).edits("U1", name, "five")

    assert len({message.event_id for message in bench.messages[1:]}) == 1


async def test_a_preview_of_a_link_is_no_edit(bench: Workbench, line: MemoryLine) -> None:
    line.open["U1"] = [BOOKING]
    name = await said(bench, line, "https://x.test/menu")

    await slack(bench).edits("U1", name, "https://x.test/menu")

    assert len(bench.messages) == 1


async def test_what_is_taken_back_stays_said(bench: Workbench, line: MemoryLine) -> None:
    name = await said(bench, line, "four")

    await slack(bench).deletes("U1", name)

    assert len(bench.messages) == 1
    assert bench.received[-1].unreadable == ()


# ── Status ────────────────────────────────────────────────────────────────────


async def test_an_assistants_thread_shows_that_an_answer_takes_long(bench: Workbench) -> None:
    assert isinstance(bench.connector, Attending)
    thread = await slack(bench).assists("U1")
    heard = replace(await bench.hears("hello"), hints={"thread_ts": thread})

    await bench.connector.attend(heard.sender, heard.hints, busy=False)
    assert slack(bench).workspace.assisted["DU1", thread] == ""
    await bench.connector.attend(heard.sender, heard.hints, busy=True)

    assert slack(bench).workspace.assisted["DU1", thread] == "is working on it…"
    assert len(bench.messages) == 1


async def test_no_other_thread_is_asked_for_a_status(bench: Workbench) -> None:
    assert isinstance(bench.connector, Attending)
    heard = await bench.hears("hello")
    bench.emulator.faults = Faults(fail=1)

    for hints in ({}, {"thread_ts": "1.2"}):
        await bench.connector.attend(heard.sender, hints, busy=True)

    assert bench.emulator.faults.fail == 1
