"""A miss is labelled by another process, and the bot that runs understands the next one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession, CookieJar

from bot.cli.opening import read
from bot.cli.teaching import Labelling
from bot.testing.web_visitor import WebVisitor
from tests.bot.cli.shell import running, threadline
from tests.bot.labelling.misses import project

pytestmark = pytest.mark.slow
ENGINES = '[nlu]\nengines = ["rules", "classifier"]\n[nlu.classifier]\nkeep = false\n'
SAID, ALIKE = "yo whats cooking fam", "whats cooking fam"
OTHER = "zorp frobnicate quux"
ANSWER = "Noon to midnight."


async def answered(visitor: WebVisitor, words: str) -> str:
    """Say something and wait for the answer."""
    await visitor.look()
    before = len(visitor.seen)
    await visitor.send({"text": words})
    async with asyncio.timeout(20):
        while not any(one.role == "bot" for one in visitor.seen[before:]):
            await asyncio.sleep(0.05)
            await visitor.look()
    return "\n".join(one.text for one in visitor.seen[before:] if one.role == "bot")


async def understood(visitor: WebVisitor, words: str) -> str:
    """Say something until the bot has noticed the label by itself."""
    async with asyncio.timeout(30):
        while ANSWER not in (answer := await answered(visitor, words)):  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.5)  # the bot looks once a second, and bounds what a visitor says
    return answer


async def labelled_on_the_page(url: str, words: str, meaning: str) -> None:
    """Open the address that the terminal told, skip to what was said, and label that."""
    base = url.partition("open")[0]
    async with ClientSession(base, cookie_jar=CookieJar(unsafe=True)) as browser:
        async with browser.get(url) as answer:
            assert answer.status == 200
        batch = {"text": "", "ids": []}
        skipped: list[str] = []
        while batch["text"] != words:
            async with browser.post("/next", json={"skipped": skipped}) as answer:
                batch = (await answer.json())["batch"]
            skipped.append(batch["ids"][0])
        body = {"ids": batch["ids"], "meaning": meaning, "marked": words}
        async with browser.post("/label", json=body) as answer:
            assert await answer.json() == {"count": 1}


@asynccontextmanager
async def page_of(folder: Path, capsys: pytest.CaptureFixture[str]) -> AsyncIterator[str]:
    """Serve `threadline train --page` in this process; gives the address that it prints."""
    settings, extensions = read(folder / "bot.toml")
    labelling = Labelling(
        settings=settings, extensions=extensions, engine="classifier", terminal=False, page=0,
        export=None,
    )  # fmt: skip
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(labelling.done())
        told = ""
        async with asyncio.timeout(20):
            while "Label at" not in told:
                await asyncio.sleep(0.02)
                told += capsys.readouterr().err
        yield told.split()[2]
        serving.cancel()


async def test_what_is_labelled_is_understood_without_a_restart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = project(tmp_path, ENGINES)
    with running(folder, "run") as bot:
        async with ClientSession() as http:
            visitor = WebVisitor(http, f"{bot.url}/web")
            missed = [await answered(visitor, words) for words in (SAID, OTHER)]

            keys = "s\nhours\n"  # the newest is shown first
            told = await asyncio.to_thread(threadline, folder, "train", "--misses", given=keys)
            by_terminal = await understood(visitor, ALIKE)
            async with page_of(folder, capsys) as url:
                await labelled_on_the_page(url, OTHER, "hours")
            by_page = await understood(visitor, OTHER)

        assert bot.process.poll() is None
    assert [ANSWER in one for one in missed] == [False, False]
    assert "1 labelled hours" in told.out
    assert (by_terminal, by_page) == (ANSWER, ANSWER)
