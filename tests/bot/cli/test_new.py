"""``threadline new``: what it writes works as it stands."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from mypy import api

from tests.bot.cli.shell import PATIENCE, ROOT, process, threadline


@pytest.fixture
def project(tmp_path: Path) -> Path:
    told = threadline(tmp_path, "new", "my-shop")

    assert (told.code, told.err) == (0, "")
    assert "cd my-shop" in told.out
    return tmp_path / "my-shop"


def test_a_new_project_is_in_order_and_talks(project: Path) -> None:
    assert threadline(project, "check").code == 0

    talk = threadline(project, "chat", given="/hello\n/help\na coffee please\n")

    assert (talk.code, talk.err) == (0, "")
    assert talk.out.startswith("Hello!\n")
    assert "/hello: Say hello." in talk.out
    assert "/coffee: Order a coffee." in talk.out
    assert "Which size?" in talk.out


@pytest.mark.slow
def test_the_tests_of_a_new_project_pass(project: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=project,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},  # noqa: TID251 - the tests' own environment
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout


def test_the_conversation_of_a_new_project_goes_as_it_is_written(project: Path) -> None:
    told = threadline(project, "test", "--way", "all")

    assert (told.code, told.err) == (0, ""), told.out
    assert "conversations: " in told.out.splitlines()[-1]
    assert told.out.splitlines()[-1].endswith(" passed, 0 failed")


@pytest.mark.slow
def test_what_is_written_is_typed(project: Path) -> None:
    said, problems, code = api.run([
        "--strict", "--no-incremental", "--config-file=", "--cache-dir=/dev/null",
        str(project / "plugins"), str(project / "tests"),
    ])  # fmt: skip

    assert code == 0, said + problems


def test_a_hello_command_is_three_lines(project: Path) -> None:
    written = (project / "plugins" / "hello.py").read_text()

    code = [line for line in written.splitlines() if line and '"""' not in line]
    assert code == [
        "from bot import command",
        "@command",
        "def hello() -> str:",
        '    return "Hello!"',
    ]


def test_what_is_there_already_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "bot.toml").write_text("mine")

    told = threadline(tmp_path, "new", "shop")

    assert told.code == 2
    assert "there already" in told.err
    assert (tmp_path / "shop" / "bot.toml").read_text() == "mine"
    assert len(list((tmp_path / "shop").iterdir())) == 1


@pytest.mark.parametrize("name", ["bot", "commands", "../shop", "", "a/b", "-x y", "läden"])
def test_a_name_that_makes_trouble_is_refused(name: str, tmp_path: Path) -> None:
    told = threadline(tmp_path, "new", "--", name)

    assert told.code == 2
    assert len(told.problems) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)

    told = process(tmp_path, "new", "shop", unprivileged=True)

    tmp_path.chmod(0o755)
    assert told.code == 1
    assert "cannot be made (Permission denied)" in told.err
