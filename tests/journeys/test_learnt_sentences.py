"""Sentences that no template foresaw, understood by the classifier in a whole bot."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated

import pytest

from bot import Arg, Context, Engine, Interpretation, Utterance, VocabularyEntry, action, command
from bot.testing import Harness, bot_for
from nlu.classifier import ClassifierSettings, open_engine

SENTENCES = VocabularyEntry(
    command="table",
    examples=(
        "a table for [four](guests) please", "can we eat at your place [tomorrow](day)",
        "dinner for [two](guests)", "we would like to come for lunch on [friday](day)",
    ),
    parameters={"day": "date", "guests": "int"},
)  # fmt: skip


@action
async def reserve(ctx: Context, day: date, guests: int) -> None:
    """Reserve a table."""


@command(confirm="A table for {guests} on {day:%A}?")
async def table(
    ctx: Context,
    day: Annotated[date, Arg("Which day?")],
    guests: Annotated[int, Arg("How many guests?")],
) -> str:
    """Reserve a table."""
    await reserve(ctx, day=day, guests=guests)
    return f"Reserved: {guests} on {day:%A}."


class Listening:
    """Notes what the engine behind it is asked."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.heard: list[Utterance] = []

    async def interpret(self, utterance: Utterance) -> Interpretation:
        """See `bot.ports.Engine.interpret`."""
        self.heard.append(utterance)
        return await self.engine.interpret(utterance)


@pytest.fixture
async def listening() -> AsyncIterator[Listening]:
    settings = ClassifierSettings(keep=False)
    async with open_engine("classifier", settings, [SENTENCES]) as engine:
        yield Listening(engine)


@pytest.fixture
async def bot(listening: Listening) -> AsyncIterator[Harness]:
    async with bot_for(
        table, reserve, now="2026-11-18T10:00+01:00", engines={"classifier": listening}
    ) as opened:
        yield opened


async def test_a_learnt_sentence_opens_a_dialog_and_nothing_runs_before_a_yes(
    bot: Harness,
) -> None:
    ada = bot.person("ada", slack="U1")

    await ada.slack.says("could we have dinner at your place tomorow for 3?")
    ada.slack.sees("A table for 3 on Thursday?")
    assert bot.calls("reserve") == []

    await ada.slack.says("yes")
    ada.slack.sees("Reserved: 3 on Thursday.")
    assert len(bot.calls("reserve")) == 1


async def test_engines_are_told_what_was_asked_for(bot: Harness, listening: Listening) -> None:
    ada = bot.person("ada", slack="U1")

    await ada.slack.says("dinner at your place please")
    ada.slack.sees("Which day?")
    await ada.slack.says("tomorrow")
    ada.slack.sees("How many guests?")
    await ada.slack.says("3")

    assert [utterance.asked for utterance in listening.heard] == [(), ("day",), ("guests",)]


async def test_a_sentence_of_something_else_is_not_understood(bot: Harness) -> None:
    ada = bot.person("ada", slack="U1")

    await ada.slack.says("quantum chromodynamics explains gluons")

    assert bot.calls("reserve") == []
    assert all("Which day?" not in seen.text for seen in ada.slack.screen)
