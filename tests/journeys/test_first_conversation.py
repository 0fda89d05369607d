"""One open booking over four channels: the main job."""

import pytest

from bot.testing import bot_for


@pytest.mark.parametrize("wire", [False, True], ids=["fakes", "wire"])
async def test_a_booking_begun_on_slack_is_confirmed_on_the_web_and_happens_once(
    *,
    wire: bool,
) -> None:
    async with bot_for("commands.booking", now="2026-11-18T10:00+01:00", wire=wire) as bot:
        alice = bot.person("alice", slack="U1", web="w1", telegram="7", whatsapp="393331112222")

        await alice.slack.says("/book 4 tomorrow")
        alice.slack.sees("What time?", buttons=["18:00", "19:00", "20:30"])
        await alice.whatsapp.says("19:00")
        alice.whatsapp.sees("4 on Thursday at 19:00", buttons=["Yes", "No"])
        await alice.telegram.says("sorry, 5 guests")
        alice.telegram.sees("5 on Thursday at 19:00")
        assert bot.calls("reserve_table") == []
        await bot.restart()
        await alice.web.says("yes")

        alice.web.sees("Booked")
        assert [call.arguments["guests"] for call in bot.calls("reserve_table")] == [5]
        assert bot.asked_twice == []
