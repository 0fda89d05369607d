"""Files, places and contacts in updates."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import Attachment, InboundMessage, account_of
from connectors.telegram.contents import attachments_of, words_of
from connectors.telegram.kinds import CONTENTS
from connectors.telegram.wire import parse_update
from tests.connectors.telegram.updates import GROUP, SHOP_BOT, body, message

ACCOUNT = account_of("telegram", "42")
FILE = {"file_id": "F1", "file_unique_id": "u", "file_size": 900}
SMALL = {**FILE, "file_id": "small", "width": 90, "height": 60}
LARGE = {**FILE, "file_id": "large", "width": 1280, "height": 960}

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["file_id", "photo", "latitude", "width"]), inner)
    ),
    max_leaves=8,
)


def heard(**content: Any) -> list[InboundMessage]:
    """Read a message with this instead of a text."""
    update = message(**content)
    if "text" not in content:
        del update["text"]
    return list(parse_update(ACCOUNT, body(message=update)).messages)


def read(**content: Any) -> InboundMessage:
    (found,) = heard(**content)
    return found


@pytest.mark.parametrize("sizes", [[SMALL, LARGE], [LARGE, SMALL]])
def test_of_a_photo_the_largest_size_is_taken(sizes: list[dict[str, Any]]) -> None:
    (found,) = read(photo=sizes).attachments

    assert found == Attachment(
        ref="large", kind="image", name="photo.jpg", mime="image/jpeg", size=900,
        width=1280, height=960,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "told", "expected"),
    [
        ("voice", {}, ("audio", "voice.ogg", "audio/ogg")),
        ("video_note", {"length": 384}, ("video", "video.mp4", "video/mp4")),
        ("audio", {"mime_type": "audio/mp4"}, ("audio", "audio.m4a", "audio/mp4")),
        ("video", {"file_name": "a.mov"}, ("video", "a.mov", "video/mp4")),
        ("document", {"file_name": "a"}, ("file", "a", "application/octet-stream")),
        ("document", {"mime_type": "image/png"}, ("image", "document.png", "image/png")),
    ],
)
def test_a_file_of_any_kind_is_attached(
    kind: str, told: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    found = read(**{kind: {**FILE, **told}})

    (attached,) = found.attachments
    assert (attached.kind, attached.name, attached.mime) == expected
    assert (attached.ref, attached.size, found.text) == ("F1", 900, "")


def test_an_animation_is_not_attached_a_second_time_as_the_document_that_comes_with_it() -> None:
    (found,) = read(
        animation={**FILE, "mime_type": "video/mp4", "width": 4, "height": 3},
        document={**FILE, "mime_type": "video/mp4"},
    ).attachments

    assert (found.name, found.width) == ("animation.mp4", 4)


def test_the_words_of_a_photo_are_its_caption() -> None:
    found = read(photo=[LARGE], caption="the meter")

    assert (found.text, len(found.attachments)) == ("the meter", 1)


def test_a_live_photo_is_its_picture() -> None:
    (found,) = read(live_photo={**FILE, "photo": [SMALL, LARGE]}).attachments

    assert (found.ref, found.kind) == ("large", "image")


@pytest.mark.parametrize(
    ("told", "mime"),
    [
        ({}, "image/webp"),
        ({"is_animated": True}, "application/x-tgsticker"),
        ({"is_video": True}, "video/webm"),
    ],
)
def test_a_sticker_is_its_emoji_or_else_a_file(told: dict[str, Any], mime: str) -> None:
    said = read(sticker={**FILE, **told, "emoji": "👍"})
    (found,) = read(sticker={**FILE, **told}).attachments

    assert (said.text, said.attachments) == ("👍", ())
    assert found.mime == mime


def test_a_location_is_words_that_could_have_been_typed() -> None:
    point = {"latitude": 41.899977, "longitude": 12.501028}

    assert read(location=point).text == "41.899977, 12.501028"
    venue = {"location": point, "title": "Bar", "address": "Via Giolitti 65"}
    assert read(location=point, venue=venue).text == ("Bar, Via Giolitti 65 (41.899977, 12.501028)")


@pytest.mark.parametrize(
    ("contact", "said"),
    [
        ({"phone_number": "+39 06 1234567"}, "+39 06 1234567"),
        ({"phone_number": "393331112222", "user_id": 7}, "+393331112222"),
        ({"phone_number": "06 1234567"}, "06 1234567"),
        ({"phone_number": "911"}, "911"),
    ],
)
def test_a_contact_is_its_number(contact: dict[str, Any], said: str) -> None:
    assert read(contact={"first_name": "Ada", **contact}).text == said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"dice": {"emoji": "🎲", "value": 4}}, "🎲 4"),
        ({"dice": {"emoji": "🎲"}}, ""),
        ({"poll": {"question": "When?", "options": [{"text": "six"}, {"text": "eight"}]}},
         "When?\nsix\neight"),
        ({"checklist": {"title": "Shopping", "tasks": [{"id": 1, "text": "milk"}]}},
         "Shopping\nmilk"),
        ({"game": {"title": "Chess", "description": "a game"}}, "Chess"),
        ({"web_app_data": {"data": "4 guests", "button_text": "Send"}}, "4 guests"),
        ({"story": {"id": 1}}, ""),
    ],
)  # fmt: skip
def test_what_was_said_without_a_text_is_words(content: dict[str, Any], said: str) -> None:
    assert read(**content).text == said


def test_a_rich_message_is_its_words_a_line_for_each_block() -> None:
    table = [[{"text": "six"}, {"text": "eight"}]]
    blocks = [
        {"type": "paragraph", "text": ["a ", {"type": "bold", "text": "table"}, " for four"]},
        {"type": "list", "items": [{"label": "1", "blocks": [{"type": "x", "text": "inside"}]}]},
        {"type": "table", "cells": table, "caption": {"text": "when"}},
    ]

    assert read(rich_message={"blocks": blocks}).text.splitlines() == [
        "a table for four", "inside", "when", "sixeight",
    ]  # fmt: skip


def test_a_rich_message_that_never_ends_is_read_as_far_as_is_sensible() -> None:
    nested: dict[str, Any] = {"text": "deep"}
    for _ in range(200):
        nested = {"blocks": [nested]}

    assert read(rich_message=nested).text == ""


@pytest.mark.parametrize("content", [{"photo": [LARGE]}, {"location": {"latitude": 1}}])
def test_in_a_group_what_has_no_words_is_for_the_others(content: dict[str, Any]) -> None:
    assert heard(chat=GROUP, **content) == []
    assert heard(chat=GROUP, **content, reply_to_message=message()) == []


def test_in_a_group_a_picture_that_answers_the_bot_is_for_the_bot() -> None:
    asked = message(**{"from": SHOP_BOT}, text="A picture of it, please.")

    (found,) = heard(chat=GROUP, photo=[LARGE], reply_to_message=asked)

    assert (found.room, found.attachments[0].ref) == ("-100123", "large")


def test_the_pictures_of_an_album_are_messages_of_their_own() -> None:
    first = read(photo=[LARGE], media_group_id="9", caption="two")
    second = read(photo=[SMALL], media_group_id="9", message_id=6)

    assert [m.attachments[0].ref for m in (first, second)] == ["large", "small"]
    assert [m.text for m in (first, second)] == ["two", ""]


@given(kind=st.sampled_from(sorted(CONTENTS)), content=JSON)
def test_content_of_any_shape_is_read_or_passed_over(kind: str, content: object) -> None:
    found = attachments_of({kind: content})

    assert len(found) <= 1
    assert isinstance(words_of({kind: content}), str)
    assert all(attached.ref for attached in found)
