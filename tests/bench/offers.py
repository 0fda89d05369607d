"""What the bots of the benchmark offer: a booking, a trip, long questionnaires, and errands."""

import inspect
from collections.abc import Sequence
from datetime import date, time
from itertools import product
from typing import Annotated, Any, Literal

from bot import Arg, Context, Talk, action, command, flow
from bot.testing.loading import Plugin

QUESTIONS = 28
KINDS: Sequence[Any] = (int, date, Literal["inside", "terrace"], time)
"""The types of a questionnaire's questions, over and over."""
ANSWERS: tuple[str, ...] = ("4", "friday", "terrace", "19:00")
"""What is answered to them."""
_VERBS = (
    "clean", "count", "deliver", "fetch", "file", "find", "fold", "list", "lock", "mark", "move",
    "open", "pack", "print", "sell", "send", "show", "sort", "store", "wash",
)  # fmt: skip
_THINGS = (
    "apples", "bags", "bells", "boats", "books", "boots", "bowls", "boxes", "bricks", "candles",
    "carpets", "chairs", "clocks", "coats", "cups", "desks", "dishes", "doors", "drums", "fans",
    "flags", "forks", "glasses", "gloves", "hats", "jars", "keys", "kites", "knives", "ladders",
    "lamps", "letters", "maps", "mirrors", "nails", "parcels", "pens", "plates", "pots", "ropes",
    "rugs", "scarves", "shelves", "shirts", "spoons", "stamps", "tents", "tools", "trays", "wheels",
)  # fmt: skip
ERRANDS = [f"{verb}_{thing}" for verb, thing in product(_VERBS, _THINGS)]


def not_past(ctx: Context, day: date) -> str | None:
    return "That day has passed." if day < ctx.today else None


async def free_times(ctx: Context, day: date) -> list[time]:
    return [time(18), time(19), time(20, 30)]


@action
async def reserve(ctx: Context, day: date, at: time, guests: int) -> str:
    return f"T{guests}"


@command(
    "book",
    say=["book [a table] [for {guests}] [on {day}] [at {at}]", "reserve [a] table"],
    confirm="Book a table for {guests} on {day:%A} at {at:%H:%M} ({area})?",
)
async def book(
    ctx: Context,
    day: Annotated[date, Arg("Which day?", check=not_past)],
    at: Annotated[time, Arg("What time?", suggest=free_times)],
    guests: Annotated[int, Arg("How many guests?", ge=1, le=12)],
    area: Literal["inside", "terrace"] = "inside",
) -> str:
    """Book a table."""
    return f"Booked: {await reserve(ctx, day=day, at=at, guests=guests)}."


@flow("trip", say=["plan a trip"])
async def trip(talk: Talk) -> str:
    """Plan a trip."""
    day = await talk.ask("day", date, "Which day?", check=not_past)
    at = await talk.ask("at", time, "What time?", suggest=free_times)
    guests = await talk.ask("guests", Annotated[int, Arg(ge=1, le=12)], "How many of you?")
    if not await talk.confirm("go", f"A trip for {guests} on {day:%A} at {at:%H:%M}?"):
        return "Then not."
    ref = await talk.do(reserve, day=day, at=at, guests=guests)
    return f"Planned: {ref}."


def survey() -> Plugin:
    """Make a command with many parameters."""

    async def function(ctx: Context, **answers: Any) -> str:
        return f"{len(answers)} answers."

    kinds = {f"answer_{number}": KINDS[number % len(KINDS)] for number in range(QUESTIONS)}
    named = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in kinds]
    context = inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    vars(function)["__signature__"] = inspect.Signature([context, *named])
    function.__annotations__ = {"ctx": Context, **kinds}
    return command("survey")(function)


@flow("interview")
async def interview(talk: Talk) -> str:
    """Ask many questions, one by one."""
    for number in range(QUESTIONS):
        kind = KINDS[number % len(KINDS)]
        await talk.ask("answer", kind, f"Question {number + 1}?", key=number)
    return "Thank you."


def errand(name: str) -> Plugin:
    """Make a command with two questions."""

    async def function(ctx: Context, day: date, note: str) -> str:
        return f"{name} on {day}: {note}"

    function.__doc__ = f"{name.replace('_', ' ').capitalize()}."
    return command(name, say=[f"{name.replace('_', ' ')} [on {{day}}]"])(function)


def outing(name: str) -> Plugin:
    """Make a flow with two questions."""

    async def function(talk: Talk) -> str:
        day = await talk.ask("day", date, "Which day?")
        return f"{day}: {await talk.ask('note', str, 'Which note?')}"

    return flow(name)(function)
