"""`threadline parse` and `check` with a language model behind the rules."""

import asyncio
import json
from pathlib import Path
from typing import Any

from tests.bot.cli.projects import BOOK, write_project
from tests.bot.cli.shell import Told, threadline
from tests.nlu.llm.model_server import Said, calls, model_server, words

SETTINGS = """\
[nlu]
engines = ["rules", "llm"]
[nlu.llm]
url = "{url}"
model = "small"
"""


def react(text: str) -> Said:
    if "eat" in text:
        return calls(("book", {"guests": "three", "day": "friday", "smoking": True}))
    return words("none")


async def parsed(folder: Path, text: str) -> dict[str, Any]:
    told: Told = await asyncio.to_thread(
        threadline, folder, "parse", text, "--at", "2026-11-18T10:00"
    )
    assert (told.code, told.err) == (0, "")
    found: dict[str, Any] = json.loads(told.out)
    return found


async def test_parse_shows_what_the_model_proposes_and_what_became_of_it(tmp_path: Path) -> None:
    async with model_server(react) as server:
        project = write_project(tmp_path, SETTINGS.format(url=server.url), book=BOOK)

        meant = await parsed(project, "three of us would like to eat with you on friday")
        ruled = await parsed(project, "book a table for 4")
        lost = await parsed(project, "the sky is grey")

    assert (meant["command"], meant["engine"], meant["confidence"]) == ("book", "llm", 0.75)
    assert meant["arguments"] == {"guests": 3, "day": "2026-11-20"}
    assert (ruled["command"], ruled["engine"]) == ("book", "rules")
    assert lost["command"] is None
    assert server.texts == [
        "three of us would like to eat with you on friday", "the sky is grey",
    ]  # fmt: skip


def test_a_wrong_table_is_told_before_anything_is_opened(tmp_path: Path) -> None:
    project = write_project(tmp_path, SETTINGS.format(url="localhost:11434"), book=BOOK)

    told = threadline(project, "check")

    assert told.code == 2
    assert "nlu.llm: url: is no http or https address; write it as http://" in told.err
