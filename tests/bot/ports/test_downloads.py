"""Downloads from a real server on loopback, through aiohttp."""

import asyncio
import gzip
import traceback
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from aiohttp import ClientSession, web
from hypothesis import given
from hypothesis import strategies as st

from bot import ConnectorError, FileHosts, PermanentSendError, TransientSendError, download

SOON = timedelta(seconds=10)
BYTES = b"0123456789" * 1000


@dataclass
class Server:
    """Attributes:
    asked: the paths that were asked for.
    released: set when a test is done with an answer that does not end.
    """

    url: str = ""
    asked: list[str] = field(default_factory=list)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        match request.path:
            case "/file":
                return web.Response(body=BYTES)
            case "/status":
                headers = {"Retry-After": request.query.get("after", "")}
                return web.Response(status=int(request.query["code"]), headers=headers)
            case "/to":
                return web.Response(status=302, headers={"Location": request.query["url"]})
            case "/round":
                return web.Response(status=302, headers={"Location": "/round"})
            case "/zipped":
                return web.Response(body=gzip.compress(BYTES), headers={"Content-Encoding": "gzip"})
            case _:
                return await self._dribble(request)

    async def _dribble(self, request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        await answer.write(BYTES)
        await self.released.wait()
        return answer


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield server
    finally:
        server.released.set()
        await runner.cleanup()


async def fetched(
    server: Server, url: str, *, limit: int = 1 << 20, within: timedelta = SOON
) -> bytes:
    async with ClientSession(trust_env=False) as http:
        return await download(
            lambda found: http.get(found, allow_redirects=False),
            url,
            hosts=FileHosts(api_url=server.url),
            limit=limit,
            within=within,
        )


async def test_a_file_of_exactly_the_limit_is_read_whole(server: Server) -> None:
    assert await fetched(server, f"{server.url}/file", limit=len(BYTES)) == BYTES


async def test_a_file_of_one_byte_more_is_refused(server: Server) -> None:
    with pytest.raises(PermanentSendError, match="larger than 9999 bytes"):
        await fetched(server, f"{server.url}/file", limit=len(BYTES) - 1)


async def test_a_file_of_untold_size_is_read_no_further_than_the_limit(server: Server) -> None:
    with pytest.raises(PermanentSendError, match="larger than 5000 bytes"):
        await fetched(server, f"{server.url}/endless", limit=5000)


async def test_a_server_that_stops_in_the_middle_may_be_asked_again(server: Server) -> None:
    with pytest.raises(TransientSendError, match="in time"):
        await fetched(server, f"{server.url}/endless", within=timedelta(milliseconds=100))


async def test_a_file_that_comes_compressed_is_not_unpacked(server: Server) -> None:
    with pytest.raises(PermanentSendError, match="compressed"):
        await fetched(server, f"{server.url}/zipped")


@pytest.mark.parametrize("code", [408, 425, 429, 500, 503])
async def test_a_platform_in_trouble_may_be_asked_again(server: Server, code: int) -> None:
    with pytest.raises(TransientSendError) as raised:
        await fetched(server, f"{server.url}/status?code={code}&after=7")

    assert raised.value.retry_after == timedelta(seconds=7)


@pytest.mark.parametrize("after", ["", "soon", "-1", "²"])
async def test_a_pause_that_is_no_number_is_none(server: Server, after: str) -> None:
    with pytest.raises(TransientSendError) as raised:
        await fetched(server, f"{server.url}/status?code=503&after={after}")

    assert raised.value.retry_after is None


@pytest.mark.parametrize("code", [204, 206, 400, 401, 403, 404, 410])
async def test_a_file_that_is_refused_is_not_asked_for_again(server: Server, code: int) -> None:
    with pytest.raises(PermanentSendError, match=str(code)):
        await fetched(server, f"{server.url}/status?code={code}")


async def test_a_redirect_on_the_same_server_is_followed(server: Server) -> None:
    assert await fetched(server, f"{server.url}/to?url=/file") == BYTES


@pytest.mark.parametrize(
    "elsewhere",
    [
        "http://localhost:{port}/file",
        "http://127.0.0.1:1/file",
        "//127.0.0.2:{port}/file",
        "https://127.0.0.1:{port}/file",
        "file:///etc/passwd",
    ],
)
async def test_a_redirect_to_another_server_is_not(server: Server, elsewhere: str) -> None:
    url = elsewhere.format(port=server.url.rpartition(":")[2])

    with pytest.raises(PermanentSendError, match="not on the platform's servers"):
        await fetched(server, f"{server.url}/to?url={url}")

    assert server.asked == ["/to"]


async def test_redirects_in_a_circle_end(server: Server) -> None:
    with pytest.raises(PermanentSendError, match="moved on and on"):
        await fetched(server, f"{server.url}/round")

    assert len(server.asked) == 4


@pytest.mark.parametrize("path", ["endless", "status?code=403", "to?url=//a.example"])
async def test_no_error_tells_the_address(server: Server, path: str) -> None:
    secret = f"s3{'cret'}"
    url = f"{server.url}/{path}#{secret}"

    with pytest.raises(ConnectorError) as raised:
        await fetched(server, url, within=timedelta(milliseconds=200))

    assert secret not in "".join(traceback.format_exception(raised.value))


HOSTS = FileHosts(
    api_url="https://slack.com/api/", hosts=frozenset({"files.slack.com", "slack-files.com"})
)


@pytest.mark.parametrize(
    "url",
    [
        "https://files.slack.com/files-pri/T1-F1/a.png",
        "https://files.slack.com",
        "https://files.slack.com?x=@y",
        "https://slack-files.com/x",
        "https://slack.com/api/x",
        "https://files.slack.com/Übersicht.pdf",
    ],
)
def test_the_platforms_servers_are_known(url: str) -> None:
    assert HOSTS.keep(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "files.slack.com/x",
        "http://files.slack.com/x",
        "https://files.slack.com:8443/x",
        "https://files.slack.com.evil.example/x",
        "https://evil.example/files.slack.com",
        "https://files.slack.com@evil.example/x",
        "https://evil.example@files.slack.com/x",
        "https://evil.example\\@files.slack.com/x",
        "https://files.slack.com\\.evil.example/x",
        "https://files.slack.com#@evil.example/x",
        "https://files.slack.com\n.evil.example/x",
        " https://files.slack.com/x",
        "https://files.slack.com/x\r\nHost: evil.example",
        "https://\u017flack.com/x",
        "ftp://files.slack.com/x",
        "http://169.254.169.254/latest/meta-data",
    ],
)
def test_no_other_address_is_taken_for_one(url: str) -> None:
    assert not HOSTS.keep(url)


@given(st.text())
def test_any_text_is_on_the_platforms_servers_or_not(url: str) -> None:
    assert not HOSTS.keep(url) or url.startswith("https://")
