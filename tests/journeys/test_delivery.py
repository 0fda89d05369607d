"""Delivery: in order, again after trouble, given up for good where it must be."""

from datetime import timedelta

from bot import Context, Reply, command
from bot.runtime.delivery import LONGEST_WAIT, MOST_ATTEMPTS, back_off
from bot.testing import Harness, bot_for
from bot.testing.worlds import FakeWorld


@command("count")
async def count(ctx: Context) -> list[str | Reply]:
    """Count to three."""
    return ["one", "two", "three"]


@command("pair")
async def pair(ctx: Context, first: int, second: int) -> str:
    """Ask for two numbers."""
    return f"{first} and {second}."


@command("wait", expires=timedelta(hours=1))
async def wait(ctx: Context, word: str) -> str:
    """Wait for a word."""
    return word


def world_of(bot: Harness) -> FakeWorld:
    assert isinstance(bot.world, FakeWorld)
    return bot.world


async def test_replies_arrive_in_order_although_the_first_had_to_be_sent_again() -> None:
    async with bot_for(count) as bot:
        alice = bot.person("alice", slack="U1")
        world_of(bot).fakes["slack"].fail = 2

        await world_of(bot).says("slack", "U1", "/count")
        for _ in range(4):
            await bot.clock.forward(minutes=5)

        assert [seen.text for seen in alice.slack.screen] == ["one", "two", "three"]


async def test_a_channel_that_is_down_holds_no_other_up() -> None:
    async with bot_for(count) as bot:
        carol = bot.person("carol", telegram="8")
        world_of(bot).fakes["slack"].fail = 1000
        await world_of(bot).says("slack", "U1", "/count")

        await world_of(bot).says("telegram", "8", "/count")
        await bot.until(lambda: len(carol.telegram.screen) == 3)

        assert [seen.text for seen in carol.telegram.screen] == ["one", "two", "three"]


async def test_what_is_refused_becomes_a_dead_letter_and_the_next_goes_on() -> None:
    async with bot_for(count) as bot:
        alice = bot.person("alice", slack="U1")
        world_of(bot).fakes["slack"].refuse = 1

        await alice.slack.says("/count")

        assert [seen.text for seen in alice.slack.screen] == ["two", "three"]
        letters = await bot.bot.store.outbox.letters(states=("dead",), limit=10)
        assert [(one.direction, one.connector, one.reason) for one in letters] == [
            ("out", "slack", "told to refuse")
        ]


async def test_a_question_stuck_on_a_dead_channel_is_shown_where_the_customer_has_gone_on() -> None:
    async with bot_for(count, pair) as bot:
        alice = bot.person("alice", slack="U1", telegram="7")
        await alice.link()
        world_of(bot).fakes["slack"].fail = 1000
        await alice.slack.says("/pair 1")
        await bot.clock.forward(seconds=30)
        await alice.telegram.says("hello")
        alice.telegram.sees("Welcome back. So far: 1. Second?")

        await bot.clock.forward(seconds=45)

        alice.telegram.sees("I could not reach you on Slack. So far: 1. Second?")
        world_of(bot).fakes["slack"].fail = 0
        await bot.clock.forward(minutes=10)
        alice.slack.sees_nothing()


async def test_an_answer_stuck_on_a_dead_channel_is_told_where_the_customer_has_gone_on() -> None:
    async with bot_for(pair) as bot:
        alice = bot.person("alice", slack="U1", telegram="7")
        await alice.link()
        world_of(bot).fakes["slack"].fail = 1000
        await alice.slack.says("/pair 1 2")
        await bot.clock.forward(seconds=30)
        await alice.telegram.says("/pair 3 4")

        await bot.clock.forward(minutes=2)

        alice.telegram.sees("I could not reach you on Slack. I wanted to say: 1 and 2.")


async def test_a_reply_waits_for_its_channel_as_long_as_the_customer_has_not_gone_on() -> None:
    async with bot_for(pair) as bot:
        alice = bot.person("alice", slack="U1", telegram="7")
        await alice.link()
        world_of(bot).fakes["slack"].fail = 4
        await alice.slack.says("/pair 1 2")

        for _ in range(6):
            await bot.clock.forward(minutes=2)

        alice.slack.sees("1 and 2.")
        alice.telegram.sees_nothing()


async def test_a_dead_letter_can_be_sent_again_by_an_operator() -> None:
    async with bot_for(count) as bot:
        alice = bot.person("alice", slack="U1")
        world_of(bot).fakes["slack"].refuse = 1
        await alice.slack.says("/count")
        [letter] = await bot.bot.store.outbox.letters(states=("dead",), limit=10)

        retried = await bot.bot.store.outbox.retry(letter.id)
        await bot.settle()

        assert retried
        assert [seen.text for seen in alice.slack.screen] == ["two", "three", "one"]


async def test_a_platform_that_stays_down_ends_in_a_dead_letter() -> None:
    async with bot_for(count) as bot:
        world_of(bot).fakes["slack"].fail = MOST_ATTEMPTS
        await world_of(bot).says("slack", "U1", "/count")

        for _ in range(MOST_ATTEMPTS):
            await bot.clock.forward(minutes=6)

        letters = await bot.bot.store.outbox.letters(states=("dead",), limit=10)
        assert [one.attempts for one in letters][:1] == [MOST_ATTEMPTS]


def test_waits_grow_up_to_a_limit() -> None:
    waits = [back_off(attempts) for attempts in range(MOST_ATTEMPTS)]

    assert waits[0] <= timedelta(seconds=1)
    assert all(wait <= LONGEST_WAIT for wait in waits)
    assert waits[-1] >= LONGEST_WAIT / 2


async def test_a_command_that_expires_ends_its_open_dialog_in_time() -> None:
    async with bot_for(wait) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/wait")
        await bot.clock.forward(minutes=59)
        alice.slack.sees("Word?")
        alice.slack.sees_nothing()

        await bot.clock.forward(minutes=2)

        alice.slack.sees("Expired: Wait for a word.")


async def test_a_dialog_without_an_expiry_is_open_after_a_year_and_three_restarts() -> None:
    @command("stay")
    async def stay(ctx: Context, word: str) -> str:
        """Stay open."""
        return f"You said {word}."

    async with bot_for(stay) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/stay")
        for _ in range(3):
            await bot.clock.forward(days=122)
            await bot.restart()

        await alice.slack.says("here")

        alice.slack.sees("You said here.")


async def test_replies_of_two_conversations_to_one_address_stay_in_order() -> None:
    async with bot_for(pair) as bot:
        alice, phone = bot.person("alice", slack="U1"), bot.person("phone", telegram="7")
        await alice.slack.says("/link")
        code = next(word for word in alice.slack.screen[-1].text.split() if "-" in word)
        world_of(bot).fakes["telegram"].fail = 3
        await world_of(bot).says("telegram", "7", f"/link {code}")
        await bot.settle()

        await alice.slack.says("yes")
        for _ in range(4):
            await bot.clock.forward(seconds=20)

        assert [seen.text.split(".")[0] for seen in phone.telegram.screen] == [
            "The code is good",
            "You are linked with Slack now",
        ]
