"""What every engine must do, however it reads.

::

    class TestRules(EngineContract):
        @pytest.fixture
        async def engine(self) -> AsyncIterator[Engine]:
            async with open_engine("rules", RulesSettings(), VOCABULARY) as engine:
                yield engine

`VOCABULARY` is what the suite speaks of; train the engine on it.
"""

from datetime import UTC, datetime

import pytest

from bot.model.understanding import Interpretation, Utterance, VocabularyEntry
from bot.ports.language import Engine

VOCABULARY = (
    VocabularyEntry(
        command="book",
        say=("book [a table] [for {guests}] [on {day}] [at {at}]", "reserve [a] table"),
        examples=("a table for [four](guests) [tomorrow](day)", "can we eat with you tonight"),
        parameters={"guests": "number", "day": "date", "at": "time"},
    ),
    VocabularyEntry(
        command="bookings",
        say=("my bookings", "show [me] my bookings"),
        examples=("what have I booked so far", "which tables are mine"),
    ),
)
COMMANDS = frozenset(entry.command for entry in VOCABULARY)

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)

AWKWARD = (
    "", " ", "\n\t", "\x00", "[", "]", "{guests}", "[[{{", "/book", "book " * 900, "a" * 20_000,
    "(" * 5000, "\u202e\u0301\ufeff", "\U0001f44d", "İstanbul'da masa", "予約したい", "ß" * 300,
    "book a table for 4 on friday at 7", "show me my bookings", "the weather is fine",
)  # fmt: skip
"""Texts that an engine may get from anybody."""


def read(text: str) -> Utterance:
    """Make the utterance of a text."""
    return Utterance(text=text, now=NOW)


def check(interpretation: Interpretation, text: str) -> None:
    """Check what holds for every interpretation."""
    assert interpretation.command is None or interpretation.command in COMMANDS
    assert 0.0 <= interpretation.confidence <= 1.0
    for alternative in interpretation.alternatives:
        assert alternative.command in COMMANDS - {interpretation.command}
        assert 0.0 <= alternative.confidence <= 1.0
    for start, end in interpretation.used:
        assert 0 <= start < end <= len(text)
    for words in interpretation.slots.values():
        assert words in text


class EngineContract:
    """Subclass it and give the fixture ``engine``, opened over `VOCABULARY`."""

    def test_it_is_an_engine(self, engine: Engine) -> None:
        assert isinstance(engine, Engine)

    @pytest.mark.parametrize("text", AWKWARD, ids=range(len(AWKWARD)))
    async def test_any_text_is_answered_and_never_an_error(self, engine: Engine, text: str) -> None:
        check(await engine.interpret(read(text)), text)

    @pytest.mark.parametrize("text", AWKWARD, ids=range(len(AWKWARD)))
    async def test_the_same_text_is_read_the_same_way(self, engine: Engine, text: str) -> None:
        first = await engine.interpret(read(text))
        second = await engine.interpret(read(text))

        assert first == second

    @pytest.mark.parametrize("text", ["", "   ", "\x00"], ids=["empty", "blank", "nul"])
    async def test_nothing_said_means_no_command(self, engine: Engine, text: str) -> None:
        interpretation = await engine.interpret(read(text))

        assert interpretation.command is None

    async def test_it_signs_what_it_says(self, engine: Engine) -> None:
        interpretation = await engine.interpret(read("reserve a table"))

        assert interpretation.engine

    async def test_a_commands_own_sentence_means_that_command(self, engine: Engine) -> None:
        booking = await engine.interpret(read("reserve a table"))
        listing = await engine.interpret(read("show me my bookings"))

        assert (booking.command, listing.command) == ("book", "bookings")
