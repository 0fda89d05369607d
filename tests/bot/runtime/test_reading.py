"""Engines in their order: how long they are waited for, and which reading counts."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.model.understanding import (
    NOTHING,
    Interpretation,
    Sentence,
    Utterance,
    VocabularyEntry,
)
from bot.runtime.reading import Reader, mark_of

NO_TIME = timedelta(0)
UTTERANCE = Utterance(text="book a table", now=datetime(2026, 11, 18, tzinfo=UTC))
TOLD = Interpretation(command="book", confidence=0.9)


class Slow:
    """Needs more than no time at all."""

    async def interpret(self, utterance: Utterance) -> Interpretation:
        for _ in range(5):
            await asyncio.sleep(0)
        return TOLD


class SlowAndPatient(Slow):
    patience = timedelta(seconds=30)


class HastyAndPatient(Slow):
    patience = NO_TIME


async def test_an_engine_that_says_nothing_gets_the_readers_time() -> None:
    assert await Reader({"slow": Slow()}, NO_TIME).interpret(UTTERANCE) == NOTHING
    assert await Reader({"slow": Slow()}, timedelta(seconds=30)).interpret(UTTERANCE) == TOLD


async def test_an_engine_that_names_a_time_gets_that() -> None:
    assert await Reader({"slow": SlowAndPatient()}, NO_TIME).interpret(UTTERANCE) == TOLD
    hasty = Reader({"hasty": HastyAndPatient()}, timedelta(seconds=30))
    assert await hasty.interpret(UTTERANCE) == NOTHING


class Contained:
    """Is sure of one request of the sentence."""

    async def interpret(self, utterance: Utterance) -> Interpretation:
        return TOLD


class Dividing:
    """Tells two requests apart, at no cost."""

    divides = True

    def __init__(self, *named: str) -> None:
        self.named = named

    async def interpret(self, utterance: Utterance) -> Interpretation:
        first, *more = [Interpretation(command=one, confidence=0.8) for one in self.named]
        return replace(first, more=more)


async def test_an_engine_that_divides_is_asked_where_another_was_sure_of_a_part() -> None:
    divided = Dividing("balance", "book")
    reader = Reader({"rules": Contained(), "classifier": divided}, timedelta(seconds=30))

    told = await reader.interpret(UTTERANCE)

    assert [one.command for one in (told, *told.more)] == ["balance", "book"]


async def test_what_an_engine_was_sure_of_is_never_lost_to_one_that_divides() -> None:
    for other in (Dividing("balance", "pay"), Dividing("book"), Contained()):
        reader = Reader({"rules": Contained(), "other": other}, timedelta(seconds=30))
        assert await reader.interpret(UTTERANCE) == TOLD


async def test_nobody_else_is_asked_where_the_whole_sentence_is_a_commands() -> None:
    whole = replace(TOLD, confidence=1.0)

    class Whole:
        async def interpret(self, utterance: Utterance) -> Interpretation:
            return whole

    reader = Reader({"rules": Whole(), "other": Dividing("book", "pay")}, timedelta(seconds=30))
    assert await reader.interpret(UTTERANCE) == whole


async def test_who_understood_nothing_is_named_nevertheless() -> None:
    class Lost:
        async def interpret(self, utterance: Utterance) -> Interpretation:
            return Interpretation(command=None, engine="rules", model="m1")

    told = await Reader({"rules": Lost()}, timedelta(seconds=30)).interpret(UTTERANCE)
    assert (told.engine, told.model) == ("rules", "m1")


def test_the_same_vocabulary_has_the_same_mark_and_any_change_another() -> None:
    entry = VocabularyEntry(command="book", say=("book",), sentences=(Sentence(text="a table"),))

    assert mark_of([entry]) == mark_of([replace(entry)])
    assert mark_of([entry]) != mark_of([replace(entry, say=("reserve",))])
    assert mark_of([entry]) != mark_of([entry, entry])


async def test_the_next_engine_reads_what_one_was_too_slow_for() -> None:
    reader = Reader({"slow": HastyAndPatient(), "next": SlowAndPatient()}, NO_TIME)

    assert await reader.interpret(UTTERANCE) == TOLD
