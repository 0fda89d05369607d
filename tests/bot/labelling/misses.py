"""A small bot's project with misses in its database, and a classifier that learns in a blink."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from bot.app import Options, open_store
from bot.cli.opening import read
from bot.model.ids import ConnectorName, MissId
from bot.model.misses import Missed, MissKind, Proposal
from bot.ports.stores import Store
from bot.testing.contracts.store_bench import NOW
from bot.testing.contracts.store_misses import miss
from tests.bot.cli.projects import write_project

__all__ = ["NOW", "missed", "project", "store_of"]

TABLES = """\
from datetime import date
from typing import Annotated

from bot import Arg, command


@command(
    say=["book a table [for {guests}] [on {day}]"],
    examples=["a table for [four](guests) please", "can we eat with you [tomorrow](day)"],
)
def book(day: Annotated[date, Arg("Which day?")], guests: Annotated[int, Arg("How many?")]) -> str:
    \"\"\"Book a table.\"\"\"
    return f"Booked for {guests}."


@command(say=["opening hours"], examples=["when do you open", "are you open on sunday"])
def hours() -> str:
    \"\"\"Tell when we are open.\"\"\"
    return "Noon to midnight."
"""


def project(folder: Path, more: str = "") -> Path:
    """Write the project; ``more`` is added to its bot.toml."""
    return write_project(folder, more, tables=TABLES)


def missed(name: str, text: str, kind: MissKind = MissKind.UNREAD) -> Missed:
    """Describe a sentence that was not read right."""
    return Missed(
        id=MissId(name), kind=kind, proposal=Proposal(text=text), channel=ConnectorName("web"),
        locale="en",
    )  # fmt: skip


@cache
def _emptied() -> TemporaryDirectory[str]:
    """Keep a folder for an empty database: bringing a schema up takes longer than most tests."""
    return TemporaryDirectory()


async def _laid(folder: Path) -> None:
    """Lay an empty database beside a project."""
    empty = Path(_emptied().name) / "bot.db"
    if not empty.exists():
        settings, extensions = read(project(empty.parent) / "bot.toml")
        async with open_store(settings, extensions, Options(secrets=False, synchronous="OFF")):
            pass
    copyfile(empty, folder / "bot.db")


@asynccontextmanager
async def store_of(folder: Path, *texts: str) -> AsyncIterator[Store]:
    """Open a project's store, with sentences in it that were missed in this order."""
    if not (folder / "bot.db").exists():
        await _laid(folder)
    settings, extensions = read(folder / "bot.toml")
    async with open_store(settings, extensions, Options(secrets=False, synchronous="OFF")) as store:
        for number, text in enumerate(texts):
            await miss(store, missed(f"m{number}", text))
        yield store
