"""Money, phones, addresses, places and files as values: their form, and as JSON and back."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import Arg, Email, File, Image, Money, Phone, Place, PluginError, Text, Url
from bot.authoring.kinds import attached, received, told
from bot.authoring.shapes import REQUIRED
from bot.authoring.signatures import Parameter, Question, read_question
from bot.model.messages import Attachment


class Size(Enum):
    SMALL = "s"


@dataclass(frozen=True)
class Line:
    quantity: int
    item: Literal["tea", "cake"]
    note: str | None = None


def parameter(kind: Any) -> Parameter:
    question = Question("value", kind, Arg(), REQUIRED, "x.py:1")
    return read_question(question, provided=(), known=(), others=())


# ── Forms ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "make",
    [
        lambda: Money(Decimal(1), "euro"),
        lambda: Money(Decimal("NaN"), "EUR"),
        lambda: Money(Decimal(10) ** 18, "EUR"),
        lambda: Phone("0612345678"),
        lambda: Phone("+0612345678"),
        lambda: Phone("+3906"),
        lambda: Email("ann"),
        lambda: Email("ann@localhost"),
        lambda: Email("a b@example.org"),
        lambda: Email("x" * 65 + "@example.org"),
        lambda: Url("example.org"),
        lambda: Url("ftp://example.org"),
        lambda: Url("https://me:secret@example.org"),
        lambda: Place("x", 91.0, 0.0),
        lambda: Place("x", 45.0),
    ],
)
def test_what_is_not_of_the_form_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match="is no"):
        make()


def test_sums_are_kept_in_the_currencys_decimals() -> None:
    assert str(Money(Decimal("12.5"), "EUR")) == "12.50 EUR"
    assert str(Money(Decimal("1.50"), "JPY")) == "1.50 JPY"
    assert str(Money(Decimal("100.0"), "JPY")) == "100 JPY"
    assert str(Money(Decimal("1.2345"), "EUR")) == "1.2345 EUR"


def test_an_address_is_a_text_with_its_domain_in_lower_case() -> None:
    address = Email("Ann.B@Example.ORG")

    assert address == "Ann.B@example.org"
    assert isinstance(address, str)


def test_a_text_is_a_str_to_everybody() -> None:
    def shout(words: str) -> str:
        return words.upper()

    said: Text = "hello"

    assert shout(said) == "HELLO"


# ── As JSON and back ──────────────────────────────────────────────────────────

sums = st.builds(
    Money,
    st.decimals(min_value=-(10**9), max_value=10**9, places=2),
    st.sampled_from(["EUR", "USD", "JPY", "KWD"]),
)
phones = st.from_regex(r"\A\+[1-9][0-9]{6,14}\Z").map(Phone)
emails = st.from_regex(r"\A[a-z0-9._]{1,1}[a-z0-9]{0,9}@[a-z]{1,9}\.[a-z]{2,5}\Z").filter(
    lambda one: not one.startswith(".")
)
places = st.one_of(
    st.builds(Place, st.text(min_size=1)),
    st.builds(Place, st.text(), st.floats(-90, 90), st.floats(-180, 180)),
)
lines = st.builds(Line, st.integers(), st.sampled_from(["tea", "cake"]), st.none() | st.text())
sizes = st.none() | st.integers(0, 2**40)
photos = st.builds(Attachment, ref=st.text(), kind=st.just("image"), name=st.text(min_size=1),
                   mime=st.just("image/png"), size=sizes, width=sizes, height=sizes)  # fmt: skip
durations = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=9999))
floats = st.floats(allow_nan=False, allow_infinity=False)
VALUES: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(), Text: st.text(), int: st.integers(), float: floats,
    Decimal: st.decimals(allow_nan=False, allow_infinity=False), bool: st.booleans(),
    date: st.dates(), time: st.times(), datetime: st.datetimes(), timedelta: durations,
    Money: sums, Phone: phones, Email: emails.map(Email), Place: places,
    Url: st.just(Url("https://example.org/a?b=c#d")),
    Literal["a", 2]: st.sampled_from(["a", 2]), Size: st.sampled_from(Size), Line: lines,
    int | None: st.none() | st.integers(),
    list[Money]: st.lists(sums, max_size=3), list[Line]: st.lists(lines, max_size=3),
    list[Annotated[int, Arg(ge=1)]]: st.lists(st.integers(), max_size=3),
    Image: photos.map(lambda one: received("slack", one)),
    File: photos.map(lambda one: received("slack", one, kind=File)),
    list[File]: st.lists(photos.map(lambda one: received("slack", one, kind=File)), max_size=2),
}  # fmt: skip


@pytest.mark.parametrize("kind", VALUES, ids=str)
def test_every_value_is_kept_as_json_and_read_back(kind: Any) -> None:
    kept = parameter(kind)

    @given(VALUES[kind])
    def law(value: Any) -> None:
        assert kept.load(json.loads(json.dumps(kept.dump(value)))) == value

    law()


@pytest.mark.parametrize("kind", [Money, Phone, Email, Url, Place, Image, File, Line])
@pytest.mark.parametrize("value", [None, 5, "x", {}, {"connector": "slack"}, [1]])
def test_anything_else_is_refused_and_nothing_worse(kind: Any, value: Any) -> None:
    kept = parameter(kind)

    with pytest.raises(ValueError):  # noqa: PT011 - pydantic's is one
        kept.load(value)


# ── Files ─────────────────────────────────────────────────────────────────────

PHOTO = Attachment(ref="r", kind="image", name="a.png", mime="image/png", size=3, width=4, height=5)


def test_a_received_photo_tells_its_size() -> None:
    photo = received("slack", PHOTO)

    assert isinstance(photo, Image)
    assert (photo.name, photo.mime, photo.size, photo.width, photo.height) == (
        "a.png", "image/png", 3, 4, 5,
    )  # fmt: skip


async def test_a_file_of_ones_own_is_read_as_it_is() -> None:
    file = File("menu.pdf", data=b"%PDF-")

    assert (await file.read(), file.size, file.mime) == (b"%PDF-", 5, "application/pdf")
    assert File("a").mime == "application/octet-stream"


async def test_a_received_file_is_read_by_whoever_is_attached() -> None:
    async def fetch(file: File) -> bytes:
        return file.name.encode()

    (photo, five) = attached([received("slack", PHOTO), 5], fetch)

    assert (await photo.read(), five) == (b"a.png", 5)
    assert photo == received("slack", PHOTO)
    with pytest.raises(PluginError, match="only be read while"):
        await received("slack", PHOTO).read()


def test_a_file_of_the_bots_own_is_no_answer() -> None:
    with pytest.raises(ValueError, match="of the bot's own"):
        parameter(File).dump(File("menu.pdf", data=b"x"))


def test_a_path_in_json_reads_nothing_of_the_machine() -> None:
    with pytest.raises(ValueError, match="not a file that a customer has sent"):
        parameter(File).load({"name": "x", "path": "/etc/passwd"})


def test_files_are_told_to_the_ledger_by_where_they_are_or_by_their_hash() -> None:
    own = [told(File("a", data=data))["sha256"] for data in (b"1", b"2", b"1")]

    assert told(received("slack", PHOTO))["ref"] == "r"
    assert own[0] == own[2] != own[1]
    assert told(complex(1)) == "(1+0j)"


def test_files_are_equal_by_what_they_are() -> None:
    assert File("a", data=b"1") == File("a", data=b"1")
    assert len({File("a", data=b"1"), File("a", data=b"1"), Image("a", data=b"1")}) == 2
    assert repr(File("a.pdf", data=b"1")) == "File('a.pdf', mime='application/pdf', size=1)"
