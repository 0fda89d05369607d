"""The commands of docs/training.md run as they stand there."""

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.bot.cli.shell import ROOT, threadline
from tests.bot.labelling.misses import project, store_of

PAGE = ROOT / "docs" / "training.md"
TRAIN = """\
nlu:
- intent: book
  examples: |
    - a table for [four](guests) please
    - seats for [two](guests)
    - we would like to eat with you
- intent: hours
  examples: |
    - when do you open
    - until when are you open
    - are you open today
"""


def commands() -> list[str]:
    """List the page's commands; one serves until it is ended, and has its own tests."""
    blocks = re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return [line.removeprefix("threadline ") for line in lines if "--page" not in line]


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    project(tmp_path, '[nlu]\nengines = ["rules", "classifier"]\ndata = ["sentences/train.yml"]\n')
    (tmp_path / "sentences").mkdir()
    for name in ("train", "test"):
        (tmp_path / "sentences" / f"{name}.yml").write_text(TRAIN)
    async with store_of(tmp_path, "whats the weather"):
        pass
    return tmp_path


def test_every_command_of_the_page_runs_and_every_key_is_told_there(folder: Path) -> None:
    codes = {}
    for line in commands():
        answer = threadline(folder, *shlex.split(line), given="o\n")
        codes[line] = (answer.code, "Traceback" in answer.err)

    assert len(codes) > 6
    assert {told for line, told in codes.items() if "--check" not in line} == {(0, False)}
    assert {told for line, told in codes.items() if "--check" in line} <= {(0, False), (1, False)}
    assert (folder / "report.html").exists()
    told, plain = PAGE.read_text(), {"engine", "sentences"}
    printed = set(json.loads((folder / "figures.json").read_text())) - plain
    assert [key for key in sorted(printed) if f"`{key}`" not in told] == []
    assert {"folds", "learning_curve"} <= printed
