import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import ClientPayloadError, WSMsgType, WSServerHandshakeError
from yarl import URL

from tests.sandbox.stage import PATIENCE, Stage, staged

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One sandbox for all; each test talks as another person, and who kills the bot waits."""
    async with staged(tmp_path_factory.mktemp("sandbox")) as open_stage:
        yield open_stage


async def test_a_request_arrives_as_it_was_sent(stage: Stage) -> None:
    body = b"x" * 900_000
    url = URL(f"{stage.url}/shop/caf%C3%A9%20/a%2Fb?a=1&a=%2F+", encoded=True)
    async with stage.http.put(url, data=body, headers={"X-Forwarded-For": "6.6.6.6"}) as answer:
        seen = await answer.json()

    authority = stage.url.removeprefix("http://")
    assert (answer.status, seen["method"], seen["size"]) == (201, "PUT", len(body))
    assert seen["path"] == "/shop/caf%C3%A9%20/a%2Fb?a=1&a=%2F+"
    assert seen["headers"]["Host"] == authority
    assert seen["headers"]["X-Forwarded-Host"] == authority
    assert seen["headers"]["X-Forwarded-Proto"] == "http"
    assert seen["headers"]["X-Forwarded-For"] == "127.0.0.1"


async def test_an_answer_comes_back_as_it_was_given(stage: Stage) -> None:
    async with stage.http.get(f"{stage.url}/web/v1/history") as answer:
        assert answer.status == 201
        assert answer.headers["X-Own"] == "yes"
        assert answer.headers["Set-Cookie"] == "a=1"

    async with stage.http.head(f"{stage.url}/anything") as answer:
        assert await answer.read() == b""
        assert int(answer.headers["Content-Length"]) > 0


async def test_a_target_that_is_no_path_leads_nowhere(stage: Stage) -> None:
    port = int(stage.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    writer.write(b"GET @192.0.2.1/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    async with asyncio.timeout(PATIENCE):
        status = await reader.readline()
    writer.close()
    await writer.wait_closed()

    assert b" 400 " in status


async def test_a_body_is_streamed_and_not_gathered(stage: Stage) -> None:
    async with asyncio.timeout(PATIENCE), stage.http.get(f"{stage.url}/drip") as answer:
        first = await answer.content.readexactly(5)
        async with stage.http.get(f"{stage.url}/seen"):
            rest = await answer.content.read()

    assert (first, rest) == (b"first", b"second")


async def test_while_the_child_is_down_a_request_is_put_off(stage: Stage) -> None:
    pid = await stage.running()

    await stage.post("/__sandbox/kill")
    async with stage.http.post(f"{stage.url}/slack/events", data=b"{}") as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "1")

    await stage.running(not_as=pid)
    async with stage.http.post(f"{stage.url}/slack/events", data=b"{}") as answer:
        assert answer.status == 201


async def test_an_answer_that_breaks_off_is_not_passed_on_as_whole(stage: Stage) -> None:
    pid = await stage.running()
    async with stage.http.get(f"{stage.url}/die") as answer:
        with pytest.raises(ClientPayloadError):
            await answer.read()

    await stage.running(not_as=pid)


async def test_a_socket_carries_both_ways_with_its_protocol(stage: Stage) -> None:
    async with stage.http.ws_connect(
        f"{stage.url}/web/v1/ws", protocols=["other", "threadline.v1"], compress=15
    ) as socket:
        await socket.send_str("héllo")
        await socket.send_bytes(b"\x00\x01")

        assert socket.protocol == "threadline.v1"
        assert await socket.receive_str() == "echo héllo"
        assert await socket.receive_bytes() == b"\x00\x01"


async def test_the_close_code_of_the_bot_reaches_the_browser(stage: Stage) -> None:
    async with stage.http.ws_connect(f"{stage.url}/web/v1/ws") as socket:
        await socket.send_str("close")
        ending = await socket.receive()

        assert ending.type is WSMsgType.CLOSE
    assert socket.close_code == 4400


async def test_a_crash_of_the_bot_closes_the_socket_as_a_restart(stage: Stage) -> None:
    pid = await stage.running()
    async with stage.http.ws_connect(f"{stage.url}/web/v1/ws") as socket:
        await socket.send_str("crash")
        async with asyncio.timeout(PATIENCE):
            await socket.receive()

    assert socket.close_code == 1012
    assert await stage.running(not_as=pid) != pid


async def test_a_socket_that_the_bot_refuses_is_refused(stage: Stage) -> None:
    with pytest.raises(WSServerHandshakeError) as refused:
        await stage.http.ws_connect(f"{stage.url}/web/v1/ws", origin="http://evil.example")

    assert refused.value.status == 403
