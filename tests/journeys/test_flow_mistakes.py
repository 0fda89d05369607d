"""What no flow may do is told to its author; what it does on a guess waits for a yes."""

import asyncio
import contextlib
from datetime import date
from typing import Any

import pytest

from bot import Context, Flow, Retry, Talk, action, flow
from bot.testing import Channel, Harness, bot_for

BOOKED: list[str] = []


@action
async def book_seat(_ctx: Context, seat: int) -> str:
    """Book a seat."""
    if seat == 13:
        raise Retry("There is no seat 13.", arg="seat")
    BOOKED.append(str(seat))
    return f"S{seat}"


@flow("waiter")
async def waits_for_something_else(talk: Talk) -> None:
    await talk.ask("seat", int, "Seat?")
    await asyncio.sleep(0)


@flow("twins")
async def asks_twice(talk: Talk) -> None:
    await talk.ask("seat", int, "Seat?")
    await talk.ask("seat", int, "Seat?")


@flow("catcher")
async def holds_on(talk: Talk) -> None:
    with contextlib.suppress(BaseException):
        await talk.ask("seat", int, "Seat?")


@flow("talker")
async def says_by_the_context(talk: Talk) -> None:
    await talk.ctx.say("hello")
    await talk.ask("seat", int, "Seat?")


@flow("stranger")
async def asks_what_nobody_reads(talk: Talk) -> None:
    await talk.ask("seat", complex, "Seat?")


@flow("seat", say=["book seat {seat}"])
async def seat(talk: Talk) -> str:
    """Book a seat."""
    number = await talk.ask("seat", int, "Which seat?")
    booked = await talk.do(book_seat, seat=number)
    return f"Booked: {booked}."


@flow("days")
async def days(talk: Talk) -> str:
    """Name a day, perhaps."""
    day = await talk.ask("day", date | None, "Which day, if any?")
    return f"Day: {day}."


@pytest.mark.parametrize(
    ("mistaken", "told"),
    [
        (waits_for_something_else, "waits for something that is not its talk"),
        (asks_twice, "is reached twice in one flow"),
        (holds_on, "caught what leaves it"),
        (says_by_the_context, "call talk.say"),
        (asks_what_nobody_reads, "which no recogniser reads"),
    ],
)
async def test_a_mistake_is_told_to_the_author_and_not_to_the_customer(
    mistaken: Flow[Any], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with bot_for(mistaken) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says(f"/{mistaken.name} 4")
        alice.slack.sees("Something went wrong on our side", buttons=["Try again", "Cancel"])
        assert told in capsys.readouterr().out


async def _opened(bot: Harness, words: str) -> Channel:
    BOOKED.clear()
    alice = bot.person("alice", slack="U1")
    await alice.slack.says(words)
    return alice.slack


async def test_a_flow_that_words_began_acts_after_a_yes_only() -> None:
    async with bot_for(seat) as bot:
        slack = await _opened(bot, "please book seat 4")
        slack.sees("Book a seat: 4. Shall I do that?", buttons=["Yes", "No"])
        assert not BOOKED
        await slack.taps("Yes")
        slack.sees("Booked: S4.")
        assert BOOKED == ["4"]


async def test_a_flow_that_was_typed_acts_at_once() -> None:
    async with bot_for(seat) as bot:
        slack = await _opened(bot, "/seat 5")
        slack.sees("Booked: S5.")


async def test_a_question_is_asked_again_when_an_action_wants_that() -> None:
    async with bot_for(seat) as bot:
        slack = await _opened(bot, "/seat 13")
        slack.sees("There is no seat 13. Which seat?")
        await slack.says("14")
        slack.sees("Booked: S14.")
        assert BOOKED == ["14"]


async def test_an_optional_question_may_be_skipped() -> None:
    async with bot_for(days) as bot:
        slack = await _opened(bot, "/days")
        slack.sees("Which day, if any?")
        await slack.says("skip")
        slack.sees("Day: None.")
