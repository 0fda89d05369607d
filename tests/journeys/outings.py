"""A small flow for conversation scripts and random customers: a branch, a yes, an effect."""

from datetime import date
from typing import Literal

from bot import Context, Talk, action, flow


@action(idempotent=True)
async def plan_outing(ctx: Context, day: date, people: int, guide: str) -> str:
    return f"O-{people}"


@flow("outing", say=["plan an outing", "an outing for {people} people"])
async def outing(talk: Talk) -> str:
    """Plan an outing."""
    people = await talk.ask("people", int, "How many of you?")
    day = await talk.ask("day", date, "On which day?")
    guide = "none"
    if people > 4:
        guide = await talk.ask("guide", Literal["Ada", "Bruno"], "Which guide?")
    if not await talk.confirm("agreed", f"An outing for {people} on {day:%A}, guide: {guide}?"):
        return "Then not."
    ref = await talk.do(plan_outing, day=day, people=people, guide=guide)
    return f"Planned: {ref}."
