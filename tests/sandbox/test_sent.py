"""Files that the bot sent, as the page's panes show them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.journeys.postcards import PDF, PNG
from tests.sandbox.stage import Stage, staged

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One sandbox for all; each test talks as another person."""
    folder: Path = tmp_path_factory.mktemp("sandbox")
    async with staged(folder) as open_stage:
        yield open_stage


async def sent(stage: Stage, person: str, name: str, data: bytes) -> dict[str, Any]:
    """Have the fake platform's bot send a file; gives what the page is told of it."""
    told = {"connector": "slack", "person": person, "name": name, "text": "back"}
    async with stage.http.post(f"{stage.url}/__sandbox/file", params=told, data=data) as answer:
        assert answer.status == 200, await answer.text()
    query = {"person": person}
    async with stage.http.get(f"{stage.url}/__sandbox/screens", params=query) as answer:
        screens = await answer.json()
    file: dict[str, Any] = screens["slack"]["messages"][-1]["files"][0]
    return file


async def test_a_picture_is_shown(stage: Stage) -> None:
    file = await sent(stage, "U1PICTURE", "view of Rome.png", PNG)
    async with stage.http.get(stage.url + file["url"]) as answer:
        assert (answer.status, await answer.read()) == (200, PNG)
        assert answer.content_type == "image/png"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert (file["name"], file["picture"]) == ("view of Rome.png", True)


@pytest.mark.parametrize("data", [PDF, b"<html><script>alert(1)</script>"], ids=["pdf", "html"])
async def test_all_else_is_saved(stage: Stage, data: bytes) -> None:
    file = await sent(stage, "U1SAVED", "a.png", data)
    async with stage.http.get(stage.url + file["url"]) as answer:
        assert await answer.read() == data
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["Content-Disposition"] == "attachment"
    assert not file["picture"]


async def test_another_sites_page_sees_no_file(stage: Stage) -> None:
    file = await sent(stage, "U1FOREIGN", "view.png", PNG)
    foreign = {"Origin": "https://evil.example"}
    async with stage.http.get(stage.url + file["url"], headers=foreign) as answer:
        assert answer.status == 403


@pytest.mark.parametrize("number", ["1", "-1", "x", "9999999999"])
async def test_what_nobody_sees_is_not_found(stage: Stage, number: str) -> None:
    file = await sent(stage, "U1NOTHING", "view.png", PNG)
    url = file["url"].replace("file=0", f"file={number}")
    async with stage.http.get(stage.url + url) as answer:
        assert answer.status == 404
