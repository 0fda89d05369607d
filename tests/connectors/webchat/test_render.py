import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import CommandCard, ConversationId, Fact
from connectors.webchat.paths import file_path
from connectors.webchat.render import (
    Cursor,
    cursor_of,
    encode,
    epoch_of,
    parse_cursor,
    render_event,
    render_message,
    render_suggestions,
)

AT = datetime(2026, 11, 18, 9, 0, 0, 250_000, tzinfo=UTC)
HERE = ConversationId("c-1")


def fact(**body: Any) -> Fact:
    return Fact(conversation=HERE, seq=7, kind="message", at=AT, body=body)


def shown(**body: Any) -> Any:
    event = render_message(fact(**body), connector="web", title="Mira")
    return json.loads(encode(render_event(event)))["ev"]


@given(text=st.text(min_size=1), labels=st.lists(st.text(min_size=1), max_size=20))
def test_no_word_and_no_choice_is_lost(text: str, labels: list[str]) -> None:
    options = [[f"p.{n}", label] for n, label in enumerate(labels)]

    event = shown(id="o1", role="bot", text=text, options=options)

    kept = text.replace("\0", "")
    assert "".join(b["text"] for b in event["blocks"] if b["type"] == "text") == kept
    choices = [o for b in event["blocks"] if b["type"] == "choices" for o in b["options"]]
    assert [(o["value"], o["label"]) for o in choices] == [
        (token, label.replace("\0", "")) for token, label in options
    ]


def test_files_that_came_on_another_channel_are_a_message_of_the_customers() -> None:
    file = {"blob": "0" * 64, "name": "me.png", "mime": "image/png", "size": 7}
    kept = {"message": "i1", "files": [file], "connector": "telegram", "name": "Ada"}
    told = Fact(conversation=HERE, seq=8, kind="kept", at=AT, body=kept)

    event = render_message(told, connector="web", title="Mira", visitor="v1").body

    assert (event["id"], event["role"], event["name"]) == ("i1.files", "user", "Ada")
    assert (event["via"], "cid" in event) == ("telegram", False)
    (block,) = event["blocks"]
    assert (block["type"], block["url"]) == ("image", file_path("v1", "0" * 64))


@pytest.mark.parametrize(("count", "blocks"), [(0, 0), (1, 1), (3, 1)])
def test_a_message_of_files_alone_is_no_empty_bubble(count: int, blocks: int) -> None:
    event = shown(id="i1", role="user", text="", attached=count, connector="telegram")

    assert len(event["blocks"]) == blocks


def test_a_message_carries_what_the_protocol_names() -> None:
    event = shown(id="i1", role="user", text="hi", client_id="c1", connector="web", name="Ada")

    assert event == {
        "seq": 7,
        "kind": "message",
        "at": 1794992400250,
        "id": "i1",
        "role": "user",
        "name": "Ada",
        "blocks": [{"type": "text", "text": "hi", "format": "plain"}],
        "cid": "c1",
    }


def test_what_came_over_another_channel_says_so() -> None:
    event = shown(id="i1", role="user", text="hi", connector="telegram", address=["7", "7"])

    assert event["via"] == "telegram"
    assert "address" not in event


def test_links_are_shown_only_where_they_are_web_addresses() -> None:
    links = [["Hours", "https://example.org"], ["Bad", "javascript:alert(1)"]]

    (block,) = shown(id="o1", role="bot", text="", links=links)["blocks"]

    assert block["links"] == [{"label": "Hours", "url": "https://example.org"}]
    assert block["fallback"] == "Hours: https://example.org"


@given(st.integers(min_value=0, max_value=10**15))
def test_a_cursor_is_read_as_it_was_written(seq: int) -> None:
    assert parse_cursor(cursor_of(HERE, seq)) == Cursor(epoch=epoch_of(HERE), seq=seq)


@given(st.text())
def test_any_text_is_a_cursor_or_none(text: str) -> None:
    cursor = parse_cursor(text)

    assert cursor is None or cursor.seq >= 0


@pytest.mark.parametrize("text", [None, "", ".", ".1", "e.", "e.-1", "e.\u00b2", "e.1e3"])
def test_what_is_no_cursor_is_none(text: str | None) -> None:
    assert parse_cursor(text) is None


def test_logs_have_different_epochs_that_hide_their_ids() -> None:
    assert epoch_of(HERE) != epoch_of(ConversationId("c-2"))
    assert HERE not in epoch_of(HERE)


def test_suggestions_are_few() -> None:
    cards = [CommandCard(name=f"c{n}", usage="", summary="") for n in range(50)]

    assert len(render_suggestions(1, "/", cards)["items"]) == 20


def test_a_form_stands_below_its_question_and_a_sent_one_is_told_by_field() -> None:
    fields = [
        {"name": "day", "label": "Which day?", "kind": "date", "options": [], "required": True,
         "value": ""},
        {"name": "quiet", "label": "Quiet?", "kind": "yesno", "options": [], "required": False,
         "value": "no"},
        {"name": "area", "label": "Where?", "kind": "choice", "options": [], "required": True,
         "value": ""},
    ]  # fmt: skip
    form = {"title": "Book", "label": "Fill in a form", "submit": "Send", "fields": fields}

    text, asked = shown(id="o1", role="bot", text="Which day?", prompt="p", form=form)["blocks"]
    (sent,) = shown(
        id="i1", role="user", text="day: today", prompt="p", submitted={"day": "today"}
    )["blocks"]

    assert text["text"] == "Which day?"
    assert (asked["type"], asked["id"], "fallback" in asked) == ("form", "p", False)
    assert [field["type"] for field in asked["fields"]] == ["date", "select", "text"]
    assert [row["value"] for row in asked["fields"][1]["options"]] == ["yes", "no"]
    assert sent == {
        "type": "submitted", "id": "p", "values": {"day": "today"}, "fallback": "day: today",
    }  # fmt: skip
