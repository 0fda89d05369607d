"""What each kind of message says; the bodies are Meta's, from its webhook references."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import FormFilled, InboundMessage, PromptId, account_of
from connectors.whatsapp.said import YES_OR_NO
from connectors.whatsapp.wire import Reader
from tests.connectors.whatsapp.test_wire import (
    NUMBER,
    body_of,
    message,
    read_message,
    read_one,
    value_of,
)

PROMPT = "AbCdEfGhIjK"
ITEM = {"product_retailer_id": "SODA", "quantity": 2, "item_price": 10, "currency": "ILS"}


def flow(**fields: Any) -> dict[str, Any]:
    reply = {"name": "flow", "body": "Sent", "response_json": json.dumps(fields)}
    return message(type="interactive", interactive={"type": "nfm_reply", "nfm_reply": reply})


def edited(content: Any) -> dict[str, Any]:
    return message(type="edit", edit={"original_message_id": "wamid.0", "message": content})


def test_an_order_names_each_product_with_its_price() -> None:
    order = {"catalog_id": "1", "text": "", "product_items": [ITEM, {**ITEM, "quantity": 1}]}

    found = read_message(message(type="order", order=order))

    assert found.text == "2 x SODA (10 ILS), 1 x SODA (10 ILS)"


def test_the_words_of_an_order_come_first_and_odd_items_are_left_out() -> None:
    order = {"text": " Hurry! ", "product_items": [{"quantity": 1}, ITEM]}

    assert read_message(message(type="order", order=order)).text == "Hurry!\n2 x SODA (10 ILS)"


def test_a_flow_of_ours_is_a_filled_in_form() -> None:
    found = read_message(flow(flow_token=PROMPT, day="friday", guests=4, inside=True))

    assert found.form == FormFilled(
        prompt=PromptId(PROMPT), values={"day": "friday", "guests": "4", "inside": "yes"}
    )
    assert found.text == ""


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"flow_token": "AQAAAAACS5FpgQ_cAAAAAD0QI3s.", "comment": "Nice"}, "Nice"),
        ({"comment": "Nice", "rating": "4"}, "comment: Nice, rating: 4"),
        ({"days": ["friday", "sunday"], "note": None}, "days: friday, sunday, note: "),
        ({"where": {"city": "Rome"}}, '{"city": "Rome"}'),
        ({}, ""),
    ],
)
def test_a_flow_of_somebody_else_is_words(fields: dict[str, Any], text: str) -> None:
    found = read_message(flow(**fields))

    assert (found.form, found.text) == (None, text)


@pytest.mark.parametrize("written", ["", "{", "[]", '"x"', "[" * 5000, "{" * 70_000])
def test_a_flow_without_fields_is_kept(written: str) -> None:
    reply = {"response_json": written}
    item = message(type="interactive", interactive={"type": "nfm_reply", "nfm_reply": reply})

    (letter,) = read_one(item).unreadable

    assert letter.reason == "a flow's reply without fields"


@pytest.mark.parametrize("emoji", sorted(YES_OR_NO))
@pytest.mark.parametrize("shade", ["", "\ufe0f", "\U0001f3fd"])
def test_a_thumb_is_words_about_a_message(emoji: str, shade: str) -> None:
    item = message(type="reaction", reaction={"message_id": "wamid.B", "emoji": emoji + shade})

    found = read_message(item)

    assert (found.text, found.hints["reacted"]) == (emoji, "wamid.B")


def test_a_thumb_without_its_message_is_kept() -> None:
    assert read_one(message(type="reaction", reaction={"emoji": "👍"})).unreadable


def test_an_edited_text_is_said_again_as_an_event_of_its_own() -> None:
    found = read_message(edited({"type": "text", "text": {"body": "for five"}}))

    assert (found.event_id, found.text) == ("wamid.A", "for five")


def test_an_edited_caption_brings_its_picture_again() -> None:
    found = read_message(edited({"type": "image", "image": {"id": "1", "caption": "A cat"}}))

    assert found.text == "A cat"
    assert [each.kind for each in found.attachments] == ["image"]


@pytest.mark.parametrize(
    "content", [None, {"type": "edit", "edit": {}}, {"type": "hologram"}, {"type": "text"}]
)
def test_an_edit_of_nothing_readable_is_no_message(content: Any) -> None:
    assert not read_one(edited(content)).messages


def test_the_first_visit_is_a_start() -> None:
    item = message(type="request_welcome")

    assert read_message(item).text == "/start"


def test_a_message_by_an_advertisement_keeps_its_words_and_the_advertisement() -> None:
    with_id = message(referral={"source_id": "ADID", "source_type": "ad", "headline": "Lunch"})
    without = message(referral={"headline": "Lunch"})

    assert (read_message(with_id).text, read_message(with_id).hints["ad"]) == ("Hello", "ADID")
    assert read_message(without).hints["ad"] == "?"
    assert "ad" not in read_message(message()).hints


def test_the_message_can_be_found_again_to_mark_it_read() -> None:
    assert read_message(message()).hints == {"message": "wamid.A"}


def test_what_somebody_wrote_to_each_number_has_its_account() -> None:
    values = [value_of(number=number, messages=[message()]) for number in (NUMBER, "2", "3")]

    received = Reader(connector="shop", numbers=(NUMBER, "2")).read(body_of(*values))

    accounts = [found.sender.account for found in received.messages]
    assert accounts == [account_of("shop", NUMBER), account_of("shop", "2")]
    assert [letter.reason for letter in received.unreadable] == ["another number"]


FIELDS = st.sampled_from([
    "type", "message", "emoji", "message_id", "nfm_reply", "response_json", "text", "edit",
    "product_items", "quantity", "product_retailer_id", "reaction",
])  # fmt: skip
KINDS = st.sampled_from(
    ["edit", "reaction", "request_welcome", "order", "revoke", "system", "interactive", "button"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("👍"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            FIELDS,
            inner,
        )
    ),
    max_leaves=10,
)


@settings(max_examples=60)
@given(KINDS, JSON, st.dictionaries(st.sampled_from(["referral", "errors", "group_id"]), JSON))
def test_any_content_is_a_message_or_kept_or_nothing(
    kind: str, content: Any, extra: dict[str, Any]
) -> None:
    received = read_one(message(type=kind, **{kind: content}, **extra))

    found = [*received.messages, *received.unreadable, *received.news]
    assert len(found) <= 2
    assert all(isinstance(each, InboundMessage) for each in received.messages)
