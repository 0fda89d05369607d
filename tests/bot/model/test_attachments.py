from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import Hints, Place, attachment_of, place_words
from bot.dialog.plain import Places
from bot.model.attachments import MAX_NAME

NOW = datetime(2026, 11, 18, 10, tzinfo=UTC)
ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text())


def test_a_file_is_described_as_the_platform_tells_of_it() -> None:
    found = attachment_of("r", mime="image/jpeg", name="meter.jpg", size=9, width=4, height=3)

    assert (found.ref, found.kind, found.name, found.mime) == (
        "r",
        "image",
        "meter.jpg",
        "image/jpeg",
    )
    assert (found.size, found.width, found.height) == (9, 4, 3)


@pytest.mark.parametrize(
    ("mime", "kind", "kept"),
    [
        ("audio/ogg; codecs=opus", "audio", "audio/ogg"),
        ("VIDEO/MP4", "video", "video/mp4"),
        ("application/pdf", "file", "application/pdf"),
        ("text/plain;charset=utf-8", "file", "text/plain"),
        ("image", "file", "application/octet-stream"),
        ("image/<script>", "file", "application/octet-stream"),
        (None, "file", "application/octet-stream"),
    ],
)
def test_the_kind_is_told_by_the_type_without_its_parameters(
    mime: str | None, kind: str, kept: str
) -> None:
    found = attachment_of("r", mime=mime)

    assert (found.kind, found.mime) == (kind, kept)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\bill.pdf", "bill.pdf"),
        ("a\nb\0c.txt", "abc.txt"),
        (".htaccess", "htaccess"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("Rechnung März.pdf", "Rechnung März.pdf"),
        (f"{'x' * 500}.pdf", f"{'x' * (MAX_NAME - 4)}.pdf"),
    ],
)
def test_a_name_is_one_that_any_disk_keeps(given: str, kept: str) -> None:
    assert attachment_of("r", name=given).name == kept


@pytest.mark.parametrize(
    ("mime", "called", "name"),
    [
        ("image/jpeg", "photo", "photo.jpg"),
        ("audio/ogg", "voice", "voice.ogg"),
        ("application/x-unknown", "", "file"),
        ("video/mp4", "", "video.mp4"),
    ],
)
def test_a_file_without_a_name_gets_one(mime: str, called: str, name: str) -> None:
    assert attachment_of("r", mime=mime, called=called).name == name
    assert attachment_of("r", mime=mime, called=called, name="/").name == name


def test_only_what_can_be_seen_has_a_width() -> None:
    found = attachment_of("r", mime="application/pdf", width=4, height=3)

    assert (found.width, found.height) == (None, None)


@given(mime=ANYTHING, name=ANYTHING, size=ANYTHING, width=ANYTHING, ref=st.text())
def test_whatever_a_platform_says_becomes_something_that_can_be_kept(
    mime: object, name: object, size: object, width: object, ref: str
) -> None:
    found = attachment_of(ref, mime=mime, name=name, size=size, width=width)

    assert 0 < len(found.name) <= MAX_NAME
    assert not set(found.name) & set("/\\\0\n")
    assert found.size is None or found.size >= 0
    assert "\0" not in found.ref
    (found.name + found.mime + found.ref).encode()


@pytest.mark.parametrize(
    ("point", "labels", "words"),
    [
        ((45.4642, 9.19), (), "45.4642, 9.19"),
        ((45, -9), (), "45, -9"),
        ((45.46420049, 9.0), ("Duomo", "Piazza\n1"), "Duomo, Piazza 1 (45.4642, 9)"),
        ((1.5, 2.5), ("", " "), "1.5, 2.5"),
    ],
)
def test_a_place_is_said_in_words(
    point: tuple[float, float], labels: tuple[str, ...], words: str
) -> None:
    assert place_words(*point, *labels) == words


@pytest.mark.parametrize(
    "point",
    [
        (91, 0),
        (0, 181),
        (float("nan"), 0),
        (float("inf"), 0),
        (True, 0),
        ("45", "9"),
        (None, 9),
    ],
)
def test_what_is_no_point_on_earth_is_no_place(point: tuple[object, object]) -> None:
    assert place_words(*point) is None


@given(
    latitude=st.floats(-90, 90),
    longitude=st.floats(-180, 180),
    label=st.text(st.characters(categories=("L", "N", "Zs"))).map(lambda text: text.strip()),
)
def test_the_words_of_a_place_are_read_as_that_place(
    latitude: float, longitude: float, label: str
) -> None:
    words = place_words(latitude, longitude, label)
    assert words is not None

    (found,) = Places().find(words, Hints(now=NOW, wanted=True))

    assert isinstance(found.value, Place)
    assert found.value.lat == pytest.approx(latitude, abs=1e-6)
    assert found.value.lon == pytest.approx(longitude, abs=1e-6)
