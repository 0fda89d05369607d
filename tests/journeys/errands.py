"""A flow that acts before it has asked everything."""

from datetime import date

from bot import Talk, flow
from tests.journeys.trips import hold_room


@flow("errand")
async def errand(talk: Talk) -> str:
    """Run an errand."""
    city = await talk.ask("city", str, "Which city?")
    await talk.do(hold_room, city=city, hotel="Inn", night=date(2026, 12, 24))
    seat = await talk.ask("seat", int, "Seat?")
    return f"{city}, seat {seat}."
