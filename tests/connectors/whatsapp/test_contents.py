"""Files, places and contacts in webhooks."""

import base64
import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import InboundMessage
from connectors.whatsapp.contents import FILES, attachments_of, digest_of, split_ref, words_of
from connectors.whatsapp.fields import MalformedError
from connectors.whatsapp.wire import Reader

READER = Reader(connector="shop", numbers=("1",))
RAW = hashlib.sha256(b"a picture").digest()
HASH = base64.b64encode(RAW).decode()

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "phones", "latitude", "sha256"]), inner)
    ),
    max_leaves=8,
)


def read(kind: str, content: object) -> InboundMessage:
    item = {"from": "393331112222", "id": "wamid.A", "type": kind, kind: content}
    metadata = {"display_phone_number": "1", "phone_number_id": "1"}
    value = {"metadata": metadata, "messages": [item]}
    (message,) = READER.read(_body(value)).messages
    return message


def _body(value: dict[str, Any]) -> bytes:
    change = {"field": "messages", "value": value}
    return json.dumps({"entry": [{"id": "1", "changes": [change]}]}).encode()


@pytest.mark.parametrize(
    ("kind", "told", "expected"),
    [
        ("image", {"mime_type": "image/jpeg"}, ("image", "image.jpg", "image/jpeg")),
        (
            "audio",
            {"mime_type": "audio/ogg; codecs=opus", "voice": True},
            ("audio", "voice.ogg", "audio/ogg"),
        ),
        ("audio", {"mime_type": "audio/mpeg"}, ("audio", "audio.mp3", "audio/mpeg")),
        ("video", {}, ("video", "video.mp4", "video/mp4")),
        ("sticker", {"animated": True}, ("image", "sticker.webp", "image/webp")),
        (
            "document",
            {"filename": "Bill.pdf", "mime_type": "application/pdf"},
            ("file", "Bill.pdf", "application/pdf"),
        ),
        ("document", {}, ("file", "document", "application/octet-stream")),
    ],
)
def test_a_file_of_any_kind_is_attached(
    kind: str, told: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    found = read(kind, {"id": "99", "sha256": HASH, **told})

    (attached,) = found.attachments
    assert (attached.kind, attached.name, attached.mime) == expected
    assert split_ref(attached.ref) == (RAW.hex(), "99")
    assert found.text == ""


def test_a_file_without_an_id_is_only_its_words() -> None:
    found = read("image", {"caption": "the meter"})

    assert (found.text, found.attachments) == ("the meter", ())


@pytest.mark.parametrize("told", [HASH, RAW.hex(), RAW.hex().upper()])
def test_a_hash_is_read_in_either_form(told: str) -> None:
    assert digest_of(told) == RAW.hex()


@pytest.mark.parametrize("told", ["", "4654+8g=", "no hash", None, 7, HASH[:-4], "0" * 63])
def test_what_is_no_hash_is_none(told: object) -> None:
    assert digest_of(told) == ""


@pytest.mark.parametrize("ref", ["", "99", "x:99", ":../messages", ":99?x=1", f"{RAW.hex()}:"])
def test_only_our_own_references_are_followed(ref: str) -> None:
    assert split_ref(ref) is None


def test_a_location_is_words_that_could_have_been_typed() -> None:
    point = {"latitude": 37.4611978, "longitude": -122.2164385}

    assert read("location", point).text == "37.461198, -122.216438"
    assert read("location", {**point, "name": "HQ", "address": "1 Hacker Way"}).text == (
        "HQ, 1 Hacker Way (37.461198, -122.216438)"
    )
    assert read("location", {"latitude": "37"}).text == ""


def test_contacts_are_their_numbers() -> None:
    known = {"phones": [{"phone": "+55 11 1111", "wa_id": "55111111"}, {"phone": "+1"}]}
    unknown = {"phones": [{"phone": "06 1234567"}]}

    assert read("contacts", [known, {"name": {}}, unknown]).text == "+55111111, 06 1234567"
    assert read("contacts", [{"phones": []}]).text == ""


@given(kind=st.sampled_from([*sorted(FILES), "location", "contacts"]), content=JSON)
def test_content_of_any_shape_is_read_or_malformed(kind: str, content: object) -> None:
    try:
        found = attachments_of(kind, {kind: content})
        words = words_of(kind, {kind: content})
    except MalformedError:
        return

    assert len(found) <= 1
    words.encode()
    assert all(split_ref(attached.ref) for attached in found)
