"""Groups, topics and persons that let the bot in or shut it out, over the emulator."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot import (
    Attached,
    Attending,
    BlockedError,
    CommandCard,
    InboundMessage,
    Moved,
    OutboundMessage,
    PermanentSendError,
    Reach,
    RequestRejectedError,
    Secret,
    Syncing,
    account_of,
)
from bot.testing.contracts.workbench import Workbench, open_workbench
from connectors.telegram import TelegramSettings, connect
from connectors.telegram.connector import TelegramConnector
from connectors.telegram.emulator import TelegramEmulator, open_emulator
from tests.connectors.telegram.opened import connect_plainly
from tests.connectors.telegram.updates import GROUP, SECRET, body, message, posted

HELLO = OutboundMessage(text="Hello.")
BOT = "threadline_emulated_bot"


@pytest.fixture
async def bench() -> AsyncIterator[Workbench]:
    async with open_workbench(connect_plainly, open_emulator, person="7") as bench:
        yield bench


def telegram(bench: Workbench) -> TelegramEmulator:
    assert isinstance(bench.emulator, TelegramEmulator)
    return bench.emulator


def news(bench: Workbench) -> list[Reach | Moved]:
    return [one for received in bench.received for one in received.news]


async def said_in(bench: Workbench, group: str, text: str, topic: str = "") -> InboundMessage:
    await telegram(bench).apps.says_in(group, "7", text, topic=topic)
    return bench.messages[-1]


async def test_a_person_who_blocks_the_bot_is_told_apart_until_they_write(bench: Workbench) -> None:
    to = await bench.hears("hello")

    await telegram(bench).blocks("7")
    with pytest.raises(BlockedError):
        await bench.answers(HELLO, to)
    await bench.answers(HELLO, await bench.hears("/start"))

    found = [one for one in news(bench) if isinstance(one, Reach)]
    assert [(one.user, one.place, one.is_open) for one in found] == [
        ("7", "7", False),
        ("7", "7", True),
    ]


async def test_a_group_that_takes_the_bot_out_is_shut_for_all(bench: Workbench) -> None:
    to = await said_in(bench, "-5", "/book")

    await telegram(bench).standing.removes("-5", "8")
    with pytest.raises(BlockedError):
        await bench.answers(HELLO, to)
    await telegram(bench).standing.adds("-5", "8")
    await bench.answers(HELLO, to)

    found = [one for one in news(bench) if isinstance(one, Reach)]
    assert [(one.user, one.place, one.is_open) for one in found] == [
        ("", "-5", False),
        ("", "-5", True),
    ]


async def test_a_group_that_moved_is_told_and_followed(bench: Workbench) -> None:
    to = await said_in(bench, "-5", "/book")

    supergroup = await telegram(bench).standing.migrates("-5", "8")
    await bench.answers(HELLO, to)

    assert [one for one in news(bench) if isinstance(one, Moved)] == [
        Moved(account=to.sender.account, place="-5", new_place=supergroup)
    ] * 2
    assert "Hello." in [seen.text for seen in bench.emulator.screen(supergroup)]


async def test_a_topic_is_answered_in_the_topic_and_the_general_one_in_the_group(
    bench: Workbench,
) -> None:
    topic = await telegram(bench).standing.opens_topic("-1005", "8", "Lunch")
    inside = await said_in(bench, "-1005", "/book", topic)
    outside = await said_in(bench, "-1005", "/book")

    for to in (inside, outside):
        await bench.answers(HELLO, to)

    assert [to.room for to in (inside, outside)] == [f"-1005:{topic}", "-1005"]
    raw = [seen.raw for seen in bench.emulator.screen("-1005") if seen.role == "bot"]
    assert [one.get("message_thread_id") for one in raw] == [int(topic), None]


@pytest.mark.parametrize("change", ["closes_topic", "deletes_topic"])
async def test_a_topic_that_is_no_more_is_a_dead_letter_and_no_reason_to_fall_silent(
    bench: Workbench, change: str
) -> None:
    topic = await telegram(bench).standing.opens_topic("-1005", "8", "Lunch")
    to = await said_in(bench, "-1005", "/book", topic)

    getattr(telegram(bench).standing, change)("-1005", topic)

    with pytest.raises(PermanentSendError) as refused:
        await bench.answers(HELLO, to)
    assert not isinstance(refused.value, BlockedError)


async def test_while_an_answer_takes_long_the_app_shows_that_somebody_types(
    bench: Workbench,
) -> None:
    connector = bench.connector
    assert isinstance(connector, Attending)
    topic = await telegram(bench).standing.opens_topic("-1005", "8", "Lunch")
    to = await said_in(bench, "-1005", "/book", topic)

    for busy in (False, True):
        await connector.attend(to.sender, to.hints, busy=busy)

    assert telegram(bench).calls == [
        (
            "sendchataction",
            {"chat_id": -1005, "action": "typing", "message_thread_id": int(topic)},
        )
    ]


async def test_typing_to_who_shut_the_bot_out_fails_without_the_token(bench: Workbench) -> None:
    connector = bench.connector
    assert isinstance(connector, Attending)
    to = await bench.hears("hello")
    await telegram(bench).blocks("7")

    with pytest.raises(BlockedError) as failed:
        await connector.attend(to.sender, to.hints, busy=True)

    assert telegram(bench).connector_settings()["token"] not in str(failed.value)


async def test_the_name_is_asked_for_once_and_only_when_a_group_says_one(bench: Workbench) -> None:
    await bench.hears("mail me at ada@example.test")
    before = [method for method, _ in telegram(bench).calls]
    for text in (f"/book@{BOT}", f"@{BOT} a table", "/book"):
        await said_in(bench, "-5", text)

    assert before == []
    assert [method for method, _ in telegram(bench).calls] == ["getme"]
    assert [one.text for one in bench.messages[1:]] == [f"/book@{BOT}", "a table", "/book"]


async def test_an_administrators_bot_leaves_others_alone(bench: Workbench) -> None:
    assert isinstance(bench.connector, TelegramConnector)
    secret = bench.emulator.connector_settings()["webhook_secret"]
    headers = {"x-telegram-bot-api-secret-token": secret}
    for text in ("/book@other_bot", "see you at eight"):
        said = posted(body(message=message(chat=GROUP, text=text)), headers)

        assert not (await bench.connector.receive(said)).messages


async def test_a_name_that_telegram_does_not_tell_makes_the_update_come_again() -> None:
    settings = TelegramSettings(
        token=Secret("42:abc"), webhook_secret=Secret(SECRET), api_url="http://127.0.0.1:9"
    )
    said = posted(body(message=message(chat=GROUP, text="/book@shop_bot")))
    async with connect("shop", settings) as connector:
        with pytest.raises(RequestRejectedError) as refused:
            await connector.receive(said)

    assert refused.value.status == 503


class Shop:
    """As much of a line as a deep link needs."""

    def commands(self, locale: str = "en") -> list[CommandCard]:
        return [CommandCard(name="book", usage="/book", summary="Book a table.")]


async def test_a_deep_link_starts_a_command_that_customers_can_type(bench: Workbench) -> None:
    connector: Any = bench.connector
    assert isinstance(connector, Attached)
    assert isinstance(connector, Syncing)
    connector.attach(Shop())  # type: ignore[arg-type]  # the rest of the port is not asked for

    assert (await bench.hears("/start book")).text == "/book"
    assert (await bench.hears("/start secret")).text == "/start secret"


async def test_the_token_is_nowhere_in_what_a_connector_shows() -> None:
    settings = TelegramSettings(token=Secret("42:canary"), webhook_secret=Secret("canary"))
    async with connect("shop", settings) as connector:
        assert "canary" not in repr(connector) + repr(settings)
        assert account_of("shop", "42") in repr(vars(connector))
