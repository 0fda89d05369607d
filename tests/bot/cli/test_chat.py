"""``threadline chat``: the terminal as a channel."""

from pathlib import Path

import pytest

from tests.bot.cli.projects import BOOK, HELLO, write_project
from tests.bot.cli.shell import process, threadline

SLACK = """
[connectors.slack]
kind = "slack"
bot_token = "env:TEST_NOT_SET"
signing_secret = "env:TEST_NOT_SET"
"""


def test_a_conversation_is_answered_line_by_line(tmp_path: Path) -> None:
    told = threadline(write_project(tmp_path, book=BOOK), "chat", given="/book\n2026-11-20\n4\n")

    asked, many, booked = told.out.splitlines()[0], "How many?", "Booked for 4 on 2026-11-20."
    assert (told.code, told.err) == (0, "")
    assert asked == "Which day?"
    assert told.out.index(many) < told.out.index(booked)


def test_it_goes_on_where_the_last_one_ended(tmp_path: Path) -> None:
    project = write_project(tmp_path, book=BOOK)

    first = threadline(project, "chat", given="/book\n/quit\nnot read\n")
    second = threadline(project, "chat", given="2026-11-20\n4\n")

    assert "Which day?" in first.out
    assert "not read" not in first.out
    assert "Booked for 4 on 2026-11-20." in second.out


def test_each_customer_has_a_conversation_of_their_own(tmp_path: Path) -> None:
    project = write_project(tmp_path, book=BOOK)

    threadline(project, "chat", "--as", "ada", given="/book\n2026-11-20\n")
    other = threadline(project, "chat", "--as", "bob", given="4\n")
    ada = threadline(project, "chat", "--as", "ada", "--channel", "console", given="4\n")

    assert "Booked" not in other.out
    assert "Booked for 4 on 2026-11-20." in ada.out


def test_no_account_of_a_platform_is_needed(tmp_path: Path) -> None:
    told = threadline(write_project(tmp_path, SLACK, hello=HELLO), "chat", given="/hello\n")

    assert (told.code, told.out, told.err) == (0, "Hello!\n", "")


@pytest.mark.slow
def test_a_pipe_works_as_a_terminal_does(tmp_path: Path) -> None:
    told = process(write_project(tmp_path, hello=HELLO), "chat", given="/hello\n/hello")

    assert (told.code, told.out, told.err) == (0, "Hello!\nHello!\n", "")


def test_nothing_typed_is_nothing_said(tmp_path: Path) -> None:
    told = threadline(write_project(tmp_path), "chat", given="\n   \n")

    assert (told.code, told.out, told.err) == (0, "", "")
