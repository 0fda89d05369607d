"""A flow opened under one release and finished under the next: nothing is asked twice."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, time
from typing import Annotated, Any

from bot import Arg, Context, Flow, Talk, action, flow
from bot.plugins import LoadedCommand
from bot.testing import Harness, Person, bot_for


@flow("visit")
async def first_release(talk: Talk) -> str:
    """Plan a visit."""
    city = await talk.ask("city", str, "Which city?")
    day = await talk.ask("day", date, "Which day?")
    fax = await talk.ask("fax", int, "Your fax number?")
    guests = await talk.ask("guests", int, "How many people?")
    at = await talk.ask("at", time, "What time?")
    return f"{city} {day} {fax} {guests} {at}"


@flow("visit")
async def second_release(talk: Talk) -> str:
    """Plan a visit: a question added, one removed, two swapped, one renamed."""
    day = await talk.ask("day", date, "Which day?")
    place = await talk.ask("place", str, "Which place?", was="city")
    lift = await talk.ask("lift", bool, "Do you need a lift?")
    people = await talk.ask("guests", Annotated[int, Arg(le=6)], "How many people?")
    at = await talk.ask("at", time, "What time?")
    return f"{place} {day} lift={lift} {people} {at:%H:%M}"


@asynccontextmanager
async def opened(*answers: str) -> AsyncIterator[tuple[Harness, Person]]:
    """Open the flow under the first release and give some answers."""
    async with bot_for(first_release) as bot:
        alice = bot.person("alice", slack="U1", telegram="7")
        await alice.slack.says("/visit")
        for answer in answers:
            await alice.slack.says(answer)
        yield bot, alice


async def released(bot: Harness, release: Flow[Any]) -> None:
    """Start the bot again with another release of the flow."""
    others = [one for one in bot.extensions.commands if one.command.name != release.name]
    loaded = LoadedCommand(command=release.command, source="test", origin="test")
    bot.extensions = replace(bot.extensions, commands=(*others, loaded))
    await bot.restart()


async def test_questions_are_added_removed_swapped_and_renamed_in_mid_flow() -> None:
    async with opened("Rome", "2026-12-01", "555") as (bot, alice):
        alice.slack.sees("How many people?")
        await released(bot, second_release)
        await alice.slack.says("4")
        alice.slack.sees("Do you need a lift?")
        await alice.slack.says("yes")
        alice.slack.sees("What time?")
        await alice.slack.says("19:30")
        alice.slack.sees("Rome 2026-12-01 lift=True 4 19:30")
        assert bot.asked_twice == []


async def test_an_answer_that_no_longer_fits_is_asked_again_with_the_reason() -> None:
    async with opened("Rome", "2026-12-01", "555", "9") as (bot, alice):
        await released(bot, second_release)
        await alice.telegram.says("hello")
        alice.telegram.sees("Do you need a lift?")
        await alice.telegram.says("no")
        alice.telegram.sees("“9”: It must be 6 or less.")
        await alice.telegram.says("5")
        alice.telegram.sees("What time?")


async def test_an_answer_to_a_question_that_is_gone_leads_on() -> None:
    async with opened("Rome", "2026-12-01") as (bot, alice):
        alice.slack.sees("Your fax number?")
        await released(bot, second_release)
        await alice.slack.says("555")
        alice.slack.sees("Do you need a lift?")


async def test_a_flow_that_is_no_longer_there_is_closed_with_a_word() -> None:
    async with opened("Rome") as (bot, alice):
        kept = tuple(one for one in bot.extensions.commands if one.command.name != "visit")
        bot.extensions = replace(bot.extensions, commands=kept)
        await bot.restart()
        await alice.slack.says("2026-12-01")
        alice.slack.sees("/visit is no longer offered")


HELD: list[str] = []


@action
async def hold(_ctx: Context, city: str, wing: str = "east") -> str:
    """Hold a room."""
    HELD.append(f"{city} {wing}")
    return f"H{len(HELD)}"


@flow("stay")
async def first_stay(talk: Talk) -> str:
    """Plan a stay."""
    city = await talk.ask("city", str, "Which city?")
    if not await talk.confirm("go", f"Hold a room in {city}?"):
        return "Nothing held."
    ref = await talk.do(hold, city=city)
    guests = await talk.ask("guests", int, "How many people?")
    return f"{ref} for {guests}."


@flow("stay")
async def second_stay(talk: Talk) -> str:
    """Plan a stay, in the west wing."""
    city = await talk.ask("city", str, "Which city?")
    nights = await talk.ask("nights", int, "How many nights?")
    if not await talk.confirm("go", f"Hold a room in {city} for {nights} nights?"):
        return "Nothing held."
    ref = await talk.do(hold, city=city, wing="west")
    guests = await talk.ask("guests", int, "How many people?")
    return f"{ref} for {guests}, {nights} nights."


async def test_what_was_done_and_agreed_to_stands_under_the_next_release() -> None:
    HELD.clear()
    async with bot_for(first_stay) as bot:
        alice = bot.person("alice", slack="U1")
        for words in ("/stay", "Rome", "yes"):
            await alice.slack.says(words)
        alice.slack.sees("How many people?")
        await released(bot, second_stay)
        await alice.slack.says("2")
        alice.slack.sees("How many nights?")
        await alice.slack.says("3")
        alice.slack.sees("H1 for 2, 3 nights.")
        assert HELD == ["Rome east"]
