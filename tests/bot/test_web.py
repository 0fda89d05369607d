"""The HTTP edge of a whole bot: what it answers, what it refuses, what it keeps."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession
from structlog.testing import capture_logs

from bot import ConfigError, WebhookRequest
from bot.crashpoints import arm
from bot.settings import RESERVED_NAMES, load_settings
from tests.bot.served_bot import REFUSING, SECRETS, ServedBot, keep_secrets, serve_bot, serve_site
from tests.connectors.telegram.updates import SECRET, body, message, posted

MOST = 2000
TELEGRAM = f"""
[connectors.telegram]
kind = "telegram"
token = "file:token"
webhook_secret = "file:webhook_secret"
api_url = "{REFUSING}"
max_body_bytes = {MOST}
"""
WEB = """
[connectors.web]
kind = "webchat"
allowed_origins = ["self"]
"""
HELLO = posted(body(message=message()))


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[ServedBot]:
    async with opened(tmp_path) as served:
        yield served


@asynccontextmanager
async def opened(
    folder: Path, tables: str = TELEGRAM + WEB, *, name: str = "Edge"
) -> AsyncIterator[ServedBot]:
    keep_secrets(folder, **SECRETS, webhook_secret=SECRET)
    async with serve_bot(folder, tables, name=name) as served:
        yield served


@asynccontextmanager
async def without_store(folder: Path) -> AsyncIterator[str]:
    """Serve a bot whose database was closed under it; tells its address."""
    async with AsyncExitStack() as stack:
        served = await stack.enter_async_context(opened(folder))
    async with serve_site(served.bot.site) as url:
        yield url


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession() as http:
        yield http


@pytest.fixture
def _disarmed() -> Iterator[None]:
    yield
    arm(None)


async def told_raw(served: ServedBot, *pieces: bytes) -> bytes:
    """Write bytes to the server's port and read the first line of its answer."""
    host, port = served.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        async with asyncio.timeout(10):
            return await reader.readline()
    finally:
        writer.close()


def head(*lines: str) -> bytes:
    secret = f"X-Telegram-Bot-Api-Secret-Token: {SECRET}"
    first = ("POST /telegram/webhook HTTP/1.1", "Host: bot", secret)
    return "\r\n".join([*first, *lines, "", ""]).encode()


async def test_a_living_bot_says_so(served: ServedBot) -> None:
    for path in ("/healthz", "/readyz"):
        async with served.http.get(served.url + path) as answer:
            assert answer.status == 200, path
            assert answer.content_type == "application/json"


async def test_a_bot_without_its_store_lives_but_is_not_ready(
    tmp_path: Path, http: ClientSession
) -> None:
    async with without_store(tmp_path) as url:
        async with http.get(f"{url}/healthz") as alive:
            assert alive.status == 200
        async with http.get(f"{url}/readyz") as ready:
            assert ready.status == 503
            assert int(ready.headers["Retry-After"]) >= 1
            assert await ready.json() == {"ready": False, "why": "store"}


async def test_a_schema_that_is_behind_is_not_ready(served: ServedBot) -> None:
    with closing(sqlite3.connect(served.database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
        connection.commit()

    async with served.http.get(f"{served.url}/readyz") as ready:
        assert ready.status == 503
        assert "threadline db upgrade" in await ready.text()


async def test_the_figures_have_their_public_names_before_anything_happened(
    served: ServedBot,
) -> None:
    async with served.http.get(f"{served.url}/metrics") as answer:
        told = await answer.text()

        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        for series in (
            'threadline_dead_letters_total{connector="telegram",direction="in"} 0.0',
            'threadline_inbox_oldest_seconds{connector="telegram"} 0.0',
            'threadline_outbox_oldest_seconds{connector="web"} 0.0',
            'threadline_messages_total{connector="telegram",direction="out"} 0.0',
            "threadline_turn_seconds_count 0.0",
            "threadline_dead_letters_kept 0.0",
        ):
            assert series in told


async def test_a_message_is_counted_once_and_its_copies_as_copies(served: ServedBot) -> None:
    assert [await served.post("telegram", HELLO) for _ in range(3)] == [200, 200, 200]

    messages = 'threadline_messages_total{connector="telegram",direction="in"}'
    assert await served.metric(messages) == 1
    assert await served.metric('threadline_duplicates_total{connector="telegram"}') == 2
    assert await served.metric('threadline_inbox_oldest_seconds{connector="telegram"}') > 0


async def test_the_figures_of_the_process_outlive_the_store(
    tmp_path: Path, http: ClientSession
) -> None:
    async with without_store(tmp_path) as url, http.get(f"{url}/metrics") as answer:
        assert answer.status == 200
        assert "threadline_turn_seconds_count" in await answer.text()


@pytest.mark.parametrize("signed", [True, False])
async def test_a_body_over_the_limit_gets_413_whoever_sent_it(
    served: ServedBot, *, signed: bool
) -> None:
    headers = HELLO.headers if signed else {}
    request = posted(b"x" * (MOST + 1), headers=headers)

    assert await served.post("telegram", request) == 413
    assert served.row_counts()["inbox"] == 0


async def test_a_body_over_the_limit_is_not_read_to_its_end(served: ServedBot) -> None:
    declared = await told_raw(served, head("Content-Length: 50000000"))
    chunk = b"400\r\n" + b"x" * 1024 + b"\r\n"
    chunked = await told_raw(served, head("Transfer-Encoding: chunked"), chunk, chunk)

    assert b"413" in declared
    assert b"413" in chunked


async def test_a_body_up_to_the_limit_is_read_in_any_pieces(served: ServedBot) -> None:
    text = "x" * (MOST - len(body(message=message(text=""))))
    whole = body(message=message(text=text))
    middle = len(whole) // 2
    parts = [b"%x\r\n%b\r\n" % (len(part), part) for part in (whole[:middle], whole[middle:])]

    told = await told_raw(served, head("Transfer-Encoding: chunked"), *parts, b"0\r\n\r\n")

    assert b"200" in told
    assert len(whole) == MOST
    assert served.row_counts()["inbox"] == 1


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_compressed_body_is_refused_unread(served: ServedBot, encoding: str) -> None:
    request = posted(b"\x1f\x8b\x08", headers={**HELLO.headers, "content-encoding": encoding})

    assert await served.post("telegram", request) == 415


async def test_a_body_that_is_held_back_is_given_up(
    served: ServedBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.BODY_PATIENCE", timedelta(seconds=0.1))

    assert b"408" in await told_raw(served, head("Content-Length: 100"), b"{")


async def test_a_body_in_broken_pieces_is_a_bad_request(served: ServedBot) -> None:
    with capture_logs() as logs:
        chunked = head("Transfer-Encoding: chunked")
        assert b"400" in await told_raw(served, chunked, b"5\r\nhello\r\n", b"zz\r\n")

    assert [one for one in logs if one["log_level"] == "error"] == []


async def test_a_client_that_leaves_in_the_middle_of_its_body_is_no_error(
    served: ServedBot,
) -> None:
    host, port = served.url.removeprefix("http://").split(":")

    with capture_logs() as logs:
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(head("Content-Length: 100") + b"{")
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        assert await served.post("telegram", HELLO) == 200

    assert [one for one in logs if one["log_level"] == "error"] == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/telegram/webhook", 405),
        ("PUT", "/telegram/webhook", 405),
        ("OPTIONS", "/telegram/webhook", 405),
        ("HEAD", "/telegram/webhook", 405),
        ("POST", "/telegram/events", 404),
        ("POST", "/slack/events", 404),
        ("POST", "/healthz", 405),
        ("GET", "/commands", 404),
        ("GET", "/.env", 404),
        ("GET", "/web/../../etc/passwd", 404),
        ("GET", "/web/%2e%2e%2fbot.toml", 404),
        ("HEAD", "/", 200),
        ("HEAD", "/healthz", 200),
        ("HEAD", "/readyz", 200),
        ("HEAD", "/web/widget.js", 200),
        ("DELETE", "/web/widget.js", 405),
    ],
)
async def test_only_the_routes_there_are_answer(
    served: ServedBot, method: str, path: str, status: int
) -> None:
    async with served.http.request(method, served.url + path) as answer:
        assert answer.status == status


async def test_a_webhook_hears_503_while_the_store_is_away(
    tmp_path: Path, http: ClientSession
) -> None:
    async with (
        without_store(tmp_path) as url,
        http.post(f"{url}/telegram/webhook", data=HELLO.body, headers=HELLO.headers) as answer,
    ):
        assert answer.status == 503
        assert int(answer.headers["Retry-After"]) >= 1
        assert await answer.read() == b""


@pytest.mark.slow
async def test_a_webhook_hears_503_while_somebody_else_writes_and_200_afterwards(
    served: ServedBot,
) -> None:
    with closing(sqlite3.connect(served.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        url = f"{served.url}/telegram/webhook"
        async with served.http.post(url, data=HELLO.body, headers=HELLO.headers) as answer:
            assert answer.status == 503
            assert "Retry-After" in answer.headers
        other.execute("ROLLBACK")

    assert await served.post("telegram", HELLO) == 200
    assert served.row_counts()["inbox"] == 1


@pytest.mark.usefixtures("_disarmed")
@pytest.mark.parametrize(
    ("point", "kept"), [("inbox.record.before_commit", 0), ("inbox.record.after_commit", 1)]
)
async def test_success_is_told_only_after_the_commit(
    served: ServedBot, point: str, kept: int
) -> None:
    def fall(name: str) -> None:
        if name == point:
            raise RuntimeError("fell here")

    arm(fall)
    first = await served.post("telegram", HELLO)
    counted = served.row_counts()["inbox"]
    arm(None)
    again = await served.post("telegram", HELLO)

    assert (first, counted) == (500, kept)
    assert (again, served.row_counts()["inbox"]) == (200, 1)


async def test_what_fell_says_nothing_about_itself(served: ServedBot) -> None:
    def fall(name: str) -> None:
        raise RuntimeError(f"fell at {name}")

    arm(fall)
    try:
        url = f"{served.url}/telegram/webhook"
        async with served.http.post(url, data=HELLO.body, headers=HELLO.headers) as answer:
            assert answer.status == 500
            assert await answer.read() == b""
    finally:
        arm(None)


@pytest.mark.parametrize("path", ["/", "/chat"])
async def test_the_pages_run_no_script_but_the_bots_own(served: ServedBot, path: str) -> None:
    async with served.http.get(served.url + path) as answer:
        page = await answer.text()

        assert answer.content_type == "text/html"
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert '<script type="module" src="/web/widget.js"></script>' in page
        assert "<h1>Edge</h1>" in page
    async with served.http.get(f"{served.url}/web/widget.js") as script:
        assert script.status == 200
        assert "javascript" in script.content_type


async def test_the_name_of_a_bot_is_no_markup(tmp_path: Path) -> None:
    named = "<script>alert(1)</script>"
    async with (
        opened(tmp_path, WEB, name=named) as served,
        served.http.get(served.url) as answer,
    ):
        page = await answer.text()

        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page


async def test_a_bot_without_a_web_chat_says_that_it_runs(tmp_path: Path) -> None:
    async with opened(tmp_path, TELEGRAM) as served, served.http.get(served.url) as answer:
        assert answer.status == 200
        assert "no web chat is set up" in await answer.text()


@pytest.mark.parametrize("name", sorted(RESERVED_NAMES))
def test_no_connector_takes_a_path_of_the_bots_own(name: str, tmp_path: Path) -> None:
    path = tmp_path / "bot.toml"
    path.write_text(f'[connectors."{name}"]\nkind = "webchat"\n')

    with pytest.raises(ConfigError) as raised:
        load_settings(path)

    assert any(name in problem and "choose another" in problem for problem in raised.value.problems)


async def test_requests_at_the_same_moment_leave_one_row(served: ServedBot) -> None:
    statuses: list[int] = []

    async def post(request: WebhookRequest) -> None:
        statuses.append(await served.post("telegram", request))

    async with asyncio.TaskGroup() as group:
        for _ in range(100):
            group.create_task(post(HELLO))

    assert statuses == [200] * 100
    assert served.row_counts()["inbox"] == 1
