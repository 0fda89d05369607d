"""`threadline sync`: which commands a platform is told of, and what the operator hears."""

from pathlib import Path

from bot.cli.opening import read
from bot.cli.syncing import native_commands
from bot.plugins.catalogue import read_commands
from tests.bot.cli.projects import BOOK, write_project
from tests.bot.cli.shell import threadline

TAXI = """\
from bot import command


@command("ride", group="taxi")
def ride(to: str) -> str:
    \"\"\"Order a ride.\"\"\"
    return to


@command("fare", group="taxi")
def fare(to: str) -> str:
    \"\"\"Tell the fare.\"\"\"
    return to


@command(hidden=True)
def secret() -> str:
    \"\"\"Say nothing.\"\"\"
    return "."


@command(roles=["operator"])
def shut() -> str:
    \"\"\"Close the shop.\"\"\"
    return "."
"""
TELEGRAM = """\
[connectors.telegram]
kind = "telegram"
token = "env:SYNC_TOKEN"
webhook_secret = "env:SYNC_SECRET"
api_url = "http://127.0.0.1:9"
"""


def test_a_menu_has_each_command_once_and_each_group_as_one(tmp_path: Path) -> None:
    _, extensions = read(write_project(tmp_path, book=BOOK, taxi=TAXI) / "bot.toml")

    found = {one.name: one for one in native_commands(read_commands(extensions))}

    assert (found["book"].usage, found["book"].summary) == ("DAY GUESTS", "Book a table.")
    assert (found["taxi"].usage, found["taxi"].summary) == ("fare|ride", "fare, ride")
    assert "secret" not in found
    assert not any(" " in name for name in found)


def test_the_built_in_words_are_marked_and_come_last(tmp_path: Path) -> None:
    _, extensions = read(write_project(tmp_path, book=BOOK) / "bot.toml")

    built_in = [one.built_in for one in native_commands(read_commands(extensions))]

    assert True in built_in
    assert built_in == sorted(built_in)


def test_a_channel_without_a_menu_has_nothing_to_do(tmp_path: Path) -> None:
    told = threadline(write_project(tmp_path), "sync")

    assert (told.code, told.problems) == (0, [])
    assert told.out == "web: has no menu of commands; nothing to do\n"


def test_a_stranger_among_the_names_is_a_usage_error(tmp_path: Path) -> None:
    told = threadline(write_project(tmp_path), "sync", "wbe")

    assert told.code == 2
    assert told.problems == ["connectors.wbe: bot.toml has no such table; it has web"]


def test_a_missing_secret_names_its_variable(tmp_path: Path) -> None:
    told = threadline(write_project(tmp_path, TELEGRAM), "sync", "telegram")

    assert told.code == 2
    assert "SYNC_TOKEN" in told.err


def test_a_platform_that_cannot_be_reached_keeps_no_other_from_its_menu(tmp_path: Path) -> None:
    secrets = {"SYNC_TOKEN": "123:AbC-canary", "SYNC_SECRET": "s3cret"}

    told = threadline(
        write_project(tmp_path, TELEGRAM), "sync", "telegram", "web", environment=secrets
    )

    assert told.code == 1
    assert told.problems == ["not synchronised: telegram"]
    assert "telegram: failed: " in told.out
    assert "web: has no menu" in told.out
    assert "canary" not in told.out + told.err


def test_a_dry_run_calls_nobody_and_shows_the_commands(tmp_path: Path) -> None:
    secrets = {"SYNC_TOKEN": "123:AbC-canary", "SYNC_SECRET": "s3cret"}

    told = threadline(
        write_project(tmp_path, TELEGRAM, book=BOOK),
        "sync", "--dry-run", "telegram", environment=secrets,
    )  # fmt: skip

    assert (told.code, told.problems) == (0, [])
    assert "book" in told.out
    assert "canary" not in told.out
