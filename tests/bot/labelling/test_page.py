"""The page for labelling, asked as its script asks it."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, CookieJar

from bot.model.misses import Taught
from bot.ports.stores import Store
from tests.bot.labelling.desks import page_over
from tests.bot.labelling.misses import project, store_of


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    said = ("need seats for 3", "need seats for 5", "[x](guests) <b>")
    async with store_of(project(tmp_path), *said) as opened:
        yield opened


@pytest.fixture
async def url(store: Store, tmp_path: Path) -> AsyncIterator[str]:
    async with page_over(store, tmp_path) as address:
        yield address


@pytest.fixture
async def browser(url: str) -> AsyncIterator[ClientSession]:
    base = url.partition("open")[0]
    async with ClientSession(base, cookie_jar=CookieJar(unsafe=True)) as session:
        async with session.get(url) as answer:
            assert answer.status == 200
            assert "What was not understood" in await answer.text()
        yield session


async def post(browser: ClientSession, path: str, **body: Any) -> tuple[int, Any]:
    async with browser.post(path, json=body) as answer:
        return answer.status, await answer.json()


async def test_a_label_serves_all_that_is_alike(browser: ClientSession, store: Store) -> None:
    _, told = await post(browser, "/next", skipped=[])
    batch = told["batch"]
    _, marking = await post(browser, "/mark", text=batch["text"], meaning="book")
    status, done = await post(
        browser, "/label", ids=batch["ids"], meaning="book", marked=marking["marked"]
    )

    assert (batch["text"], batch["others"]) == ("need seats for 5", ["need seats for 3"])
    assert told["progress"] == {"done": 0, "total": 3}
    assert marking["marked"] == "need seats for [5](guests)"
    assert (status, done) == (200, {"count": 2})
    assert list(await store.teaching.sentences()) == [
        Taught(meaning="book", sentence="need seats for [3](guests)", marked=True),
        Taught(meaning="book", sentence="need seats for [5](guests)", marked=True),
    ]


async def test_wrong_marks_are_told_and_label_nothing(browser: ClientSession, store: Store) -> None:
    _, told = await post(browser, "/next", skipped=[])

    status, answer = await post(
        browser, "/label", ids=told["batch"]["ids"], meaning="book",
        marked="need [sea](guests)ts for 5",
    )  # fmt: skip

    assert status == 422
    assert answer["problems"] == [
        'the label of "sea" begins or ends inside a word; mark whole words'
    ]
    assert await store.teaching.sentences() == []


async def test_what_customers_type_is_read_as_no_notation(browser: ClientSession) -> None:
    _, first = await post(browser, "/next", skipped=[])
    _, told = await post(browser, "/next", skipped=first["batch"]["ids"][:1])

    assert told["batch"]["text"] == "(x)(guests) <b>"


async def test_a_dismissed_miss_is_gone_and_comes_back(browser: ClientSession) -> None:
    _, told = await post(browser, "/next", skipped=[])
    ids = told["batch"]["ids"]

    await post(browser, "/dismiss", ids=ids)
    _, without = await post(browser, "/next", skipped=[])
    status, _ = await post(browser, "/dismiss", ids=ids)
    await post(browser, "/reopen", ids=ids)
    _, again = await post(browser, "/next", skipped=[])

    assert without["batch"]["ids"] != ids
    assert status == 409
    assert again["batch"]["ids"] == ids


async def test_what_labels_bring_is_told_line_by_line(browser: ClientSession) -> None:
    _, told = await post(browser, "/next", skipped=[])
    marked = told["batch"]["text"]
    await post(browser, "/label", ids=told["batch"]["ids"], meaning="oos", marked=marked)

    async with browser.post("/gains", json={}) as answer:
        lines = [json.loads(line) async for line in answer.content]

    assert "learning" in lines[0]["stage"]
    assert lines[-1]["gains"]["missed"] == 2
    assert lines[-1]["gains"]["missed_after"] >= lines[-1]["gains"]["missed_before"]


async def test_the_address_is_good_once_and_nothing_opens_without_it(
    browser: ClientSession, url: str
) -> None:
    base = url.partition("open")[0]
    async with ClientSession(base) as stranger:
        statuses = []
        for path in (url, "/", "/open/x"):
            async with stranger.get(path) as answer:
                statuses.append(answer.status)
        async with stranger.post("/next", json={"skipped": []}) as answer:
            statuses.append(answer.status)

    assert statuses == [403, 403, 403, 403]


async def test_pages_of_others_are_refused_and_only_own_files_run(browser: ClientSession) -> None:
    statuses = []
    for headers in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}):
        async with browser.post("/next", json={"skipped": []}, headers=headers) as answer:
            statuses.append(answer.status)
    async with browser.get("/static/desk.py") as answer:
        statuses.append(answer.status)
    async with browser.get("/static/labelling.js") as answer:
        policy = answer.headers["Content-Security-Policy"]

    assert statuses == [403, 403, 404]
    assert "script-src 'self'" in policy
