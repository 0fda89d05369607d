"""Commands that answer with cards, for the tests of what each channel makes of them."""

from datetime import date
from typing import Annotated

from bot import Arg, Button, Card, Reply, command

PICTURE = "https://example.com/rosa.png"


@command
async def hotels() -> Reply:
    """Look for hotels."""
    card = Card(
        "Hotel Rosa", "By the sea & *quiet*.", image=PICTURE,
        buttons=[
            Button("Stay here", command="stay"), Button("Map", url="https://example.com/map"),
        ],
    )  # fmt: skip
    return Reply("Found one.", buttons=[Button("Show more", command="hotels")], card=card)


@command
async def sights() -> Reply:
    """Show a sight."""
    return Reply("Look:", card=Card("The tower", "It leans."))


@command
async def stay(night: Annotated[date, Arg("Which night?")]) -> str:
    """Stay for a night."""
    return f"See you on {night:%A}."
