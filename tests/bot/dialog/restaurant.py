"""Commands that the dialog manager's tests play with: a restaurant and some oddities."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal

from bot.authoring.commands import command
from bot.authoring.parameters import Arg, Choice
from bot.authoring.replies import Button, Reply
from bot.errors import Retry, UserError
from tests.bot.dialog.stage import Around, Stage, UnknownError, an_effect, specs_of

FRIDAY = date(2026, 11, 20)
MONDAY = date(2026, 11, 23)
NOON = time(12)


def not_past(ctx: Around, day: date) -> str | None:
    return "That day has passed." if day < ctx.today else None


def free_times(ctx: Around, day: date) -> Sequence[time]:
    return [time(18), time(19), time(20, 30)] if day != MONDAY else [time(18), time(20, 30)]


def is_free(ctx: Around, at: time, day: date) -> str | None:
    if at < NOON:
        return "We open at noon."
    return None if day != MONDAY or at != time(19) else "19:00 is taken on Monday."


@command(
    "book", say=["book [a table]"], confirm="Book for {guests} on {day:%A} at {at:%H:%M}, {area}?"
)
def book(
    ctx: Any,
    day: Annotated[date, Arg("Which day?", check=not_past)],
    at: Annotated[time, Arg("What time?", suggest=free_times, check=is_free)],
    guests: Annotated[int, Arg("How many guests?", ge=1, le=12)],
    area: Literal["inside", "terrace"] = "inside",
) -> Reply:
    """Book a table."""
    an_effect(ctx)
    return Reply(f"Booked: {guests} on {day} at {at:%H:%M} {area}.")


class Size(Enum):
    SMALL = "small"
    EXTRA_LARGE = "xl"


@command("order", aliases=["pizza"])
def order(
    ctx: Any,
    dish: Annotated[str, Arg("Which dish?", suggest=lambda ctx: ["Margherita", "Diavola"])],
    size: Size,
    spicy: bool,  # noqa: FBT001 - asked for by type, as every parameter of a command
    count: int = 1,
    note: Annotated[str | None, Arg("Anything else?")] = None,
) -> str:
    """Order a dish."""
    an_effect(ctx)
    return f"Ordered: {count} {dish}, {size.value}, spicy {spicy}, {note}."


@command("bookings")
def bookings(ctx: Any) -> Reply:
    """List your bookings."""
    return Reply(
        "Your bookings:",
        buttons=[
            Button("Book for 4", command=book.with_(guests=4)),
            Button("Terrace on Friday", command="book", args={"area": "terrace", "day": FRIDAY}),
            Button("For many", command="book", args={"guests": "many", "gone": 1}),
            Button("Say friday", value="2026-11-20"),
            Button("help"),
            Button("Site", url="https://example.com"),
        ],
    )


@command("name")
def name(ctx: Any, text: Annotated[str, Arg("What is your name?", pattern=r"\D+")]) -> str:
    """Tell your name."""
    return f"Hello {text}."


@command("pay", expires=timedelta(hours=1))
def pay(
    ctx: Any, amount: Annotated[Decimal, Arg("How much?", le=100, suggest=lambda ctx: [5, 2, 1])]
) -> str:
    """Pay."""
    an_effect(ctx)
    return f"Paid {amount}."


@command("pick")
def pick(
    ctx: Any, table: Annotated[int, Arg("Which table?", suggest=lambda ctx: [7, 5, 3])]
) -> str:
    """Pick a table."""
    return f"Table {table}."


@command("secret")
def secret(ctx: Any, pin: Annotated[int, Arg("Your PIN?", le=9999, mask=True)]) -> None:
    """Check the PIN."""
    an_effect(ctx)


@command("fail")
def fail(
    ctx: Any, how: Annotated[str, Arg("How?")], where: Literal["here", "there"] = "here"
) -> str:
    """Fail as wanted."""
    match how:
        case "user":
            raise UserError("That is sold out.")
        case "retry":
            raise Retry("Not like this.", arg="how")
        case "optional":
            raise Retry("Not here.", arg="where")
        case "typo":
            raise Retry("Lost.", arg="nowhere")
        case "unknown":
            raise UnknownError
        case _:
            return str(1 // 0)


@command("ride", group="uber")
def ride(ctx: Any, to: Annotated[str, Arg(suggest=lambda ctx: [Choice("home", "Home")])]) -> str:
    """Call a car."""
    return f"Off to {to}."


@command("fare", group="uber")
def fare(ctx: Any) -> list[str]:
    """Tell the fare."""
    return ["12 euros", "by day"]


@command("quiet", hidden=True)
def quiet(ctx: Any) -> None:
    """Say nothing."""


ALL = (book, order, bookings, name, pay, pick, secret, fail, ride, fare, quiet)


def restaurant(**around: Any) -> Stage:
    """Open a stage with all commands."""
    return Stage(specs_of(ALL), **around)


def booking(*answers: str, **around: Any) -> Stage:
    """Open a stage where a table is being booked."""
    stage = restaurant(**around)
    stage.says("/book")
    for answer in answers:
        stage.says(answer)
    return stage
