"""Actions keep parameters and result, commands stay callable, whatever the decorator says."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Annotated, Literal, assert_type

from bot import (
    Absent,
    Arg,
    Button,
    Card,
    Channel,
    Context,
    Customer,
    Effect,
    Found,
    Happening,
    Invocation,
    OpenDialog,
    Provider,
    Reply,
    Retry,
    Retrying,
    Shown,
    Talk,
    action,
    command,
    flow,
    on,
    pattern,
    provide,
)


@dataclass(frozen=True, slots=True)
class Tables:
    city: str


@provide
async def tables() -> AsyncIterator[Tables]:
    yield Tables("Rome")


def not_past(ctx: Context, day: date) -> str | None:
    return "That day has passed." if day < ctx.today else None


async def cancel_table(_ctx: Context, effect: Effect) -> None:
    assert_type(effect.key, str)


async def find_table(_ctx: Context, effect: Effect) -> Found[str] | Absent | None:
    return Found("T1") if effect.key else Absent()


@action
async def note(_ctx: Context, text: str, times: int = 1) -> list[str]:
    return [text] * times


@action(undo=cancel_table, probe=find_table, timeout=8, retry=3, breaker=True, key="{day}")
async def reserve_table(_ctx: Context, day: date, at: time, guests: int, area: str) -> str:
    return f"{day} {at} {guests} {area}"


@action(read=True, timeout=timedelta(seconds=2), retry=Retrying(attempts=2))
async def find_rate(_ctx: Context) -> float:
    return 1.0


@command(
    "book",
    say=["book [a table] [for {guests}] [on {day}] [at {at}]", "reserve [a] table"],
    confirm="Book a table for {guests} on {day:%A} at {at:%H:%M} ({area})?",
)
async def book(
    ctx: Context,
    day: Annotated[date, Arg("Which day?", check=not_past)],
    at: Annotated[time, Arg("What time?")],
    guests: Annotated[int, Arg("How many guests?", ge=1, le=12)],
    area: Literal["inside", "terrace"] = "inside",
) -> Reply:
    ref = await reserve_table(ctx, day=day, at=at, guests=guests, area=area)
    assert_type(ref, str)
    assert_type(await note(ctx, text=ref), list[str])
    assert_type(await note(ctx, text=ref, times=2), list[str])
    assert_type(await find_rate(ctx), float)
    assert_type(await reserve_table.undo(ctx, key="k"), bool)
    if area == "terrace":
        raise Retry("It rains.", arg="area")
    return Reply(f"Booked: {ref}.", buttons=[Button("Again", command=book.with_(guests=guests))])


@command
def hello() -> str:
    return "Hello."


@command(roles=["chef"], needs=["forms"], zone="customer", hidden=True)
async def trip(ctx: Context, service: Tables) -> list[Reply | str]:
    async with ctx.saga("trip") as saga:
        told = await saga.do(reserve_table, day=ctx.today, at=time(1), guests=1, area=service.city)
        assert_type(told, str)
        assert_type(await saga.do(note, text="x"), list[str])
    shown = await ctx.say(Reply("One moment."))
    assert_type(shown, Shown)
    await shown.update("Done.")
    assert_type(ctx.service(Tables), Tables)
    assert_type(ctx.customer, Customer)
    assert_type(ctx.channel, Channel)
    assert_type(ctx.today, date)
    card = Card("The house", image="https://example.com/a.png", buttons=[Button("Again")])
    return ["Done.", Reply("Bye.", card=card)]


@flow("dinner")
async def dinner(talk: Talk) -> str:
    day = await talk.ask("day", date)
    ref = await talk.do(reserve_table, day=day, at=time(20), guests=2, area="inside")
    assert_type(ref, str)
    assert_type(await talk.do(note, text=ref), list[str])
    assert_type(await talk.do(find_rate), float)
    async with talk.saga("evening") as saga:
        assert_type(await saga.do(note, text="x", times=2), list[str])
    return ref


@on("linked")
async def welcome(ctx: Context, event: Happening) -> str:
    return f"{event.name} {ctx.today}"


@pattern("why")
async def reason(_ctx: Context, dialog: OpenDialog) -> str | None:
    return dialog.question


assert_type(hello(), str)
assert_type(book.with_(guests=4), Invocation)
assert_type(dinner.with_(day=date.min), Invocation)
assert_type(book.name, str)
assert_type(tables, Provider[Tables])


async def called_by_tests(ctx: Context) -> None:
    assert_type(await book(ctx, date.min, time(20), guests=4), Reply)
    assert_type(await book(ctx, day=date.min, at=time(20), guests=4, area="terrace"), Reply)
    assert_type(await trip(ctx, Tables("Rome")), list[Reply | str])
    assert_type(await welcome(ctx, Happening(name="linked")), str)
