"""Files fetched from a Telegram that misbehaves."""

import json
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from bot import Attachment, ConnectorError, PermanentSendError, TransientSendError
from bot.testing.contracts.files import LIMIT, PICTURE, fetching, sent_picture
from bot.testing.contracts.workbench import Workbench, open_workbench
from connectors.telegram.emulator import TelegramEmulator, open_emulator
from connectors.telegram.emulator.files import MAX_FILE_BYTES, picture_size
from tests.connectors.telegram.opened import connect_plainly

TOKEN = f"42:{'AbC' * 5}"


@pytest.fixture
async def bench() -> AsyncIterator[Workbench]:
    async with open_workbench(connect_plainly, open_emulator, person="7") as bench:
        yield bench


@asynccontextmanager
async def telling(file: object) -> AsyncIterator[tuple[str, list[str]]]:
    """Serve a Bot API whose getFile answers this; gives its address and what was asked for."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        if request.path.endswith("/getFile"):
            return web.json_response({"ok": True, "result": file})
        return web.Response(body=PICTURE)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", asked
    finally:
        await runner.cleanup()


async def fetched(api_url: str, **attachment: Any) -> bytes:
    table = {"token": TOKEN, "webhook_secret": "s", "api_url": api_url}
    async with connect_plainly("telegram", table) as connector:
        return await fetching(connector).fetch(Attachment(ref="F1", **attachment), limit=LIMIT)


async def test_the_path_that_telegram_tells_is_fetched_below_the_bots_files() -> None:
    async with telling({"file_path": "photos/a b#1.jpg"}) as (url, asked):
        with pytest.raises(PermanentSendError):
            await fetched(url)
    async with telling({"file_path": "photos/à b.jpg"}) as (url, asked):
        assert await fetched(url) == PICTURE

    assert asked == [f"/bot{TOKEN}/getFile", f"/file/bot{TOKEN}/photos/à b.jpg"]


@pytest.mark.parametrize(
    "path",
    [
        "/var/lib/telegram/file", "../bot1:x/getMe", "a/../../b", "a//b", "..", "", "a/./b",
        "a?b", "a\\b", "%2e%2e/x", 7, None, ["a"],
    ],
)  # fmt: skip
async def test_no_path_leads_out_of_the_bots_files(path: object) -> None:
    async with telling({"file_path": path}) as (url, asked):
        with pytest.raises(PermanentSendError, match="no such file"):
            await fetched(url)

    assert len(asked) == 1


@pytest.mark.parametrize("file", [None, [], True, "file", {}])
async def test_an_answer_of_another_shape_is_no_file(file: object) -> None:
    async with telling(file) as (url, _):
        with pytest.raises(ConnectorError):
            await fetched(url)


async def test_a_file_known_to_be_too_large_is_not_asked_for() -> None:
    async with telling({"file_path": "a", "file_size": LIMIT + 1}) as (url, asked):
        with pytest.raises(PermanentSendError, match="larger"):
            await fetched(url, size=LIMIT + 1)
        assert asked == []
        with pytest.raises(PermanentSendError, match="larger"):
            await fetched(url)
        assert len(asked) == 1


async def test_a_file_beyond_what_bots_are_given_is_refused_in_telegrams_words(
    bench: Workbench,
) -> None:
    await telegram(bench).sends("7", bytes(MAX_FILE_BYTES + 1), name="film.mp4", mime="video/mp4")
    (found,) = bench.messages[-1].attachments

    with pytest.raises(PermanentSendError, match="ile is too big"):
        await fetching(bench.connector).fetch(found, limit=MAX_FILE_BYTES * 2)


async def test_the_token_is_in_no_error_of_a_platform_that_is_away() -> None:
    with pytest.raises(TransientSendError) as raised:
        await fetched("http://127.0.0.1:9")

    assert TOKEN not in "".join(traceback.format_exception(raised.value))


async def test_a_picture_has_its_size_and_its_bytes(bench: Workbench) -> None:
    found = await sent_picture(bench)

    assert (found.width, found.height) == (40, 30)
    calls = [method for method, _ in telegram(bench).calls]
    assert await fetching(bench.connector).fetch(found, limit=LIMIT) == PICTURE
    assert [method for method, _ in telegram(bench).calls][len(calls) :] == ["getfile"]


async def test_a_location_and_a_contact_are_shown_and_arrive_as_words(bench: Workbench) -> None:
    await telegram(bench).apps.shares("7", {"location": {"latitude": 45.5, "longitude": 9.25}})
    await telegram(bench).apps.shares(
        "7", {"contact": {"phone_number": "+39061", "first_name": ""}}
    )

    assert [message.text for message in bench.messages] == ["45.5, 9.25", "+39061"]
    assert [seen.text for seen in bench.emulator.screen("7")] == ["📍 45.5, 9.25", "👤 +39061"]


@pytest.mark.parametrize("text", ["x" * 1025, "😀" * 513])
async def test_an_app_takes_no_longer_caption(bench: Workbench, text: str) -> None:
    with pytest.raises(ValueError, match="1024"):
        await telegram(bench).sends("7", b"x", name="a", mime="text/plain", text=text)


async def test_an_app_sends_no_empty_file(bench: Workbench) -> None:
    with pytest.raises(ValueError, match="empty"):
        await telegram(bench).sends("7", b"", name="a", mime="text/plain")


def test_the_size_of_a_jpeg_is_read_behind_its_other_segments() -> None:
    frame = b"\xff\xc0\x00\x11\x08" + (480).to_bytes(2) + (640).to_bytes(2) + b"\x03"
    jpeg = b"\xff\xd8" + b"\xff\xe0\x00\x06JFIF" + frame + b"\xff\xd9"

    assert picture_size(jpeg) == (640, 480)
    assert picture_size(json.dumps("no picture").encode()) == (1, 1)


def telegram(bench: Workbench) -> TelegramEmulator:
    assert isinstance(bench.emulator, TelegramEmulator)
    return bench.emulator
