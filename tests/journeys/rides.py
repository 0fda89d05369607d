"""A small plugin for conversation scripts: rides and pizzas, each with an effect and a yes."""

from datetime import time
from enum import Enum
from typing import Annotated, Literal

from bot import Arg, Context, Reply, action, command


class Size(Enum):
    SMALL = "small"
    LARGE = "large"


def still_ahead(ctx: Context, at: time) -> str | None:
    """Refuse times that have passed today."""
    return "That time has passed." if at <= ctx.now.time() else None


@action(idempotent=True)
async def order_ride(ctx: Context, to: str, at: time, people: int, quiet: bool) -> str:  # noqa: FBT001 - a value like the others
    return f"R-{people}"


@action(idempotent=True)
async def order_pizza(ctx: Context, dish: str, size: Size, count: int) -> int:
    return count


@command(
    "ride",
    say=["[call] [a] ride [to {to}] [at {at}]", "[a] taxi [to {to}] [at {at}]"],
    confirm="Ride to the {to} at {at:%H:%M} for {people}?",
)
async def ride(
    ctx: Context,
    to: Annotated[Literal["airport", "station", "harbour"], Arg("Where to?")],
    at: Annotated[time, Arg("At what time?", check=still_ahead)],
    people: Annotated[int, Arg("How many people?", ge=1, le=6)],
    quiet: bool = False,  # noqa: FBT001, FBT002 - an answer like the others
) -> Reply:
    """Call a ride."""
    return Reply(f"Your ride: {await order_ride(ctx, to=to, at=at, people=people, quiet=quiet)}.")


@command("pizza", say=["order [a] pizza", "[a] pizza please"], confirm="{count} {size} {dish}?")
async def pizza(
    ctx: Context,
    dish: Annotated[Literal["margherita", "diavola", "funghi"], Arg("Which pizza?")],
    size: Annotated[Size, Arg("Which size?")],
    count: Annotated[int, Arg("How many?", ge=1, le=20)],
) -> Reply:
    """Order pizza."""
    return Reply(f"Ordered: {await order_pizza(ctx, dish=dish, size=size, count=count)}.")


@command("prices", say=["what does it cost", "show [me] [the] prices"])
async def prices(ctx: Context) -> Reply:
    """Show the prices."""
    return Reply("A ride is 12 euros, a pizza 9.")
