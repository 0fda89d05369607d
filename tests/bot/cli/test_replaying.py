"""``threadline replay``: a recorded conversation against the code as it is now."""

import json
import re
import shutil
from pathlib import Path

import pytest

from bot.authoring.kinds import File
from bot.cli.replaying import lines_of
from bot.cli.rerun import Report, replay
from bot.model.ids import ConversationId
from bot.plugins import load_extensions
from bot.testing import bot_for
from bot.testing.harness import Harness
from tests.bot.cli.projects import write_project
from tests.bot.cli.shell import Told, threadline

BOOK = """\
from datetime import date
from typing import Annotated

from bot import Arg, Context, action, command

CALLS = []


@action
async def reserve(ctx: Context, day: date, guests: int) -> str:
    CALLS.append(guests)
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
HELLO = "from bot import command\n\n\n@command\ndef hello() -> str:\n    return 'Hello!'\n"
TALK = "/hello\nbook a table\n2026-12-24\n4\nyes\n"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Talk once; every test changes and replays a copy."""
    folder = write_project(tmp_path_factory.mktemp("recorded"), book=BOOK, hello=HELLO)
    assert threadline(folder, "chat", given=TALK).code == 0
    return folder


@pytest.fixture
def project(recorded: Path, tmp_path: Path) -> Path:
    unread = shutil.ignore_patterns("__pycache__")
    return shutil.copytree(recorded, tmp_path, ignore=unread, dirs_exist_ok=True)


def replayed(folder: Path, *options: str) -> Told:
    shown = threadline(folder, "show").out
    conversation = re.findall(r"[\w-]{22}", shown)[0]
    return threadline(folder, "replay", conversation, *options)


def change(folder: Path, old: str, new: str, name: str = "book") -> None:
    path = folder / "plugins" / f"{name}.py"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def test_the_same_code_says_the_same(project: Path) -> None:
    told = replayed(project)

    assert (told.code, told.err) == (0, "")
    assert told.out == "the same over 5 turns\n"


def test_another_confirm_text_is_told_with_its_turn(project: Path) -> None:
    change(project, "Book for {guests}", "A table for {guests}")

    told = replayed(project)

    assert told.code == 1
    assert told.out.splitlines() == [
        "turn 4 of 5: other words",
        "  in    console: 4",
        "  then  console: Book for 4 on 24 December? [Yes] [No]",
        "  now   console: A table for 4 on 24 December? [Yes] [No]",
    ]


def test_a_question_that_was_added_is_the_first_difference(project: Path) -> None:
    change(
        project,
        '    guests: Annotated[int, Arg("How many guests?")],\n',
        '    guests: Annotated[int, Arg("How many guests?")],\n'
        '    area: Annotated[bool, Arg("On the terrace?")],\n',
    )

    told = replayed(project)

    assert told.code == 1
    assert told.out.splitlines()[:2] == ["turn 3 of 5: other words", "  in    console: 2026-12-24"]
    assert "(form: Book a table)" in told.out.splitlines()[-1]  # two are missing now, not one


def test_a_command_that_is_gone_is_the_first_difference(project: Path) -> None:
    (project / "plugins" / "hello.py").unlink()

    told = replayed(project)

    assert told.code == 1
    assert told.out.splitlines()[:3] == [
        "turn 1 of 5: other words",
        "  in    console: /hello",
        "  then  console: Hello!",
    ]


def test_effects_are_answered_from_the_ledger_and_nothing_is_called(project: Path) -> None:
    change(project, "    CALLS.append(guests)\n", "    raise OSError('nobody may call this')\n")

    told = replayed(project)

    assert (told.code, told.out) == (0, "the same over 5 turns\n")


def test_other_arguments_of_an_effect_are_told(project: Path) -> None:
    change(
        project, "reserve(ctx, day=day, guests=guests)", "reserve(ctx, day=day, guests=guests + 1)"
    )

    told = replayed(project)

    assert told.code == 1
    assert told.out.splitlines() == [
        "turn 5 of 5: other effects",
        "  in    console: yes",
        "  then  reserve day=2026-12-24 guests=4",
        "  now   reserve day=2026-12-24 guests=5",
    ]


def test_an_effect_that_is_no_longer_done_is_told(project: Path) -> None:
    change(project, "{await reserve(ctx, day=day, guests=guests)}", "T-4")

    told = replayed(project, "--json")

    report = json.loads(told.out)
    assert told.code == 1
    assert (report["turns"], report["same"]) == (5, 4)
    assert report["difference"]["what"] == "effects"
    assert report["difference"]["then"] == ["reserve day=2026-12-24 guests=4"]
    assert report["difference"]["now"] == []


def test_a_conversation_that_is_not_there_is_told(project: Path) -> None:
    told = threadline(project, "replay", "nobody")

    assert told.code == 1
    assert told.problems == [
        "there is no conversation nobody; `threadline show` lists the last ones"
    ]


# ── With a bot that runs ─────────────────────────────────────────────────────


async def played(bot: Harness, folder: Path | None = None) -> Report:
    """Replay the conversation that was used last, with the folder as it is now."""
    [(conversation, _, _), *_] = await bot.bot.store.log.conversations(limit=1)
    extensions = bot.extensions if folder is None else load_extensions(bot.settings)
    return await replay(bot.settings, extensions, bot.bot.store, ConversationId(conversation))


async def test_taps_and_channels_are_replayed_beside_a_bot_that_runs(tmp_path: Path) -> None:
    (tmp_path / "book.py").write_text(BOOK)
    async with bot_for(plugins_folder=tmp_path) as bot:
        alice = bot.person("alice", slack="U1", telegram="7")
        await alice.slack.says("book a table")
        await alice.slack.taps("Tomorrow")
        await alice.telegram.says("4")
        await alice.telegram.taps("Yes")
        alice.telegram.sees("Booked: T-4.")

        report = await played(bot)

        assert (report.difference, report.gap) == (None, "")
        assert report.same == report.turns
        (tmp_path / "book.py").write_text(BOOK.replace("Booked:", "Done:"))
        report = await played(bot, tmp_path)
        assert report.difference is not None
        assert report.difference.came_in == "telegram: Yes"
        assert report.difference.now[0].startswith("telegram: Done: T-4.")


async def test_a_timer_goes_off_at_its_recorded_moment() -> None:
    async with bot_for("tests.bot.cli.replayed_flow") as bot:
        alice = bot.person("alice", telegram="7")
        await alice.telegram.says("/remind")
        await alice.telegram.says("call Bob")
        await bot.clock.forward(days=3)
        alice.telegram.sees("Now: call Bob (2026-11-21)")

        report = await played(bot)

        assert lines_of(report) == ["the same over 3 turns"]


async def test_what_the_record_does_not_hold_is_said() -> None:
    async with bot_for("tests.bot.cli.replayed_flow") as bot:
        alice = bot.person("alice", telegram="7")
        await alice.telegram.says("/weather")
        alice.telegram.sees("sunny")

        report = await played(bot)

        assert report.difference is None
        assert lines_of(report) == [
            "the same over 0 of 1 turns",
            "turn 1 cannot be played again: the record does not hold what forecast found",
        ]


async def test_menus_and_checks_of_a_service_come_from_the_record() -> None:
    async with bot_for("commands.booking") as bot:
        alice = bot.person("alice", telegram="7", whatsapp="393331112222")
        await alice.telegram.says("/book 4 tomorrow")
        await alice.telegram.taps("19:00")
        await alice.whatsapp.says("make it 20:00")
        await alice.whatsapp.says("yes")
        alice.whatsapp.sees("Booked")

        report = await played(bot)

        assert lines_of(report) == [f"the same over {report.turns} turns"]


async def test_a_form_that_was_sent_is_sent_again(tmp_path: Path) -> None:
    (tmp_path / "book.py").write_text(BOOK)
    async with bot_for(plugins_folder=tmp_path) as bot:
        alice = bot.person("alice", web="w1")
        await alice.web.says("/book")
        await alice.web.fills(day="2026-12-24", guests="4")
        await alice.web.says("yes")
        alice.web.sees("Booked: T-4.")

        report = await played(bot)

        assert lines_of(report) == ["the same over 3 turns"]


async def test_what_was_undone_in_a_saga_is_undone_again() -> None:
    async with bot_for("tests.bot.cli.replayed_flow") as bot:
        alice = bot.person("alice", telegram="7")
        await alice.telegram.says("/trip")
        alice.telegram.sees("No room.")
        assert [one.state for one in bot.calls("reserve_seat")] == ["undone"]

        report = await played(bot)

        assert lines_of(report)[-1] == (
            "turn 1 cannot be played again: the record does not hold why reserve_room was failed"
        )


async def test_files_that_came_are_told_as_missing(tmp_path: Path) -> None:
    async with bot_for() as bot:
        alice = bot.person("alice", telegram="7")
        await alice.telegram.says("/help")
        await alice.telegram.sends(File("a.txt", data=b"words"))

        report = await played(bot)

        same, gap = lines_of(report)
        assert same == "the same over 1 of 2 turns"
        assert gap.endswith("the record does not hold the files that came with a message")
