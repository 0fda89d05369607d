"""Several requests in one sentence, through a whole bot: over channels, deaths and restarts."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import date
from typing import Annotated

import pytest

from bot import Arg, Context, Engine, MissKind, MissState, VocabularyEntry, action, command
from bot.testing import Harness, bot_for
from nlu.classifier import ClassifierSettings, open_engine


@action
async def reserve(ctx: Context, day: date, guests: int) -> None:
    """Reserve a table."""


@action
async def send(ctx: Context, parcel: int) -> None:
    """Send a parcel."""


@command(
    confirm="A table for {guests} on {day:%A}?",
    examples=[
        "book a table for [two](guests)", "a table for [four](guests) please",
        "reserve a table [tomorrow](day)", "book a table [on friday](day) for [six](guests)",
    ],
)  # fmt: skip
async def table(
    ctx: Context,
    day: Annotated[date, Arg("Which day?")],
    guests: Annotated[int, Arg("How many guests?")],
) -> str:
    """Reserve a table."""
    await reserve(ctx, day=day, guests=guests)
    return f"Reserved: {guests} on {day:%A}."


@command(
    read=True,
    examples=[
        "what is my balance",
        "how much do i owe",
        "what's my balance",
        "tell me what i owe you",
    ],
)
async def balance(ctx: Context) -> str:
    """Tell what you owe."""
    return "You owe nothing."


@command(
    confirm="Send parcel {parcel}?",
    examples=[
        "send my parcel [7](parcel)",
        "send off parcel [12](parcel)",
        "ship my parcel",
        "please send the parcel",
    ],
)
async def ship(ctx: Context, parcel: Annotated[int, Arg("Which parcel?")]) -> str:
    """Send a parcel."""
    await send(ctx, parcel=parcel)
    return f"Sent: {parcel}."


def classifier(
    vocabulary: Sequence[VocabularyEntry],
) -> AbstractAsyncContextManager[Engine]:
    return open_engine("classifier", ClassifierSettings(keep=False), vocabulary)


@pytest.fixture
async def bot() -> AsyncIterator[Harness]:
    async with bot_for(table, balance, ship, engines={"classifier": classifier}) as bot:
        yield bot


TWO = "book a table for two and what's my balance?"
BOTH = "book a table for two and send my parcel 7"


async def test_what_only_reads_is_answered_and_the_rest_is_asked_for(bot: Harness) -> None:
    alice = bot.person("alice", slack="U1")

    await alice.slack.says(TWO)

    alice.slack.sees("You owe nothing.")
    alice.slack.sees("Which day?")
    await alice.slack.says("friday")
    alice.slack.sees("A table for 2 on Friday?", buttons=["Yes", "No"])
    assert bot.calls("reserve") == []
    await alice.slack.taps("Yes")
    alice.slack.sees("Reserved: 2 on Friday.")
    assert bot.asked_twice == []


async def test_what_waits_goes_on_on_another_channel_after_a_death(bot: Harness) -> None:
    alice = bot.person("alice", slack="U1", telegram="7")
    await alice.slack.says(BOTH)
    alice.slack.sees("After that: Send a parcel.")

    await bot.crash()
    await alice.telegram.says("hello")
    alice.telegram.sees("Which day?")
    await alice.telegram.says("friday")
    await alice.telegram.says("yes")
    alice.telegram.sees("Reserved: 2 on Friday.")
    assert [call.arguments["guests"] for call in bot.calls("reserve")] == [2]
    assert bot.calls("send") == []

    await bot.restart()
    await alice.slack.says("hello")
    alice.slack.sees("Send parcel 7?", buttons=["Yes", "No"])
    await alice.slack.taps("Yes")
    alice.slack.sees("Sent: 7.")
    assert [call.arguments["parcel"] for call in bot.calls("send")] == [7]


async def test_giving_one_up_leaves_the_other(bot: Harness) -> None:
    alice = bot.person("alice", slack="U1")
    await alice.slack.says(BOTH)
    await alice.slack.says("cancel")
    await alice.slack.says("yes")

    alice.slack.sees("Next: Send a parcel. Send parcel 7?", buttons=["Yes", "No"])
    await alice.slack.says("no")
    assert bot.calls("reserve") == bot.calls("send") == []


async def test_misses_of_a_conversation_are_kept_with_who_said_them_where(bot: Harness) -> None:
    alice = bot.person("alice", slack="U1", telegram="7")
    await alice.telegram.says("quantum chromodynamics")
    await alice.telegram.says("/balance")
    await alice.slack.says("a table for four please")
    await alice.slack.says("friday")
    await alice.slack.says("no")

    found = await bot.bot.store.misses.page(states=[MissState.OPEN], limit=9)

    refused, unread = sorted(found, key=lambda one: one.missed.kind)
    assert (unread.missed.kind, unread.chosen) == (MissKind.UNREAD, "balance")
    assert (unread.text, unread.missed.channel) == ("quantum chromodynamics", "telegram")
    assert (refused.missed.kind, refused.text) == (MissKind.REFUSED, "a table for four please")
    assert refused.missed.proposal.guesses[0].command == "table"
    assert refused.missed.proposal.model
    assert refused.missed.proposal.data == unread.missed.proposal.data != ""


async def test_an_operator_who_keeps_no_misses_has_none(bot: Harness) -> None:
    runner = bot.bot.stage.runner
    bot.bot.stage.exchange(replace(runner, scene=replace(runner.scene, keeps_misses=False)))
    alice = bot.person("alice", slack="U1")

    await alice.slack.says("quantum chromodynamics")

    alice.slack.sees("I did not understand")
    assert await bot.bot.store.misses.page(states=list(MissState), limit=9) == []
