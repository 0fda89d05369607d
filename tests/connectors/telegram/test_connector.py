"""What the connector does when Telegram does not take a message."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot import (
    Address,
    ConfigError,
    Connector,
    Faults,
    Inviting,
    Option,
    OutboundMessage,
    PermanentSendError,
    Secret,
    TransientSendError,
    account_of,
)
from connectors.telegram import TelegramSettings, connect
from tests.connectors.telegram.served import open_served

TOKEN = "42:AAH-very_secret"
ADDRESS = Address(account=account_of("telegram", "42"), user="7", place="7")
ROOM = Address(account=account_of("telegram", "42"), user="7", place="-5:3")
HELLO = OutboundMessage(text="Hello.")
SENT: dict[str, Any] = {"ok": True, "result": {"message_id": 31, "date": 1, "chat": "new shape"}}

Answer = Callable[[], web.Response]


def told(status: int, description: str, **parameters: int) -> Answer:
    answer = {"ok": False, "error_code": status, "description": description}
    if parameters:
        answer["parameters"] = parameters
    return lambda: web.json_response(answer, status=status)


def plain(status: int, text: str) -> Answer:
    return lambda: web.Response(status=status, text=text)


@dataclass
class Telegram:
    """A Telegram that answers as it is told, then lets everything pass."""

    answers: list[Answer] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.Response:
        self.paths.append(request.path)
        self.calls.append(await request.json())
        return self.answers.pop(0)() if self.answers else web.json_response(SENT)


def settings(**changes: Any) -> TelegramSettings:
    given = {"token": Secret(TOKEN), "webhook_secret": Secret("hook")} | changes
    return TelegramSettings(**given)


@asynccontextmanager
async def opened(answers: Sequence[Answer] = ()) -> AsyncIterator[tuple[Connector, Telegram]]:
    telegram = Telegram(answers=list(answers))
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", telegram.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with connect("telegram", settings(api_url=url)) as connector:
            yield connector, telegram
    finally:
        await runner.cleanup()


async def test_a_message_goes_out_as_plain_text_without_a_preview() -> None:
    async with opened() as (connector, telegram):
        receipt = await connector.send(HELLO, ADDRESS, {})

    assert receipt.provider_id == "31"
    assert telegram.paths == [f"/bot{TOKEN}/sendMessage"]
    assert telegram.calls == [
        {"chat_id": 7, "text": "Hello.", "link_preview_options": {"is_disabled": True}}
    ]


async def test_buttons_and_topics_are_named_as_the_bot_api_wants_them() -> None:
    message = OutboundMessage(text="Shall I?", options=(Option(token="p.0", label="Yes"),))

    async with opened() as (connector, telegram):
        await connector.send(message, ROOM, {})

    (call,) = telegram.calls
    assert (call["chat_id"], call["message_thread_id"]) == (-5, 3)
    assert call["reply_markup"] == {"inline_keyboard": [[{"text": "Yes", "callback_data": "p.0"}]]}


async def test_nobody_is_called_before_the_first_message() -> None:
    async with opened() as (_, telegram):
        pass

    assert telegram.paths == []


async def test_the_wait_that_telegram_asks_for_is_passed_on() -> None:
    busy = told(429, "Too Many Requests: retry after 14", retry_after=14)

    async with opened([busy]) as (connector, _):
        with pytest.raises(TransientSendError) as failed:
            await connector.send(HELLO, ADDRESS, {})

    assert failed.value.retry_after == timedelta(seconds=14)


@pytest.mark.parametrize(
    "answer",
    [
        told(429, "Too Many Requests"),
        told(500, "Internal Server Error"),
        told(502, "Bad Gateway"),
        told(409, "Conflict"),
        plain(200, "<html>sign in to the wireless network</html>"),
        plain(200, '{"ok": true}'),
        plain(404, "<html>no such page</html>"),
        plain(302, ""),
        plain(200, "[]"),
        plain(200, "[" * 50_000),
        plain(200, " " * 2_000_000),
    ],
)
async def test_what_may_pass_is_tried_again(answer: Answer) -> None:
    async with opened([answer]) as (connector, _):
        with pytest.raises(TransientSendError) as failed:
            await connector.send(HELLO, ADDRESS, {})
        receipt = await connector.send(HELLO, ADDRESS, {})

    assert failed.value.retry_after is None
    assert TOKEN not in str(failed.value)
    assert receipt.provider_id == "31"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (told(403, "Forbidden: bot was blocked by the user"), "blocked by the user"),
        (told(403, "Forbidden: user is deactivated"), "deactivated"),
        (told(400, "Bad Request: chat not found"), "Chat not found"),
        (told(401, "Unauthorized"), "token"),
        (told(404, "Not Found"), "token"),
    ],
)
async def test_what_will_never_pass_is_given_up(answer: Answer, reason: str) -> None:
    async with opened([answer]) as (connector, _):
        with pytest.raises(PermanentSendError, match=reason):
            await connector.send(HELLO, ADDRESS, {})


async def test_a_message_that_is_there_already_counts_as_sent() -> None:
    async with opened([told(400, "Bad Request: message is not modified")]) as (connector, _):
        receipt = await connector.send(HELLO, ADDRESS, {})

    assert receipt.provider_id is None


async def test_a_group_that_became_a_supergroup_is_followed_once() -> None:
    moved = told(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1005)

    async with opened([moved]) as (connector, telegram):
        await connector.send(HELLO, ROOM, {})

    assert [call["chat_id"] for call in telegram.calls] == [-5, -1005]
    assert "message_thread_id" not in telegram.calls[1]


async def test_a_place_that_is_no_chat_is_refused_without_a_call() -> None:
    address = Address(account=ADDRESS.account, user="7", place="#general")

    async with opened() as (connector, telegram):
        with pytest.raises(PermanentSendError):
            await connector.send(HELLO, address, {})

    assert telegram.calls == []


async def test_a_long_message_goes_on_where_it_was_interrupted() -> None:
    words = [f"word{number:04d}" for number in range(1500)]
    long = OutboundMessage(text=" ".join(words))

    async with opened() as (connector, telegram):
        telegram.answers = [lambda: web.json_response(SENT), told(500, "Internal Server Error")]
        with pytest.raises(TransientSendError):
            await connector.send(long, ADDRESS, {"client_id": "m1"})
        await connector.send(long, ADDRESS, {"client_id": "m1"})

    taken = [telegram.calls[0], *telegram.calls[2:]]
    assert " ".join(call["text"] for call in taken).split() == words


async def test_a_server_that_is_not_there_is_a_passing_trouble_and_no_secret_is_told() -> None:
    with capture_logs() as logs:
        async with connect("telegram", settings(api_url="http://127.0.0.1:9")) as connector:
            with pytest.raises(TransientSendError) as failed:
                await connector.send(HELLO, ADDRESS, {})

    chain: BaseException | None = failed.value
    while chain is not None:
        assert TOKEN not in f"{chain} {chain!r}"
        chain = chain.__cause__
    assert TOKEN not in repr(logs)


async def test_a_token_that_comes_back_in_an_answer_is_not_told_on() -> None:
    echo = told(400, f"Bad Request: /bot{TOKEN}/sendMessage")

    async with opened([echo]) as (connector, _):
        with pytest.raises(PermanentSendError) as refused:
            await connector.send(HELLO, ADDRESS, {})

    assert TOKEN not in str(refused.value)


@pytest.mark.parametrize("level", [0, 10])
async def test_the_library_writes_neither_token_nor_text_to_its_log(
    caplog: pytest.LogCaptureFixture, level: int
) -> None:
    caplog.set_level(level)

    async with opened([plain(200, "{"), lambda: web.json_response(SENT)]) as (connector, _):
        with pytest.raises(TransientSendError):
            await connector.send(HELLO, ADDRESS, {})
        await connector.send(HELLO, ADDRESS, {})

    vendor = [record for record in caplog.records if record.name.startswith("telegram")]
    assert not any(TOKEN in record.getMessage() for record in caplog.records)
    assert not any("Hello." in record.getMessage() for record in vendor)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"token": Secret("no token")}, "token"),
        ({"webhook_secret": Secret(""), "transport": "webhook"}, "webhook_secret"),
        ({"webhook_secret": Secret("a b"), "transport": "polling"}, "webhook_secret"),
        ({"username": "not a name"}, "username"),
        ({"hears": "nothing"}, "hears"),
        ({"share_phone": " "}, "share_phone"),
        ({"max_connections": 0}, "max_connections"),
        ({"max_connections": 101}, "max_connections"),
        ({"webhook_secret": Secret("with space")}, "webhook_secret"),
        ({"api_url": "api.telegram.org"}, "api_url"),
        ({"api_url": "http://["}, "api_url"),
        ({"transport": "pigeon"}, "transport"),
    ],
)
async def test_settings_that_cannot_work_are_refused_by_name(
    changes: dict[str, Any], key: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        async with connect("shop", settings(**changes)):
            pass

    (problem,) = refused.value.problems
    assert problem.startswith(f"connectors.shop.{key}: ")
    assert "; " in problem
    assert "no token" not in problem


async def test_the_settings_do_not_show_their_secrets() -> None:
    assert TOKEN not in repr(settings())


@pytest.mark.parametrize("name", ["ShopBot", "@ShopBot"])
async def test_a_link_brings_a_code_into_the_chat(name: str) -> None:
    async with connect("telegram", settings(username=name)) as connector:
        assert isinstance(connector, Inviting)
        link = "https://t.me/ShopBot?start=link_65V2WGYA"
        assert await connector.invitation("65V2WGYA") == link


async def test_without_a_username_a_link_waits_until_telegram_tells_it() -> None:
    async with open_served() as served:
        url = f"{served.url}/api"
        given = settings(token=Secret(served.token), api_url=url)
        async with connect("telegram", given) as connector:
            assert isinstance(connector, Inviting)
            served.emulator.faults = Faults(fail=1)
            assert await connector.invitation("65V2WGYA") is None

            for _ in range(2):
                assert await connector.invitation("65V2WGYA") == (
                    "https://t.me/threadline_emulated_bot?start=link_65V2WGYA"
                )
            assert [method for method, _ in served.emulator.calls] == ["getme"]
