"""Commands with every kind of parameter: a kitchen, a bank and a guest list."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Annotated, Literal

from bot import (
    Arg,
    Context,
    Email,
    File,
    Image,
    Money,
    Phone,
    Place,
    Reply,
    Text,
    action,
    command,
)

Dish = Annotated[Literal["margherita", "coke", "fish and chips"], Arg(synonyms={"cola": "coke"})]


class Size(Enum):
    SMALL = "small"
    LARGE = "large"
    BIG = "large"  # noqa: PIE796 - an alias: a further name of the same member


@dataclass(frozen=True)
class OrderLine:
    quantity: Annotated[int, Arg(ge=1, le=20)]
    item: Dish
    size: Size | None = None


@action
async def cook(ctx: Context, lines: list[OrderLine], table: int) -> str:
    """Cook."""
    return f"K{sum(line.quantity for line in lines)}"


@command(
    "order", say=["order {lines}", "i would like to order"], confirm="Order {lines} for {table}?"
)
async def order(
    ctx: Context,
    lines: Annotated[list[OrderLine], Arg("What would you like?", ge=1, le=5)],
    table: Annotated[int, Arg("Which table?", ge=1, le=30)],
) -> Reply:
    """Order food."""
    ref = await cook(ctx, lines=lines, table=table)
    return Reply(f"Ordered: {ref}.")


@action
async def keep(ctx: Context, amount: Money, check: Image, pages: int) -> int:
    """Keep a deposit."""
    return len(await check.read())


def not_blank(ctx: Context, check: Image) -> str | None:
    return "That picture is too small." if (check.size or 0) < 12 else None


@command("deposit", say=["deposit [a check]"])
async def deposit(
    ctx: Context,
    amount: Annotated[Money, Arg("How much?", ge=1, le=5000)],
    check: Annotated[Image, Arg("A photo of the check?", check=not_blank, max_size=1024)],
) -> str:
    """Deposit a check."""
    size = await keep(ctx, amount=amount, check=check, pages=len(ctx.attachments))
    return f"Deposited {amount}: {check.name}, {size} bytes."


@action
async def pay(ctx: Context, amount: Money, phone: Phone, email: Email) -> str:
    """Pay somebody."""
    return f"{amount} to {phone.e164}, {email}"


@command(
    "transfer",
    say=["send {amount}", "transfer money"],
    confirm="Send {amount} to {phone} ({email})?",
)
async def transfer(
    ctx: Context,
    amount: Annotated[Money, Arg("How much?")],
    phone: Annotated[Phone, Arg("To which number?")],
    email: Annotated[Email, Arg("Their e-mail address?")],
) -> str:
    """Send money."""
    return await pay(ctx, amount=amount, phone=phone, email=email)


@action
async def drive(ctx: Context, to: Place, at: datetime, note: str | None) -> str:
    """Drive."""
    return f"{to.text} {at:%d %H:%M} {note}"


@command("ride")
async def ride(
    ctx: Context,
    to: Annotated[Place, Arg("Where to?")],
    at: Annotated[datetime, Arg("When?")],
    note: Annotated[Text | None, Arg("Anything else?")] = None,
) -> str:
    """Order a car."""
    return await drive(ctx, to=to, at=at, note=note)


@command("claim")
async def claim(
    ctx: Context,
    papers: Annotated[list[File], Arg("Your papers?", types=["application/pdf", "image/*"])],
    photo: Annotated[Image | None, Arg("A photo?")] = None,
) -> str:
    """Hand in papers."""
    sizes = [len(await paper.read()) for paper in papers]
    return f"{[paper.name for paper in papers]} {sizes} {photo}"
