"""Flows with sagas: a holiday whose parts stand together."""

from bot import Absent, Context, Effect, Found, Retry, Talk, UserError, action, flow

DONE: list[str] = []
UNDONE: list[str] = []
HELD: set[str] = set()


async def release(_ctx: Context, effect: Effect) -> None:
    HELD.discard(effect.arguments["what"])
    UNDONE.append(effect.arguments["what"])


async def is_held(_ctx: Context, effect: Effect) -> Found[str] | Absent:
    what = effect.arguments["what"]
    return Found(f"ref-{what}-True") if what in HELD else Absent()


@action(undo=release, probe=is_held)
async def hold(ctx: Context, what: str) -> str:
    """Hold something."""
    if what.startswith("full"):
        raise UserError(f"The {what} is taken.")
    if what.startswith("odd"):
        raise Retry(f"There is no {what}.", arg="car")
    DONE.append(what)
    HELD.add(what)
    return f"ref-{what}-{len(ctx.idempotency_key) > 0}"


@flow("holiday")
async def holiday(talk: Talk) -> str:
    """Plan a holiday."""
    hotel = await talk.ask("hotel", str, "Which hotel?")
    async with talk.saga("parts") as saga:
        room = await saga.do(hold, what=hotel)
        car = await talk.ask("car", str, "Which car?")
        ride = await saga.do(hold, what=car)
    return f"Held: {room}, {ride}."


@flow("patient")
async def patient(talk: Talk) -> str:
    """Plan a holiday, with another way."""
    try:
        async with talk.saga("parts") as saga:
            await saga.do(hold, what="inn")
            await saga.do(hold, what="full coach")
    except UserError as error:
        await talk.say(f"Without a coach: {error}")
    seats = await talk.ask("seats", int, "How many seats by train?")
    return f"{seats} seats."


@flow("band")
async def band(talk: Talk) -> str:
    """Found a band."""
    what = await talk.ask("what", str, "Which instrument?")
    try:
        async with talk.saga("parts") as saga:
            await saga.do(hold, what="stage")
            await saga.do(hold, what=what)
    except UserError as error:
        await talk.say(f"Without it: {error}")
    await talk.ask("label", str, "Its name?")
    return "Founded."
