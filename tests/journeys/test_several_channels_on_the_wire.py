"""architecture §4c over the real connectors and emulated platforms, for every pair of channels."""

from itertools import permutations

import pytest

from bot.testing import bot_for
from tests.journeys.test_several_channels import LABELS, USERS, trip

PAIRS = pytest.mark.parametrize(("here", "there"), list(permutations(USERS, 2)))


@PAIRS
async def test_one_dialog_on_two_channels(here: str, there: str) -> None:
    async with bot_for(trip, wire=True) as bot:
        alice = bot.person("alice", **{here: USERS[here], there: USERS[there]})
        first, second = alice.channels[here], alice.channels[there]

        await first.says("/trip")
        first.sees("Adults?")
        await second.says("hello")  # (2) welcomed back, with the question
        second.sees("Welcome back. Adults?")
        await second.says("2")  # (1) answers, whatever the channel; (5) answered there
        second.sees("Children?")
        await first.says("1")
        first.sees("Seat", buttons=["first", "second", "sleeper"])
        await second.says("second")
        second.sees("Trip for 2 and 1 in second?", buttons=["Yes", "No"])
        await first.taps("first", behind=True)  # (4) an old button offers to change
        first.sees(f"You answered second on {LABELS[there]}.", buttons=["Change it", "Keep"])
        await first.taps("Change it")
        first.sees("Trip for 2 and 1 in first?")
        await second.says("3 children")
        second.sees("Trip for 2 and 3 in first?")
        if here != "web":  # whose screen shows the newest question, whatever the channel
            await first.taps("Yes", behind=True)  # (4) an old yes never runs
            first.sees("That question has changed since. Trip for 2 and 3 in first?")
        await first.taps("Yes")

        first.sees("Booked for 2 and 3 in first.")
        assert bot.asked_twice == []
