"""Flows as the contract has them: every kind of question, yes or no, events, months, customers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Annotated, Any, Literal

import pytest

from bot import (
    Arg,
    Button,
    Choice,
    Context,
    Email,
    Happening,
    Reply,
    Talk,
    action,
    command,
    flow,
    on,
)
from bot.testing import bot_for

HEARD: list[Happening] = []


class Bag(Enum):
    """How large a bag is."""

    SMALL = "small"
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class Line:
    """Some pizzas of a kind."""

    pizza: Literal["margherita", "diavola"]
    count: int = 1


def not_past(ctx: Context, day: date) -> str | None:
    """Refuse days that are over."""
    return "That day has passed." if day < ctx.today else None


async def hotels(_ctx: Context, city: str) -> list[str | Choice]:
    """Suggest hotels of a city that was asked for before."""
    return [f"{city} Inn", Choice("blu", "Hotel Blu")]


@action
async def pay(_ctx: Context, people: int) -> str:
    """Pay for some people."""
    return f"P{people}"


@flow("voyage", say=["plan a voyage"])
async def voyage(talk: Talk) -> str | None:
    """Plan a voyage."""
    city = await talk.ask("city", str, "Which city?")
    day = await talk.ask("day", date, "Which day?", check=not_past)
    hotel = await talk.ask("hotel", str, "Which hotel?", suggest=hotels)
    way = await talk.ask("way", Literal["train", "bus"], "Train or bus?")
    bag = await talk.ask("bag", Bag, "Which bag?")
    lines = await talk.ask("lines", list[Line], "Pizzas for the way?")
    people = await talk.ask("people", Annotated[int, Arg(ge=1, le=4)], "How many people?")
    mail = await talk.ask("mail", Email | None, "E-mail, if you like?")
    extra = await talk.ask("extra", Line, "One pizza more?")
    eaten = " and ".join(f"{line.count} {line.pizza}" for line in [*lines, extra])
    agreed = await talk.confirm("sure", f"{city}, {day:%A}, {hotel} by {way}?")
    if agreed is False:
        return "Nothing was paid."
    assert agreed is True
    await talk.say(Reply("Paying.", buttons=[Button("Voyage", command="voyage")]))
    ref = await talk.do(pay, people)
    return f"{ref}: {bag.name}, {eaten}, {mail}."


@flow
async def delivery(talk: Talk) -> str:
    """Wait for a delivery."""
    order = await talk.ask("order", str, "Which order?")
    await talk.say(f"Waiting for {order}.")
    came = await talk.wait("came", event="came", key=order, until=timedelta(days=60))
    if came is None:
        return f"{order} never came."
    fine = await talk.confirm("fine", f"{order} is {came['place']}. All fine?")
    return "Good." if fine else "I am sorry."


@command("deliver")
async def deliver(ctx: Context, order: str) -> str:
    """Deliver an order."""
    ctx.emit("came", key=order, place="at the door")
    return "Delivered."


@on("came")
async def hear(_ctx: Context, event: Happening) -> None:
    """Keep what happened."""
    HEARD.append(event)


@flow("drawn")
async def drawn(talk: Talk) -> str:
    """Draw and look at the clock."""
    lot, since = await talk.random(), await talk.now()
    asked = await talk.once("asked", since.isoformat)
    again = await talk.ask("again", Literal["go"], "Again?")
    now = await talk.now()
    assert isinstance(now, datetime)
    return f"{again} {0 <= lot < 1} {now - since} {asked == since.isoformat()} {since.tzinfo}"


def told(event: Happening) -> tuple[str, Mapping[str, Any]]:
    """Write what happened as a pair."""
    return event.name, dict(event.data)


@pytest.fixture(autouse=True)
def silence() -> None:
    HEARD.clear()


async def test_every_kind_of_question_is_asked_and_answered_once() -> None:
    async with bot_for(voyage, pay) as bot:
        alice = bot.person("alice", slack="U1", telegram="7")
        here, there = alice.slack, alice.telegram
        await here.says("please plan a voyage")
        here.sees("Which city?")
        await here.says("Rome")
        here.sees("Which day?", buttons=["Today", "Tomorrow"])
        await there.says("yesterday")
        there.sees("That day has passed. Which day?")
        await there.taps("Tomorrow")
        there.sees("Which hotel?", buttons=["Rome Inn", "Hotel Blu"])
        await bot.restart()
        await here.says("hotel blu")
        here.sees("Train or bus?", buttons=["train", "bus"])
        await here.says("2")
        here.sees("Which bag?", buttons=["small", "large"])
        await here.says("large please")
        here.sees("Pizzas for the way?")
        await there.says("two margheritas and a diavola")
        there.sees("How many people?")
        await there.says("nine")
        there.sees("It must be 4 or less")
        await there.says("three")
        there.sees("E-mail, if you like?")
        await there.says("skip")
        there.sees("One pizza more?")
        await there.says("a diavola")
        there.sees("Rome, Thursday, blu by bus?", buttons=["Yes", "No"])
        assert bot.calls("pay") == []
        await here.says("👍")
        here.sees("Paying.", buttons=["Voyage"])
        here.sees("P3: LARGE, 2 margherita and 1 diavola and 1 diavola, None.")
        assert [call.arguments for call in bot.calls("pay")] == [{"people": 3}]
        assert bot.asked_twice == []


async def test_a_no_is_false_and_nothing_is_done() -> None:
    async with bot_for(voyage, pay) as bot:
        alice = bot.person("alice", slack="U1")
        for words in ("/voyage", "Rome", "friday", "blu", "bus", "small", "diavola", "2", "skip",
                      "margherita", "no"):  # fmt: skip
            await alice.slack.says(words)
        alice.slack.sees("Nothing was paid.")
        assert bot.calls("pay") == []


async def test_an_event_wakes_the_flow_that_waits_for_its_key_and_tells_subscribers() -> None:
    async with bot_for(delivery, deliver, hear) as bot:
        alice, bob = bot.person("alice", slack="U1"), bot.person("bob", telegram="8")
        await alice.slack.says("/delivery 42")
        alice.slack.sees("Waiting for 42.")
        await bob.telegram.says("/deliver 41")
        alice.slack.sees_nothing()
        await bot.clock.forward(days=59)
        await bot.restart()
        await bob.telegram.says("/deliver 42")
        alice.slack.sees("42 is at the door. All fine?", buttons=["Yes", "No"])
        await alice.slack.taps("No")
        alice.slack.sees("I am sorry.")
        assert [told(event) for event in HEARD] == [
            ("came", {"key": "41", "place": "at the door"}),
            ("came", {"key": "42", "place": "at the door"}),
        ]


async def test_what_never_happens_is_told_when_its_time_has_passed() -> None:
    async with bot_for(delivery, deliver) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/delivery 42")
        await bot.clock.forward(days=61)
        alice.slack.sees("42 never came.")


async def test_what_was_drawn_and_seen_once_stays() -> None:
    async with bot_for(drawn) as bot:
        alice = bot.person("alice", slack="U1")
        await alice.slack.says("/drawn")
        await bot.clock.forward(hours=1)
        await bot.restart()
        await alice.slack.says("go")
        alice.slack.sees("go True 1:00:00 True Europe/Rome")
