"""A customer on Slack, beside the chat: pickers, the home tab, mended words; one bot behind it."""

from collections.abc import AsyncIterator
from typing import cast

import pytest

from bot.testing import Harness, bot_for
from bot.testing.persons import Channel
from bot.testing.wires import WireWorld
from connectors.slack.emulator import SlackEmulator

pytestmark = pytest.mark.slow


@pytest.fixture
async def bot() -> AsyncIterator[Harness]:
    async with bot_for("commands.booking", wire=True, now="2026-11-18T10:00+01:00") as bot:
        yield bot


def slack(bot: Harness) -> SlackEmulator:
    return cast("SlackEmulator", cast("WireWorld", bot.world).emulators["slack"])


def ada_of(bot: Harness) -> Channel:
    return bot.person("ada", slack="U1").channels["slack"]


async def picks(bot: Harness, message: str, label: str, value: str) -> None:
    await slack(bot).taps("U1", message, label)
    assert await slack(bot).fills("U1", {"answer": value}) == {}
    await bot.settle()


async def test_a_table_is_booked_with_pickers_and_answered_questions_lose_their_buttons(
    bot: Harness,
) -> None:
    ada = ada_of(bot)
    await ada.says("/book 4")
    day = ada.sees("Which day?", buttons=["Today", "Tomorrow", "Pick a day"])

    await picks(bot, day.id, "Pick a day", "2026-11-27")
    at = ada.sees("What time?", buttons=["Pick a time"])
    await picks(bot, at.id, "Pick a time", "19:30")

    ada.sees("4 on Friday at 19:30", buttons=["Yes", "No"])
    await ada.taps("Yes")
    ada.sees("Booked")
    live = [seen for seen in slack(bot).screen("U1") if seen.role == "bot" and seen.buttons]
    assert [seen.text for seen in live if "?" in seen.text] == []


async def test_the_home_tab_leads_back_to_what_is_open(bot: Harness) -> None:
    ada = ada_of(bot)
    await ada.says("/book 4")
    ada.sees("Which day?")

    await slack(bot).opens_home("U1")
    home = slack(bot).home("U1")
    assert home is not None
    assert "Book a table" in home.text
    assert "Guests: 4" in home.text
    await slack(bot).taps_home("U1", "Go on")
    await bot.settle()

    ada.sees("Which day?")
    assert len(bot.calls("reserve_table")) == 0


async def test_the_last_answer_is_mended_by_changing_its_words(bot: Harness) -> None:
    ada = ada_of(bot)
    await ada.says("/book 4")
    ada.sees("Which day?")
    await ada.says("friday")
    ada.sees("What time?")
    said = [seen for seen in slack(bot).screen("U1") if seen.role == "user"][-1]

    await slack(bot).edits("U1", said.id, "saturday")
    await bot.settle()
    ada.sees("What time?")
    await ada.says("19:00")

    ada.sees("4 on Saturday at 19:00")
