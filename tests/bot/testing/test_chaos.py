"""What goes wrong with messages changes nothing that a customer could tell."""

from datetime import date

import pytest

from bot.testing import Chaos, Dice, bot_for
from bot.testing.chaos import Fate
from tests.journeys.wired import USERS

NOW = "2026-11-18T10:00+01:00"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "mischief", ["duplicate", "reorder", "drop", "crash", "duplicate reorder drop crash"]
)
async def test_a_booking_comes_out_the_same_whatever_goes_wrong(mischief: str, seed: int) -> None:
    odds = dict.fromkeys(mischief.split(), 0.4)
    async with bot_for("commands.booking", now=NOW, chaos=Chaos(**odds, seed=seed)) as bot:
        alice = bot.person("alice", slack="U1", telegram="7")

        await alice.slack.says("/book 4 on 2026-11-20")
        alice.slack.sees("What time?")
        await alice.telegram.says("19:00")
        alice.telegram.sees("Book a table for 4", buttons=["Yes", "No"])
        await alice.telegram.taps("Yes")

        alice.telegram.sees("Booked")
        booked = [(call.arguments["day"], call.state) for call in bot.calls("reserve_table")]
        assert booked == [(date(2026, 11, 20).isoformat(), "done")]
        assert bot.asked_twice == []


@pytest.mark.parametrize("channel", USERS)
@pytest.mark.parametrize("wire", [False, True], ids=["fake", "wire"])
async def test_a_message_that_is_delivered_twice_is_answered_once(channel: str, wire: bool) -> None:  # noqa: FBT001 - a case
    async with bot_for("commands.booking", now=NOW, wire=wire) as bot:
        alice = bot.person("alice", **{channel: USERS[channel]})

        await alice.channels[channel].says("hello")
        await alice.channels[channel].says("/bookings", twice=True)

        assert alice.channels[channel].told().count("You have no bookings.") == 1


@pytest.mark.parametrize("wire", [False, True], ids=["fake", "wire"])
async def test_a_killed_bot_goes_on_where_it_was(wire: bool) -> None:  # noqa: FBT001 - a case
    async with bot_for("commands.booking", now=NOW, wire=wire) as bot:
        alice = bot.person("alice", slack="U1", telegram="7")
        await alice.slack.says("/book 4 on 2026-11-20")

        await bot.crash()

        await alice.telegram.says("19:00")
        alice.telegram.sees("Book a table for 4")


async def a_test_that_fails(seed: int) -> None:
    async with bot_for(chaos=Chaos(duplicate=1.0, seed=seed)) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/help")
        alice.slack.sees("never said")


async def test_a_failed_test_tells_the_seed() -> None:
    with pytest.raises(AssertionError) as caught:
        await a_test_that_fails(77)

    assert any("seed=77" in note for note in caught.value.__notes__)


async def test_a_transcript_tells_who_said_what_and_where() -> None:
    async with bot_for("commands.booking", now=NOW) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/book")

        told = bot.transcript().splitlines()

    assert told == ["alice on slack: /book", "bot on slack: Which day? [Today] [Tomorrow]"]


def test_the_same_seed_throws_the_same_dice() -> None:
    chaos = Chaos(duplicate=0.5, reorder=0.5, drop=0.5, crash=0.5, seed=3)

    fates = [Dice(chaos).draw(), Dice(chaos).draw()]
    others = [Dice(Chaos(crash=0.5, duplicate=0.5, seed=4)) for _ in range(1)]

    assert fates[0] == fates[1]
    assert {others[0].draw() for _ in range(20)} != {Fate()}
