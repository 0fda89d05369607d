"""Questions in the middle of a dialog, answered from the operator's documents."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import pytest

from bot import (
    Arg,
    Context,
    Engine,
    Interpretation,
    Question,
    Reply,
    Source,
    Statement,
    Utterance,
    action,
    command,
)
from bot.testing import bot_for
from bot.testing.harness import Harness
from nlu.documents import DocumentsSettings, open_engine
from tests.nlu.documents.hotel import FAQ

BREAKFAST = "Breakfast is included in every room rate."
SOURCE = "Source: Hotel Aurora \u203a Breakfast"


@action
async def stay(ctx: Context, nights: int, name: str) -> None:
    """Book a stay."""


@command("stay", confirm="Book {nights} nights for {name}?")
async def booking(
    ctx: Context,
    nights: Annotated[int, Arg("How many nights?", ge=1, le=30)],
    name: Annotated[str, Arg("Whose name shall I write down?")],
    pin: Annotated[str, Arg("Which PIN shall the safe have?", mask=True)] = "",
) -> Reply:
    """Book a room."""
    await stay(ctx, nights=nights, name=name)
    return Reply("Booked.")


@pytest.fixture
async def documents(tmp_path: Path) -> AsyncIterator[Engine]:
    (tmp_path / "hotel.md").write_text(FAQ)
    settings = DocumentsSettings(folders=(tmp_path,))
    async with open_engine("documents", settings, ()) as engine:
        yield engine


@dataclass(slots=True)
class Writer:
    """An engine that writes an answer in steps; it goes on when it is let."""

    steps: tuple[str, ...] = ("Breakfast is", "Breakfast is included.")
    gates: dict[int, asyncio.Event] = field(default_factory=dict)
    asked: list[Question] = field(default_factory=list)
    fails: bool = False
    answers = True
    answer_patience = timedelta(seconds=20)

    async def interpret(self, utterance: Utterance) -> Interpretation:
        """See `bot.ports.Engine.interpret`."""
        return Interpretation(command=None, engine="writer")

    async def answer(self, question: Question) -> AsyncGenerator[Statement, None]:
        """See `bot.ports.Answering.answer`."""
        self.asked.append(question)
        for number, text in enumerate(self.steps):
            if number in self.gates:
                await self.gates[number].wait()
            is_last = number == len(self.steps) - 1
            if is_last and self.fails:
                raise ConnectionError
            yield Statement(text=text, sources=(Source(title="FAQ"),) * is_last, final=is_last)


def at_once(bot: Harness) -> None:
    """Edit without a pause in between."""
    stage = bot.bot.stage
    consulting = replace(stage.runner.consulting, pace=timedelta(0))
    stage.exchange(replace(stage.runner, consulting=consulting))


async def test_a_question_in_the_middle_is_answered_and_ours_is_asked_again(
    documents: Engine,
) -> None:
    async with bot_for(booking, stay, engines={"documents": documents}) as bot:
        ada = bot.person("ada", slack="U1", web="w1")
        await ada.slack.says("/stay")
        ada.slack.sees("How many nights?")

        await ada.slack.says("is breakfast included on sunday 29?")

        ada.slack.sees(BREAKFAST)
        ada.slack.sees("How many nights?")
        await ada.web.says("3")
        ada.web.sees("Whose name")
        await ada.web.says("what does parking cost?")  # any text would be a name
        ada.web.sees("12 euros a night")
        await ada.web.says("Ada")
        ada.web.sees("Book 3 nights for Ada?")


async def test_a_source_is_named_and_linked_where_it_is_a_page(tmp_path: Path) -> None:
    (tmp_path / "hotel.md").write_text(FAQ)
    settings = DocumentsSettings(folders=(tmp_path,), link="https://aurora.example/faq")
    async with (
        open_engine("documents", settings, ()) as engine,
        bot_for(engines={"documents": engine}) as bot,
    ):
        ada = bot.person("ada", whatsapp="39333")

        await ada.whatsapp.says("is breakfast included?")

        shown = ada.whatsapp.sees("https://aurora.example/faq/hotel#breakfast").text
        assert shown.startswith(BREAKFAST)
        assert "Hotel Aurora \u203a Breakfast: https://" in shown


async def test_what_stands_nowhere_is_not_answered_from_thin_air(documents: Engine) -> None:
    async with bot_for(booking, stay, engines={"documents": documents}) as bot:
        ada = bot.person("ada", web="w1")
        await ada.web.says("is breakfast included?")
        assert SOURCE in ada.web.sees(BREAKFAST).text

        await ada.web.says("who won the world cup?")

        ada.web.sees("I did not understand")


async def test_the_answer_to_a_masked_question_is_shown_to_no_engine() -> None:
    writer = Writer()
    async with bot_for(booking, stay, engines={"writer": writer}) as bot:
        ada = bot.person("ada", web="w1")
        await ada.web.says("/stay 3 Ada")
        await ada.web.says("no")
        await ada.web.says("change the pin")
        ada.web.sees("Which PIN")

        await ada.web.says("is it 1234?")

        assert writer.asked == []


async def test_an_answer_that_is_being_written_grows_by_edits_and_is_said_once() -> None:
    writer = Writer(gates={1: asyncio.Event()})
    async with bot_for(booking, stay, engines={"writer": writer}) as bot:
        ada = bot.person("ada", telegram="7", web="w1")
        at_once(bot)
        await bot.world.says("telegram", "7", "is breakfast included?")
        await bot.until(lambda: "Breakfast is" in ada.telegram.told())
        assert "included." not in ada.telegram.told()

        writer.gates[1].set()
        await bot.settle()

        shown = [seen.text for seen in ada.telegram.screen]
        assert shown == ["Breakfast is included.\nSource: FAQ"]
        await bot.facts.read(bot.bot.store)
        assert bot.transcript().count("Breakfast is") == 1  # nothing half is remembered


async def test_a_death_while_it_is_written_leaves_no_half_answer() -> None:
    writer = Writer(gates={1: asyncio.Event()})
    async with bot_for(booking, stay, engines={"writer": writer}) as bot:
        ada = bot.person("ada", telegram="7")
        at_once(bot)
        await bot.world.says("telegram", "7", "is breakfast included?")
        await bot.until(lambda: "Breakfast is" in ada.telegram.told())

        writer.gates[1].set()
        await bot.crash()

        shown = [seen.text for seen in ada.telegram.screen]
        assert shown == ["Breakfast is included.\nSource: FAQ"]


async def test_an_engine_that_breaks_off_leaves_the_word_to_the_next(documents: Engine) -> None:
    writer = Writer(fails=True)
    async with bot_for(engines={"writer": writer, "documents": documents}) as bot:
        ada = bot.person("ada", telegram="7")
        at_once(bot)

        await ada.telegram.says("is breakfast included?")

        (shown,) = (seen.text for seen in ada.telegram.screen)
        assert shown.startswith(BREAKFAST)
        assert shown.endswith(SOURCE)


async def test_where_no_engine_comes_to_an_end_nothing_half_is_left_standing() -> None:
    writer = Writer(fails=True)
    async with bot_for(engines={"writer": writer}) as bot:
        ada = bot.person("ada", telegram="7")
        at_once(bot)

        await ada.telegram.says("is breakfast included?")

        shown = [seen.text for seen in ada.telegram.screen]
        assert not any("Breakfast" in text for text in shown)
        assert "I did not understand" in shown[-1]


async def test_small_talk_is_asked_for_where_nothing_else_was_found() -> None:
    writer = Writer(steps=("I am fine, thank you.",))
    async with bot_for(booking, stay, engines={"writer": writer}) as bot:
        ada = bot.person("ada", web="w1")

        await ada.web.says("my cat is on the roof")

        ada.web.sees("I am fine")
        assert [one.chatty for one in writer.asked] == [True]
