"""A flow that waits, and a command that looks something up."""

from datetime import timedelta

from bot import Context, Talk, action, command, flow


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
