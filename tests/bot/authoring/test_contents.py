"""What a file really is, told from its bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.authoring.contents import is_one_of, is_really, mime_of

JPEG = b"\xff\xd8\xff\xe0"
FTYP = b"\x00\x00\x00\x18ftyp"


@pytest.mark.parametrize(
    ("data", "mime"),
    [
        (JPEG, "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"GIF89a", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBP", "image/webp"), (b"RIFF\x00\x00\x00\x00WAVE", "audio/wav"),
        (b"%PDF-1.4", "application/pdf"), (FTYP + b"isom", "video/mp4"),
        (FTYP + b"heic", "image/heic"), (FTYP + b"M4A ", "audio/mp4"), (b"OggS", "audio/ogg"),
        (b"PK\x03\x04", "application/zip"), (b"hello", None), (b"", None), (b"RIFF", None),
    ],
)  # fmt: skip
def test_a_file_is_told_by_how_it_begins(data: bytes, mime: str | None) -> None:
    assert mime_of(data) == mime


@pytest.mark.parametrize(
    ("data", "told", "patterns", "fits"),
    [
        (JPEG, "image/jpeg", ["image/*"], True),
        (JPEG, "application/octet-stream", ["image/*"], True),
        (b"%PDF-", "image/jpeg", ["image/*"], False),
        (b"hello", "image/jpeg", ["image/*"], False),
        (JPEG, "application/pdf", ["application/pdf"], False),
        (b"hello", "text/plain", ["text/*"], True),
        (b"PK\x03\x04", "application/vnd.oasis.opendocument.text",
         ["application/vnd.oasis.opendocument.text"], True),
        (b"PK\x03\x04", "application/pdf", ["application/pdf"], False),
        (b"OggS", "video/ogg", ["video/*"], True),
        (b"\x00", "x/y", ["*/*"], True),
    ],
)  # fmt: skip
def test_content_counts_and_not_the_name(
    data: bytes, told: str, patterns: list[str], fits: bool  # noqa: FBT001 - the expected answer
) -> None:  # fmt: skip
    assert is_really(data, told, patterns) is fits


@given(st.binary(max_size=64))
def test_any_bytes_are_told_or_not(data: bytes) -> None:
    found = mime_of(data)

    assert found is None or is_one_of(found, [found, "x/y"])
