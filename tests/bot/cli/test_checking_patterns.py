"""`threadline check` finds what is wrong with a pattern, or with a subscriber."""

from pathlib import Path

from tests.bot.cli.projects import HELLO, write_project
from tests.bot.cli.shell import threadline

MISTYPED = """
from bot import Context, OpenDialog, pattern


@pattern("cancle")
async def own(ctx: Context, dialog: OpenDialog) -> None:
    return None
"""
PLAIN = MISTYPED.replace("cancle", "cancel").replace("async def", "def")
UNKNOWN = MISTYPED.replace("cancle", "cancel").replace("dialog: OpenDialog", "dialog, price: int")


def checked(folder: Path, plugin: str) -> str:
    told = threadline(write_project(folder, hello=HELLO, own=plugin), "check")

    assert told.code == 2
    assert "Traceback" not in told.err
    return told.err


def test_a_mistyped_name_is_told_with_the_one_meant(tmp_path: Path) -> None:
    told = checked(tmp_path, MISTYPED)

    assert 'plugins/own.py:5: there is no pattern "cancle"; did you mean "cancel"?' in told


def test_a_plain_function_is_told_with_what_to_write(tmp_path: Path) -> None:
    told = checked(tmp_path, PLAIN)

    assert "plugins/own.py:5: the pattern cancel is written async def own" in told


def test_a_parameter_that_nobody_gives_is_named(tmp_path: Path) -> None:
    told = checked(tmp_path, UNKNOWN)

    assert "plugins/own.py:5" in told
    assert "price" in told


def test_what_is_right_passes(tmp_path: Path) -> None:
    right = MISTYPED.replace("cancle", "cancel")

    told = threadline(write_project(tmp_path, hello=HELLO, own=right), "check")

    assert told.code == 0
