"""`threadline replay` over answers: a model's is read from the record, documents are asked anew."""

import asyncio
import re
from pathlib import Path
from typing import Any

from tests.bot.cli.projects import BOOK, write_project
from tests.bot.cli.shell import threadline
from tests.nlu.documents.hotel import FAQ
from tests.nlu.llm.model_server import ModelServer, model_server, streamed, words

SETTINGS = """\
[nlu]
engines = ["rules", "llm"]
[nlu.llm]
url = "{url}"
model = "small"
documents = ["faq"]
"""
ANSWER = "Yes, breakfast is included in every room rate. It is served until 10:30."
TALKED = "/book\nis breakfast included?\nwho won the world cup?\n"


def speaking(server: ModelServer) -> None:
    """Have the model call nothing, and say one answer."""

    def react(_: str) -> Any:
        return words("none") if "tools" in server.asked[-1] else streamed(f"{ANSWER} [1]")

    server.reaction = react


async def test_an_answer_is_not_asked_for_again_and_every_turn_is_the_same(tmp_path: Path) -> None:
    async with model_server() as server:
        speaking(server)
        project = write_project(tmp_path, SETTINGS.format(url=server.url), book=BOOK)
        (project / "faq").mkdir()
        (project / "faq" / "hotel.md").write_text(FAQ)
        talked = await asyncio.to_thread(threadline, project, "chat", given=TALKED)
        assert ANSWER in talked.out
        asked = len(server.asked)

        shown = (await asyncio.to_thread(threadline, project, "show")).out
        (conversation,) = set(re.findall(r"[\w-]{22}", shown))
        turns = await asyncio.to_thread(threadline, project, "show", conversation)
        replayed = await asyncio.to_thread(threadline, project, "replay", conversation)

    assert ANSWER in turns.out
    assert (replayed.code, replayed.err) == (0, "")
    assert replayed.out == "the same over 3 turns\n"
    assert len(server.asked) == asked


async def test_documents_that_changed_are_the_first_difference(tmp_path: Path) -> None:
    settings = '[nlu]\nengines = ["documents"]\n[nlu.documents]\nfolders = ["faq"]\n'
    project = write_project(tmp_path, settings, book=BOOK)
    (project / "faq").mkdir()
    page = project / "faq" / "hotel.md"
    page.write_text(FAQ)
    talked = await asyncio.to_thread(threadline, project, "chat", given="is breakfast included?\n")
    assert "Breakfast is included" in talked.out
    shown = (await asyncio.to_thread(threadline, project, "show")).out
    (conversation,) = set(re.findall(r"[\w-]{22}", shown))

    page.write_text(FAQ.replace("Breakfast is included", "Breakfast is not included"))
    replayed = await asyncio.to_thread(threadline, project, "replay", conversation)

    assert replayed.code == 1
    assert replayed.out.splitlines()[0] == "turn 1 of 1: other words"
    assert "Breakfast is not included" in replayed.out
