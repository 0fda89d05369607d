"""Files in Slack's messages."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import Attachment, Received
from connectors.slack import wire
from connectors.slack.contents import attachments_of, links_of

URL = "https://files.slack.com/files-pri/T1-F1/meter.png"
FILE = {
    "id": "F1", "name": "meter.png", "mimetype": "image/png", "size": 900, "mode": "hosted",
    "original_w": 736, "original_h": 740, "is_external": False, "url_private": URL,
}  # fmt: skip
LINKED = {
    "id": "F2",
    "is_external": True,
    "url_private": "https://drive.example/x",
    "mode": "external",
}

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "mode", "is_external", "url_private"]), inner)
    ),
    max_leaves=8,
)


def read(**event: Any) -> Received:
    told = {
        "type": "message", "subtype": "file_share", "channel": "D1", "channel_type": "im",
        "user": "U1", "ts": "1.5", "text": "", **event,
    }  # fmt: skip
    body = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": told}
    return wire.parse("slack", body, b"")


def test_a_file_without_words_is_a_message() -> None:
    (message,) = read(files=[FILE]).messages

    assert message.text == ""
    assert message.attachments == (
        Attachment(
            ref=URL, kind="image", name="meter.png", mime="image/png", size=900,
            width=736, height=740,
        ),
    )  # fmt: skip


def test_several_files_stand_in_one_message_in_their_order() -> None:
    more = [{**FILE, "name": f"{number}.png"} for number in range(3)]

    (message,) = read(files=more, text="three &amp; more").messages

    assert [found.name for found in message.attachments] == ["0.png", "1.png", "2.png"]
    assert message.text == "three & more"


def test_a_file_that_slack_wants_to_be_asked_for_is_known_by_its_id() -> None:
    hidden = {"id": "F0ABC", "mode": "file_access", "file_access": "check_file_info"}

    (message,) = read(files=[hidden]).messages

    assert [found.ref for found in message.attachments] == ["F0ABC"]


def test_a_file_of_another_service_is_a_link() -> None:
    (message,) = read(files=[LINKED, FILE], text="see").messages

    assert message.text == "see\nhttps://drive.example/x"
    assert len(message.attachments) == 1


@pytest.mark.parametrize("mode", ["tombstone", "hidden_by_limit"])
def test_a_file_that_is_gone_is_nothing(mode: str) -> None:
    (message,) = read(files=[{**FILE, "mode": mode}]).messages

    assert message.attachments == ()


def test_a_mention_brings_its_files() -> None:
    (message,) = read(
        type="app_mention", channel="C1", channel_type="channel", text="<@U0> here", files=[FILE]
    ).messages

    assert len(message.attachments) == 1


@given(JSON)
def test_files_of_any_shape_are_read_or_passed_over(files: object) -> None:
    found = attachments_of({"files": files})

    assert all(attached.ref for attached in found)
    assert all(links_of({"files": files}))
