"""What is read of an update, and what is not."""

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import InboundMessage, RequestRejectedError, Tap, account_of
from connectors.telegram.hearing import Hearing, needs_name
from connectors.telegram.kinds import KINDS
from connectors.telegram.wire import check_secret, parse_update
from tests.connectors.telegram.updates import (
    ADA,
    GROUP,
    PRIVATE_CHAT,
    SHOP_BOT,
    body,
    callback,
    message,
)

ACCOUNT = account_of("telegram", "42")
HEADER = "x-telegram-bot-api-secret-token"

HEARD = {"message", "edited_message", "my_chat_member"}
"""Kinds whose samples here say something; a tap without data does not."""

SPOILT = (
    "message", "callback_query", "from", "chat", "text", "date", "data", "new_chat_member",
    "migrate_to_chat_id", "reply_to_message", "entities", "contact", "poll", "rich_message",
)  # fmt: skip

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


def read(**kinds: Any) -> InboundMessage:
    (found,) = parse_update(ACCOUNT, body(**kinds)).messages
    return found


def is_ignored(content: bytes) -> bool:
    received = parse_update(ACCOUNT, content)
    return not received.messages and not received.unreadable


def test_a_private_message_is_read_whole() -> None:
    found = read(message=message())

    assert found.event_id == "1000"
    assert found.text == "hello"
    assert (found.sender.account, found.sender.user, found.sender.place) == (ACCOUNT, "7", "7")
    assert found.room is None
    assert (found.profile.name, found.profile.locale) == ("Ada Lovelace", "en-GB")
    assert found.sent_at == datetime.fromtimestamp(1_763_700_000, UTC)
    assert found.hints == {"message_id": "5"}


def test_a_message_of_a_group_has_the_group_as_its_room() -> None:
    found = read(message=message(chat=GROUP, text="/book@shop_bot 4"))

    assert found.room == found.sender.place == "-100123"
    assert found.sender.user == "7"
    assert found.text == "/book@shop_bot 4"


def test_a_topic_is_a_room_of_its_own_and_a_chain_of_replies_is_none() -> None:
    said = message(chat=GROUP, text="/book", message_thread_id=3)
    topic = read(message=said | {"is_topic_message": True})
    replies = read(message=said)

    assert topic.room == "-100123:3"
    assert replies.room == "-100123"


def test_a_deep_link_stays_a_start_command_with_its_payload() -> None:
    assert read(message=message(text="/start ABCD-EFGH")).text == "/start ABCD-EFGH"


def test_the_caption_of_a_picture_is_its_text() -> None:
    picture = message(photo=[{"file_id": "x"}], caption="my table")
    del picture["text"]

    assert read(message=picture).text == "my table"


def test_a_picture_without_words_arrives_empty_in_private_and_not_at_all_in_a_room() -> None:
    picture = message(photo=[])
    del picture["text"]

    assert read(message=picture).text == ""
    assert is_ignored(body(message=picture | {"chat": GROUP}))


def test_a_quoted_message_of_an_unknown_shape_does_not_lose_the_words() -> None:
    assert read(message=message(reply_to_message={"new": 1}, poll="?")).text == "hello"


def test_a_sender_of_the_old_shape_without_is_bot_is_understood() -> None:
    found = read(message=message(**{"from": {"id": 7, "first_name": "Ada"}}))

    assert found.sender.user == "7"


@pytest.mark.parametrize(
    "silent",
    [
        message(**{"from": SHOP_BOT}),
        message(sender_chat=GROUP),
        {key: value for key, value in message().items() if key != "from"},
        {key: value for key, value in message().items() if key != "text"}
        | {"new_chat_members": [ADA]},
    ],
)
def test_a_message_that_no_person_wrote_is_ignored(silent: dict[str, Any]) -> None:
    assert is_ignored(body(message=silent))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in HEARD])
def test_other_known_kinds_are_ignored(kind: str) -> None:
    content = callback(data=None) if kind == "callback_query" else message()
    if kind == "callback_query":
        del content["data"]

    assert is_ignored(body(**{kind: content}))


def test_a_tap_carries_token_and_label_and_its_answer_stops_the_spinner() -> None:
    received = parse_update(ACCOUNT, body(callback_query=callback()))

    (found,) = received.messages
    assert found.tap == Tap(token="p.1", label="No")
    assert (found.text, found.room, found.sender.place) == ("", None, "7")
    assert found.hints == {"callback_query_id": "99", "message_id": "5"}
    assert received.response.status == 200
    assert received.response.content_type == "application/json"
    assert json.loads(received.response.body) == {
        "method": "answerCallbackQuery",
        "callback_query_id": "99",
    }


def test_a_tap_in_a_topic_belongs_to_the_topic() -> None:
    shown = message(chat=GROUP, message_thread_id=3, is_topic_message=True)

    found = read(callback_query=callback(message=shown))

    assert found.room == found.sender.place == "-100123:3"
    assert found.tap == Tap(token="p.1", label="")


def test_a_tap_on_a_message_that_is_too_old_to_be_told_still_counts() -> None:
    inaccessible = {"chat": PRIVATE_CHAT, "message_id": 5, "date": 0}

    assert read(callback_query=callback(message=inaccessible)).tap == Tap(token="p.1", label="")


def test_a_tap_without_a_message_is_one_in_the_private_chat() -> None:
    found = read(callback_query=callback(message=None))

    assert (found.sender.place, found.room) == ("7", None)
    assert found.hints == {"callback_query_id": "99"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        b'{"update_id": 1}',
        b'{"update_id": 1, "telepathy": {}}',
        b'{"update_id": true, "message": {}}',
        b'{"update_id": -1, "message": {}}',
        b'{"update_id": 1' + b"0" * 30 + b', "message": {}}',
        body(message=[]),
        body(message=message(text=4)),
        body(message=message(date=2**60)),
        body(message=message(chat={"id": "7", "type": "private"})),
        body(message=message(**{"from": {"id": None}})),
        body(callback_query=callback(id=3)),
    ],
)
def test_what_is_no_update_is_kept_as_a_dead_letter(content: bytes) -> None:
    received = parse_update(ACCOUNT, content)

    (letter,) = received.unreadable
    assert not received.messages
    assert received.response.status == 200
    assert letter.body == content
    assert letter.event_id == parse_update(ACCOUNT, content).unreadable[0].event_id


def test_half_a_surrogate_pair_and_nul_become_the_replacement_character() -> None:
    content = body(message=message(text="a?b?😀")).replace(b"a?b?", rb"a\ud800b\u0000")

    (found,) = parse_update(ACCOUNT, content).messages
    assert found.text == "a\ufffdb\ufffd😀"


@settings(max_examples=60)
@given(JSON, st.sampled_from(SPOILT))
def test_no_value_anywhere_raises(value: Any, where: str) -> None:
    spoilt: dict[str, Any] = {
        "message": message(),
        "edited_message": message(chat=GROUP, text="@x /book@y"),
        "callback_query": callback(),
        "my_chat_member": {
            "chat": GROUP,
            "from": ADA,
            "date": 1,
            "new_chat_member": {"status": "kicked"},
        },
    }
    for kind, whole in spoilt.items():
        content = whole if where not in spoilt else value
        if isinstance(content, dict):
            content = content | {where: value}

        received = parse_update(ACCOUNT, body(**{kind: content}))

        assert received.response.status == 200
        assert len(received.messages) + len(received.unreadable) <= 1


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
def test_any_text_arrives_as_it_was_typed(text: str) -> None:
    assert read(message=message(text=text)).text == text


LARGE = 64 * 1024
SLOW = [
    ("/a" * LARGE)[:LARGE], "@" * LARGE, ("@abc " * LARGE)[:LARGE], "@shop_bot" + " " * LARGE,
    "@shop_bot," + " " * LARGE + "x", " " * LARGE + "@", "/start " + " " * LARGE + "a",
    "/start a" + " " * LARGE + "b", ("/abc@abcd" * LARGE)[:LARGE],
]  # fmt: skip


@pytest.mark.parametrize("text", SLOW, ids=range(len(SLOW)))
def test_no_text_of_64_kilobytes_takes_long(text: str) -> None:
    content = body(message=message(chat=GROUP, text=text))
    begun = time.process_time()

    needs_name(content)
    parse_update(ACCOUNT, content, Hearing(username="shop_bot"))

    assert time.process_time() - begun < 0.5  # a tenth of it alone; what is quadratic takes minutes


def test_no_rich_message_of_64_kilobytes_takes_long() -> None:
    blocks = [{"text": "x"}] * (LARGE // 16)
    begun = time.process_time()

    found = read(message=message(text=None, rich_message={"blocks": blocks}))

    assert time.process_time() - begun < 0.5
    assert found.text.count("x") == len(blocks)


@given(st.binary())
def test_no_body_raises(content: bytes) -> None:
    assert parse_update(ACCOUNT, content).response.status == 200


@pytest.mark.parametrize(
    "headers", [{}, {HEADER: ""}, {HEADER: "other"}, {HEADER: "sécret"}, {HEADER: "\udcff"}]
)
def test_a_request_without_the_secret_is_rejected(headers: dict[str, str]) -> None:
    with pytest.raises(RequestRejectedError) as rejected:
        check_secret(headers, "secret")

    assert rejected.value.status == 401
    assert "secret" not in str(rejected.value).replace("secret token", "")


def test_the_right_secret_passes() -> None:
    check_secret({HEADER: "secret"}, "secret")
