"""Socket Mode when connections come and go; and the emulator's, seen by slack-bolt's client."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest
import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot import (
    Faults,
    Form,
    FormField,
    Listener,
    OutboundMessage,
    PromptId,
    Received,
    Recorded,
    Secret,
    StoreSettings,
)
from bot.testing.contracts.workbench import Workbench, open_workbench
from connectors.slack import SlackSettings, connect
from connectors.slack.connector import SocketSlackConnector
from connectors.slack.emulator import SlackEmulator, open_emulator, payloads
from connectors.slack.hearing.modals import MISSING
from connectors.slack.hearing.sockets import MAX_FRAME_BYTES
from state.sql import open_store
from tests.connectors.slack.app import connect_plainly, slack
from tests.connectors.slack.socket_bench import hear, open_socket_bench
from tests.connectors.webchat.memory import START

BOOKING = Form(title="Book", fields=(FormField(name="note", label="Anything else?"),))
ASKED = OutboundMessage(text="Which day?", prompt=PromptId("AbCdEfGh123"), form=BOOKING)


@pytest.fixture
async def bench() -> AsyncIterator[Workbench]:
    async with open_socket_bench() as bench:
        yield bench


def texts(bench: Workbench) -> list[str]:
    return [message.text for message in bench.messages]


def event_ids(bench: Workbench) -> list[str]:
    return [str(message.event_id) for message in bench.messages]


async def test_no_webhook_is_sent_while_the_app_listens(bench: Workbench) -> None:
    await bench.hears("hello")
    await bench.hears("/book 4")

    kinds = [envelope["type"] for envelope in slack(bench).sockets.sent]
    assert texts(bench) == ["hello", "/book 4"]
    assert kinds == ["events_api", "slash_commands"]


async def first(items: AsyncIterator[Received]) -> Received:
    return await anext(items)


async def test_an_envelope_is_acknowledged_only_after_it_was_recorded(tmp_path: Path) -> None:
    """Die between record and acknowledgement: Slack sends it again, and it is known."""
    url = f"sqlite+aiosqlite:///{tmp_path}/bot.db"
    async with (
        open_store(StoreSettings(url=url, synchronous="OFF")) as store,
        open_workbench(connect_plainly, open_emulator, person="U1") as bench,
        asyncio.TaskGroup() as group,
    ):
        saying = None
        rows: list[Recorded] = []
        for _ in range(2):
            async with connect("shop", over_socket(bench)) as connector:
                assert isinstance(connector, Listener)
                items = connector.listen()
                heard = group.create_task(first(items))
                await slack(bench).sockets.settled(1)
                saying = saying or group.create_task(bench.emulator.says("U1", "hello"))
                received = await heard
                rows += await store.inbox.record(received.messages, now=START)
                # the connection closes here, and nothing was acknowledged

    sent, again = slack(bench).sockets.sent[:2]
    assert [row.duplicate for row in rows] == [False, True]
    assert sent["envelope_id"] != again["envelope_id"]
    assert sent["payload"] == again["payload"]
    assert again["retry_attempt"] >= 1


async def test_the_next_connection_is_open_before_the_old_one_is_left(bench: Workbench) -> None:
    sockets = slack(bench).sockets
    await bench.hears("one")

    await sockets.refresh()
    await sockets.settled(2)
    await bench.hears("two")
    await bench.hears("three")
    await sockets.drop(1)
    await sockets.settled(1)
    await bench.hears("four")

    assert texts(bench) == ["one", "two", "three", "four"]
    assert len(set(event_ids(bench))) == 4


async def test_a_connection_that_breaks_is_opened_again(bench: Workbench) -> None:
    sockets = slack(bench).sockets
    await bench.hears("one")

    await sockets.drop(1)
    await sockets.settled(1)
    await bench.hears("two")

    assert texts(bench) == ["one", "two"]


async def test_what_slack_sends_twice_is_one_event(bench: Workbench) -> None:
    bench.emulator.faults = Faults(duplicate=1)

    await bench.hears("hello")

    assert texts(bench) == ["hello", "hello"]
    assert len(set(event_ids(bench))) == 1


async def test_what_is_wrong_in_a_form_comes_back_with_the_acknowledgement(
    bench: Workbench,
) -> None:
    await bench.answers(ASKED, await bench.hears("hello"))
    await slack(bench).taps("U1", bench.replies[-1].id, "Fill in a form")
    view = slack(bench).workspace.modal_of("U1")
    assert view is not None
    empty = payloads.view_submission(view, {}, "U1", trigger="1.2.a")

    answer = await slack(bench)._webhooks.deliver(empty)

    assert json.loads(answer)["errors"] == {"note": MISSING}
    assert len(bench.messages) == 1


@pytest.mark.parametrize(
    "frame",
    [
        "not json",
        "[]",
        '"x"',
        "{}",
        '{"type": "events_api"}',
        '{"type": "hello", "num_connections": "many"}',
        '{"type": "odd", "envelope_id": "e-1", "payload": null}',
        '{"type": "events_api", "envelope_id": "e-2", "payload": [1]}',
        '{"type": "interactive", "envelope_id": "e-3", "accepts_response_payload": true}',
        "[" * 5000,
    ],
)
async def test_a_frame_that_is_not_slacks_harms_nobody(bench: Workbench, frame: str) -> None:
    await slack(bench).sockets.say(frame)

    await bench.hears("hello")

    assert texts(bench) == ["hello"]
    assert all(received.unreadable for received in bench.received[:-1])


async def test_a_frame_that_is_too_large_costs_the_connection_only(bench: Workbench) -> None:
    sockets = slack(bench).sockets

    await sockets.say(json.dumps({"type": "x" * MAX_FRAME_BYTES}))
    await sockets.settled(1, opened=2)
    await bench.hears("hello")

    assert texts(bench) == ["hello"]


def over_socket(bench: Workbench, app_token: str = "") -> SlackSettings:
    table = bench.emulator.connector_settings()
    return SlackSettings(
        bot_token=Secret(table["bot_token"]),
        api_url=table["api_url"],
        transport="socket",
        app_token=Secret(app_token or cast("SlackEmulator", bench.emulator).app.app_token),
    )


async def test_a_refused_token_is_told_with_its_remedy_and_tried_again() -> None:
    async with open_workbench(connect_plainly, open_emulator, person="U1") as bench:
        with structlog.testing.capture_logs() as events:
            async with (
                connect("shop", over_socket(bench, "xapp-1-wrong")) as connector,
                asyncio.TaskGroup() as group,
            ):
                assert isinstance(connector, SocketSlackConnector)
                bench.connector = connector
                listening = group.create_task(hear(bench))
                await refusals(events, 2)
                listening.cancel()

    told = [event for event in events if event["event"] == "socket.refused"]
    assert "app_token" in told[0]["remedy"]
    assert told[0]["log_level"] == "error"
    assert told[1]["seconds"] > 0
    assert "xapp-1-wrong" not in repr(events)


async def refusals(events: list[Any], count: int) -> None:
    async with asyncio.timeout(5):
        while sum(event["event"] == "socket.refused" for event in events) < count:  # noqa: ASYNC110 - a log calls nobody
            await asyncio.sleep(0)


async def test_no_token_and_no_word_of_anybody_is_logged() -> None:
    with structlog.testing.capture_logs() as events:
        async with open_socket_bench() as bench:
            await bench.hears("my card is 4111")
            await slack(bench).sockets.refresh()
            await slack(bench).sockets.settled(2)

    lines = repr(events)
    assert "transport.chosen" in lines
    assert "4111" not in lines
    assert "xapp-" not in lines
    assert "ticket" not in lines


async def test_slack_bolts_own_client_is_served_by_the_emulator() -> None:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=None, bot_user_id="U0EMULATED")

    heard: list[str] = []

    async def on_message(message: dict[str, Any]) -> None:
        heard.append(message["text"])

    async def on_command(ack: Any, command: dict[str, Any]) -> None:
        await ack(f"You typed {command['text']}")
        heard.append(command["command"])

    async with open_workbench(connect_plainly, open_emulator, person="U1") as bench:
        url = bench.emulator.connector_settings()["api_url"]
        client = AsyncWebClient(base_url=url)
        app = AsyncApp(
            signing_secret="s", client=client, authorize=authorize, process_before_response=True
        )
        app.message("")(on_message)
        app.command("/book")(on_command)
        handler = AsyncSocketModeHandler(app, slack(bench).app.app_token)
        await handler.connect_async()  # type: ignore[no-untyped-call] # bolt's
        try:
            await bench.emulator.says("U1", "hello")
            await bench.emulator.says("U1", "/book 4")
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call] # bolt's

        shown = [seen.text for seen in bench.replies]

    assert heard == ["hello", "/book"]
    assert shown == ["You typed 4"]
