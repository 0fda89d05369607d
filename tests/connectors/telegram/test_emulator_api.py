"""The emulated Bot API, called as a client without a library calls it."""

import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot import Faults
from tests.connectors.telegram.served import Served, open_served

YES = {"text": "Yes", "callback_data": "p.0"}


@pytest.fixture
async def telegram() -> AsyncIterator[Served]:
    async with open_served() as served:
        yield served


@pytest.mark.parametrize(
    ("arguments", "description"),
    [
        ({"text": "x"}, "chat_id is empty"),
        ({"chat_id": "@nobody", "text": "x"}, "chat not found"),
        ({"chat_id": -5, "text": "x"}, "chat not found"),
        ({"chat_id": 7}, "message text is empty"),
        ({"chat_id": 7, "text": " \n"}, "message text is empty"),
        ({"chat_id": 7, "text": "x" * 4097}, "message is too long"),
        ({"chat_id": 7, "text": "😀" * 2049}, "message is too long"),
        ({"chat_id": 7, "text": "x", "message_thread_id": 3}, "message thread not found"),
        ({"chat_id": 7, "text": "x", "parse_mode": "HTML"}, "unsupported parse_mode"),
        ({"chat_id": 7, "text": "x", "reply_markup": "{"}, "can't parse reply markup JSON object"),
        ({"chat_id": 7, "text": "x\ud800"}, "strings must be encoded in UTF-8"),
        (
            {"chat_id": 7, "text": "x", "reply_markup": '{"a": "\\ud800"}'},
            "strings must be encoded in UTF-8",
        ),
        ({"chat_id": float("inf"), "text": "x"}, "chat not found"),
        (
            {"chat_id": 7, "text": "x", "reply_parameters": {"message_id": 99}},
            "message to be replied not found",
        ),
        ({"chat_id": 7, "text": "x", "reply_markup": []}, "object expected as reply markup"),
    ],
)
async def test_a_message_that_telegram_would_refuse_is_refused(
    telegram: Served, arguments: dict[str, Any], description: str
) -> None:
    answer = await telegram.call("sendMessage", **arguments)

    assert answer == {
        "ok": False,
        "error_code": 400,
        "description": f"Bad Request: {description}",
    }
    assert not telegram.emulator.screen("7")


@pytest.mark.parametrize(
    ("button", "words"),
    [
        (YES | {"callback_data": "x" * 65}, "BUTTON_DATA_INVALID"),
        (YES | {"callback_data": "ü" * 33}, "BUTTON_DATA_INVALID"),
        (YES | {"callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "Yes"}, "text buttons are unallowed"),
        ({"text": " ", "callback_data": "x"}, "non-empty"),
        ({"text": "Menu", "url": "http://localhost/x"}, "Wrong HTTP URL"),
        ("Yes", "expected an Object"),
    ],
)
async def test_a_button_that_telegram_would_refuse_is_refused(
    telegram: Served, button: object, words: str
) -> None:
    markup = {"inline_keyboard": [[button]]}

    answer = await telegram.call("sendMessage", chat_id=7, text="x", reply_markup=markup)

    assert answer["error_code"] == 400
    assert words in answer["description"]


async def test_a_keyboard_has_at_most_a_hundred_buttons(telegram: Served) -> None:
    most = {"inline_keyboard": [[YES]] * 100}
    more = {"inline_keyboard": [[YES]] * 101}

    assert (await telegram.call("sendMessage", chat_id=7, text="x", reply_markup=most))["ok"]
    refused = await telegram.call("sendMessage", chat_id=7, text="x", reply_markup=more)
    assert refused["description"] == "Bad Request: reply markup is too long"


async def test_the_longest_texts_are_taken(telegram: Served) -> None:
    assert (await telegram.call("sendMessage", chat_id=7, text="😀" * 2048))["ok"]


async def test_json_forms_multipart_and_queries_are_the_same(telegram: Served) -> None:
    path = f"bot{telegram.token}/SendMessage"
    keyboard = '{"inline_keyboard": [[{"text": "Yes", "callback_data": "p.0"}]]}'
    fields = {"chat_id": "7", "text": "Hi & <b>", "reply_markup": keyboard}

    await telegram.called(path, json=fields)
    await telegram.called(path, data=fields)
    await telegram.called(path, verb="GET", params=fields)
    await telegram.called(path, data=fields | {"file": io.BytesIO(b"makes it multipart")})

    seen = telegram.emulator.screen("7")
    assert [(one.text, one.buttons) for one in seen] == [("Hi & <b>", ("Yes",))] * 4


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("bot7000000001:wrong/getMe", 401),
        ("botnonsense/getMe", 404),
        ("getMe", 404),
        ("file/bot1:x/documents/1.pdf", 404),
    ],
)
async def test_a_wrong_token_is_refused(telegram: Served, path: str, code: int) -> None:
    answer = await telegram.called(path)

    assert answer["error_code"] == code
    assert answer["description"] == {401: "Unauthorized", 404: "Not Found"}[code]


async def test_an_unknown_method_is_not_found(telegram: Served) -> None:
    answer = await telegram.call("sendPigeon")

    assert answer["description"] == "Not Found: method not found"


async def test_a_message_that_was_sent_is_told_in_full(telegram: Served) -> None:
    markup = {"inline_keyboard": [[YES]]}

    answer = await telegram.call("sendMessage", chat_id=7, text="/book now?", reply_markup=markup)

    message = answer["result"]
    assert message["from"]["is_bot"] is True
    assert message["chat"] == {
        "id": 7,
        "type": "private",
        "first_name": "Person",
        "last_name": "7",
        "username": "person_7",
    }
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 5}]
    assert message["reply_markup"] == markup
    age = datetime.now(UTC).timestamp() - message["date"]  # noqa: TID251 - the platform's own time
    assert -2 < age < 60


async def test_an_edit_changes_the_screen_and_takes_the_keyboard_away(telegram: Served) -> None:
    markup = {"inline_keyboard": [[YES]]}
    sent = await telegram.call("sendMessage", chat_id=7, text="Shall I?", reply_markup=markup)
    message = sent["result"]["message_id"]

    again = await telegram.call(
        "editMessageText", chat_id=7, message_id=message, text="Shall I?", reply_markup=markup
    )
    answer = await telegram.call("editMessageText", chat_id=7, message_id=message, text="Done.")

    (seen,) = telegram.emulator.screen("7")
    assert "message is not modified" in again["description"]
    assert (seen.text, seen.buttons, seen.id) == ("Done.", (), str(message))
    assert "edit_date" in answer["result"]


async def test_a_keyboard_can_be_changed_alone(telegram: Served) -> None:
    sent = await telegram.call("sendMessage", chat_id=7, text="Shall I?")
    message = sent["result"]["message_id"]

    markup = {"inline_keyboard": [[YES]]}
    await telegram.call(
        "editMessageReplyMarkup", chat_id=7, message_id=message, reply_markup=markup
    )

    assert telegram.emulator.screen("7")[0].buttons == ("Yes",)


async def test_only_own_messages_can_be_edited(telegram: Served) -> None:
    await telegram.emulator.says("7", "hello")
    theirs = int(telegram.emulator.screen("7")[0].id)

    missing = await telegram.call("editMessageText", chat_id=7, message_id=99, text="x")
    other = await telegram.call("editMessageText", chat_id=7, message_id=theirs, text="x")

    assert missing["description"] == "Bad Request: message to edit not found"
    assert other["description"] == "Bad Request: message can't be edited"


async def test_a_deleted_message_is_gone(telegram: Served) -> None:
    sent = await telegram.call("sendMessage", chat_id=7, text="x")
    message = sent["result"]["message_id"]

    first = await telegram.call("deleteMessage", chat_id=7, message_id=message)
    second = await telegram.call("deleteMessage", chat_id=7, message_id=message)

    assert first["result"] is True
    assert second["description"] == "Bad Request: message to delete not found"
    assert not telegram.emulator.screen("7")


async def test_a_tap_spins_until_it_is_answered_and_a_toast_is_ephemeral(telegram: Served) -> None:
    markup = {"inline_keyboard": [[YES]]}
    sent = await telegram.call("sendMessage", chat_id=7, text="Shall I?", reply_markup=markup)

    await telegram.emulator.taps("7", str(sent["result"]["message_id"]), "Yes")

    query = telegram.updates[-1]["callback_query"]
    assert query["data"] == "p.0"
    assert query["message"] == sent["result"]
    assert telegram.emulator.apps.spinning("7") == ["Yes"]
    await telegram.call("answerCallbackQuery", callback_query_id=query["id"], text="Noted")
    assert telegram.emulator.apps.spinning("7") == []
    assert [(s.text, s.ephemeral) for s in telegram.emulator.screen("7")][-1] == ("Noted", True)


async def test_an_answer_to_no_tap_is_refused(telegram: Served) -> None:
    answer = await telegram.call("answerCallbackQuery", callback_query_id="1")

    assert "query ID is invalid" in answer["description"]


async def test_a_button_that_is_not_there_cannot_be_tapped(telegram: Served) -> None:
    sent = await telegram.call("sendMessage", chat_id=7, text="x")

    with pytest.raises(LookupError):
        await telegram.emulator.taps("7", str(sent["result"]["message_id"]), "Yes")


async def test_a_link_opens_without_the_bot(telegram: Served) -> None:
    markup = {"inline_keyboard": [[{"text": "Menu", "url": "https://example.test/"}]]}
    sent = await telegram.call("sendMessage", chat_id=7, text="x", reply_markup=markup)

    await telegram.emulator.taps("7", str(sent["result"]["message_id"]), "Menu")

    assert telegram.updates == []


async def test_a_bot_that_was_blocked_cannot_write_until_the_person_comes_back(
    telegram: Served,
) -> None:
    await telegram.emulator.blocks("7")
    refused = await telegram.call("sendMessage", chat_id=7, text="x")
    await telegram.emulator.says("7", "/start")
    taken = await telegram.call("sendMessage", chat_id=7, text="x")

    assert telegram.updates[0]["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    assert refused["error_code"] == 403
    assert refused["description"] == "Forbidden: bot was blocked by the user"
    assert taken["ok"]


async def test_a_group_that_moved_tells_where(telegram: Served) -> None:
    await telegram.emulator.apps.says_in("-5", "7", "/book")
    supergroup = telegram.emulator.standing.upgrade("-5")

    moved = await telegram.call("sendMessage", chat_id=-5, text="x")
    await telegram.call("sendMessage", chat_id=supergroup, text="here")

    assert moved["parameters"] == {"migrate_to_chat_id": int(supergroup)}
    assert [seen.text for seen in telegram.emulator.screen(supergroup)] == ["here"]


async def test_commands_are_kept_by_scope_and_language(telegram: Served) -> None:
    book = [{"command": "book", "description": "Book a table"}]
    buch = [{"command": "book", "description": "Tisch buchen"}]
    scope = {"type": "chat", "chat_id": 7}

    await telegram.call("setMyCommands", commands=book)
    await telegram.call("setMyCommands", commands=buch, language_code="de")
    await telegram.call("setMyCommands", commands=[], scope=scope)
    await telegram.call("deleteMyCommands", language_code="it")

    assert (await telegram.call("getMyCommands"))["result"] == book
    assert (await telegram.call("getMyCommands", language_code="de"))["result"] == buch
    assert (await telegram.call("getMyCommands", scope=scope))["result"] == []


@pytest.mark.parametrize(
    ("commands", "description"),
    [
        ([{"command": "Book", "description": "x"}], "BOT_COMMAND_INVALID"),
        ([{"command": "a" * 33, "description": "x"}], "BOT_COMMAND_INVALID"),
        ([{"command": "book", "description": ""}], "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([{"command": "book", "description": "x" * 257}], "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([{"command": "book", "description": "x"}] * 101, "BOT_COMMANDS_TOO_MUCH"),
        ("book", "can't parse commands JSON object"),
    ],
)
async def test_commands_that_telegram_would_refuse_are_refused(
    telegram: Served, commands: object, description: str
) -> None:
    answer = await telegram.call("setMyCommands", commands=commands)

    assert answer["description"] == f"Bad Request: {description}"


@pytest.mark.parametrize(
    ("method", "arguments", "words"),
    [
        ("sendChatAction", {"chat_id": 7, "action": "juggling"}, "wrong parameter action"),
        ("getFile", {"file_id": "x"}, "wrong file_id or the file is temporarily unavailable"),
        ("getFile", {}, "file_id not specified"),
        ("getMyCommands", {"scope": {"type": "moon"}}, "unsupported type"),
        ("setWebhook", {"url": "http://example.test/hook"}, "bad webhook"),
        ("setWebhook", {"url": "http://127.0.0.1/", "secret_token": "a b"}, "unallowed characters"),
        ("answerCallbackQuery", {"callback_query_id": ""}, "query ID is invalid"),
    ],
)
async def test_other_calls_are_checked_too(
    telegram: Served, method: str, arguments: dict[str, Any], words: str
) -> None:
    answer = await telegram.call(method, **arguments)

    assert answer["error_code"] == 400
    assert words in answer["description"]


async def test_a_throttled_call_says_how_long_to_wait(telegram: Served) -> None:
    telegram.emulator.faults = Faults(throttle=1)

    url = f"{telegram.url}/api/bot{telegram.token}/getMe"
    async with telegram.http.get(url) as response:
        answer = await response.json()

    assert response.headers["Retry-After"] == "1"
    assert answer["parameters"] == {"retry_after": 1}
    assert (await telegram.call("getMe"))["ok"]


@pytest.mark.parametrize(
    "markup",
    [
        {"keyboard": [["Yes"]]},
        {"remove_keyboard": True},
        {"force_reply": True},
        {"inline_keyboard": [[{"text": "Open", "url": "tg://user?id=7"}], []]},
        {"inline_keyboard": [[{"text": "Copy", "copy_text": {"text": "T1"}}]]},
    ],
)
async def test_other_markups_of_the_bot_api_are_taken(
    telegram: Served, markup: dict[str, Any]
) -> None:
    assert (await telegram.call("sendMessage", chat_id=7, text="x", reply_markup=markup))["ok"]


@pytest.mark.parametrize(
    "markup", [{"pigeons": 1}, {"inline_keyboard": [YES]}, {"inline_keyboard": "x"}]
)
async def test_markups_that_are_none_are_refused(telegram: Served, markup: dict[str, Any]) -> None:
    answer = await telegram.call("sendMessage", chat_id=7, text="x", reply_markup=markup)

    assert answer["error_code"] == 400


async def test_a_url_that_cannot_be_read_is_no_button(telegram: Served) -> None:
    markup = {"inline_keyboard": [[{"text": "Menu", "url": "http://["}]]}

    answer = await telegram.call("sendMessage", chat_id=7, text="x", reply_markup=markup)

    assert "Wrong HTTP URL" in answer["description"]


async def test_a_body_that_is_no_json_object_is_refused(telegram: Served) -> None:
    headers = {"Content-Type": "application/json"}

    for body in (b"{", b"[]", b"[" * 100_000):
        answer = await telegram.called(f"bot{telegram.token}/getMe", data=body, headers=headers)

        assert answer["description"] == "Bad Request: can't parse JSON object"
