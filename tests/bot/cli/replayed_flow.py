"""A flow that waits, and a command that looks something up."""

from datetime import timedelta

from bot import Context, Effect, Talk, UserError, action, command, flow


@flow("remind")
async def remind(talk: Talk) -> str:
    """Remind me."""
    what = await talk.ask("what", str, "Of what?")
    await talk.wait("then", until=timedelta(days=3))
    return f"Now: {what} ({talk.ctx.today})"


@action(read=True)
async def forecast(ctx: Context) -> str:
    return "sunny"


@command
async def weather(ctx: Context) -> str:
    """Tell the weather."""
    return await forecast(ctx)


async def release_seat(ctx: Context, effect: Effect) -> None:
    """Nothing to do."""


@action(undo=release_seat)
async def reserve_seat(ctx: Context) -> str:
    return "S-1"


@action
async def reserve_room(ctx: Context) -> str:
    raise UserError("No room.")


@command
async def trip(ctx: Context) -> str:
    """Book a trip."""
    async with ctx.saga("trip") as saga:
        await saga.do(reserve_seat)
        await saga.do(reserve_room)
    return "Booked."
