"""Calls that no type checker may let pass; never run.

Each mistake is in a line that ends with the code that mypy gives it. An ignore that nothing needs
is an error in mypy's strict mode; that pyright refuses the same lines is tested.
"""

from datetime import date, time
from typing import Literal

from bot import (
    Arg,
    Breaker,
    Button,
    Card,
    Choice,
    Context,
    Effect,
    Reply,
    Retry,
    Talk,
    action,
    command,
    flow,
    on,
    pattern,
)


async def cancel_table(ctx: Context, effect: Effect) -> None: ...


@action
async def note(_ctx: Context, text: str) -> str:
    return text


@action(undo=cancel_table)
async def reserve_table(_ctx: Context, day: date, guests: int = 2) -> str:
    return f"{day} {guests}"


@command("book")
async def book(ctx: Context, day: date, area: Literal["inside", "terrace"] = "inside") -> Reply:
    await reserve_table(ctx, dya=day)  # type: ignore[call-arg]
    await reserve_table(ctx, day="friday")  # type: ignore[arg-type]
    await reserve_table(ctx)  # type: ignore[call-arg]
    await reserve_table(ctx, day=day, guests="4")  # type: ignore[arg-type]
    await reserve_table(day=day)  # type: ignore[call-arg]
    await reserve_table.undo(ctx, "k")  # type: ignore[call-arg]
    await note(ctx, text=3)  # type: ignore[arg-type]
    await note(ctx, txt="x")  # type: ignore[call-arg]
    number: int = await note(ctx, text="x")  # type: ignore[assignment]
    async with ctx.saga("trip") as saga:
        await saga.do(reserve_table, day=3)  # type: ignore[arg-type]
        await saga.do(reserve_table, when=day)  # type: ignore[call-arg]
        await saga.do(book, ctx=ctx, day=day)  # type: ignore[call-arg]
    return Reply(f"{number} {area}")


@flow("dinner")
async def dinner(talk: Talk) -> str:
    await talk.do(reserve_table, day="friday")  # type: ignore[arg-type]
    await talk.do(reserve_table, dya=date.min)  # type: ignore[call-arg]
    await talk.do(reserve_table)  # type: ignore[call-arg]
    await talk.do(note, text=3)  # type: ignore[arg-type]
    await talk.do(cancel_table, effect=None)  # type: ignore[arg-type]
    async with talk.saga("evening") as saga:
        await saga.do(reserve_table, day=3)  # type: ignore[arg-type]
        await saga.do(note, txt="x")  # type: ignore[call-arg]
    count: int = await talk.do(note, text="x")  # type: ignore[arg-type]
    day: date = await talk.ask("day", time)  # type: ignore[arg-type]
    area: Literal["inside"] = await talk.ask("area", Literal["inside", "out"])  # type: ignore[arg-type]
    sure: date = await talk.ask("maybe", date | None)  # type: ignore[arg-type]
    await talk.ask(int, "count")  # type: ignore[arg-type]
    await talk.ask("count", 3)  # type: ignore[arg-type]
    await talk.ask("count", int, "How many?", chek=None)  # type: ignore[call-arg]
    await talk.confirm("go")  # type: ignore[call-arg]
    await talk.wait("news", evnt="news")  # type: ignore[call-arg]
    await talk.once("note", note.title, 3)  # type: ignore[call-overload]
    await dinner()  # type: ignore[call-arg]
    return f"{count} {day} {area} {sure}"


@flow("no_talk")  # type: ignore[arg-type]
async def takes_more(talk: Talk, day: date) -> str:
    return f"{talk} {day}"


@action  # type: ignore[arg-type]
def not_async(_ctx: Context) -> str:
    return ""


async def wrong_calls(ctx: Context) -> None:
    await book(ctx, "friday")  # type: ignore[arg-type]
    await book(ctx, date.min, "outside")  # type: ignore[arg-type]
    await book(ctx, dya=date.min)  # type: ignore[call-arg]
    Button("More", command=book)  # type: ignore[arg-type]
    Card(image="https://example.com/a.png")  # type: ignore[call-arg]
    Reply("See:", card="The house")  # type: ignore[arg-type]
    Arg("Which day?", chek=None)  # type: ignore[call-arg]
    Arg(3)  # type: ignore[arg-type]
    Choice()  # type: ignore[call-arg]
    Reply(3)  # type: ignore[arg-type]
    Retry("Why", "at")  # type: ignore[call-arg]
    ctx.service("tables")  # type: ignore[arg-type]
    command("book", sya=["x"])  # type: ignore[call-overload]
    command("book", zone="mars")  # type: ignore[call-overload]
    action(undu=cancel_table)  # type: ignore[call-overload]
    action(breaker=Breaker(failures="5"))  # type: ignore[arg-type]
    pattern("corection")  # type: ignore[arg-type]
    on(3)  # type: ignore[arg-type]
    ctx.today = date.min  # type: ignore[misc]
