"""Authors' code that raises, messages that cannot be answered: nobody is left without a word."""

import re
from collections.abc import Sequence
from datetime import date, time
from typing import Annotated

import pytest

from bot import Arg, Context, Hints, Match, command
from bot.runtime.turns import MOST_ATTEMPTS
from bot.testing import bot_for

broken = {"check": False, "suggest": False}


def fussy(ctx: Context, number: int) -> str | None:
    if broken["check"]:
        raise RuntimeError("the service is away")
    return None


def wise(ctx: Context) -> list[int]:
    if broken["suggest"]:
        raise RuntimeError("the service is away")
    return [1, 2]


@command("pick", confirm="Pick {number}?")
async def pick(
    ctx: Context, number: Annotated[int, Arg("Which?", check=fussy, suggest=wise)]
) -> str:
    """Pick a number."""
    return f"Picked {number}."


@command("odd")
async def odd(ctx: Context) -> object:
    """Return what nobody can show."""
    return 42


@command("visit")
async def visit(ctx: Context, day: date, at: time, guests: int) -> str:
    """Visit us."""
    return f"{day} {at:%H:%M} {guests}."


@pytest.fixture(autouse=True)
def everything_works() -> None:
    broken.update(check=False, suggest=False)


async def test_a_suggestion_that_raises_costs_the_menu_and_no_more() -> None:
    async with bot_for(pick) as bot:
        alice = bot.person("alice", slack="U1")
        broken["suggest"] = True

        await alice.slack.says("/pick")

        assert alice.slack.sees("Which?").buttons == ()
        await alice.slack.says("2")
        alice.slack.sees("Pick 2?")


async def test_a_check_that_raises_is_apologised_for_and_can_be_tried_again() -> None:
    async with bot_for(pick) as bot:
        alice = bot.person("alice", slack="U1")
        broken["check"] = True
        await alice.slack.says("/pick 2")
        alice.slack.sees("Your answers are kept. Try again?", buttons=["Try again", "Cancel"])
        broken["check"] = False

        await alice.slack.taps("Try again")

        alice.slack.sees("Pick 2?", buttons=["Yes", "No"])


async def test_a_command_that_returns_nonsense_is_apologised_for() -> None:
    async with bot_for(odd) as bot:
        alice = bot.person("alice", slack="U1")

        await alice.slack.says("/odd")

        alice.slack.sees("Something went wrong on our side (id ")


class _Poisoned:
    """A recogniser's worst day: it raises on one word."""

    kind, type, rank = "number", int, 20

    def find(self, text: str, hints: Hints) -> Sequence[Match[int]]:
        if "poison" in text:
            raise RuntimeError("a defect of ours")
        return [
            Match(
                kind="number",
                value=int(found[0]),
                text=found[0],
                start=found.start(),
                end=found.end(),
            )
            for found in re.finditer(r"\d+", text)
        ]

    def show(self, value: int, hints: Hints) -> str:
        return str(value)


async def test_a_message_that_can_never_be_answered_is_given_up_and_the_next_goes_on() -> None:
    async with bot_for(pick, recognisers=[_Poisoned()]) as bot:
        alice = bot.person("alice", slack="U1")
        await bot.world.says("slack", "U1", "/pick poison")
        await bot.until(lambda: len(alice.slack.screen) == 1)

        alice.slack.sees("I had to leave your last message out.")
        [letter] = await bot.bot.store.outbox.letters(states=("dead",), limit=5)
        assert (letter.direction, letter.attempts) == ("in", MOST_ATTEMPTS)
        await alice.slack.says("/pick 1")
        alice.slack.sees("Pick 1?")


async def test_doubts_about_two_values_are_settled_one_after_the_other() -> None:
    async with bot_for(visit) as bot:
        alice = bot.person("alice", slack="U1", telegram="7")
        await alice.link()
        await alice.slack.says("/visit next friday at 7")
        alice.slack.sees("Friday 20 November or Friday 27 November?")

        await alice.telegram.says("6 guests")
        alice.telegram.sees("Noted: 6. Friday 20 November or Friday 27 November?")
        await alice.telegram.taps("Friday 27 November")
        alice.telegram.sees("07:00 or 19:00?")
        await alice.slack.says("19:00")

        alice.slack.sees("2026-11-27 19:00 6.")
        assert bot.asked_twice == []
