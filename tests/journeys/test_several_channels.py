"""architecture §4c as a table: what holds for every pair of channels, in both orders."""

from collections.abc import AsyncIterator
from itertools import permutations
from typing import Literal

import pytest

from bot import Context, Reply, command
from bot.testing import Harness, Person, bot_for
from bot.testing.worlds import FakeWorld

USERS = {"slack": "U1", "telegram": "7", "whatsapp": "393331112222", "web": "w1"}
LABELS = {"slack": "Slack", "telegram": "Telegram", "whatsapp": "WhatsApp", "web": "the web chat"}
PAIRS = pytest.mark.parametrize(("here", "there"), list(permutations(USERS, 2)))


@command("trip", confirm="Trip for {adults} and {children} in {seat}?")
async def trip(
    ctx: Context, adults: int, children: int, seat: Literal["first", "second", "sleeper"]
) -> Reply:
    """Book a trip."""
    return Reply(f"Booked for {adults} and {children} in {seat}.")


@pytest.fixture
async def bot() -> AsyncIterator[Harness]:
    async with bot_for(trip) as harness:
        yield harness


@pytest.fixture
async def alice(bot: Harness, here: str, there: str) -> Person:
    person = bot.person("alice", **{here: USERS[here], there: USERS[there]})
    await person.link()
    return person


@PAIRS
async def test_an_answer_counts_whatever_the_channel(alice: Person, here: str, there: str) -> None:
    await alice.channels[here].says("/trip")
    alice.channels[here].sees("Adults?")

    await alice.channels[there].says("2")
    alice.channels[there].sees("Children?")
    await alice.channels[here].says("1")

    alice.channels[here].sees("Seat", buttons=["first", "second", "sleeper"])


@PAIRS
async def test_a_greeting_elsewhere_is_welcomed_back_with_what_is_known_and_the_question(
    alice: Person, here: str, there: str
) -> None:
    await alice.channels[here].says("/trip adults=2")

    await alice.channels[there].says("hello")

    alice.channels[there].sees("Welcome back. So far: 2. Children?")


@PAIRS
async def test_nonsense_elsewhere_is_answered_with_the_question_there(
    alice: Person, here: str, there: str
) -> None:
    await alice.channels[here].says("/trip adults=2 seat=first")

    await alice.channels[there].says("grmbl")

    alice.channels[there].sees("I did not understand “grmbl”.")
    assert "Children?" in alice.channels[there].screen[-1].text


@PAIRS
@pytest.mark.parametrize(("second", "adults"), [("3", 3), ("2", 2)], ids=["differs", "equal"])
async def test_of_two_messages_at_once_the_second_answers_the_question_that_was_shown(
    bot: Harness, alice: Person, *, here: str, there: str, second: str, adults: int
) -> None:
    await alice.channels[here].says("/trip")
    assert isinstance(bot.world, FakeWorld)
    messages = [
        bot.world.message(here, USERS[here], text="2"),
        bot.world.message(there, USERS[there], text=second),
    ]

    await bot.bot.store.inbox.record(messages, now=bot.clock.now())
    await bot.settle()
    await alice.channels[here].says("0")
    await alice.channels[here].taps("first")

    alice.channels[here].sees(f"Trip for {adults} and 0 in first?")


@PAIRS
async def test_a_tap_on_an_answered_question_offers_to_change_it(
    alice: Person, here: str, there: str
) -> None:
    await alice.channels[here].says("/trip adults=2 children=1")
    alice.channels[here].sees("Seat", buttons=["first"])
    await alice.channels[there].says("second")

    await alice.channels[here].taps("first", behind=True)

    answered = f"You answered second on {LABELS[there]}."
    alice.channels[here].sees(answered, buttons=["Change it", "Keep"])
    await alice.channels[here].taps("Change it")
    alice.channels[here].sees("Trip for 2 and 1 in first?")


@PAIRS
async def test_a_yes_to_an_old_confirm_never_runs(alice: Person, here: str, there: str) -> None:
    await alice.channels[here].says("/trip adults=2 children=1 seat=first")
    alice.channels[here].sees("Trip for 2 and 1 in first?", buttons=["Yes", "No"])
    await alice.channels[there].says("3 children")
    alice.channels[there].sees("Trip for 2 and 3 in first?")

    await alice.channels[here].taps("Yes", behind=True)

    assert "Booked" not in alice.channels[here].told()
    alice.channels[here].sees("That question has changed since. Trip for 2 and 3 in first?")


@PAIRS
async def test_answers_go_where_the_message_came_from_and_nowhere_else(
    alice: Person, here: str, there: str
) -> None:
    await alice.channels[here].says("/trip")
    alice.channels[here].sees("Adults?")

    await alice.channels[there].says("2")

    alice.channels[there].sees("Children?")
    alice.channels[here].sees_nothing()
    alice.channels[there].sees_nothing()


@PAIRS
async def test_yes_on_two_channels_at_once_runs_once(
    bot: Harness, alice: Person, here: str, there: str
) -> None:
    await alice.channels[here].says("/trip adults=2 children=1 seat=first")
    assert isinstance(bot.world, FakeWorld)
    messages = [
        bot.world.message(here, USERS[here], text="yes"),
        bot.world.message(there, USERS[there], text="yes"),
    ]

    await bot.bot.store.inbox.record(messages, now=bot.clock.now())
    await bot.settle()

    alice.channels[there].sees("That is done already.")
    told = alice.channels[here].told() + alice.channels[there].told()
    assert told.count("Booked for 2 and 1 in first.") == 1
