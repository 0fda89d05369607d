"""Files in a bucket: over HTTP, against moto's S3 and against servers that misbehave."""

import asyncio
import re
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import obstore
import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from moto.server import ThreadedMotoServer

from bot import BlobId, BlobMissingError, Blobs, ConfigError, Image, Secret, StoreError
from bot.settings import EnvironmentSecrets
from bot.tables import parse_table
from bot.testing import bot_for
from bot.testing.contracts.blobs import BlobContract
from state.objects import S3Blobs, S3Settings, endpoint_of, open_blobs
from tests.journeys.postcards import PNG

DATA = b"a picture"
TAG = {"ETag": '"1"'}
VERSIONED = (
    '<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    "<Status>Enabled</Status></VersioningConfiguration>"
)


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def settings_for(url: str, *, patience: float = 10) -> S3Settings:
    return S3Settings(
        endpoint_url=url, timeout=timedelta(seconds=patience), access_key=Secret("AKIATEST"),
        secret_key=Secret("hush-hush"),
    )  # fmt: skip


@dataclass(frozen=True)
class Bucket:
    """A bucket of moto's that counts what is written, as the contract sees it."""

    blobs: Blobs
    url: str
    name: str
    http: ClientSession
    stack: AsyncExitStack

    async def open(self, url: str) -> Blobs:
        opening = open_blobs(f"s3://{self.name}/bot", settings_for(url))
        return await self.stack.enter_async_context(opening)

    async def count(self) -> int:
        return len(await self.keys())

    async def keys(self) -> list[str]:
        return re.findall(r"<Key>(.*?)</Key>", await self._ask("?list-type=2"))

    async def writes(self) -> int:
        return (await self._ask("?versions")).count("<Version>")

    async def replace(self, blob: BlobId, data: bytes) -> None:
        assert isinstance(self.blobs, S3Blobs)
        await obstore.put_async(self.blobs.store, f"{blob[:2]}/{blob}", data)

    async def remove(self, blob: BlobId) -> None:
        assert isinstance(self.blobs, S3Blobs)
        await obstore.delete_async(self.blobs.store, f"{blob[:2]}/{blob}")

    async def again(self) -> Blobs:
        return await self.open(self.url)

    async def unreachable(self) -> Blobs:
        return await self.open("http://127.0.0.1:9")

    async def _ask(self, what: str) -> str:
        async with self.http.get(f"{self.url}/{self.name}{what}") as answer:
            return await answer.text()


@pytest.fixture
async def shelter(s3: str) -> AsyncIterator[Bucket]:
    name = f"box-{uuid.uuid4()}"
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(ClientSession())
        for what, body in (("", ""), ("?versioning", VERSIONED)):
            async with http.put(f"{s3}/{name}{what}", data=body) as answer:
                assert answer.status == 200
        opening = open_blobs(f"s3://{name}/bot", settings_for(s3))
        blobs = await stack.enter_async_context(opening)
        yield Bucket(blobs, s3, name, http, stack)


class TestBucket(BlobContract):
    """What every place for files must do."""


async def test_a_file_lies_below_the_prefix_under_its_hash(shelter: Bucket) -> None:
    blob = await shelter.blobs.put(DATA)

    assert await shelter.keys() == [f"bot/{blob[:2]}/{blob}"]


async def test_a_bucket_that_is_not_there_is_trouble_and_no_missing_file(s3: str) -> None:
    async with open_blobs("s3://nobody-made-it", settings_for(s3)) as blobs:
        with pytest.raises(StoreError, match="no such bucket"):
            await blobs.put(DATA)
        with pytest.raises(StoreError, match="no such bucket") as raised:
            await blobs.get(BlobId("0" * 64))

    assert not isinstance(raised.value, BlobMissingError)


async def test_a_bot_keeps_and_sends_files_by_way_of_a_bucket(
    shelter: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BUCKET_KEY", "AKIATEST")
    keys = {"access_key": "env:BUCKET_KEY", "secret_key": "env:BUCKET_KEY"}
    async with bot_for("tests.journeys.postcards") as bot:
        tables = {"s3": {"endpoint_url": shelter.url, **keys}}
        state = replace(bot.settings.state, blobs=f"s3://{shelter.name}/bot", tables=tables)
        bot.settings = replace(bot.settings, state=state)
        await bot.restart()
        alice = bot.person("alice", telegram="7")
        await alice.telegram.says("/echo")
        await alice.telegram.sends(Image("me.png", data=PNG))
        shown = [file.data for seen in alice.telegram.screen for file in seen.files]

        assert shown == [PNG]
        assert await shelter.count() == 1


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(handler: Handler, *, patience: float = 5) -> AsyncIterator[Blobs]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    async with TestServer(app) as server:
        url = str(server.make_url("")).rstrip("/")
        async with open_blobs("s3://bucket", settings_for(url, patience=patience)) as blobs:
            yield blobs


async def test_a_server_that_hangs_is_not_waited_for() -> None:
    over = asyncio.Event()

    async def hang(_: web.Request) -> web.StreamResponse:
        await over.wait()
        return web.Response()

    async with serving(hang, patience=0.2) as blobs:
        with pytest.raises(StoreError):
            await blobs.put(DATA)
        over.set()


async def test_a_server_in_trouble_is_asked_again() -> None:
    asked: list[str] = []

    async def stumble(request: web.Request) -> web.StreamResponse:
        asked.append(request.method)
        return web.Response(status=(503, 404, 200)[len(asked) - 1], headers=TAG)

    async with serving(stumble) as blobs:
        await blobs.put(DATA)

    assert asked == ["HEAD", "HEAD", "PUT"]


@pytest.mark.parametrize("status", [400, 401, 403, 500])
async def test_what_refuses_is_trouble_and_tells_no_key(status: int) -> None:
    async def refuse(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text="<Error>AKIATEST hush-hush</Error>")

    async with serving(refuse) as blobs:
        with pytest.raises(StoreError) as putting:
            await blobs.put(DATA)
        with pytest.raises(StoreError) as getting:
            await blobs.get(BlobId("0" * 64))

    for error in (putting.value, getting.value):
        assert not isinstance(error, BlobMissingError)
        assert "AKIATEST" not in f"{error!r}{error.__cause__!r}"


async def test_requests_are_signed_and_the_key_stays_here() -> None:
    heads: list[dict[str, str]] = []

    async def note(request: web.Request) -> web.StreamResponse:
        heads.append(dict(request.headers))
        return web.Response(status=404 if request.method == "HEAD" else 200, headers=TAG)

    async with serving(note) as blobs:
        await blobs.put(DATA)

    assert all("Credential=AKIATEST/" in head["Authorization"] for head in heads)
    assert "hush-hush" not in str(heads)


async def test_a_file_larger_than_any_is_not_read() -> None:
    sent = 0

    async def flood(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        answer = web.StreamResponse(headers={"Content-Length": str(1 << 40)})
        await answer.prepare(request)
        while not request.transport or not request.transport.is_closing():
            await answer.write(bytes(1 << 16))
            sent += 1
        return answer

    async with serving(flood) as blobs:
        with pytest.raises(BlobMissingError):
            await blobs.get(BlobId("0" * 64))

    assert sent < 1000


@pytest.mark.parametrize(
    "url", ["s3://", "s3://x", "s3://UPPER/a", "s3://bucket/a b", "s3:/bucket"]
)
async def test_what_is_no_bucket_is_refused_with_the_remedy(url: str) -> None:
    with pytest.raises(ConfigError, match=r'state\.blobs: .*write it like "s3://my-bucket/bot"'):
        async with open_blobs(url, S3Settings()):
            pass


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"access_key": "env:KEY"}, "access_key and secret_key belong together"),
        ({"access_key": "AKIA"}, "a secret does not stand in the file itself"),
        ({"endpoint_url": "s3.example.com"}, "endpoint_url is no address"),
        ({"region": ""}, "region is empty"),
        ({"timeout": 0}, "timeout must be above 0"),
        ({"bucket": "x"}, "is not a known key"),
    ],
)
def test_wrong_settings_are_refused_with_their_key(
    table: dict[str, Any], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEY", "AKIA")

    with pytest.raises(ConfigError, match=told) as raised:
        parse_table(
            S3Settings, table, "state.s3", secrets=EnvironmentSecrets(folder=Path("/nowhere"))
        )

    assert all(problem.startswith("state.s3") for problem in raised.value.problems)


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        (S3Settings(), "https://s3.us-east-1.amazonaws.com"),
        (S3Settings(region="eu-south-1", virtual_hosted=True),
         "https://box.s3.eu-south-1.amazonaws.com"),
        (S3Settings(endpoint_url="https://files.example.com/"), "https://files.example.com"),
        (S3Settings(endpoint_url="http://minio:9000", virtual_hosted=True),
         "http://box.minio:9000"),
    ],
)  # fmt: skip
def test_the_bucket_is_in_the_path_or_in_the_hosts_name(settings: S3Settings, url: str) -> None:
    assert endpoint_of("box", settings) == url
