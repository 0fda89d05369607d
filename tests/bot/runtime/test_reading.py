"""Engines that say how long they are waited for, and those that do not."""

import asyncio
from datetime import UTC, datetime, timedelta

from bot.model.understanding import NOTHING, Interpretation, Utterance
from bot.runtime.reading import Reader

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


async def test_the_next_engine_reads_what_one_was_too_slow_for() -> None:
    reader = Reader({"slow": HastyAndPatient(), "next": SlowAndPatient()}, NO_TIME)

    assert await reader.interpret(UTTERANCE) == TOLD
