"""A command's signature as a grammar: what is read, and how a broken one is named."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum
from functools import partial
from typing import Annotated, Any, Literal, Optional

import pytest

from bot import (
    Action,
    Arg,
    Command,
    Context,
    Email,
    File,
    Image,
    Money,
    Ordinal,
    Phone,
    Place,
    PluginError,
    Quantity,
    Reply,
    Url,
    action,
    command,
)
from bot.authoring.shapes import PLAIN_TYPES
from bot.authoring.signatures import CommandSpec, read_action, read_callback, read_command


class Tables:
    """A service."""


class Point:
    """A type of a plugin that pydantic does not know."""


def read(
    declared: Command[..., Any], *, provided: tuple[Any, ...] = (Tables,), known: Any = ()
) -> CommandSpec:
    return read_command(declared, source="plugins/x.py:7", provided=provided, known=known)


# ── The contract's example ────────────────────────────────────────────────────


def not_past(ctx: Context, day: date) -> str | None:
    return "That day has passed." if day < ctx.today else None


async def free_times(ctx: Context, day: date) -> list[time]:
    return [time(18), time(19), time(20, 30)]


async def cancel_table(ctx: Context, effect: Any) -> None: ...


@action(undo=cancel_table, timeout=8)
async def reserve_table(ctx: Context, day: date, at: time, guests: int, area: str) -> str:
    """Reserve a table."""
    return f"{day} {at} {guests} {area} {ctx.idempotency_key}"


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
) -> Reply:
    """Book a table.

    For tonight or later.
    """
    ref = await reserve_table(ctx, day=day, at=at, guests=guests, area=area)
    return Reply(f"Booked: {ref}.")


def test_the_contracts_example_is_read_as_it_stands() -> None:
    spec = read(book)

    assert (spec.name, spec.summary, spec.details) == (
        "book", "Book a table.", "For tonight or later.",
    )  # fmt: skip
    assert [(p.name, p.type, p.required) for p in spec.parameters[:3]] == [
        ("day", date, True), ("at", time, True), ("guests", int, True),
    ]  # fmt: skip
    area = spec.parameter("area")
    assert area is not None
    assert (area.options, area.default, area.required) == (("inside", "terrace"), "inside", False)
    assert (spec.handler.context, spec.handler.needs) == ("ctx", ("day", "at", "guests", "area"))


def test_checks_and_suggestions_say_what_they_need() -> None:
    spec = read(book)
    day, at = spec.parameter("day"), spec.parameter("at")
    assert day is not None
    assert at is not None

    assert day.check is not None
    assert (day.check.context, day.check.value, day.check.needs) == ("ctx", "day", ())
    assert at.suggest is not None
    assert (at.suggest.value, at.suggest.needs) == (None, ("day",))
    assert spec.dependents("day") == ("at",)
    assert spec.parameter("nothing") is None


def test_an_action_names_its_own_arguments() -> None:
    callback = read_action(reserve_table, source="x", provided=())

    assert callback.needs == ("day", "at", "guests", "area")


# ── What else is read ─────────────────────────────────────────────────────────


class Size(Enum):
    SMALL = "s"


class Level(IntEnum):
    LOW = 1


def floor_of(ctx: Context, place: str, tables: Tables, given: dict[str, Any]) -> str | None: ...


def places(ctx: Context, given: dict[str, Any]) -> list[str]:
    return list(given)


@command
def park(
    place: Annotated[str, Arg(check=floor_of, suggest=places)],
    size: Size,
    level: Optional[Level],  # noqa: UP045 - authors write it so, too
    tables: Tables,
    note: Annotated[str, Arg("Note?", mask=True)] | None = None,
    hours: Annotated[int | None, Arg(ge=1)] = 2,
) -> None:
    """Park"""


def test_services_are_injected_and_never_asked() -> None:
    spec = read(park)

    assert [p.name for p in spec.parameters] == ["place", "size", "level", "note", "hours"]
    assert spec.handler.services == {"tables": Tables}
    assert spec.handler.context is None
    place = spec.parameters[0]
    assert place.check is not None
    assert (place.check.services, place.check.given) == ({"tables": Tables}, True)
    assert place.suggest is not None
    assert place.suggest.given


def test_none_makes_a_parameter_optional_however_it_is_written() -> None:
    spec = read(park)
    kinds = {p.name: (p.type, p.default) for p in spec.parameters}

    assert kinds["level"] == (Level, None)
    assert kinds["note"] == (str, None)
    assert kinds["hours"] == (int, 2)
    note = spec.parameter("note")
    assert note is not None
    assert (note.arg.ask, note.arg.mask) == ("Note?", True)


def test_values_are_kept_as_json_and_read_back() -> None:
    spec = read(park)
    size = spec.parameter("size")
    assert size is not None

    assert size.dump(Size.SMALL) == "s"
    assert size.load("s") is Size.SMALL
    assert size.dump("unknown") == "unknown"


@pytest.mark.parametrize("kind", PLAIN_TYPES)
def test_every_plain_type_is_read(kind: type) -> None:
    def function(value: Any) -> None: ...

    function.__annotations__["value"] = kind

    assert read(command("x")(function)).parameters[0].type is kind


def test_a_parameter_is_asked_after_those_that_it_needs() -> None:
    def fits(ctx: Context, last: int, first: int) -> None: ...

    @command
    def sum_up(last: Annotated[int, Arg(check=fits)], first: int) -> None: ...

    assert [p.name for p in read(sum_up).parameters] == ["first", "last"]


def test_a_former_name_finds_the_parameter_unless_the_name_is_taken() -> None:
    @command
    def move(to: Annotated[str, Arg(was="place")], place: str) -> None: ...

    @command
    def go(to: Annotated[str, Arg(was="place")]) -> None: ...

    for spec, name in ((read(move), "place"), (read(go), "to")):
        found = spec.parameter("place")
        assert found is not None
        assert found.name == name


def test_a_context_is_found_by_its_type_as_well() -> None:
    @command
    def where(around: Context) -> None: ...

    assert read(where).handler.context == "around"


def test_a_check_may_call_its_value_anything() -> None:
    callback = read_callback(
        lambda ctx, value: None, source="x", provided=(), others={"day"}, own="at"
    )

    assert (callback.value, callback.needs) == ("value", ())


# ── Broken ones ───────────────────────────────────────────────────────────────


def no_type(ctx: Context, day) -> None: ...  # type: ignore[no-untyped-def]  # noqa: ANN001 - the defect


def strange(ctx: Context, day: complex) -> None: ...


def union(ctx: Context, day: int | str) -> None: ...


def missing(ctx: Context, day: "Nowhere") -> None: ...  # type: ignore[name-defined]  # noqa: F821 - the defect


def many(ctx: Context, *days: date) -> None: ...


def keywords(ctx: Context, **days: date) -> None: ...


def positional(day: date, /) -> None: ...


def bad_bound(guests: Annotated[int, Arg(ge="few")]) -> None: ...


def bad_time_bound(at: Annotated[time, Arg(le=12.5)]) -> None: ...


def bad_pattern(code: Annotated[str, Arg(pattern="[")]) -> None: ...


def needs_b(ctx: Context, a: int, b: int) -> None: ...


def needs_a(ctx: Context, b: int, a: int) -> None: ...


def circle(
    a: Annotated[int, Arg(check=needs_b)], b: Annotated[int, Arg(check=needs_a)]
) -> None: ...


def unknown_need(ctx: Context, day: date, wine: str) -> None: ...


def bad_check(day: Annotated[date, Arg(check=unknown_need)]) -> None: ...


def fine(day: date, guests: int) -> None: ...


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (no_type, "parameter 'day' of no_type has no type; write for example day: int"),
        (strange, "parameter 'day' of strange has the type complex, which no recogniser reads"),
        (union, "parameter 'day' of union has the type int | str"),
        (missing, "an annotation cannot be resolved: name 'Nowhere' is not defined"),
        (many, "parameter 'days' of many cannot be given by name"),
        (keywords, "parameter 'days' of keywords cannot be given by name"),
        (positional, "parameter 'day' of positional cannot be given by name"),
        (bad_bound, "parameter 'guests' of bad_bound has the bound 'few', which is not of its"),
        (bad_time_bound, "parameter 'at' of bad_time_bound has the bound 12.5"),
        (bad_pattern, "parameter 'code' of bad_pattern has the pattern '['"),
        (circle, "the parameters a, b wait for each other; break the circle"),
        (bad_check, "parameter 'day' of bad_check: unknown_need(wine): there is no parameter"),
    ],
)
def test_a_broken_signature_is_named_with_its_source(
    function: Callable[..., Any], told: str
) -> None:
    with pytest.raises(PluginError) as caught:
        read(command(function))

    assert str(caught.value).startswith("plugins/x.py:7: ")
    assert told in str(caught.value)


def test_a_type_that_cannot_be_kept_is_named() -> None:
    @command
    def mark(point: Point) -> None: ...

    with pytest.raises(PluginError, match="parameter 'point' of mark has a type that cannot be"):
        read(mark, known=(Point,))


@pytest.mark.parametrize(
    ("declare", "told"),
    [
        (partial(command, "x", say=["book [a"]), "unbalanced brackets"),
        (partial(command, "x", say=["book {wine}"]), "names 'wine'"),
        (partial(command, "x", say=["book {day:%A}"]), "names 'day:%A'"),
        (partial(command, "x", confirm="{day"), "confirm of x: "),
        (partial(command, "x", confirm="{}?"), "names ''"),
        (partial(command, "x", confirm="{wine.year}?"), "names 'wine.year'"),
        (partial(command, "x", confirm="{guests:%A}?"), "{guests:%A} cannot be written"),
        (partial(command, "two words"), "'two words' cannot be typed as a command"),
        (partial(command, "Book"), "'Book' cannot be typed"),
        (partial(command, "x", aliases=["/y"]), "'/y' cannot be typed"),
        (partial(command, "x", group="my group"), "'my group' cannot be typed"),
    ],
)
def test_a_broken_decorator_is_named_with_its_source(
    declare: Callable[[], Callable[..., Command[..., Any]]], told: str
) -> None:
    with pytest.raises(PluginError) as caught:
        read(declare()(fine))

    assert str(caught.value).startswith("plugins/x.py:7: ")
    assert told in str(caught.value)


@pytest.mark.parametrize("confirm", ["{day:%A} {guests:>3}?", "{day.year}, {guests!r}?", "{{}}"])
def test_a_confirm_is_written_by_pythons_rules(confirm: str) -> None:
    assert read(command("x", confirm=confirm)(fine)).command.confirm == confirm


def test_the_types_of_the_contract_are_those_that_are_read_and_two_more() -> None:
    assert set(PLAIN_TYPES) - {Quantity, Ordinal} == {
        str, int, float, Decimal, bool, date, time, datetime, timedelta, Money, Phone, Email, Url,
        Place, Image, File,
    }  # fmt: skip
    assert isinstance(reserve_table, Action)
