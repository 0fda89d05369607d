"""What customers type, as the contract's small print has it: order, doubt, naming, greeting."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest

from bot import Arg, Talk, Text, command, flow
from bot.testing import Harness, bot_for

TAKEN: list[dict[str, Any]] = []


@pytest.fixture(autouse=True)
def taken() -> list[dict[str, Any]]:
    TAKEN.clear()
    return TAKEN


@command("mixed")
async def mixed(
    n: int,
    f: float,
    d: Decimal,
    sure: bool,  # noqa: FBT001 - as authors write it
    length: timedelta,
    note: Text,
) -> str:
    """Take one of many types."""
    TAKEN.append({"n": n, "f": f, "d": d, "sure": sure, "length": length, "note": note})
    return "Taken."


@command("rate")
async def rate(price: Decimal, share: float, count: int) -> str:
    """Take three kinds of numbers."""
    TAKEN.append({"price": price, "share": share, "count": count})
    return "Taken."


@command("window")
async def window(start: time, end: time) -> str:
    """Take two times."""
    TAKEN.append({"start": start, "end": end})
    return "Taken."


@command("call")
async def call(at: datetime) -> str:
    """Take a moment."""
    TAKEN.append({"at": at})
    return "Taken."


@command("note")
async def note(text: str, at: time | None = None) -> str:
    """Take a text."""
    TAKEN.append({"text": text, "at": at})
    return "Taken."


@flow("parcel")
async def parcel(talk: Talk) -> str:
    """Follow a parcel."""
    code = await talk.ask("code", str, "Which code?")
    city = await talk.ask("city", str, "To which city?")
    day = await talk.ask("day", date, "Which day?")
    return f"{code} to {city} on {day:%A}."


@flow("guests")
async def guests(talk: Talk) -> str:
    """Name the guests."""
    count = await talk.ask("count", Annotated[int, Arg(ge=1)], "How many guests?")
    names = [
        await talk.ask("name", str, f"Name of guest {number}?", key=number)
        for number in range(1, count + 1)
    ]
    return f"Welcome, {' and '.join(names)}."


@command("order", say=["order [{count}] {what}"], confirm="Order {count} {what} for {day:%A}?")
async def order(
    what: Literal["beer", "wine"],
    day: Annotated[date, Arg("Which day?")],
    count: Annotated[int, Arg(ge=1, le=12)] = 1,
) -> str:
    """Order drinks."""
    TAKEN.append({"what": what, "day": day, "count": count})
    return "Ordered."


def on(day: int, hour: int, minute: int = 0) -> datetime:
    """Give a moment of November as a command gets it: wall time."""
    return datetime.fromisoformat(f"2026-11-{day:02}T{hour:02}:{minute:02}")


def here() -> Any:
    return bot_for(mixed, rate, window, call, note, parcel, guests, order)


async def said(bot: Harness, *lines: str) -> str:
    """Say lines on one channel; returns what the bot said last."""
    alice = bot.person("alice", slack="U1")
    for line in lines:
        await alice.slack.says(line)
    return alice.slack.screen[-1].text


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("/rate 3.5 5 7", {"price": Decimal("3.5"), "share": 5.0, "count": 7}),
        ("/rate 5 6.5 7", {"price": Decimal(5), "share": 6.5, "count": 7}),
        ("/rate 7 2.5 0.5", {"price": Decimal("2.5"), "share": 0.5, "count": 7}),
        ("/rate count=7 2.5 0.5", {"price": Decimal("2.5"), "share": 0.5, "count": 7}),
        (
            "/mixed 5 2.5 3.14 yes 2h no onions please",
            {
                "n": 5, "f": 2.5, "d": Decimal("3.14"), "sure": True,
                "length": timedelta(hours=2), "note": "no onions please",
            },
        ),
        ("/window 5pm 7pm", {"start": time(17), "end": time(19)}),
        ("/window from 5pm to 7pm", {"start": time(17), "end": time(19)}),
        ("/note buy 2 eggs", {"text": "buy 2 eggs", "at": None}),
    ],
)  # fmt: skip
async def test_typed_values_find_their_parameters(words: str, values: dict[str, Any]) -> None:
    async with here() as bot:
        assert await said(bot, words) == "Taken."
    assert [values] == TAKEN


@pytest.mark.parametrize(
    ("lines", "values"),
    [
        (["/window 5 7", "pm", "in the evening"], {"start": time(17), "end": time(19)}),
        (["/call", "tomorrow evening", "7pm"], {"at": on(19, 19)}),
        (["/call tomorrow evening", "8"], {"at": on(19, 20)}),
        (["/call tomorrow", "at half past nine pm"], {"at": on(19, 21, 30)}),
        (["/call next friday 8pm", "the 27th"], {"at": on(27, 20)}),
        (["/call tomorrow", "friday 8pm"], {"at": on(20, 20)}),
    ],
)
async def test_a_doubt_is_settled_by_the_words_that_were_missing(
    lines: list[str], values: dict[str, Any]
) -> None:
    async with here() as bot:
        assert await said(bot, *lines) == "Taken."
    assert [values] == TAKEN


async def test_a_bare_hour_is_a_question_when_typed_behind_a_command() -> None:
    async with here() as bot:
        assert await said(bot, "/window 5 7pm") == "05:00 or 17:00?"


async def test_a_number_behind_a_flow_answers_its_first_question() -> None:
    async with here() as bot:
        assert await said(bot, "/parcel 42", "Rome") == "Which day?"
        assert await said(bot, "friday") == "42 to Rome on Friday."


@pytest.mark.parametrize(
    "words", ["no, the city is Milan", "sorry, change the city to Milan", "city: Milan"]
)
async def test_an_answer_is_corrected_by_its_name(words: str) -> None:
    async with here() as bot:
        await said(bot, "/parcel 42", "Rome", words)
        assert await said(bot, "friday") == "42 to Milan on Friday."


async def test_a_greeting_after_months_is_nobodys_answer() -> None:
    async with here() as bot:
        await said(bot, "/parcel", "A1")
        await bot.clock.forward(days=90)
        assert await said(bot, "hi") == "Welcome back. So far: A1. To which city?"
        assert await said(bot, "Rome", "2027-03-05") == "A1 to Rome on Friday."


async def test_the_rounds_of_a_loop_are_summed_up_by_their_questions() -> None:
    async with here() as bot:
        alice = bot.person("alice", slack="U1")
        for line in ("/guests", "2", "Ann", "what did I say so far"):
            await alice.slack.says(line)
        alice.slack.sees("Count: 2\nName of guest 1: Ann")


async def test_help_on_one_command_needs_no_slash() -> None:
    async with here() as bot:
        assert "Follow a parcel." in await said(bot, "help parcel")
        assert "I did not understand" in await said(bot, "help the aged")


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("order beer friday", "Order 1 beer for Friday?"),
        ("please order 3 wine for friday", "Order 3 wine for Friday?"),
        ("could you order wine", "Which day?"),
    ],
)
async def test_an_optional_value_may_stand_right_before_a_needed_one(
    words: str, asked: str
) -> None:
    async with here() as bot:
        assert await said(bot, words) == asked


async def test_a_day_that_does_not_exist_is_no_bad_count() -> None:
    async with here() as bot:
        told = await said(bot, "/order wine 2", "31 February")
        assert told == "I did not understand “31 February”. Which day?"


async def test_a_question_that_is_not_understood_is_named_whole() -> None:
    async with here() as bot:
        told = await said(bot, "/order wine", "what time do you open?")
        assert told == "I did not understand “what time do you open?”. Which day?"
