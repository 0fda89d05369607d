"""Sagas of flows: over turns, what stands together is undone together."""

import pytest

from bot.testing import Chaos, bot_for
from tests.journeys import trails


@pytest.fixture(autouse=True)
def nothing_done() -> None:
    trails.DONE.clear()
    trails.UNDONE.clear()
    trails.HELD.clear()


async def test_a_saga_stands_over_several_turns() -> None:
    async with bot_for("tests.journeys.trails") as bot:
        alice = bot.person("alice", slack="U1", telegram="7")
        await alice.slack.says("/holiday Rosa")
        alice.slack.sees("Which car?")
        assert trails.DONE == ["Rosa"]
        await bot.restart()
        await alice.telegram.says("Fiat")
        alice.telegram.sees("Held: ref-Rosa-True, ref-Fiat-True.")
        assert trails.UNDONE == []


async def test_what_an_earlier_turn_did_is_undone_when_the_block_fails() -> None:
    async with bot_for("tests.journeys.trails") as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/holiday Rosa")
        await bot.restart()
        await alice.slack.says("full Fiat")
        alice.slack.sees("The full Fiat is taken.")
        assert trails.UNDONE == ["Rosa"]
        assert [effect.state for effect in bot.calls("hold")] == ["undone", "failed"]


async def test_after_another_answer_all_parts_are_done_again() -> None:
    async with bot_for("tests.journeys.trails") as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/holiday Rosa")
        await alice.slack.says("odd Fiat")
        alice.slack.sees("There is no odd Fiat. Which car?")
        assert trails.UNDONE == ["Rosa"]
        await alice.slack.says("Fiat")
        alice.slack.sees("Held: ref-Rosa-True, ref-Fiat-True.")
        assert trails.DONE == ["Rosa", "Rosa", "Fiat"]


async def test_a_flow_may_go_another_way_and_fails_no_second_time() -> None:
    async with bot_for("tests.journeys.trails") as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/patient")
        alice.slack.sees("Without a coach: The full coach is taken.")
        alice.slack.sees("How many seats by train?")
        await bot.restart()
        await alice.slack.says("2")
        alice.slack.sees("2 seats.")
        assert (trails.DONE, trails.UNDONE) == (["inn"], ["inn"])


async def test_what_was_undone_is_done_again_for_another_answer() -> None:
    async with bot_for("tests.journeys.trails") as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/band")
        await alice.slack.says("full piano")
        alice.slack.sees("Without it: The full piano is taken.")
        alice.slack.sees("Its name?")
        assert (trails.DONE, trails.UNDONE) == (["stage"], ["stage"])
        await alice.slack.says("change what to drums")
        alice.slack.sees("Its name?")
        assert trails.DONE == ["stage", "stage", "drums"]
        await alice.slack.says("change what to full harp")
        alice.slack.sees("That changes what is done already: Hold something. Shall I undo it?")
        await alice.slack.taps("Yes")
        alice.slack.sees("Its name?")
        assert set() == trails.HELD
        await bot.restart()
        await alice.slack.says("The Who")
        alice.slack.sees("Founded.")
        assert set() == trails.HELD


@pytest.mark.parametrize("seed", range(4))
async def test_over_deaths_each_part_is_undone_once(seed: int) -> None:
    async with bot_for("tests.journeys.trails", chaos=Chaos(crash=0.7, seed=seed)) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/holiday Rosa")
        await alice.slack.says("full Fiat")
        alice.slack.sees("The full Fiat is taken.")
        assert trails.DONE == ["Rosa"]
        assert trails.UNDONE == ["Rosa"]
