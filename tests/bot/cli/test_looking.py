"""Subcommands that look and repair: commands, parse, show, outbox, db."""

import asyncio
import json
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import Options, open_store
from bot.model.ids import AccountId, EventId
from bot.plugins import load_extensions
from bot.ports.connectors import Unreadable
from bot.settings import load_settings
from tests.bot.cli.projects import BOOK, HELLO, write_project
from tests.bot.cli.shell import Told, threadline

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path, hello=HELLO, book=BOOK)


def parsed(told: Told) -> object:
    assert (told.code, told.err) == (0, "")
    return json.loads(told.out)


def bury(project: Path) -> None:
    """Keep a dead letter, as an intake would."""
    settings = load_settings(project / "bot.toml")
    letter = Unreadable(
        account=AccountId("web"), event_id=EventId("e1"), reason="no sense", body=b"?"
    )

    async def work() -> None:
        options = Options(synchronous="OFF")
        async with open_store(settings, load_extensions(settings), options) as store:
            await store.inbox.bury([letter], now=NOON)

    asyncio.run(work())


def make_behind(project: Path) -> None:
    with closing(sqlite3.connect(project / "bot.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
        connection.commit()


def test_commands_tells_what_is_registered_and_from_where(project: Path) -> None:
    told = threadline(project, "commands")

    assert (told.code, told.err) == (0, "")
    assert re.search(r"/book \S+.*plugins/book\.py:\d+.*Book a table\.", told.out)
    assert re.search(r"/help.*commands\.help", told.out)


def test_commands_tells_for_whom_and_where_each_is(tmp_path: Path) -> None:
    limited = HELLO.replace("@command", '@command(roles=["operator"], needs=["files"])')

    told = threadline(write_project(tmp_path, hello=limited), "commands")

    assert "(for operator; needs files)" in told.out


def test_commands_tells_what_an_operator_has_switched_off(project: Path) -> None:
    settings = load_settings(project / "bot.toml")

    async def switch_off() -> None:
        options = Options(synchronous="OFF")
        async with open_store(settings, load_extensions(settings), options) as store:
            await store.upkeep.switch("book", on=False)

    assert re.search(r"/book .* on +│ Book a table\.", threadline(project, "commands").out)
    asyncio.run(switch_off())

    told = threadline(project, "commands")

    assert re.search(r"/book .* off +│ Book a table\.", told.out)
    assert re.search(r"/help.* on ", told.out)


def test_commands_needs_no_database_that_is_up_to_date(project: Path) -> None:
    bury(project)
    make_behind(project)

    told = threadline(project, "commands")

    assert told.code == 0
    assert "/book" in told.out
    assert "switched off is not known: state.url: the database's schema is behind" in told.err


def test_commands_are_printed_as_tools_for_language_models(project: Path) -> None:
    tools = parsed(threadline(project, "commands", "--schema"))

    assert isinstance(tools, list)
    (book,) = [tool for tool in tools if tool["name"] == "book"]
    assert book["description"].startswith("Book a table.")
    assert book["parameters"]["required"] == ["day", "guests"]
    assert "joining" not in [tool["name"] for tool in tools]


def test_parse_reads_a_sentence(project: Path) -> None:
    told = threadline(
        project, "parse", "please book a table for 4 on friday", "--at", "2026-11-18T10:00"
    )

    assert parsed(told) == {
        "text": "please book a table for 4 on friday",
        "command": "book",
        "arguments": {"day": "2026-11-20", "guests": 4},
        "confidence": pytest.approx(1.0, abs=0.5),
        "engine": "rules",
        "alternatives": [],
        "not_understood": [],
    }


def test_parse_reads_a_slash_command_and_names_what_is_left(project: Path) -> None:
    told = parsed(threadline(project, "parse", "/book 4 blub"))

    assert isinstance(told, dict)
    assert (told["command"], told["arguments"], told["engine"]) == ("book", {"guests": 4}, "slash")
    assert told["not_understood"] == ["blub"]


@pytest.mark.parametrize("text", ["what a day", "/nothing", "", "🍕", "-1"])
def test_parse_says_so_when_nothing_fits(project: Path, text: str) -> None:
    told = parsed(threadline(project, "parse", "--", text))

    assert isinstance(told, dict)
    assert told["command"] is None
    assert told["text"] == text


def test_parse_reads_lines_and_writes_a_line_for_each(project: Path) -> None:
    told = threadline(project, "parse", "-", given="/hello\nwhat a day\n")

    found = [json.loads(line)["command"] for line in told.out.splitlines()]
    assert found == ["hello", None]


def test_parse_finds_values_whatever_the_commands(project: Path) -> None:
    text = "for 4 on friday at 19:00"
    told = threadline(project, "parse", "--values", text, "--at", "2026-11-18T10:00")

    found = parsed(told)
    assert isinstance(found, list)
    assert [(one["kind"], one["value"]) for one in found] == [
        ("number", 4),
        ("datetime", "2026-11-20T19:00:00"),
    ]
    for one in found:
        assert text[one["start"] : one["end"]] == one["text"]


def test_parse_finds_values_in_each_line(project: Path) -> None:
    given = "tomorrow\nnothing\n\n7\n"
    at = ("--at", "2026-11-18T10:00", "--locale", "en")
    told = threadline(project, "parse", "--values", "-", *at, given=given)

    lines = [json.loads(line) for line in told.out.splitlines()]
    assert [[one["value"] for one in line] for line in lines] == [["2026-11-19"], [], [], [7]]


def test_show_tells_a_conversation_turn_by_turn(project: Path) -> None:
    threadline(project, "chat", given="/book\n2026-11-20\n4\n")

    listed = threadline(project, "show")
    found = re.search(r"│ (\S{22}) +│ private", listed.out)
    assert found is not None, listed.out
    told = threadline(project, "show", found[1])

    assert told.code == 0
    said = [
        "-> console   /book",
        "turn ",
        "<- console   Which day?",
        "-> console   2026-11-20",
        "<- console   How many?",
        "<- console   Booked for 4 on 2026-11-20.",
    ]
    places = [told.out.index(one) for one in said]
    assert places == sorted(places)
    assert "receipt   sent" in told.out


def test_show_of_an_unknown_conversation_has_a_remedy(project: Path) -> None:
    threadline(project, "db", "upgrade")

    told = threadline(project, "show", "nobody")

    assert told.code == 1
    assert told.problems == [
        "there is no conversation nobody; `threadline show` lists the last ones"
    ]


@pytest.mark.parametrize(
    "subcommand", [("show",), ("outbox", "list"), ("outbox", "retry", "x"), ("db", "current")]
)
def test_looking_makes_no_database(project: Path, subcommand: tuple[str, ...]) -> None:
    told = threadline(project, *subcommand)

    assert told.code == 1
    assert len(told.problems) == 1
    assert "`threadline run` makes it" in told.err
    assert not (project / "bot.db").exists()


def test_a_dead_letter_is_listed_and_dropped_once(project: Path) -> None:
    bury(project)

    listed = threadline(project, "outbox", "list")
    found = re.search(r"│ (\S{22}) +│ in +│ web +│ dead .*no sense", listed.out)
    assert found is not None, listed.out
    dropped = threadline(project, "outbox", "drop", found[1])
    again = threadline(project, "outbox", "drop", found[1])

    assert (dropped.code, dropped.out) == (0, "dropped\n")
    assert again.code == 1
    assert "`threadline outbox list` shows them" in again.err
    assert found[1] not in threadline(project, "outbox", "list").out


def test_an_id_may_begin_with_a_dash(project: Path) -> None:
    bury(project)
    letter = "-zI7-s1PpWQ2vhfUBSCzMQ"
    with closing(sqlite3.connect(project / "bot.db")) as connection:
        connection.execute("UPDATE inbox SET id = ?", (letter,))
        connection.commit()

    assert threadline(project, "outbox", "retry", letter).code == 1
    assert threadline(project, "show", letter).code == 1
    assert threadline(project, "outbox", "drop", letter).out == "dropped\n"


def test_what_nobody_could_read_cannot_be_tried_again(project: Path) -> None:
    bury(project)
    letter = re.findall(r"│ (\S{22}) ", threadline(project, "outbox", "list").out)[0]

    assert threadline(project, "outbox", "retry", letter).code == 1


def test_a_dead_message_becomes_due_again(project: Path) -> None:
    threadline(project, "chat", given="/hello\n")
    with closing(sqlite3.connect(project / "bot.db")) as connection:
        connection.execute("UPDATE outbox SET status = 'dead', reason = 'tried in vain'")
        connection.commit()
    listed = threadline(project, "outbox", "list")
    letter = re.findall(r"│ (\S{22}) .*tried in vain", listed.out)[0]

    told = threadline(project, "outbox", "retry", letter)

    assert (told.code, told.out) == (0, "due again\n")
    assert "waiting" in threadline(project, "outbox", "list").out


def test_the_schema_is_brought_up_to_date_and_told(project: Path) -> None:
    upgraded = threadline(project, "db", "upgrade")
    current = threadline(project, "db", "current")

    assert (upgraded.code, current.code) == (0, 0)
    revision = upgraded.out.removeprefix("database: ").strip()
    assert current.out == f"database: {revision}, newest: {revision}\n"


def test_a_schema_that_is_behind_is_told_by_db_and_refused_by_the_rest(project: Path) -> None:
    threadline(project, "db", "upgrade")
    make_behind(project)

    current = threadline(project, "db", "current")
    show = threadline(project, "show")

    assert (current.code, current.err) == (0, "")
    assert current.out.startswith("database: 0000, newest: ")
    assert show.code == 2
    assert show.problems == [
        "state.url: the database's schema is behind; run `threadline db upgrade`"
    ]
