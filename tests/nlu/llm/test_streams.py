import json
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.llm.streams import EventReader, Piece, StreamError


def delta(text: str) -> bytes:
    return b"data: " + json.dumps({"choices": [{"delta": {"content": text}}]}).encode() + b"\n\n"


def read(chunks: Sequence[bytes]) -> tuple[str, bool]:
    reader = EventReader()
    text = "".join(piece.text for chunk in chunks for piece in reader.feed(chunk))
    return text, reader.is_done


@settings(max_examples=40)
@given(st.lists(st.text(max_size=8), max_size=6), st.data())
def test_a_stream_says_the_same_wherever_it_is_cut(texts: list[str], data: st.DataObject) -> None:
    whole = b"".join(map(delta, texts)) + b"data: [DONE]\n\n"
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=5)))
    chunks = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]

    assert read(chunks) == ("".join(texts), True)


def test_the_last_piece_tells_what_it_cost() -> None:
    usage = b'data: {"choices": [], "usage": {"total_tokens": 42}}\n\n'

    assert list(EventReader().feed(usage)) == [Piece(tokens=42)]


def test_other_fields_and_comments_are_passed_over() -> None:
    lines = b": hello\r\nevent: x\r\nid: 1\r\n" + delta("a").replace(b"\n", b"\r\n") + b"\r\n"

    assert read([lines]) == ("a", False)


@pytest.mark.parametrize(
    "line",
    [b"data: {", b"data: 7", b'data: {"error": {"message": "no"}}', b"data: " + b"[" * 100_000],
    ids=["cut", "no object", "an error", "deep"],
)
def test_what_is_no_event_of_this_api_is_refused(line: bytes) -> None:
    with pytest.raises(StreamError):
        list(EventReader().feed(line + b"\n\n"))


def test_nothing_is_read_behind_the_end() -> None:
    assert read([b"data: [DONE]\n\n", delta("more")]) == ("", True)
