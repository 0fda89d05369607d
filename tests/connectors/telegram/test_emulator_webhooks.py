"""Updates on their way to a bot: order, retries, polling."""

import asyncio
import itertools
import random
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot import Faults, units
from connectors.telegram.emulator import TelegramEmulator
from connectors.telegram.emulator.backlog import Backlog
from connectors.telegram.emulator.refusals import ApiError
from tests.connectors.telegram.served import Served, open_served


@pytest.fixture
async def telegram() -> AsyncIterator[Served]:
    async with open_served() as served:
        yield served


async def test_a_webhook_carries_the_secret_and_a_whole_message(telegram: Served) -> None:
    await telegram.emulator.says("7", "😀 /book@threadline_emulated_bot 4")

    (update,) = telegram.updates
    secret = telegram.emulator.connector_settings()["webhook_secret"]
    assert telegram.headers[0]["X-Telegram-Bot-Api-Secret-Token"] == secret
    assert update["message"]["from"]["is_bot"] is False
    assert update["message"]["chat"]["type"] == "private"
    assert update["message"]["entities"] == [{"type": "bot_command", "offset": 3, "length": 29}]
    assert telegram.emulator.screen("7")[0].raw == update


async def test_update_ids_grow_by_one_and_begin_anywhere(telegram: Served) -> None:
    async with open_served() as other:
        await other.emulator.says("7", "hello")
        for number in range(3):
            await telegram.emulator.says("7", str(number))

        ids = [update["update_id"] for update in telegram.updates]
        assert [later - earlier for earlier, later in itertools.pairwise(ids)] == [1, 1]
        assert other.updates[0]["update_id"] != ids[0]


async def test_a_failing_update_holds_back_its_own_chat_only(telegram: Served) -> None:
    telegram.busy = {7}

    await telegram.emulator.says("7", "first")
    await telegram.emulator.says("7", "second")
    await telegram.emulator.says("8", "other")

    assert "second" not in telegram.texts
    assert "other" in telegram.texts
    telegram.busy = set()
    await telegram.emulator.settled()
    assert telegram.texts[-1] == "second"
    assert telegram.texts.count("second") == 1


async def test_retries_repeat_the_update_at_once_and_then_ever_later(telegram: Served) -> None:
    telegram.statuses = [500] * 4

    await telegram.emulator.says("7", "hello")
    await telegram.emulator.settled()

    assert telegram.updates == [telegram.updates[0]] * 5
    pauses = [later - earlier for earlier, later in itertools.pairwise(telegram.at)]
    assert pauses[0] < 0.01 <= pauses[1]


async def test_retry_after_of_the_bot_is_honoured() -> None:
    async with open_served(pace=0.05) as telegram:
        telegram.statuses = [503]
        telegram.answer_headers = {"Retry-After": "6"}

        await telegram.emulator.says("7", "hello")
        await telegram.emulator.settled()

        assert telegram.at[1] - telegram.at[0] >= 0.3


async def test_webhook_info_tells_what_waits_and_why(telegram: Served) -> None:
    telegram.busy = {7}
    await telegram.emulator.says("7", "first")

    info = (await telegram.call("getWebhookInfo"))["result"]

    assert info["url"] == f"{telegram.url}/shop/webhook"
    assert info["pending_update_count"] == 1
    assert info["last_error_message"] == "Wrong response from the webhook: 503"


async def test_a_person_can_type_while_the_bot_is_away(telegram: Served) -> None:
    await telegram.call("setWebhook", url="http://127.0.0.1:9/webhook")

    await telegram.emulator.says("7", "anybody there?")

    info = (await telegram.call("getWebhookInfo"))["result"]
    assert info["last_error_message"].startswith("Connection failed")
    await telegram.call("setWebhook", url=f"{telegram.url}/shop/webhook", secret_token="new")
    await telegram.emulator.settled()
    assert telegram.texts == ["anybody there?"]
    assert telegram.headers[0]["X-Telegram-Bot-Api-Secret-Token"] == "new"


async def test_the_answer_to_a_webhook_may_carry_one_call(telegram: Served) -> None:
    telegram.answer = {"method": "sendMessage", "chat_id": 7, "text": "You wrote."}

    await telegram.emulator.says("7", "hello")

    assert [seen.text for seen in telegram.emulator.screen("7")] == ["hello", "You wrote."]
    assert telegram.emulator.calls[-1][0] == "sendmessage"


@pytest.mark.parametrize(
    "answer",
    [
        {"method": "deleteWebhook"},
        {"method": "getMe"},
        {"method": "sendMessage"},
        {"ok": True},
    ],
)
async def test_a_call_that_an_answer_cannot_carry_is_nobodys_trouble(
    telegram: Served, answer: dict[str, Any]
) -> None:
    telegram.answer = answer

    await telegram.emulator.says("7", "hello")
    await telegram.emulator.says("7", "still there?")

    assert telegram.texts == ["hello", "still there?"]


async def test_webhooks_can_be_delayed(telegram: Served) -> None:
    telegram.emulator.faults = Faults(delay=timedelta(seconds=0.1))
    began = asyncio.get_running_loop().time()

    await telegram.emulator.says("7", "hello")

    assert telegram.at[0] - began >= 0.1


async def test_polling_is_refused_while_there_is_a_webhook(telegram: Served) -> None:
    answer = await telegram.call("getUpdates")

    assert answer["error_code"] == 409
    assert "webhook is active" in answer["description"]


async def test_updates_come_again_until_they_are_confirmed(telegram: Served) -> None:
    await telegram.call("deleteWebhook")
    for text in ("one", "two", "three"):
        await telegram.emulator.says("7", text)

    first = (await telegram.call("getUpdates", limit=2))["result"]
    again = (await telegram.call("getUpdates"))["result"]
    rest = (await telegram.call("getUpdates", offset=first[-1]["update_id"] + 1))["result"]
    newest = (await telegram.call("getUpdates", offset=-1))["result"]
    none = (await telegram.call("getUpdates", offset=newest[0]["update_id"] + 1))["result"]

    assert [update["message"]["text"] for update in first] == ["one", "two"]
    assert [update["message"]["text"] for update in again] == ["one", "two", "three"]
    assert [update["message"]["text"] for update in rest] == ["three"]
    assert newest == rest
    assert none == []


async def test_a_poll_waits_for_the_next_message_and_a_second_poll_ends_it() -> None:
    backlog = Backlog()

    async def refused() -> ApiError:
        with pytest.raises(ApiError) as error:
            await backlog.poll(offset=0, limit=100, seconds=30)
        return error.value

    async def put() -> None:
        backlog.put(7, "message", {"text": "hello"})

    async with asyncio.timeout(10), asyncio.TaskGroup() as group:  # tasks begin in this order
        first = group.create_task(refused())
        second = group.create_task(backlog.poll(offset=0, limit=100, seconds=30))
        group.create_task(put())

    assert first.result().code == 409
    assert "terminated by other getUpdates request" in first.result().description
    assert [update["message"] for update in second.result()] == [{"text": "hello"}]


async def test_a_long_poll_is_woken_by_what_a_person_types(telegram: Served) -> None:
    await telegram.call("deleteWebhook")

    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        poll = group.create_task(telegram.call("getUpdates", timeout=30))
        group.create_task(telegram.emulator.says("7", "hello"))

    assert poll.result()["result"][0]["message"]["text"] == "hello"


async def test_a_poll_ends_empty_when_nobody_types(telegram: Served) -> None:
    await telegram.call("deleteWebhook")

    assert (await telegram.call("getUpdates", timeout=0))["result"] == []


async def test_a_bot_gets_only_the_kinds_it_asked_for(telegram: Served) -> None:
    hook = f"{telegram.url}/shop/webhook"
    await telegram.call("setWebhook", url=hook, allowed_updates=["callback_query"])

    await telegram.emulator.says("7", "hello")

    assert telegram.updates == []
    assert len(telegram.emulator.screen("7")) == 1


async def test_pending_updates_can_be_dropped(telegram: Served) -> None:
    telegram.busy = {7}
    await telegram.emulator.says("7", "hello")

    await telegram.call("deleteWebhook", drop_pending_updates=True)

    assert (await telegram.call("getUpdates"))["result"] == []


async def test_in_a_group_a_bot_hears_what_is_meant_for_it(telegram: Served) -> None:
    emulator = telegram.emulator
    for text in ("what a day", "/book 4", "/book@other_bot 4", "@threadline_emulated_bot hello"):
        await emulator.apps.says_in("-5", "7", text)
    sent = await telegram.call("sendMessage", chat_id=-5, text="How many?")
    await emulator.apps.says_in("-5", "8", "four", reply_to=str(sent["result"]["message_id"]))

    assert telegram.texts == ["/book 4", "@threadline_emulated_bot hello", "four"]
    assert [update["message"]["chat"]["type"] for update in telegram.updates] == ["group"] * 3


async def test_a_text_that_is_too_long_is_sent_in_pieces(telegram: Served) -> None:
    text = "😀" * 5000

    await telegram.emulator.says("7", text)

    assert "".join(telegram.texts) == text
    assert [units(part) for part in telegram.texts] == [4096, 4096, 1808]


@pytest.mark.parametrize("person", ["alice", "", "0"])
async def test_persons_are_numbers(telegram: Served, person: str) -> None:
    with pytest.raises(ValueError, match="numbers"):
        await telegram.emulator.says(person, "hello")


async def test_nobody_can_send_nothing(telegram: Served) -> None:
    with pytest.raises(ValueError, match="empty"):
        await telegram.emulator.says("7", "  ")


async def test_many_chats_each_in_order_while_the_bot_stumbles(telegram: Served) -> None:
    dice = random.Random(5)  # noqa: S311 - the same stumbles every time
    telegram.statuses = [dice.choice([200, 200, 500]) for _ in range(200)]

    async def talk(emulator: TelegramEmulator, person: str) -> None:
        for number in range(10):
            await emulator.says(person, f"{person}:{number}")

    async with asyncio.TaskGroup() as group:
        for person in ("1", "2", "3", "4"):
            group.create_task(talk(telegram.emulator, person))
    await telegram.emulator.settled()

    for person in ("1", "2", "3", "4"):
        mine = [text for text in telegram.texts if text.startswith(f"{person}:")]
        once = [text for text, _ in itertools.groupby(mine)]
        assert once == [f"{person}:{number}" for number in range(10)]


async def test_an_error_of_the_user_leaves_the_emulator_as_it_was_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        async with open_served():
            _ = 1 / 0
