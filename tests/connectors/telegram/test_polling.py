"""Long polls: what is kept is confirmed, what fails is fetched again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot import Listener, Option, OutboundMessage, Received, RequestRejectedError, Secret
from bot.testing.contracts.troubles import time_machine
from connectors.telegram import TelegramSettings, connect
from connectors.telegram.connector import PollingTelegramConnector
from tests.connectors.telegram.served import Served, open_served
from tests.connectors.telegram.updates import GROUP, callback, message, posted

SECRET_HEADER = "x-telegram-bot-api-secret-token"
YES = OutboundMessage(text="Shall I?", options=(Option(token="p.0", label="Yes"),))


@pytest.fixture
async def telegram() -> AsyncIterator[Served]:
    async with open_served() as served:
        yield served


@asynccontextmanager
async def polling(api_url: str, token: str) -> AsyncIterator[PollingTelegramConnector]:
    settings = TelegramSettings(
        token=Secret(token), webhook_secret=Secret("x"), api_url=api_url, transport="polling"
    )
    async with connect("shop", settings) as connector:
        assert isinstance(connector, PollingTelegramConnector)
        yield connector


@asynccontextmanager
async def heard(
    connector: PollingTelegramConnector,
) -> AsyncIterator[AsyncIterator[Received]]:
    async with asyncio.timeout(20):
        listening = connector.listen()
        async with aclosing(listening):  # type: ignore[type-var]  # the port promises an iterator only
            yield listening


async def test_only_a_polling_connector_is_a_listener(telegram: Served) -> None:
    table = telegram.emulator.connector_settings()
    settings = TelegramSettings(
        token=Secret(table["token"]), webhook_secret=Secret("x"), api_url=table["api_url"]
    )

    async with polling(table["api_url"], table["token"]) as poller, connect("a", settings) as hook:
        assert isinstance(poller, Listener)
        assert not isinstance(hook, Listener)


async def test_a_polling_connector_takes_webhooks_only_if_it_can_check_them(
    telegram: Served,
) -> None:
    table = telegram.emulator.connector_settings()
    bare = TelegramSettings(token=Secret(table["token"]), api_url=table["api_url"])
    update = b'{"update_id": 7}'

    async with polling(table["api_url"], table["token"]) as checks, connect("a", bare) as cannot:
        assert isinstance(cannot, PollingTelegramConnector)
        assert not cannot.routes
        assert [route.path for route in checks.routes] == ["webhook"]
        with pytest.raises(RequestRejectedError):
            await checks.receive(posted(update, {SECRET_HEADER: "y"}))
        assert (await checks.receive(posted(update, {SECRET_HEADER: "x"}))).response.status == 200


async def test_it_takes_the_webhook_away_and_hears_words_and_taps(telegram: Served) -> None:
    async with (
        polling(f"{telegram.url}/api", telegram.token) as connector,
        heard(connector) as listening,
        asyncio.TaskGroup() as group,
    ):
        telegram.busy = {7}  # the webhook cannot be reached
        group.create_task(telegram.emulator.says("7", "hello"))

        (words,) = (await anext(listening)).messages
        await connector.send(YES, words.sender, words.hints)
        shown = telegram.emulator.screen("7")[-1]
        await telegram.emulator.taps("7", shown.id, "Yes")
        (tap,) = (await anext(listening)).messages
        assert telegram.emulator.apps.spinning("7") == ["Yes"]
        group.create_task(telegram.emulator.says("7", "bye"))
        (last,) = (await anext(listening)).messages

    assert (words.text, last.text) == ("hello", "bye")
    assert tap.tap is not None
    assert tap.tap.token == "p.0"
    assert telegram.emulator.apps.spinning("7") == []


async def test_what_was_not_kept_comes_again_and_what_was_kept_does_not(telegram: Served) -> None:
    await telegram.call("deleteWebhook")
    for text in ("one", "two", "three"):
        await telegram.emulator.says("7", text)

    async with polling(f"{telegram.url}/api", telegram.token) as connector:
        async with heard(connector) as listening:
            first = await anext(listening)
        async with heard(connector) as listening:
            again = [await anext(listening) for _ in range(3)]
            async with asyncio.TaskGroup() as group:
                group.create_task(telegram.emulator.says("7", "four"))
                fourth = await anext(listening)
        async with heard(connector) as listening:
            rest = await anext(listening)

    assert first == again[0]
    assert [found.messages[0].text for found in again] == ["one", "two", "three"]
    assert fourth == rest
    assert fourth.messages[0].text == "four"


async def test_a_poll_that_fails_is_repeated_and_no_bad_update_stops_the_others() -> None:
    updates: list[dict[str, Any]] = [
        {"update_id": 5, "message": "no message"},
        {"update_id": 6, "message": message(poll={"new": 1})},
        {"update_id": 7, "callback_query": callback()},
        {"update_id": 8, "message": message(text="last")},
    ]
    offsets: list[str] = []

    async def handle(request: web.Request) -> web.Response:
        if request.path.endswith("/answerCallbackQuery"):
            return web.json_response(
                {"ok": False, "error_code": 400, "description": "Bad Request: too old"}, status=400
            )
        offsets.append(request.query["offset"])
        if len(offsets) == 1:
            return web.Response(status=502)
        waiting = [one for one in updates if one["update_id"] >= int(request.query["offset"])]
        return web.json_response({"ok": True, "result": waiting[:3]})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        with capture_logs() as logs:
            async with polling(url, "42:secret-token") as connector, heard(connector) as listening:
                found = [await anext(listening) for _ in range(4)]
    finally:
        await runner.cleanup()

    assert len(found[0].unreadable) == 1
    assert [len(one.messages) for one in found] == [0, 1, 1, 1]
    assert offsets == ["0", "0", "8"]
    assert [line["event"] for line in logs] == ["poll.failed", "callback.unanswered"]
    assert "secret-token" not in repr(logs)


def refused(status: int, description: str) -> web.Response:
    answer = {"ok": False, "error_code": status, "description": description}
    return web.json_response(answer, status=status)


@asynccontextmanager
async def answering(answers: list[web.Response]) -> AsyncIterator[tuple[str, list[str]]]:
    """Serve a Telegram that gives these answers in turn, then says hello; tells what was called."""
    called: list[str] = []

    async def handle(request: web.Request) -> web.Response:
        called.append(request.path.rpartition("/")[2])
        hello = [{"update_id": 8, "message": message()}]
        return answers.pop(0) if answers else web.json_response({"ok": True, "result": hello})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", called
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("status", "description", "remedy"),
    [
        (409, "Conflict: terminated by other getUpdates request; make sure …", "another process"),
        (401, "Unauthorized", "copy it anew"),
    ],
)
async def test_what_a_person_must_mend_is_said_and_tried_again_in_a_while(
    status: int, description: str, remedy: str
) -> None:
    async with answering([refused(status, description)]) as (url, _):
        with capture_logs() as logs, time_machine() as travel:
            async with polling(url, "42:abc") as connector, heard(connector) as listening:
                async with asyncio.TaskGroup() as group:
                    first = group.create_task(take(listening))
                    while not logs:
                        await asyncio.wait([first], timeout=0.01)
                    travel(5)
                received = first.result()

    assert received.messages[0].text == "hello"
    (line,) = logs
    assert (line["event"], line["log_level"]) == ("poll.refused", "error")
    assert remedy in line["remedy"]


async def take(listening: AsyncIterator[Received]) -> Received:
    return await anext(listening)


async def test_an_update_that_needs_the_name_waits_until_telegram_tells_it() -> None:
    in_group = [{"update_id": 5, "message": message(chat=GROUP, text="/book@shop_bot")}]
    updates = web.json_response({"ok": True, "result": in_group})
    again = web.json_response({"ok": True, "result": in_group})
    me = web.json_response({"ok": True, "result": {"username": "Shop_Bot"}})

    async with answering([updates, web.Response(status=502), again, me]) as (url, _):
        with capture_logs() as logs:
            async with polling(url, "42:abc") as connector, heard(connector) as listening:
                found = await anext(listening)

    assert found.messages[0].text == "/book@shop_bot"
    assert [line["event"] for line in logs] == ["poll.failed"]


async def test_a_tap_that_cannot_be_read_stops_spinning_all_the_same() -> None:
    strange = [{"update_id": 5, "callback_query": callback(data=5)}]
    updates = web.json_response({"ok": True, "result": strange})
    done = web.json_response({"ok": True, "result": True})

    async with (
        answering([updates, done]) as (url, paths),
        polling(url, "42:abc") as connector,
        heard(connector) as listening,
    ):
        found = [await anext(listening) for _ in range(2)]

    assert [len(one.unreadable) for one in found] == [1, 0]
    assert paths == ["getUpdates", "answerCallbackQuery", "getUpdates"]
