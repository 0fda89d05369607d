"""Flows of the tests: a trip with a hotel, branches, loops, waits and a person."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Annotated, Literal

from bot import Arg, Context, Reply, Talk, UserError, action, command, flow, on


@dataclass
class Desk:
    """The fake travel desk: what it was asked for, by key."""

    held: dict[str, str] = field(default_factory=dict)
    released: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    full: set[str] = field(default_factory=set)


DESK = Desk()


def not_past(ctx: Context, day: date) -> str | None:
    return "That day has passed." if day < ctx.today else None


async def rooms(_ctx: Context, city: str) -> list[str]:
    return ["Hotel Rosa", "Hotel Blu"] if city == "Rome" else ["Hotel Verde"]


async def release_room(_ctx: Context, effect: object) -> None:
    DESK.released.append(effect.key)  # type: ignore[attr-defined]


@action(undo=release_room)
async def hold_room(ctx: Context, city: str, hotel: str, night: date) -> str:
    """Hold a room."""
    if hotel in DESK.full:
        raise UserError(f"{hotel} is full.")
    DESK.held[ctx.idempotency_key] = f"{hotel}, {city}, {night}"
    return f"R{len(DESK.held)}"


@action
async def send_ticket(ctx: Context, trip: str) -> str:
    """Send the ticket."""
    DESK.told.append(trip)
    return "sent"


@flow("trip", say=["plan a trip [to {city}]"])
async def trip(talk: Talk) -> Reply:
    """Plan a trip."""
    city = await talk.ask("city", str, "Which city?")
    night = await talk.ask("night", date, "Which night?", check=not_past)
    hotel = await talk.ask("hotel", str, "Which hotel?", suggest=rooms)
    if await talk.confirm("go", f"Hold {hotel} in {city} for {night:%A}?"):
        ref = await talk.do(hold_room, city=city, hotel=hotel, night=night)
        return Reply(f"Held: {ref}.")
    return Reply("Nothing was held.")


@flow("tour", say=["plan a tour"])
async def tour(talk: Talk) -> str:
    """Plan a tour of several cities."""
    count = await talk.ask("count", Annotated[int, Arg(ge=1, le=4)], "How many cities?")
    cities = [await talk.ask("city", str, f"City {n + 1}?", key=n) for n in range(count)]
    return f"Tour: {', '.join(cities)}."


@flow("address")
async def address(talk: Talk) -> str:
    """Ask for an address."""
    street = await talk.ask("street", str, "Which street?")
    number = await talk.ask("number", int, "Which number?")
    return f"{street} {number}"


@flow("move")
async def move(talk: Talk) -> str:
    """Move house."""
    old = await address(talk, key="old")
    await talk.say(f"From {old}.")
    new = await address(talk, key="new")
    return f"Moving from {old} to {new}."


@flow("parcel")
async def parcel(talk: Talk) -> str:
    """Follow a parcel."""
    number = await talk.ask("number", int, "Which number?")
    await talk.say(f"I will tell you about {number}.")
    news = await talk.wait("news", event="parcel.moved", key=str(number), until=timedelta(days=30))
    if news is None:
        return f"No news of {number} in a month."
    return f"Parcel {number} is at {news['place']}."


@command
async def scan(ctx: Context, number: int, place: Literal["Rome", "Milan"]) -> str:
    """Scan a parcel."""
    ctx.emit("parcel.moved", key=str(number), place=place)
    return "Scanned."


@on("parcel.moved")
async def note_move(_ctx: Context, event: object) -> None:
    DESK.told.append(event.data["place"])  # type: ignore[attr-defined]


@flow("ask_us")
async def ask_us(talk: Talk) -> str:
    """Ask a person."""
    topic = await talk.ask("topic", str, "About what?")
    await talk.handoff(skill="travel", note=topic)
    return "Was that helpful?"


@command
async def hand_back(ctx: Context, dialog: str) -> str:
    """Hand a customer back."""
    ctx.emit("human.done", key=dialog)
    return "Handed back."


@flow("dice")
async def dice(talk: Talk) -> str:
    """Throw a die."""
    drawn = await talk.random()
    began = await talk.now()
    count = await talk.once("count", lambda: len(DESK.told))
    DESK.told.append("replayed")
    await talk.ask("guess", int, "Your guess?")
    return f"{drawn} {began.isoformat()} {count}"
