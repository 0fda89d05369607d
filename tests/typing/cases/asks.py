"""What a flow's questions and steps come to: every type is kept, none is `Any`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, TypeAlias, assert_type

from bot import (
    Arg,
    Choice,
    Context,
    Email,
    File,
    Flow,
    Image,
    Money,
    Phone,
    Place,
    Talk,
    Text,
    Url,
    flow,
)


class Size(Enum):
    SMALL = "small"
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class OrderLine:
    dish: str
    count: int = 1


Area: TypeAlias = Literal["inside", "terrace"]
Guests: TypeAlias = Annotated[int, Arg("How many guests?", ge=1, le=12)]


async def free_times(_ctx: Context, day: date) -> list[Choice]:
    return [Choice(time(day.day % 24))]


@flow
async def plain_types(talk: Talk) -> None:
    assert_type(await talk.ask("text", str), str)
    assert_type(await talk.ask("rest", Text), str)
    assert_type(await talk.ask("count", int, "How many?"), int)
    assert_type(await talk.ask("share", float), float)
    assert_type(await talk.ask("exact", Decimal), Decimal)
    assert_type(await talk.ask("sure", bool), bool)
    assert_type(await talk.ask("day", date), date)
    assert_type(await talk.ask("at", time, suggest=free_times), time)
    assert_type(await talk.ask("moment", datetime), datetime)
    assert_type(await talk.ask("length", timedelta), timedelta)


@flow
async def our_types(talk: Talk) -> None:
    assert_type(await talk.ask("price", Money), Money)
    assert_type(await talk.ask("phone", Phone), Phone)
    assert_type(await talk.ask("email", Email), Email)
    assert_type(await talk.ask("link", Url), Url)
    assert_type(await talk.ask("place", Place), Place)
    assert_type(await talk.ask("photo", Image), Image)
    assert_type(await talk.ask("file", File), File)
    assert_type(await (await talk.ask("scan", Image, key=1)).read(), bytes)


@flow
async def made_types(talk: Talk) -> None:
    assert_type(await talk.ask("area", Literal["inside", "terrace"]), Literal["inside", "terrace"])
    assert_type(await talk.ask("named", Area), Literal["inside", "terrace"])
    assert_type(await talk.ask("size", Size), Size)
    assert_type(await talk.ask("either", int | str), int | str)
    assert_type(await talk.ask("maybe", date | None), date | None)
    assert_type(await talk.ask("area_maybe", Area | None), Literal["inside", "terrace"] | None)
    assert_type(await talk.ask("line", OrderLine), OrderLine)
    assert_type(await talk.ask("lines", list[OrderLine]), list[OrderLine])
    assert_type(await talk.ask("areas", list[Area]), list[Literal["inside", "terrace"]])


@flow
async def annotated_types(talk: Talk) -> None:
    assert_type(await talk.ask("guests", Guests), int)
    assert_type(await talk.ask("more", Annotated[int, Arg("More?", ge=1)], key="a"), int)
    assert_type(await talk.ask("pet", Annotated[str | None, Arg("A pet?")]), str | None)
    assert_type(await talk.ask("sizes", Annotated[list[Size], Arg(le=3)]), list[Size])
    assert_type(
        await talk.ask("spot", Annotated[Literal["a", "b"], Arg(synonyms={"c": "a"})]),
        Literal["a", "b"],
    )


def rate(currency: str) -> float:
    return float(len(currency))


async def quota(*, day: date) -> int:
    return day.day


@flow("steps", say=["steps"], expires=timedelta(days=1))
async def steps(talk: Talk) -> int:
    assert_type(await talk.confirm("go", "Go?"), bool)
    assert_type(await talk.wait("news", event="news"), Mapping[str, Any] | None)
    assert_type(await talk.once("rate", rate, "EUR"), float)
    assert_type(await talk.once("quota", quota, day=date.min), int)
    assert_type(await talk.now(), datetime)
    assert_type(await talk.random(), float)
    assert_type(talk.ctx, Context)
    return 1


@flow
async def address(talk: Talk) -> str:
    return await talk.ask("street", str)


@flow
async def move(talk: Talk) -> str:
    old, new = await address(talk, key="old"), await address(talk, key="new")
    assert_type(old, str)
    return f"{old} {new}"


assert_type(address, Flow[str])
assert_type(steps, Flow[int])
