"""``threadline run`` as a process: how it begins, what keeps it from beginning, how it ends."""

import json
import os
import signal
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from aiohttp import ClientSession, WSMsgType

from tests.bot.cli.projects import HELLO, write_project
from tests.bot.cli.shell import process, running, threadline
from tests.connectors.telegram.updates import body, message

pytestmark = pytest.mark.slow
PLANTED = "planted-secret-of-the-hook"
WORDS = "my daughter is allergic to nuts"
TELEGRAM = """
[connectors.telegram]
kind = "telegram"
token = "env:TEST_TOKEN"
webhook_secret = "env:TEST_SECRET"
api_url = "http://127.0.0.1:1"
"""


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield taken.getsockname()[1]


def post(url: str, content: bytes, headers: Mapping[str, str]) -> int:
    request = urllib.request.Request(url, data=content, headers=dict(headers))  # noqa: S310 - loopback
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - loopback
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_a_port_in_use_is_one_line_with_a_remedy(tmp_path: Path, taken_port: int) -> None:
    told = threadline(write_project(tmp_path), "run", "--port", str(taken_port))

    assert told.code == 2
    line = told.problems[-1]
    assert line.startswith(f"server.port: 127.0.0.1:{taken_port} cannot be listened on")
    assert "another port with --port" in line
    assert "Traceback" not in told.err


def test_a_second_run_names_the_process_that_owns_the_database(tmp_path: Path) -> None:
    project = write_project(tmp_path, hello=HELLO)

    with running(project, "run") as first:
        for subcommand in (("run", "--port", "0"), ("chat",), ("db", "upgrade")):
            told = threadline(project, *subcommand)
            assert told.code == 2, subcommand
            assert len(told.problems) == 1
            assert f"process id {first.process.pid}" in told.err
        assert threadline(project, "show").code == 0
        assert threadline(project, "db", "current").code == 0


async def test_it_ends_within_ten_seconds_though_a_socket_is_open(tmp_path: Path) -> None:
    with running(write_project(tmp_path, hello=HELLO), "run") as bot:
        async with ClientSession() as http:
            begin = {"locale": "en", "tz": "Europe/Rome", "page": {"url": "", "title": ""}}
            async with http.post(f"{bot.url}/web/v1/session", json=begin) as answer:
                session = await answer.json()
            url = f"{bot.url}/web/v1/ws"
            async with http.ws_connect(url, protocols=("threadline.v1",)) as ws:
                hello = {"t": "hello", "v": 1, "token": session["token"], "cursor": ""}
                await ws.send_json(hello)
                welcome = await ws.receive(timeout=10)
                bot.told(signal.SIGTERM)
                last = await ws.receive(timeout=10)
                while last.type is WSMsgType.TEXT:
                    last = await ws.receive(timeout=10)

        assert json.loads(welcome.data)["t"] == "welcome"
        assert (last.type, last.data) == (WSMsgType.CLOSE, 1012)
        assert bot.ended(10) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order(tmp_path: Path, number: signal.Signals) -> None:
    with running(write_project(tmp_path), "run") as bot:
        bot.told(number)

        assert bot.ended(10) == 0
        assert "Traceback" not in "".join(bot.err)


def test_with_an_overlay_it_ends_with_the_one_who_started_it(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    (project / "overlay.json").write_text('{"server": {"port": 0}}')

    with running(project, "run", "--overlay", "overlay.json") as bot:
        assert bot.process.stdin is not None
        bot.process.stdin.close()
        bot.process.stdin = None

        assert bot.ended(10) == 0


def test_without_an_overlay_the_end_of_its_input_means_nothing(tmp_path: Path) -> None:
    with running(write_project(tmp_path), "run") as bot:
        assert bot.process.stdin is not None
        bot.process.stdin.close()
        bot.process.stdin = None

        with urllib.request.urlopen(f"{bot.url}/readyz", timeout=10) as answer:  # noqa: S310 - loopback
            assert answer.status == 200
        assert bot.process.poll() is None


def test_neither_secrets_nor_words_are_in_what_it_writes(tmp_path: Path) -> None:
    given = {"TEST_TOKEN": "42:planted-token", "TEST_SECRET": PLANTED}
    content = body(message=message(text=WORDS))
    signed = {"X-Telegram-Bot-Api-Secret-Token": PLANTED}

    with running(
        write_project(tmp_path, TELEGRAM), "run", "--log-level", "debug", environment=given
    ) as bot:
        url = f"{bot.url}/telegram/webhook"
        assert post(url, content, signed) == 200
        bot.until("delivery.postponed")
        assert post(url, f'{{"{WORDS}'.encode(), signed) == 200
        assert post(url, content, {"X-Telegram-Bot-Api-Secret-Token": "another-secret"}) == 401
        bot.told(signal.SIGTERM)
        assert bot.ended(10) == 0

    written = "".join(bot.err)
    assert "event.buried" in written
    for planted in (PLANTED, "planted-token", "allergic", "another-secret", "Lovelace"):
        assert planted not in written


def test_a_database_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    assert threadline(project, "db", "upgrade").code == 0
    (project / "bot.db").chmod(0o444)

    told = process(project, "run", unprivileged=True)

    assert told.code == 2
    assert told.problems == [
        f"state.url: {project}/bot.db cannot be written; give this user the right to"
    ]


def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o555)
    project = write_project(tmp_path, '[state]\nurl = "sqlite+aiosqlite:///data/bot.db"\n')

    told = process(project, "run", unprivileged=True)

    assert told.code == 2
    assert len(told.problems) == 1
    assert "make its folder writable" in told.err


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    (project / "bot.db").write_text("a poem, not a database\n" * 100)

    told = threadline(project, "run")

    assert told.code == 2
    assert told.problems == ["state.url: the file is not an SQLite database; name another file"]
    assert (project / "bot.db").read_text().startswith("a poem")


def test_a_folder_that_is_missing_is_told(tmp_path: Path) -> None:
    project = write_project(tmp_path, '[state]\nurl = "sqlite+aiosqlite:///gone/bot.db"\n')

    told = threadline(project, "run")

    assert told.code == 2
    assert len(told.problems) == 1
    assert "create its folder" in told.err


def test_an_owner_that_was_killed_keeps_nobody_out(tmp_path: Path) -> None:
    project = write_project(tmp_path, hello=HELLO)
    with running(project, "run") as bot:
        bot.told(signal.SIGKILL)
        assert bot.ended(10) == -signal.SIGKILL

    told = threadline(project, "chat", given="/hello\n")

    assert (told.code, told.out) == (0, "Hello!\n")


def test_the_lock_names_its_owner_only_while_it_lives(tmp_path: Path) -> None:
    project = write_project(tmp_path)

    assert threadline(project, "db", "upgrade").code == 0
    assert (project / "bot.db.lock-owner").read_text() == str(os.getpid())
    assert threadline(project, "db", "upgrade").code == 0
