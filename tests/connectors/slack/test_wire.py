import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import InboundMessage, Received
from connectors.slack.wire import MalformedError, is_ssl_check, parse, read_body
from tests.connectors.slack.app import form


def event(**changes: Any) -> dict[str, Any]:
    written = {
        "type": "message",
        "channel_type": "im",
        "channel": "D1",
        "user": "U1",
        "text": "hello",
        "ts": "1700000000.000100",
    }
    return {
        "type": "event_callback",
        "team_id": "T1",
        "event_id": "Ev1",
        "event": {**written, **changes},
        "authorizations": [{"user_id": "U0BOT", "is_bot": True}],
    }


def command(**changes: str) -> dict[str, Any]:
    return {
        "command": "/book",
        "text": "4 friday",
        "team_id": "T1",
        "user_id": "U1",
        "user_name": "ada",
        "channel_id": "C1",
        "response_url": "https://hooks.example/commands/1",
        "trigger_id": "13.37.abc",
        **changes,
    }


def tap(**changes: Any) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": "U1", "username": "ada"},
        "channel": {"id": "D1"},
        "container": {"message_ts": "1700000000.000200", "is_ephemeral": False},
        "trigger_id": "13.37.abc",
        "response_url": "https://hooks.example/actions/1",
        "actions": [
            {
                "type": "button",
                "value": "token-1",
                "text": {"type": "plain_text", "text": "Yes"},
                "action_ts": "1700000001.5",
            }
        ],
        **changes,
    }


def parsed(body: dict[str, Any]) -> Received:
    return parse("shop", body, json.dumps(body).encode())


def only(body: dict[str, Any]) -> InboundMessage:
    received = parsed(body)
    assert not received.unreadable
    (message,) = received.messages
    return message


def test_a_direct_message_carries_sender_words_and_time() -> None:
    message = only(event())

    assert (message.event_id, message.text, message.room) == ("Ev1", "hello", None)
    assert (message.sender.account, message.sender.user, message.sender.place) == (
        "shop/T1",
        "U1",
        "D1",
    )
    assert message.sent_at == datetime(2023, 11, 14, 22, 13, 20, 100, tzinfo=UTC)
    assert message.hints == {}


def test_a_message_in_a_thread_of_a_direct_message_is_answered_there() -> None:
    message = only(event(thread_ts="1699999999.000001"))

    assert message.sender.place == "D1"
    assert message.hints == {"thread_ts": "1699999999.000001"}


def test_a_message_with_a_file_keeps_its_words() -> None:
    assert only(event(subtype="file_share", files=[{"id": "F1"}])).text == "hello"


@pytest.mark.parametrize(
    "changes",
    [
        {"bot_id": "B1"},
        {"subtype": "bot_message", "bot_id": "B1"},
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"subtype": "channel_join"},
        {"channel_type": "channel", "channel": "C1"},
        {"type": "reaction_added"},
        {"type": "app_home_opened"},
    ],
)
def test_what_is_no_message_of_a_customer_is_ignored(changes: dict[str, Any]) -> None:
    assert parsed(event(**changes)) == Received()


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "no_such_event"},
        {"subtype": "no_such_subtype"},
        {"user": None},
        {"type": None},
    ],
)
def test_an_event_that_nobody_understands_is_kept(changes: dict[str, Any]) -> None:
    received = parsed(event(**changes))

    (letter,) = received.unreadable
    assert (letter.account, letter.event_id) == ("shop/T1", "Ev1")
    assert received.response.status == 200


def test_a_mention_is_a_message_of_its_room_without_the_mention() -> None:
    message = only(event(type="app_mention", channel="C1", text="<@U0BOT> book &amp; go"))

    assert (message.text, message.room, message.sender.place) == ("book & go", "C1", "C1")
    assert message.hints == {"room": "C1"}


def test_a_mention_in_a_thread_is_a_message_of_the_thread() -> None:
    message = only(event(type="app_mention", channel="C1", thread_ts="1.2", text="<@U0BOT> hi"))

    assert (message.room, message.sender.place) == ("C1:1.2", "C1:1.2")


def test_a_mention_of_somebody_else_stays_in_the_text() -> None:
    assert only(event(type="app_mention", channel="C1", text="<@U5> hi")).text == "@U5 hi"


def test_a_command_is_private_wherever_it_was_typed() -> None:
    message = only(command())

    assert (message.text, message.room, message.sender.place) == ("/book 4 friday", None, "C1")
    assert message.event_id == "13.37.abc"
    assert message.profile.name == "ada"
    assert message.hints == {
        "response_url": "https://hooks.example/commands/1",
        "channel": "C1",
        "command": "1",
    }


def test_a_command_without_a_trigger_is_known_by_its_response_url() -> None:
    first, other = only(command(trigger_id="")), only(command(trigger_id="", text="5"))
    second = only(command(trigger_id="", response_url="https://hooks.example/commands/2"))

    assert first.event_id == other.event_id
    assert first.event_id != second.event_id


def test_a_bare_command_has_no_trailing_space() -> None:
    assert only(command(text="")).text == "/book"


def test_a_tap_carries_token_and_label() -> None:
    message = only(tap())

    assert message.tap is not None
    assert (message.tap.token, message.tap.label) == ("token-1", "Yes")
    assert (message.event_id, message.room) == ("13.37.abc:1700000001.5", None)
    assert message.hints["message_ts"] == "1700000000.000200"


def test_a_chosen_row_is_a_tap() -> None:
    row = {"value": "token-2", "text": {"type": "plain_text", "text": "Two"}}
    chosen = {"type": "static_select", "selected_option": row, "action_ts": "1.5"}

    message = only(tap(actions=[chosen]))

    assert message.tap is not None
    assert (message.tap.token, message.tap.label) == ("token-2", "Two")


def test_a_tap_in_a_channel_belongs_to_the_room() -> None:
    message = only(tap(channel={"id": "C1"}))

    assert (message.room, message.sender.place, message.hints["room"]) == ("C1", "C1", "C1")


def test_a_tap_in_a_thread_belongs_to_the_thread() -> None:
    message = only(tap(channel={"id": "C1"}, message={"ts": "1.3", "thread_ts": "1.2"}))

    assert message.room == "C1:1.2"


def test_a_tap_on_an_ephemeral_message_is_private() -> None:
    container = {"message_ts": "1.2", "is_ephemeral": True, "channel_id": "C1"}

    message = only(tap(channel={"id": "C1"}, container=container))

    assert (message.room, message.sender.place) == (None, "C1")
    assert "room" not in message.hints


def test_following_a_link_is_no_answer() -> None:
    link = {"type": "button", "url": "https://example.test", "action_ts": "1.5"}

    assert parsed(tap(actions=[link])) == Received()


@pytest.mark.parametrize("kind", ["view_submission", "shortcut", "message_action", "view_closed"])
def test_interactions_with_what_we_never_show_are_ignored(kind: str) -> None:
    assert parsed({"type": kind, "user": {"id": "U1"}}) == Received()


def test_a_rate_limit_notice_is_ignored() -> None:
    assert parsed({"type": "app_rate_limited", "minute_rate_limited": 1}) == Received()


@pytest.mark.parametrize("actions", [None, [], "x"])
def test_taps_without_actions_are_kept(actions: object) -> None:
    assert parsed(tap(actions=actions)).unreadable


def test_an_interaction_is_read_out_of_its_form() -> None:
    assert read_body(form(payload='{"type": "shortcut"}')) == {"type": "shortcut"}


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'"x"', b"\xff", b"payload=5", b"payload={", b"[" * 100_000, b"&" * 200]
)
def test_a_body_that_is_neither_json_nor_form_is_malformed_or_empty(body: bytes) -> None:
    try:
        read = read_body(body)
    except MalformedError:
        return
    assert parse("shop", read, body).unreadable


def test_halves_of_characters_and_nulls_are_cleaned() -> None:
    body = read_body(json.dumps(event(text="a\ud800b\0c")).encode())

    message = parse("shop", body, b"").messages[0]

    assert message.text == "a\N{REPLACEMENT CHARACTER}bc"


def test_an_ssl_check_is_told_from_a_command_that_mentions_it() -> None:
    assert is_ssl_check(b"ssl_check=1&token=x")
    assert not is_ssl_check(b"text=ssl_check%3D1&command=%2Fx")
    assert not is_ssl_check(b'{"text": "&ssl_check=1&"}')


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
KEYS = [
    *("type", "event", "actions", "user", "channel", "container", "team", "authorizations"),
    *("command", "trigger_id", "event_id", "team_id", "message", "response_url"),
]


@given(
    st.sampled_from([event(), command(), tap()]),
    st.dictionaries(st.sampled_from(KEYS), json_values, max_size=4),
)
def test_any_damage_to_a_body_is_survived(body: dict[str, Any], damage: dict[str, Any]) -> None:
    received = parsed({**body, **damage})

    assert received.response.status == 200
    assert all(message.sender.user and message.event_id for message in received.messages)
    assert parsed({**body, **damage}) == received


@given(json_values)
def test_any_damage_to_an_event_is_survived(damage: object) -> None:
    received = parsed({**event(), "event": damage})

    assert received.response.status == 200
    assert not received.messages
