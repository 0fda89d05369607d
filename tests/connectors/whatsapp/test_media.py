"""Files fetched from a WhatsApp that misbehaves."""

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, web

from bot import Attachment, PermanentSendError, Secret, TransientSendError
from bot.testing.contracts.files import LIMIT, PICTURE, fetching, sent_picture
from bot.testing.contracts.workbench import Workbench
from connectors.whatsapp import WhatsAppSettings, connect
from tests.connectors.whatsapp.benches import PHONE, emulator_of, open_bench

DIGEST = hashlib.sha256(PICTURE).hexdigest()
TOKEN = "EAA-very-secret"


@pytest.fixture
async def bench() -> AsyncIterator[Workbench]:
    async with open_bench() as bench:
        yield bench


@asynccontextmanager
async def telling(answer: object) -> AsyncIterator[tuple[str, list[web.Request]]]:
    """Serve a Graph API that answers every look-up so, and gives a picture for all else."""
    asked: list[web.Request] = []

    async def handle(request: web.Request) -> web.Response:
        asked.append(request)
        if "/v23.0/" not in request.path:
            return web.Response(body=PICTURE)
        here = f"http://{request.host}"
        return web.Response(text=json.dumps(answer).replace("HERE", here))

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", asked
    finally:
        await runner.cleanup()


async def fetched(url: str, ref: str = f"{DIGEST}:99", **more: Any) -> bytes:
    settings = WhatsAppSettings(
        phone_number_id="1",
        access_token=Secret(TOKEN),
        app_secret=Secret("s"),
        verify_token=Secret("v"),
        api_url=f"{url}/v23.0",
        **more,
    )
    async with connect("shop", settings) as connector:
        return await fetching(connector).fetch(Attachment(ref=ref), limit=LIMIT)


async def test_a_file_is_looked_up_for_our_number_and_fetched_with_the_token() -> None:
    async with telling({"url": "HERE/file?mid=1"}) as (url, asked):
        assert await fetched(url) == PICTURE

    first, second = asked
    assert first.path_qs == "/v23.0/99?phone_number_id=1"
    assert second.path_qs == "/file?mid=1"
    assert {request.headers["Authorization"] for request in asked} == {f"Bearer {TOKEN}"}


async def test_bytes_that_are_not_those_of_the_hash_are_refused() -> None:
    async with telling({"url": "HERE/file"}) as (url, _):
        with pytest.raises(PermanentSendError, match="hash differs"):
            await fetched(url, ref=f"{'0' * 64}:99")


async def test_a_file_whose_hash_nobody_told_is_taken_as_it_is() -> None:
    async with telling({"url": "HERE/file"}) as (url, _):
        assert await fetched(url, ref=":99") == PICTURE


@pytest.mark.parametrize(
    "elsewhere", ["http://localhost:1/x", "https://evil.example/x", "file:///etc/passwd", ""]
)
async def test_the_token_goes_to_no_other_host(elsewhere: str) -> None:
    async with telling({"url": elsewhere}) as (url, asked):
        with pytest.raises(PermanentSendError, match="not on the platform's servers"):
            await fetched(url)

    assert len(asked) == 1


async def test_other_hosts_of_metas_can_be_set() -> None:
    async with telling({"url": "https://media.example/x"}) as (url, _):
        with pytest.raises(TransientSendError):  # it tries to, and there is no such host here
            await fetched(url, media_hosts=("media.example",))


@pytest.mark.parametrize("size", [LIMIT + 1, str(LIMIT + 1)])
async def test_a_file_that_is_told_to_be_too_large_is_not_fetched(size: object) -> None:
    async with telling({"url": "HERE/file", "file_size": size}) as (url, asked):
        with pytest.raises(PermanentSendError, match="larger"):
            await fetched(url)

    assert len(asked) == 1


@pytest.mark.parametrize("answer", [None, [], {}, {"url": 7}, "x"])
async def test_an_answer_that_tells_no_address_may_be_asked_for_again(answer: object) -> None:
    async with telling(answer) as (url, _):
        with pytest.raises(TransientSendError, match="did not tell"):
            await fetched(url)


@pytest.mark.parametrize("ref", ["", "99", ":../1/messages", "x"])
async def test_a_reference_that_is_not_ours_asks_nobody(ref: str) -> None:
    with pytest.raises(PermanentSendError, match="not one of WhatsApp's"):
        await fetched("http://127.0.0.1:9", ref=ref)


async def test_the_address_of_a_file_works_for_five_minutes(bench: Workbench) -> None:
    found = await sent_picture(bench)
    table = bench.emulator.connector_settings()
    headers = {"Authorization": f"Bearer {table['access_token']}"}
    media_id = found.ref.rpartition(":")[2]

    async with ClientSession(trust_env=False) as http:
        async with http.get(f"{table['api_url']}/{media_id}", headers=headers) as answer:
            told = await answer.json()
        emulator_of(bench).forward(timedelta(minutes=4, seconds=59))
        async with http.get(told["url"], headers=headers) as answer:
            assert await answer.read() == PICTURE
        emulator_of(bench).forward(timedelta(seconds=2))
        async with http.get(told["url"], headers=headers) as answer:
            assert answer.status == 404

    assert (told["file_size"], told["sha256"]) == (len(PICTURE), DIGEST)
    assert await fetching(bench.connector).fetch(found, limit=LIMIT) == PICTURE


@pytest.mark.parametrize(
    ("data", "mime", "text"),
    [
        (b"", "image/png", ""),
        (bytes((5 << 20) + 1), "image/png", ""),
        (b"x", "audio/ogg", "words"),
    ],
)
async def test_the_app_sends_only_what_whatsapps_does(
    bench: Workbench, data: bytes, mime: str, text: str
) -> None:
    with pytest.raises(ValueError, match="the app"):
        await emulator_of(bench).sends(PHONE, data, name="a", mime=mime, text=text)

    assert bench.messages == []
