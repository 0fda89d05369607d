"""threadline test: what it prints, and its exit codes."""

import json
from pathlib import Path

from tests.bot.cli.projects import BOOK, HELLO, write_project
from tests.bot.cli.shell import threadline

SCRIPT = "title: A greeting\n\nada on telegram: /hello\nbot: Hello!\n"
BOOKING = """\
title: A booking
now: 2026-11-18T10:00+01:00

ada on slack: /book => book
bot: Which day? [Today]
ada taps Tomorrow => day=2026-11-19
ada: 4 => guests=4
bot: Booked for 4 on 2026-11-19.
"""


def write_scripts(folder: Path, **scripts: str) -> None:
    (folder / "tests").mkdir()
    for name, text in scripts.items():
        (folder / "tests" / f"{name}.txt").write_text(text)


def test_scripts_below_tests_are_played_against_the_projects_bot(tmp_path: Path) -> None:
    folder = write_project(tmp_path, hello=HELLO, book=BOOK)
    write_scripts(folder, hello=SCRIPT, book=BOOKING, notes="no script at all\n")

    told = threadline(folder, "test")

    assert told.out.splitlines() == [
        "ok    tests/book.txt  A booking",
        "ok    tests/hello.txt  A greeting",
        "2 conversations: 2 passed, 0 failed",
    ]
    assert (told.code, told.err) == (0, "")
    assert list(folder.glob("*.db")) == []


def test_what_differs_is_shown_as_a_difference_and_exits_with_1(tmp_path: Path) -> None:
    folder = write_project(tmp_path, hello=HELLO)
    write_scripts(folder, hello=SCRIPT.replace("Hello!", "Good bye!"))

    told = threadline(folder, "test", "tests/hello.txt")

    assert told.out.splitlines() == [
        "FAIL  tests/hello.txt:4  A greeting",
        "      - bot: Good bye!",
        "      + bot on telegram: Hello!",
        "1 conversations: 0 passed, 1 failed",
    ]
    assert told.code == 1


def test_every_way_plays_the_same_script(tmp_path: Path) -> None:
    folder = write_project(tmp_path, book=BOOK)
    write_scripts(folder, book=BOOKING)

    told = threadline(folder, "test", "--way", "all")

    assert told.code == 0, told.out
    assert "ok    tests/book.txt  A booking (tools)" in told.out
    assert "4 conversations: 4 passed, 0 failed" in told.out


def test_coverage_is_a_table_and_json(tmp_path: Path) -> None:
    folder = write_project(tmp_path, book=BOOK)
    write_scripts(folder, book=BOOKING)

    told = threadline(folder, "test", "--coverage", "--json", "coverage.json")

    assert "  /book: " in told.out
    report = json.loads((folder / "coverage.json").read_text())
    assert report["commands"]["book"]["asks"] == {"seen": ["ask day", "ask guests"], "missing": []}
    assert report["commands"]["book"]["repairs"]["seen"] == []


def test_a_script_that_cannot_be_read_exits_with_2_and_its_line(tmp_path: Path) -> None:
    folder = write_project(tmp_path, hello=HELLO)
    write_scripts(folder, hello=f"{SCRIPT}restrt\n")

    told = threadline(folder, "test")

    assert told.code == 2
    assert told.problems[0].startswith("tests/hello.txt:5: 'restrt' is no step")


def test_what_cannot_be_played_is_told_with_a_remedy(tmp_path: Path) -> None:
    folder = write_project(tmp_path, hello=HELLO)
    without = threadline(folder, "test")
    write_scripts(folder, hello=f"plugins: nowhere.to.be.found\n{SCRIPT}")

    assert [
        (told.code, told.problems)
        for told in (
            without,
            threadline(folder, "test", "tests/none.txt"),
            threadline(folder, "test", "--way", "word"),
        )
    ] == [
        (2, [f"PATHS: there is no folder tests in {folder}; name a script"]),
        (2, ["tests/none.txt: there is no such file or folder; name one with scripts"]),
        (2, ["--way: 'word' is none of words, slash, buttons, tools, all; did you mean words?"]),
    ]
    told = threadline(folder, "test")
    assert told.code == 2
    assert told.problems == [
        "tests/hello.txt: plugins: No module named 'nowhere'; correct the name"
    ]
