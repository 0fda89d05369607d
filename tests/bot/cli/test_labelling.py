"""The subcommand train with misses: labelled in the terminal, exported for the repository."""

import asyncio
import json
from pathlib import Path

import pytest

from bot.model.misses import MissState
from bot.plugins.lessons import read_lessons
from tests.bot.cli.shell import threadline
from tests.bot.labelling.misses import project, store_of

SAID = (
    "cud i get 3 seats for tonite", "cud i get 5 seats for tonite", "whats the weather",
    "doors open at which hour", "asdf",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    project(tmp_path)

    async def fill() -> None:
        async with store_of(tmp_path, *SAID):
            pass

    asyncio.run(fill())
    return tmp_path


def counts(folder: Path) -> tuple[int, int, int]:
    """Count what waits, what is labelled, what is dismissed."""

    async def look() -> tuple[int, int, int]:
        async with store_of(folder) as store:
            told = await store.misses.count()
        return told[MissState.OPEN], told[MissState.LABELLED], told[MissState.DISMISSED]

    return asyncio.run(look())


def test_misses_are_labelled_by_keys_and_the_gain_is_told(folder: Path) -> None:
    keys = "book\n\n1\no\nd\n"  # the two alike, the hours, the weather, the rest

    answer = threadline(folder, "train", "--misses", given=keys)

    assert (answer.code, answer.err) == (0, "")
    assert "1 of 5  cud i get 5 seats for tonite  (2 times, web, en, unread)" in answer.out
    assert "and  cud i get 3 seats for tonite" in answer.out
    assert "learnt as: cud i get [5](guests) seats for tonite" in answer.out
    assert "5 of 5" in answer.out
    assert "labelled misses" in answer.out
    assert counts(folder) == (0, 4, 1)


def test_what_is_marked_wrongly_is_refused_with_a_remedy(folder: Path) -> None:
    right = "cud i get [5](guests) seats for [tonite](day)"
    keys = f"book\ncud i get [5 seats](chairs)\n{right}\nq\n"

    answer = threadline(folder, "train", "--misses", given=keys)

    assert 'there is no parameter "chairs"; there are day, guests' in answer.out
    assert "the words are no longer those that were said; keep" in answer.out
    assert "2 labelled book" in answer.out


def test_a_label_is_taken_back_and_names_are_listed(folder: Path) -> None:
    answer = threadline(folder, "train", "--misses", given="u\n?\nbok\no\nu\ns\nq\n")

    assert "there is no label of this session to take back" in answer.out
    assert "book, hours" in answer.out
    assert 'did you mean "book"?' in answer.out
    assert counts(folder) == (5, 0, 0)


def test_labelled_misses_are_exported_in_rasas_format(folder: Path) -> None:
    threadline(folder, "train", "--misses", given="book\n\n1\no\nd\n")

    answer = threadline(folder, "train", "--export", "more/labelled.yml")
    again = threadline(folder, "train", "--export", "more/labelled.yml")

    assert answer.out == again.out == "wrote 4 sentences to more/labelled.yml\n"
    lessons = read_lessons([folder / "more" / "labelled.yml"])
    assert {name: [one.text for one in told] for name, told in lessons.items()} == {
        "book": ["cud i get 3 seats for tonite", "cud i get 5 seats for tonite"],
        "hours": ["doors open at which hour"],
        "oos": ["whats the weather"],
    }
    assert {label.parameter for label in lessons["book"][0].labels} == {"guests"}


def test_a_file_of_somebodys_own_is_not_written_over(folder: Path) -> None:
    (folder / "own.yml").write_text("nlu: []\n")

    answer = threadline(folder, "train", "--export", "own.yml")

    assert answer.code == 1
    assert answer.problems == [
        "--export: own.yml was not written by this command; name another file"
    ]


def test_without_a_database_the_remedy_is_told(tmp_path: Path) -> None:
    answer = threadline(project(tmp_path), "train", "--misses")

    assert answer.code == 1
    assert "there is no database" in answer.err


def test_a_label_changes_the_next_parse(folder: Path) -> None:
    (folder / "bot.toml").write_text(
        (folder / "bot.toml").read_text() + '[nlu]\nengines = ["classifier"]\n'
    )
    before = json.loads(threadline(folder, "parse", "whats the weather").out)

    threadline(folder, "train", "--misses", given="s\ns\nhours\nq\n")
    after = json.loads(threadline(folder, "parse", "whats the weather").out)

    assert before["command"] != "hours"
    assert after["command"] == "hours"
