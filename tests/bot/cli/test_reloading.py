"""``threadline run --reload``: plugins read anew while dialogs are open."""

import asyncio
import importlib
import json
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from urllib.request import urlopen

import pytest
from aiohttp import ClientSession

from bot.cli.reloading import Reloading
from bot.errors import PluginError
from bot.plugins import load_extensions
from bot.plugins.reloading import find_stamps, imported_anew
from bot.settings import Settings, load_settings
from bot.testing import bot_for
from bot.testing.harness import Harness
from tests.bot.cli.gates import Gate
from tests.bot.cli.projects import HELLO, write_project
from tests.bot.cli.shell import ROOT, running
from tests.bot.served_bot import serve_site

BOOK = """\
from datetime import date
from typing import Annotated

from bot import Arg, Context, action, command


@action
async def reserve(ctx: Context, day: date, guests: int) -> str:
    return f"T-{guests}"


@command(say=["book a table"], confirm="Book for {guests} on {day:%d %B}?")
async def book(
    ctx: Context,
    day: Annotated[date, Arg("Which day?")],
    guests: Annotated[int, Arg("How many guests?")],
) -> str:
    \"\"\"Book a table.\"\"\"
    return f"Booked: {await reserve(ctx, day=day, guests=guests)}."
"""

SERVICE = """\
from collections.abc import AsyncIterator
from pathlib import Path

from bot import provide

LOG = Path(__file__).parent.parent / "opened"


class Kitchen:
    dish = "soup"


def note(what: str) -> None:
    with LOG.open("a") as log:
        log.write(what)


@provide
async def kitchen() -> AsyncIterator[Kitchen]:
    note("open ")
    yield Kitchen()
    note("close ")
"""

DINNER = """\
from bot import Context, command

from .kitchen import Kitchen


@command
def dinner(kitchen: Kitchen) -> str:
    return f"There is {kitchen.dish}."
"""


SLOW = """\
from bot import command
from tests.bot.cli.gates import Gate


@command
async def slow(gate: Gate) -> str:
    await gate.passed()
    return "This is the old code."
"""


class Project:
    """A plugin folder, a bot that runs it, and the watch over it."""

    def __init__(self, folder: Path, bot: Harness) -> None:
        self.folder = folder
        self.bot = bot
        self.watch = Reloading(bot.bot)

    async def write(self, name: str, text: str) -> None:
        (self.folder / f"{name}.py").write_text(text)
        await self.watch.step()

    async def ready(self) -> object:
        async with serve_site(self.bot.bot.site) as url, ClientSession() as http:  # noqa: SIM117 - the answer is read inside
            async with http.get(f"{url}/readyz") as answer:
                assert answer.status == 200
                return await answer.json()


@asynccontextmanager
async def project(tmp_path: Path, **plugins: str) -> AsyncIterator[Project]:
    folder = tmp_path / "plugins"
    folder.mkdir()
    for name, text in plugins.items():
        (folder / f"{name}.py").write_text(text)
    async with bot_for(plugins_folder=folder) as bot:
        yield Project(folder, bot)


async def test_an_open_dialog_goes_on_with_the_new_code(tmp_path: Path) -> None:
    async with project(tmp_path, book=BOOK) as made:
        alice = made.bot.person("alice", telegram="7")
        await alice.telegram.says("/book 2026-12-24")
        alice.telegram.sees("How many guests?")

        await made.write("book", BOOK.replace("Book for {guests}", "A table for {guests}"))
        await alice.telegram.says("4")
        alice.telegram.sees("A table for 4 on 24 December?", buttons=["Yes", "No"])
        await alice.telegram.taps("Yes")

        alice.telegram.sees("Booked: T-4.")
        assert len(made.bot.calls("reserve")) == 1
        assert made.bot.asked_twice == []


async def test_two_edits_of_the_same_length_in_one_second_are_both_seen(tmp_path: Path) -> None:
    async with project(tmp_path, hello=HELLO) as made:
        alice = made.bot.person("alice", telegram="7")
        for word in ("Ahoy!!", "Howdy!", "Hello?"):
            await made.write("hello", HELLO.replace("Hello!", word))

            await alice.telegram.says("/hello")

            alice.telegram.sees(word)


async def test_a_module_that_does_not_import_leaves_the_old_one_in_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with project(tmp_path, book=BOOK, hello=HELLO) as made:
        alice = made.bot.person("alice", telegram="7")
        await alice.telegram.says("/book 2026-12-24")

        await made.write(
            "hello", 'from bot import command\n\n@command\ndef hello() -> str\n    ""\n'
        )

        told = capsys.readouterr().err.splitlines()
        assert told[0].startswith("plugins/hello.py:4: SyntaxError")
        assert "correct it, or take the file out" in told[0]
        assert told[-1] == "Threadline goes on with the plugins as they were"
        ready = await made.ready()
        assert isinstance(ready, dict)
        assert ready["ready"] is True
        assert "plugins/hello.py:4" in ready["note"]
        await alice.telegram.says("4")
        alice.telegram.sees("Book for 4")
        await alice.telegram.says("/hello")
        alice.telegram.sees("Hello!")


async def test_a_mended_file_is_read_and_the_note_goes_away(tmp_path: Path) -> None:
    async with project(tmp_path, hello=HELLO) as made:
        alice = made.bot.person("alice", telegram="7")
        await made.write("hello", "broken(")

        await made.write("hello", HELLO.replace("Hello!", "Mended!"))

        await alice.telegram.says("/hello")
        alice.telegram.sees("Mended!")
        assert await made.ready() == {"ready": True}


async def test_what_load_and_signatures_refuse_is_kept_out_as_well(tmp_path: Path) -> None:
    async with project(tmp_path, hello=HELLO) as made:
        alice = made.bot.person("alice", telegram="7")

        await made.write("twice", HELLO.replace("Hello!", "Me too!"))
        await alice.telegram.says("/hello")
        alice.telegram.sees("Hello!")
        assert "/hello: comes from" in made.bot.bot.stage.note
        (made.folder / "twice.py").unlink()
        await made.write("odd", "from bot import command\n\n@command\ndef odd(x: object): ...\n")

        assert "odd.py" in made.bot.bot.stage.note
        await alice.telegram.says("/odd")
        alice.telegram.sees("odd")
        assert "odd" not in made.bot.bot.commands


async def test_new_and_removed_commands_are_understood_at_once(tmp_path: Path) -> None:
    async with project(tmp_path, hello=HELLO) as made:
        alice = made.bot.person("alice", telegram="7")

        await made.write("book", BOOK)
        await alice.telegram.says("book a table")
        alice.telegram.sees("Which day?")
        (made.folder / "hello.py").unlink()
        await made.watch.step()
        await alice.telegram.says("/help")

        told = alice.telegram.told()
        assert "/book" in told
        assert "/hello" not in told


async def test_a_service_stays_open_unless_its_provider_changed(tmp_path: Path) -> None:
    opened = tmp_path / "opened"
    async with project(tmp_path, kitchen=SERVICE, dinner=DINNER) as made:
        alice = made.bot.person("alice", telegram="7")

        await made.write("dinner", DINNER.replace("There is", "Today:"))
        await alice.telegram.says("/dinner")
        alice.telegram.sees("Today: soup.")
        assert opened.read_text() == "open "
        await made.write("kitchen", SERVICE.replace('"soup"', '"fish"'))
        await alice.telegram.says("/dinner")
        alice.telegram.sees("Today: fish.")
        await made.watch.step()

        assert opened.read_text() == "open open close "
    assert opened.read_text() == "open open close close "


async def test_a_service_that_cannot_be_opened_leaves_the_old_one(tmp_path: Path) -> None:
    opened = tmp_path / "opened"
    async with project(tmp_path, kitchen=SERVICE, dinner=DINNER) as made:
        alice = made.bot.person("alice", telegram="7")

        await made.write("kitchen", SERVICE.replace('    note("open ")', "    raise OSError(5)"))
        await made.watch.step()
        await alice.telegram.says("/dinner")

        alice.telegram.sees("There is soup.")
        assert opened.read_text() == "open "
        assert "kitchen.py" in made.bot.bot.stage.note


async def test_a_turn_under_way_ends_with_what_it_began_with(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(SLOW)
    gate = Gate()
    async with bot_for(plugins_folder=tmp_path, provide=[gate]) as bot:
        alice = bot.person("alice", telegram="7")
        watch = Reloading(bot.bot)
        async with asyncio.TaskGroup() as group:
            group.create_task(alice.telegram.says("/slow"))
            await gate.reached.wait()
            (tmp_path / "slow.py").write_text(SLOW.replace("the old", "the new"))

            await watch.step()
            under_way = not bot.bot.stage.is_settled
            gate.opened.set()
        alice.telegram.sees("This is the old code.")
        await alice.telegram.says("/slow")

        alice.telegram.sees("This is the new code.")
        assert under_way
        assert bot.bot.stage.is_settled


def test_plugins_that_are_enabled_and_lie_in_the_project_are_watched(tmp_path: Path) -> None:
    here = load_settings(ROOT / "bot.toml")
    elsewhere = replace(here, path=tmp_path / "bot.toml")
    load_extensions(here)

    watched = {path.relative_to(ROOT).as_posix() for path in find_stamps(here)}

    assert {"commands/booking/commands.py", "commands/booking/service.py"} <= watched
    assert not any(path.startswith(("bot/", ".venv/")) for path in watched)
    assert [path for path in find_stamps(elsewhere) if path.is_relative_to(ROOT / "commands")] == []


def fail_after_reading(here: Settings) -> None:
    """Read anew what then turns out to be of no use."""
    before = sys.modules["commands.booking.house"]
    with imported_anew(here, set()):
        assert importlib.import_module("commands.booking.house") is not before
        raise PluginError("broken")


def test_modules_are_there_again_where_reading_them_anew_fails() -> None:
    here = load_settings(ROOT / "bot.toml")
    before = importlib.import_module("commands.booking.house")

    with pytest.raises(PluginError):
        fail_after_reading(here)

    assert importlib.import_module("commands.booking.house") is before
    assert sys.modules["commands.booking"].house is before


@pytest.mark.slow
def test_a_running_bot_tells_in_its_terminal_what_it_read(tmp_path: Path) -> None:
    folder = write_project(tmp_path, hello=HELLO)

    with running(folder, "run", "--reload") as bot:
        (folder / "plugins" / "hello.py").write_text("broken(")
        line = bot.until("hello.py")
        with urlopen(f"{bot.url}/readyz") as answer:  # noqa: S310 - our own server
            ready = json.load(answer)
        (folder / "plugins" / "hello.py").write_text(HELLO)
        mended = bot.until("anew")

    assert re.match(r"plugins/hello\.py:1: SyntaxError: ", line)
    assert "hello.py:1" in ready["note"]
    assert "commands" in mended
