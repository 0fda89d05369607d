"""Two releases of flows for random customers, and what each of them wants done in the end.

`voyage` asks for a yes first, `seat` acts as soon as it can, `parcel` cannot take back what it
did, `letter` needs a person. The second release adds, removes, swaps and renames questions.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from bot import Arg, Context, Retry, Talk, UserError, action, flow

City = Literal["Rome", "Milan", "Turin"]
Thing = Literal["cup", "lamp", "book"]
Wanted = list[tuple[str, dict[str, Any]]]
"""Effects: the action's name and its arguments."""


def not_past(ctx: Any, day: date) -> str | None:
    return "That day has passed." if day < ctx.today else None


def hotels(city: str) -> list[str]:
    return ["Rosa", "Blu"] if city == "Rome" else ["Verde", "Blu"]


async def give_back(_ctx: Context, _effect: object) -> None:
    """Take an effect back: the service on the stage notes that it was."""


@action(undo=give_back)
async def hold_seats(_ctx: Context, city: str, day: date, seats: int) -> str:
    """Hold seats."""
    return f"S-{city}-{day}-{seats}"


@action(undo=give_back)
async def hold_room(_ctx: Context, city: str, hotel: str) -> str:
    """Hold a room."""
    if hotel == "Blu" and city == "Turin":
        raise Retry("Blu is full.", arg="hotel")
    return f"R-{city}-{hotel}"


@action(undo=give_back)
async def hold_bike(_ctx: Context, row: int) -> str:
    """Hold a place for a bike."""
    return f"B-{row}"


@action(undo=give_back)
async def hold_seat(_ctx: Context, row: int) -> str:
    """Hold a seat."""
    if row == 13:
        raise UserError("There is no row 13.")
    return f"S-{row}"


@action(idempotent=True)
async def send_parcel(_ctx: Context, weight: int) -> str:
    """Send a parcel."""
    return f"P-{weight}"


@action(read=True)
async def look_price(_ctx: Context, weight: int) -> int:
    """Look a price up."""
    return 3 * weight


@action(undo=give_back)
async def hold_thing(_ctx: Context, what: str) -> str:
    """Hold a thing."""
    return f"T-{what}"


# ── The first release ─────────────────────────────────────────────────────────


@flow("voyage", say=["plan a voyage"])
async def voyage(talk: Talk) -> str:
    """Plan a voyage."""
    city = await talk.ask("city", City, "Which city?", was="place")
    day = await talk.ask("day", date, "Leaving on which day?", check=not_past)
    count = await talk.ask("count", Annotated[int, Arg(ge=1, le=3)], "How many travellers?")
    names = [await talk.ask("name", str, f"Name of number {n + 1}?", key=n) for n in range(count)]
    meal = await talk.ask("meal", Literal["rice", "fish"] | None, "Which meal, if any?")
    if count > 2:
        await talk.ask("guide", Literal["Ada", "Bruno"], "Which guide?")
    if not await talk.confirm("go", f"Hold {count} seats to {city} on {day} for {names[0]}?"):
        return f"No voyage; {meal} is off."
    seats = await talk.do(hold_seats, city=city, day=day, seats=count)
    await talk.say(f"Held: {seats}.")
    hotel = await talk.ask("hotel", str, "Which hotel?", suggest=hotels)
    room = await talk.do(hold_room, city=city, hotel=hotel)
    news = await talk.wait("news", event="voyage.news", key=city, until=timedelta(hours=20))
    paid = await talk.ask("paid", Literal["cash", "card"], "Cash or card?")
    return f"{seats} and {room}, paid by {paid}, news: {news and news['text']}."


@flow("seat", say=["a seat in row {row}"])
async def seat(talk: Talk) -> str:
    """Take a seat."""
    row = await talk.ask("row", int, "Which row?")
    if row > 20:
        await talk.ask("bike", Literal["mine", "rented"], "Whose bike?")
        held = await talk.do(hold_bike, row=row)
    else:
        held = await talk.do(hold_seat, row=row)
    await talk.ask("window", bool, "At the window?")
    note = await talk.ask("note", str | None, "Anything to note?")
    return f"Held: {held}, {note}."


@flow("parcel", say=["send a parcel"])
async def parcel(talk: Talk) -> str:
    """Send a parcel."""
    weight = await talk.ask(
        "weight", Annotated[int, Arg(ge=1, le=30)], "How many kilos?", was="kilos"
    )
    price = await talk.do(look_price, weight=weight)
    if weight > 10:
        await talk.ask("reason", Literal["heavy", "bulky"], "Heavy or bulky?")
    sent = await talk.do(send_parcel, weight=weight)
    await talk.ask("insured", bool, f"It costs {price}. Insured?")
    return f"Sent: {sent}."


@flow("basket", say=["fill a basket"])
async def basket(talk: Talk) -> str:
    """Fill a basket."""
    count = await talk.ask("size", Annotated[int, Arg(ge=1, le=3)], "How many things?")
    held = []
    for number in range(count):
        what = await talk.ask("thing", Thing, f"Thing {number + 1}?", key=number)
        held.append(await talk.do(hold_thing, what=what))
    await talk.ask("bag", bool, "A bag?")
    return f"Held: {', '.join(held)}."


@flow("letter")
async def letter(talk: Talk) -> str:
    """Write a letter."""
    topic = await talk.ask("topic", str, "About what?")
    await talk.handoff(note=topic)
    drawn = await talk.random()
    grade = await talk.ask("grade", Annotated[int, Arg(ge=1, le=5)], "How was it, 1 to 5?")
    return f"{topic}: {grade}, {drawn:.1f}."


# ── The second release ────────────────────────────────────────────────────────


@flow("voyage", say=["plan a voyage"])
async def voyage_again(talk: Talk) -> str:
    """Plan a voyage."""
    day = await talk.ask("day", date, "Leaving on which day?", check=not_past)
    city = await talk.ask("place", City, "Which place?", was="city")
    count = await talk.ask("count", Annotated[int, Arg(ge=1, le=3)], "How many travellers?")
    bags = await talk.ask("bags", int | None, "How many bags, if any?")
    names = [await talk.ask("name", str, f"Name of number {n + 1}?", key=n) for n in range(count)]
    text = f"Hold {count} seats to {city} on {day} for {names[0]}, bags: {bags}?"
    if not await talk.confirm("go", text):
        return "No voyage."
    seats = await talk.do(hold_seats, city=city, day=day, seats=count)
    hotel = await talk.ask("hotel", str, "Which hotel?", suggest=lodgings)
    room = await talk.do(hold_room, city=city, hotel=hotel)
    await talk.ask("paid", Literal["cash", "card", "later"], "Cash, card or later?")
    await talk.wait("news", event="voyage.news", until=timedelta(hours=2))
    return f"{seats} and {room}."


@flow("basket", say=["fill a basket"])
async def basket_again(talk: Talk) -> str:
    """Fill a basket."""
    count = await talk.ask("size", Annotated[int, Arg(ge=1, le=3)], "How many things?")
    held = []
    for number in range(count):
        what = await talk.ask("thing", Thing, f"Thing {number + 1}?", key=number)
        await talk.ask("gift", bool, f"Is thing {number + 1} a gift?", key=number)
        held.append(await talk.do(hold_thing, what=what))
    return f"Held: {', '.join(held)}."


def lodgings(place: str) -> list[str]:
    return hotels(place)


@flow("seat", say=["a seat in row {row}"])
async def seat_again(talk: Talk) -> str:
    """Take a seat."""
    row = await talk.ask("row", Annotated[int, Arg(le=40)], "Which row?")
    await talk.ask("sleeper", bool, "Do you want to sleep?")
    if row > 20:
        held = await talk.do(hold_bike, row=row)
    else:
        held = await talk.do(hold_seat, row=row)
    await talk.ask("note", str | None, "Anything to note?")
    return f"Held: {held}."


@flow("parcel", say=["send a parcel"])
async def parcel_again(talk: Talk) -> str:
    """Send a parcel."""
    kilos = await talk.ask(
        "kilos", Annotated[int, Arg(ge=1, le=30)], "How heavy is it?", was="weight"
    )
    sent = await talk.do(send_parcel, weight=kilos)
    await talk.ask("insured", bool, "Insured?")
    return f"Sent: {sent}."


RELEASES = (
    (voyage, seat, parcel, basket, letter),
    (voyage_again, seat_again, parcel_again, basket_again, letter),
)
ONCE = frozenset({"hold_seats", "hold_room", "hold_bike", "hold_seat", "send_parcel"})
"""Actions that a dialog wants done once."""


def wanted(command: str, answers: Mapping[str, Any], *, agreed: bool) -> Wanted:
    """Tell what the final answers of a flow want done, in JSON form."""
    match command:
        case "voyage" if agreed:
            city = answers.get("city", answers.get("place"))
            trip = {"city": city, "day": answers["day"], "seats": answers["count"]}
            return [("hold_seats", trip), ("hold_room", {"city": city, "hotel": answers["hotel"]})]
        case "seat":
            held = "hold_bike" if answers["row"] > 20 else "hold_seat"
            return [(held, {"row": answers["row"]})]
        case "parcel":
            return [("send_parcel", {"weight": answers.get("weight", answers.get("kilos"))})]
        case "basket":
            return [
                ("hold_thing", {"what": answers[f"thing[{n}]"]}) for n in range(answers["size"])
            ]
        case _:
            return []
