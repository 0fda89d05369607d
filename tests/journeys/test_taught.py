"""A sentence that was missed is labelled, and the same running bot understands it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot import MissId, MissKind, MissState
from bot.testing import Harness, bot_for
from tests.journeys.parrots import Aviary, balance


@pytest.fixture
def aviary() -> Aviary:
    return Aviary()


@pytest.fixture
async def bot(aviary: Aviary) -> AsyncIterator[Harness]:
    async with bot_for(balance, engines={"parrot": aviary.open}) as bot:
        yield bot


async def learnt(bot: Harness, aviary: Aviary, count: int) -> None:
    """Wait until the running bot has noticed by itself."""
    async with asyncio.timeout(10):
        while len(aviary.opened) < count or not all(one.closed for one in aviary.opened[:-1]):
            await asyncio.sleep(0.02)
            await bot.bot.school.look(bot.bot.stage)


async def label(bot: Harness, meaning: str | None, sentence: str | None = None) -> None:
    """Label all that is open."""
    open_ones = await bot.bot.store.misses.page(states=[MissState.OPEN], limit=9)
    await bot.bot.store.misses.label([one.id for one in open_ones], meaning, sentence=sentence)


async def test_a_labelled_miss_is_understood_by_the_running_bot(
    bot: Harness, aviary: Aviary
) -> None:
    alice = bot.person("alice", slack="U1")
    await alice.slack.says("am I square with you")
    alice.slack.sees("I did not understand")

    await label(bot, "balance")
    await learnt(bot, aviary, 2)

    await alice.slack.says("am I square with you")
    alice.slack.sees("Nothing,")
    assert [one.closed for one in aviary.opened] == [True, False]


async def test_words_that_a_trainer_marked_are_learnt_without_their_marks(
    bot: Harness, aviary: Aviary
) -> None:
    alice = bot.person("alice", slack="U1")
    await alice.slack.says("owe")

    await label(bot, "balance", sentence="what about [march](month)")
    await learnt(bot, aviary, 2)

    await alice.slack.says("what about march")
    alice.slack.sees("Nothing,")


async def test_what_cannot_be_learnt_leaves_the_engines_as_they_were_and_says_so(
    bot: Harness, aviary: Aviary
) -> None:
    alice = bot.person("alice", slack="U1")
    await alice.slack.says("am I square with you")
    aviary.refuses = True

    await label(bot, "balance")
    await bot.bot.school.look(bot.bot.stage)

    assert "engines as they were" in bot.bot.stage.note
    await alice.slack.says("what do I owe")
    alice.slack.sees("Nothing,")
    aviary.refuses = False
    await label(bot, None)
    await bot.bot.store.misses.label([MissId("none")], "balance")
    misses = await bot.bot.store.misses.page(states=list(MissState), limit=9)
    await bot.bot.store.misses.label([one.id for one in misses], "balance")
    await learnt(bot, aviary, 2)
    assert bot.bot.stage.note == ""


async def test_a_bot_that_starts_has_learnt_what_was_labelled_before(
    bot: Harness, aviary: Aviary
) -> None:
    alice = bot.person("alice", slack="U1")
    await alice.slack.says("am I square with you")
    await label(bot, "balance")

    await bot.restart()

    await alice.slack.says("am I square with you")
    alice.slack.sees("Nothing,")
    kinds = await bot.bot.store.misses.page(states=[MissState.LABELLED], limit=9)
    assert [one.missed.kind for one in kinds] == [MissKind.UNREAD]
