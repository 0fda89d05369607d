"""What annotations say of lists, dataclasses, choices and files, and which are refused."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal

import pytest

from bot import Arg, File, Image, Money, PluginError, Text, command
from bot.authoring.shapes import MAX_FILE_BYTES, Shape
from bot.authoring.signatures import read_command


class Size(Enum):
    SMALL = "s"
    LITTLE = "s"  # noqa: PIE796 - an alias: a further name of the same member
    LARGE = "l"


@dataclass(frozen=True)
class Line:
    quantity: Annotated[int, Arg(ge=1)]
    item: Literal["tea", "cake"]
    note: str | None = None
    marks: int = field(default=0, init=False)


def shape(kind: Any, default: Any = None) -> Shape:
    def function(value: Any) -> None: ...

    function.__annotations__["value"] = kind
    if default is not None:
        function.__defaults__ = (default,)
    declared = command("x")(function)
    spec = read_command(declared, source="plugins/x.py:7", provided=(), known=())
    return spec.parameters[0].shape


def test_a_list_has_entries_and_a_dataclass_fields() -> None:
    lines = shape(Annotated[list[Line], Arg("What?", ge=1, le=3)])

    assert lines.item is not None
    assert [(one.name, one.type, one.required) for one in lines.item.fields] == [
        ("quantity", int, True), ("item", Literal["tea", "cake"], True), ("note", str, False),
    ]  # fmt: skip
    assert lines.item.fields[0].arg.ge == 1
    assert (lines.arg.ask, lines.required, lines.takes_rest) == ("What?", True, True)


@pytest.mark.parametrize(
    ("kind", "rest"),
    [
        (str, False), (Text, True), (Text | None, True), (Annotated[Text, Arg("Note?")], True),
        (Annotated[Text | None, Arg("Note?")], True), (list[Text], True), (list[int], True),
    ],
)  # fmt: skip
def test_a_text_takes_the_rest_where_it_says_so(kind: Any, rest: bool) -> None:  # noqa: FBT001 - the expected answer
    assert shape(kind).takes_rest is rest


def test_synonyms_lead_to_options_by_value_or_member() -> None:
    sizes = shape(Annotated[Size, Arg(synonyms={"Big": Size.LARGE, "huge": "l"})])

    assert sizes.spoken == {"big": Size.LARGE, "huge": Size.LARGE}
    assert sizes.options == (Size.SMALL, Size.LARGE)


def test_files_have_types_and_a_size() -> None:
    assert (shape(Image).types, shape(File).types) == (("image/*",), ("*/*",))
    assert (shape(list[Image]).types, shape(list[Image]).is_file) == (("image/*",), True)
    bounded = shape(Annotated[File, Arg(types=["application/pdf"], max_size=100)])
    assert (bounded.types, bounded.max_bytes) == (("application/pdf",), 100)
    assert shape(File).max_bytes == MAX_FILE_BYTES


def test_what_any_words_can_be_is_known() -> None:
    @dataclass
    class Guest:
        name: str
        age: int = 0

    assert [shape(kind).is_open for kind in (str, Guest, list[Guest], Line, list[Line], int)] == [
        True, True, True, False, False, False,
    ]  # fmt: skip


@dataclass
class Nothing:
    pass


@dataclass
class Strange:
    value: complex


@dataclass
class Pictured:
    photo: Image


@dataclass
class Nested:
    line: Line


@dataclass
class Checked:
    value: Annotated[int, Arg(check=lambda ctx, value: None)]


@dataclass
class BadBound:
    value: Annotated[int, Arg(ge="few")]


@dataclass
class Unknown:
    value: "Nowhere"  # type: ignore[name-defined]  # noqa: F821 - the defect


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (list, "has the type list, which no recogniser reads; use str, Text"),
        (list[complex], "an entry of its list, has the type complex"),
        (list[list[int]], "an entry of its list, is a list, a yes or no or None"),
        (list[bool], "an entry of its list, is a list, a yes or no"),
        (list[int | None], "an entry of its list, is a list, a yes or no or None"),
        (tuple[int, ...], "has the type tuple[int, ...], which no recogniser"),
        (dict[str, int], "has the type dict[str, int], which no recogniser"),
        (Nothing, "has the type Nothing, a dataclass without fields"),
        (Strange, "field 'value' of Strange, has the type complex"),
        (Pictured, "field 'photo' of Pictured, is a file, a list or a dataclass; make it a param"),
        (Nested, "field 'line' of Nested, is a file, a list or a dataclass"),
        (Checked, "field 'value' of Checked, has a check or suggestions; move them to the param"),
        (BadBound, "has the bound 'few', which is not of its type"),
        (Unknown, "a field of Unknown: name 'Nowhere' is not defined"),
        (Annotated[int, Arg(synonyms={"a": 1})], "has synonyms, which only a Literal or an Enum"),
        (Annotated[Literal["a"], Arg(synonyms={"x": "b"})], "the synonym 'x' for 'b', which must"),
        (Annotated[Literal["a", "b"], Arg(synonyms={"A": "b"})], "the synonym 'A' for 'b'"),
        (Annotated[int, Arg(max_size=5)], "has types or max_size, which only an Image or a File"),
        (Annotated[File, Arg(types=["pdf"])], "has the type 'pdf'; write image/png or image/*"),
        (Annotated[File, Arg(max_size=0)], "has max_size=0; write a number of bytes up to"),
        (Annotated[File, Arg(max_size=10**9)], "write a number of bytes up to 67108864"),
        (Annotated[int, Arg(currency="EUR")], "has the currency 'EUR'; write an ISO code of"),
        (Annotated[Money, Arg(currency="euro")], "has the currency 'euro'; write an ISO code"),
        (Annotated[Money, Arg(ge="much")], "has the bound 'much', which is not of its type"),
        (Annotated[list[date], Arg(le=date(2026, 1, 1))], "has the bound datetime.date(2026, 1"),
    ],
)
def test_what_nobody_could_read_is_refused_with_its_place(kind: Any, told: str) -> None:
    with pytest.raises(PluginError) as caught:
        shape(kind)

    assert str(caught.value).startswith("plugins/x.py:7: parameter 'value' of function")
    assert told in str(caught.value)


@pytest.mark.parametrize(
    "kind",
    [
        Annotated[Money, Arg(ge=1, le=Decimal("99.5"), currency="USD")],
        Annotated[list[date], Arg(ge=1)],
        Annotated[Literal["a", "b"], Arg(synonyms={"A": "a", "c": "b"})],
    ],
)
def test_what_can_be_read_is_taken(kind: Any) -> None:
    assert shape(kind).required


def lines(lines: list[Line], sum_: Money, check: Image) -> None: ...


@pytest.mark.parametrize(
    ("confirm", "told"),
    [
        ("{lines:>3}?", "{lines:>3} cannot be written"), ("{sum_:.2f}?", "{sum_:.2f} cannot be"),
        ("{check:d}", "{check:d} cannot be written"), ("{line}", "names 'line'"),
    ],
)  # fmt: skip
def test_a_confirm_that_cannot_be_written_is_refused(confirm: str, told: str) -> None:
    declare: Callable[..., Any] = command("x", confirm=confirm)

    with pytest.raises(PluginError) as caught:
        read_command(declare(lines), source="x.py:1", provided=(), known=())
    assert told in str(caught.value)


def test_a_confirm_may_show_parts_of_values() -> None:
    declared = command("x", confirm="{lines}, {sum_.amount:.2f} {sum_}?")(lines)

    assert read_command(declared, source="x.py:1", provided=(), known=()).command.confirm
