"""What the bots of the fault runs offer: a notebook for numbers."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from bot import Context, command, provide


@dataclass(frozen=True, slots=True)
class Notebook:
    """Holds every number as often as it was noted."""

    numbers: list[int] = field(default_factory=list)


@provide
async def notebook() -> AsyncIterator[Notebook]:
    """Open a notebook that is empty."""
    yield Notebook()


@command("note", say=["note {number}"])
async def note(ctx: Context, number: int, book: Notebook) -> str:
    """Note a number."""
    book.numbers.append(number)
    return f"Noted {number}."
