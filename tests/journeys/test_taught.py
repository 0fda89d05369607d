"""A sentence that was missed is labelled, and the same running bot understands it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from bot import (
    Context,
    Engine,
    Interpretation,
    MissId,
    MissKind,
    MissState,
    Utterance,
    VocabularyEntry,
    command,
)
from bot.testing import Harness, bot_for


@command(examples=["what do I owe"])
async def balance(ctx: Context) -> str:
    """Tell what you owe."""
    return f"Nothing, {ctx.customer.name or 'stranger'}."


@dataclass
class Parrot:
    """Understands exactly the sentences of its vocabulary."""

    meanings: dict[str, str]
    closed: bool = False

    async def interpret(self, utterance: Utterance) -> Interpretation:
        """See `bot.ports.Engine.interpret`."""
        assert not self.closed, "it was asked after it had been closed"
        meaning = self.meanings.get(utterance.text)
        return Interpretation(command=meaning, confidence=0.9 if meaning else 0.0, engine="parrot")


@dataclass
class Aviary:
    """Opens parrots and keeps them in sight."""

    opened: list[Parrot] = field(default_factory=list)
    refuses: bool = False

    @asynccontextmanager
    async def open(self, vocabulary: Sequence[VocabularyEntry]) -> AsyncIterator[Engine]:
        if self.refuses:
            raise RuntimeError("no seeds")
        known = {
            text: entry.command
            for entry in vocabulary
            if entry.answered
            for text in (*entry.examples, *(one.text for one in entry.sentences))
        }
        parrot = Parrot(known)
        self.opened.append(parrot)
        yield parrot
        parrot.closed = True


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
