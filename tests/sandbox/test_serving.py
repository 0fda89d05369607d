import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import aclosing
from io import BytesIO
from pathlib import Path

import pytest
import pytest_asyncio

from bot import ConfigError
from bot.sandbox import serve
from tests.sandbox.fake_platform import opener
from tests.sandbox.stage import PATIENCE, Stage, free_port, staged, stand_in

PERSON = "U1SANDBOX01"


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One sandbox for all; each test talks as another person, and who kills the bot waits."""
    async with staged(tmp_path_factory.mktemp("sandbox")) as open_stage:
        yield open_stage


async def test_the_page_runs_nothing_but_its_own_files(stage: Stage) -> None:
    async with stage.http.get(f"{stage.url}/") as answer:
        policy = answer.headers["Content-Security-Policy"]
        page = await answer.text()

    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert "trusted-types 'none'" in policy
    assert "<style" not in page
    assert " style=" not in page


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("sandbox.js", "text/javascript"),
        ("pane.js", "text/javascript"),
        ("sandbox.css", "text/css"),
        ("icon.svg", "image/svg+xml"),
    ],
)
async def test_the_files_of_the_page_come_with_their_type(
    stage: Stage, name: str, kind: str
) -> None:
    async with stage.http.get(f"{stage.url}/__sandbox/static/{name}") as answer:
        assert (answer.status, answer.content_type) == (200, kind)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/__sandbox", "/__sandbox/other", "/__sandbox/static/x.py"])
async def test_nothing_below_its_own_prefix_reaches_the_bot(stage: Stage, path: str) -> None:
    async with stage.http.get(stage.url + path) as answer:
        assert answer.status == 404


async def test_the_panes_are_told_in_the_order_of_the_page(stage: Stage) -> None:
    told = (await stage.get("/__sandbox/panes"))["panes"]

    assert [pane["pane"] for pane in told] == ["slack", "telegram", "whatsapp", "web"]
    assert [pane["person"] for pane in told] == [PERSON, "700100", "393331112222", None]
    assert told[3]["widget"] == "/web/widget.js"


async def test_connectors_of_any_name_get_their_panes(tmp_path: Path) -> None:
    toml = (
        '[connectors.north]\nkind = "slack"\n[connectors.south]\nkind = "slack"\n'
        '[connectors.shop]\nkind = "webchat"\n'
    )
    async with staged(tmp_path, toml=toml) as stage:
        told = (await stage.get("/__sandbox/panes"))["panes"]

    assert [(pane["pane"], pane["connector"]) for pane in told] == [
        ("slack", "north"),
        ("south", "south"),
        ("telegram", "telegram"),
        ("whatsapp", "whatsapp"),
        ("web", "shop"),
    ]
    assert told[4]["widget"] == "/shop/widget.js"


async def test_what_a_person_says_and_taps_reaches_the_platform(stage: Stage) -> None:
    said = {"connector": "telegram", "person": "7", "text": "/book"}
    tapped = {"connector": "telegram", "person": "7", "message": "m2", "label": "Today"}

    assert await stage.post("/__sandbox/say", said) == (200, {"done": True})
    assert await stage.post("/__sandbox/tap", tapped) == (200, {"done": True})

    screens = await stage.get("/__sandbox/screens?person=7")
    texts = [message["text"] for message in screens["telegram"]["messages"]]
    assert texts == ["/book", "Which day? Today", "Today it is."]
    assert screens["slack"]["messages"] == []


async def test_a_button_that_is_not_there_is_refused_in_words(stage: Stage) -> None:
    tap = {"connector": "slack", "person": "U1", "message": "m9", "label": "Today"}

    status, body = await stage.post("/__sandbox/tap", tap)

    assert status == 409
    assert "Today" in body["error"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("say", {"connector": "nobody", "person": "1", "text": "x"}, 404),
        ("say", {"connector": "slack", "person": "1", "text": "  "}, 400),
        ("say", {"connector": "slack", "person": 1, "text": "x"}, 400),
        ("say", ["slack"], 400),
        ("tap", {"connector": "slack", "person": "1", "message": "m"}, 400),
        ("faults", {"connector": "slack", "fault": "explode"}, 400),
    ],
)
async def test_a_wrong_body_is_refused_in_words(
    stage: Stage, path: str, body: object, status: int
) -> None:
    answered, told = await stage.post(f"/__sandbox/{path}", body)

    assert answered == status
    assert told["error"]


async def test_a_body_is_limited(stage: Stage) -> None:
    body = {"connector": "slack", "person": "1", "text": "x" * 70_000}
    async with stage.http.post(f"{stage.url}/__sandbox/say", json=body) as answer:
        assert answer.status == 413


FILE = "/__sandbox/file?connector=slack&person=77&name=a%20b.txt&mime=text/plain&text=look"


async def test_a_file_that_a_person_sends_reaches_the_platform(stage: Stage) -> None:
    async with stage.http.post(stage.url + FILE, data=BytesIO(bytes(300_000))) as answer:
        assert answer.status == 200

    screens = await stage.get("/__sandbox/screens?person=77")
    texts = [message["text"] for message in screens["slack"]["messages"]]
    assert texts == ["a b.txt look", "300000 bytes of text/plain"]


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [
        (FILE, b"", 409),
        (FILE, bytes((20 << 20) + 1), 413),
        (FILE.replace("slack", "nobody"), b"x", 404),
        (FILE.replace("name=", "called="), b"x", 400),
    ],
    ids=["empty", "large", "nowhere", "nameless"],
)
async def test_a_wrong_file_is_refused(stage: Stage, path: str, data: bytes, status: int) -> None:
    async with stage.http.post(stage.url + path, data=BytesIO(data)) as answer:
        assert answer.status == status


async def test_a_page_of_another_site_sends_no_file(stage: Stage) -> None:
    headers = {"Origin": "http://evil.example", "Content-Type": "text/plain"}

    async with stage.http.post(stage.url + FILE, data=b"x", headers=headers) as answer:
        assert answer.status == 403


async def test_a_body_of_another_type_is_refused(stage: Stage) -> None:
    async with stage.http.post(f"{stage.url}/__sandbox/say", data=b"{}") as answer:
        assert answer.status == 415


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Host": "["},
        {"Origin": "http://127.0.0.1:1"},
        {"Host": "evil.example", "Origin": "http://evil.example"},
        {"Host": "evil.example"},
    ],
)
async def test_a_page_of_another_site_can_do_nothing(stage: Stage, headers: dict[str, str]) -> None:
    pid = await stage.running()

    async with stage.http.post(f"{stage.url}/__sandbox/kill", headers=headers) as answer:
        assert answer.status == 403

    assert (await stage.status())["pid"] == pid


async def test_the_own_page_and_programs_may_act(stage: Stage) -> None:
    port = stage.url.rpartition(":")[2]
    fault = {"connector": "slack", "fault": "drop"}
    for headers in ({}, {"Origin": stage.url}, {"Host": f"localhost:{port}"}):
        async with stage.http.post(
            f"{stage.url}/__sandbox/faults", json=fault, headers=headers
        ) as answer:
            assert answer.status == 200


async def test_a_restart_is_asked_for_and_done(stage: Stage) -> None:
    pid = await stage.running()

    assert await stage.post("/__sandbox/restart") == (200, {"restarting": True})

    assert await stage.running(not_as=pid) != pid


async def test_the_stream_tells_screens_and_the_child(stage: Stage) -> None:
    pid = await stage.running()
    restarts = (await stage.status())["restarts"]
    told = {}
    async with asyncio.timeout(PATIENCE), aclosing(stage.events()) as events:
        async for name, data in events:
            if data.get("connector") == "slack" and data["messages"]:
                told["screen"] = data
                break
            if name == "status":
                await stage.post(
                    "/__sandbox/say", {"connector": "slack", "person": PERSON, "text": "/book"}
                )
                told["status"] = data

    assert told["status"] == {"phase": "running", "running": True, "pid": pid} | {
        "restarts": restarts
    }
    assert told["screen"]["messages"][0]["raw"] == {"chat": PERSON, "text": "/book"}


async def test_faults_are_armed_one_by_one(stage: Stage) -> None:
    fault = {"connector": "whatsapp", "fault": "duplicate"}

    await stage.post("/__sandbox/faults", fault)
    _, counts = await stage.post("/__sandbox/faults", fault)

    assert counts == {"fail": 0, "throttle": 0, "drop": 0, "duplicate": 2}


async def test_a_platforms_api_is_reached_below_the_prefix(stage: Stage) -> None:
    status, told = await stage.post("/__sandbox/api/telegram/bot1:a/getMe", {"x": 1})

    assert (status, told["kind"], told["path"]) == (200, "telegram", "bot1:a/getMe")
    async with stage.http.get(f"{stage.url}/__sandbox/api/nobody/x") as answer:
        assert answer.status == 404


async def test_a_kill_leaves_the_screens_and_comes_back_on_the_same_port(stage: Stage) -> None:
    pid = await stage.running()
    restarts = (await stage.status())["restarts"]
    said = {"connector": "slack", "person": "U2", "text": "hello"}
    await stage.post("/__sandbox/say", said)

    assert await stage.post("/__sandbox/kill") == (200, {"killed": True})
    again = await stage.running(not_as=pid)

    assert (await stage.get("/web/v1/echo"))["pid"] == again
    assert (await stage.status())["restarts"] == restarts + 1
    assert len((await stage.get("/__sandbox/screens?person=U2"))["slack"]["messages"]) == 2


async def test_sigterm_ends_it_in_order(tmp_path: Path) -> None:
    settings = tmp_path / "bot.toml"
    settings.write_text("")
    port = free_port()
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as group:
        serving = group.create_task(
            serve(
                settings,
                host="127.0.0.1",
                port=port,
                extensions={"slack": opener("slack")},
                command=stand_in,
            )
        )
        reader, writer = await _connected(port)
        writer.write(b"GET /__sandbox/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        await reader.readuntil(b"event: status")

        os.kill(os.getpid(), signal.SIGTERM)
        await serving

        await reader.read()
        writer.close()
        await writer.wait_closed()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


async def _connected(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    await asyncio.sleep(0)  # serve() takes the port before it waits for anything
    return await asyncio.open_connection("127.0.0.1", port)


async def test_a_taken_port_is_told_with_a_remedy(tmp_path: Path, stage: Stage) -> None:
    settings = tmp_path / "bot.toml"
    settings.write_text("")
    port = int(stage.url.rpartition(":")[2])

    with pytest.raises(ConfigError, match=r"server\.port: 127\.0\.0\.1:\d+ .*--port"):
        await serve(settings, host="127.0.0.1", port=port, extensions={}, command=stand_in)
