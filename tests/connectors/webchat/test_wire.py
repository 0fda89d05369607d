import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot import Tap
from connectors.webchat.wire import (
    Hello,
    History,
    Malformed,
    Noted,
    Ping,
    Send,
    Suggest,
    Unsupported,
    parse_frame,
    parse_locale,
    parse_zone,
    storable,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
KINDS = ["hello", "send", "suggest", "history", "ping", "typing", "read", "feedback", "end"]
KEYS = ["cid", "text", "action", "form", "files", "token", "cursor", "n", "q", "at", "before"]


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        ('{"t":"hello","token":"x","cursor":null,"v":1}', Hello(token="x", cursor=None)),
        ('{"t":"hello","token":"x","cursor":"e.1"}', Hello(token="x", cursor="e.1")),
        ('{"t":"send","cid":"a","text":"hi"}', Send(cid="a", text="hi")),
        (
            '{"t":"send","cid":"a","action":{"id":"p.0","value":"p.0","label":"Yes"}}',
            Send(cid="a", tap=Tap(token="p.0", label="Yes")),
        ),
        ('{"t":"send","cid":"a","form":{"id":"f"}}', Send(cid="a", unsupported="bad_form")),
        ('{"t":"suggest","n":1,"q":"/book x","at":3}', Suggest(n=1, query="/bo")),
        ('{"t":"history","n":2,"before":9,"limit":500}', History(n=2, before=9, limit=100)),
        ('{"t":"ping"}', Ping()),
        ('{"t":"read","upto":3}', Noted()),
        ('{"t":"identify","jwt":"x"}', Unsupported(kind="identify")),
    ],
)
def test_frames_become_values(frame: str, expected: object) -> None:
    assert parse_frame(frame) == expected


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "null",
        "[1]",
        '{"t":["send"]}',
        '{"t":"send","cid":"a b"}',
        '{"t":"send","cid":"' + "a" * 65 + '"}',
        '{"t":"send","cid":"a","text":1}',
        '{"t":"send","cid":"a","action":"yes"}',
        '{"t":"send","cid":"a","action":{"value":"\\u00e9"}}',
        '{"t":"send","cid":"a","action":{"value":"' + "a" * 65 + '"}}',
        '{"t":"hello","cursor":null}',
        '{"t":"hello","token":"x","cursor":3}',
        '{"t":"suggest","n":1}',
    ],
)
def test_what_is_no_frame_is_malformed(frame: str) -> None:
    assert isinstance(parse_frame(frame), Malformed)


@given(
    st.dictionaries(st.sampled_from(KEYS), JSON, max_size=6),
    st.sampled_from(KINDS) | st.text(),
)
def test_any_object_is_read_or_refused(fields: dict[str, object], kind: str) -> None:
    raw = json.dumps({**fields, "t": kind})

    frame = parse_frame(raw)

    assert parse_frame(raw) == frame
    assert kind in KINDS or isinstance(frame, Unsupported)


@given(st.binary())
@example(b"[" * 60_000)
@example(b'{"t":"ping"}'.decode().encode("utf-16"))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    parse_frame(raw)


@given(st.text())
def test_any_text_arrives_as_it_was_typed(text: str) -> None:
    frame = parse_frame(json.dumps({"t": "send", "cid": "a", "text": text}))

    assert isinstance(frame, Send)
    assert frame.text == text.replace("\0", "")


def test_halves_of_characters_are_replaced_and_pairs_kept() -> None:
    assert storable("\ud83d!") == "\ufffd!"
    assert storable("\ud83d\ude00") == "\N{GRINNING FACE}"
    assert storable("a\0b") == "ab"


@pytest.mark.parametrize(
    ("value", "locale", "zone"),
    [
        ("de-DE", "de-DE", "de-DE"),
        ("zh-Hant-TW", "zh-Hant-TW", "zh-Hant-TW"),
        ("Europe/Rome", None, "Europe/Rome"),
        ("America/Argentina/Buenos_Aires", None, "America/Argentina/Buenos_Aires"),
        ("../etc/passwd", None, None),
        ("", None, None),
        (5, None, None),
    ],
)
def test_locales_and_zones_are_taken_by_form(
    value: object, locale: str | None, zone: str | None
) -> None:
    assert parse_locale(value) == locale
    assert parse_zone(value) == zone
