"""The tutorial can be followed: its files load, its chats are held as they are written."""

import inspect
import runpy
from pathlib import Path

import pytest

from bot.plugins import load_extensions
from bot.settings import load_settings
from bot.testing.scripts import Project, Script, parse_script, run_script
from tests.architecture.tutorial import Chat, chats, last_files, write
from tests.bot.cli.shell import threadline

SECRETS = {"SLACK_BOT_TOKEN": "xoxb-of-a-test", "SLACK_SIGNING_SECRET": "of-a-test"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Make the project as the tutorial's first step does."""
    assert threadline(tmp_path, "new", "trattoria").code == 0
    return tmp_path / "trattoria"


@pytest.mark.parametrize("chat", chats(), ids=lambda one: f"line-{one.line}")
async def test_a_chat_of_the_tutorial_goes_as_it_is_written(chat: Chat, project: Path) -> None:
    write(chat.files, project)
    script = parse_script(chat.text, f"docs/tutorial.md from line {chat.line}")
    assert isinstance(script, Script), [str(problem) for problem in script]
    settings = load_settings(project / "bot.toml")

    bot = await run_script(script, Project(settings, load_extensions(settings)))

    assert bot.asked_twice == []


def test_a_block_takes_the_place_of_what_has_its_names_and_leaves_the_rest() -> None:
    text = last_files()["plugins/table.py"]

    assert [text.count(f"def {name}(") for name in ("table", "not_past", "free_times")] == [1, 1, 1]
    assert text.index("from datetime import date") < text.index("from datetime import time")
    assert "confirm=" in text


def test_the_project_of_the_tutorial_is_in_order(project: Path) -> None:
    write(last_files(), project)

    told = threadline(project, "check", environment=SECRETS)

    assert (told.code, told.problems) == (0, [])


def test_the_scripts_of_the_tutorial_pass_from_the_command_line(project: Path) -> None:
    write(last_files(), project)

    told = threadline(project, "test")

    assert told.code == 0, told.out + told.err


async def test_the_tests_of_the_tutorial_pass(project: Path) -> None:
    write(last_files(), project)

    passed = []
    for path in sorted((project / "tests").glob("test_*.py")):
        for name, value in runpy.run_path(str(path)).items():
            if name.startswith("test_") and inspect.iscoroutinefunction(value):
                await value()
                passed.append(name)

    assert passed
