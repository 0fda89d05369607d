"""Lists and dataclasses in a text: what is an entry, what is left, what is a question."""

import time as clock
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from bot import Arg, Email, Money, Phone, Place, Text, command
from bot.authoring.signatures import Parameter
from bot.dialog.binding import read_call, read_sentence, read_value, show_value
from bot.dialog.records import find
from bot.dialog.slash import parse_slash
from nlu.values import recognisers
from tests.bot.dialog.stage import Stage, specs_of


class Size(Enum):
    SMALL = "small"
    EXTRA_LARGE = "xl"


@dataclass(frozen=True)
class Line:
    quantity: int
    item: Annotated[Literal["margherita", "coke", "fish and chips"], Arg(synonyms={"cola": "coke"})]
    size: Size | None = None
    to_go: bool = False


@dataclass(frozen=True)
class Guest:
    name: str
    age: int | None = None


@dataclass(frozen=True)
class Post:
    street: str
    city: str


@dataclass(frozen=True)
class Slot:
    day: date
    at: time


@command("x")
def everything(
    lines: list[Line],
    line: Line,
    guests: list[Guest],
    guest: Guest,
    post: Post,
    posts: list[Post],
    slot: Slot,
    slots: list[Slot],
    days: list[date],
    numbers: list[int],
    lengths: list[timedelta],
    names: list[str],
    dishes: list[Literal["tea", "fish and chips"]],
    sums: list[Money],
) -> None:
    """Take everything."""


STAGE = Stage(specs_of([everything], recognisers()), recognisers())
AROUND = STAGE.surroundings("slack")
SPEC = STAGE.commands["x"]


def parameter(name: str) -> Parameter:
    found = SPEC.parameter(name)
    assert found is not None
    return found


def answer(name: str, text: str) -> Any:
    value = read_value(text, parameter(name), AROUND)
    return None if value is None else value.value


def line(quantity: int, item: str, size: str | None = None, *, to_go: bool = False) -> Any:
    return {"quantity": quantity, "item": item, "size": size, "to_go": to_go}


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("two margheritas and a coke", [line(2, "margherita"), line(1, "coke")]),
        ("a coke", [line(1, "coke")]),
        ("2x margherita, coke x 3, 4 \u00d7 cola, coke *2",
         [line(2, "margherita"), line(3, "coke"), line(4, "coke"), line(2, "coke")]),
        ("coke, coke & cola", [line(1, "coke")] * 3),
        ("2 margherita 1 coke", [line(2, "margherita"), line(1, "coke")]),
        ("margherita 2 coke 1", [line(2, "margherita"), line(1, "coke")]),
        ("I would like two margheritas please, and then a coke",
         [line(2, "margherita"), line(1, "coke")]),
        ("three fish and chips and a coke", [line(3, "fish and chips"), line(1, "coke")]),
        ("a dozen xl cokes to go", [line(12, "coke", "xl", to_go=True)]),
        ("an extra large margherita; 2 small colas",
         [line(1, "margherita", "xl"), line(2, "coke", "small")]),
        ("two sushi", None), ("two margheritas and a sushi", None), ("", None), ("two", None),
        ("margheritas with garlic", None),
    ],
)  # fmt: skip
def test_an_answer_is_a_list_where_every_word_of_it_says_something(text: str, lines: Any) -> None:
    assert answer("lines", text) == lines


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("line", "two cokes", line(2, "coke")),
        ("guests", "Ann, Bob Miller 7 and Cleo",
         [{"name": "Ann", "age": None}, {"name": "Bob Miller", "age": 7},
          {"name": "Cleo", "age": None}]),
        ("guest", "it's Bob, please", {"name": "Bob", "age": None}),
        ("post", "Via Roma 5, Milan", {"street": "Via Roma 5", "city": "Milan"}),
        ("post", "Milan", None),
        ("posts", "Via Roma 5, Milan; Main St 1, Dublin",
         [{"street": "Via Roma 5", "city": "Milan"}, {"street": "Main St 1", "city": "Dublin"}]),
        ("slot", "friday at 19:00", {"day": "2026-11-20", "at": "19:00:00"}),
        ("slot", "friday", None),
        ("slots", "friday at 19:00 and monday 8pm",
         [{"day": "2026-11-20", "at": "19:00:00"}, {"day": "2026-11-23", "at": "20:00:00"}]),
        ("days", "friday and monday", ["2026-11-20", "2026-11-23"]),
        ("numbers", "1, 2 and three", [1, 2, 3]), ("numbers", "1 2 3", [1, 2, 3]),
        ("lengths", "an hour and a half, 20 minutes", ["PT1H30M", "PT20M"]),
        ("names", "Ann, Bob and Cleo de Luca", ["Ann", "Bob", "Cleo de Luca"]),
        ("dishes", "tea, fish and chips", ["tea", "fish and chips"]),
        ("sums", "12 euros and 5 dollars",
         [{"amount": "12.00", "currency": "EUR"}, {"amount": "5.00", "currency": "USD"}]),
    ],
)  # fmt: skip
def test_entries_are_read_by_what_they_are(name: str, text: str, value: Any) -> None:
    assert answer(name, text) == value


def test_what_may_mean_several_things_stays_a_question() -> None:
    value = read_value("friday at 7", parameter("slot"), AROUND)

    assert value is not None
    assert [one["at"] for one in (value.value, *value.others)] == ["07:00:00", "19:00:00"]


@dataclass(frozen=True)
class Even:
    number: int

    def __post_init__(self) -> None:
        if self.number % 2:
            raise ValueError("odd")

    @override
    def __str__(self) -> str:
        return f"<{self.number}>"


@command("even")
def even(value: Even, values: list[Even]) -> None:
    """Take even ones."""


def test_a_dataclass_may_refuse_and_show_itself() -> None:
    spec = specs_of([even])["even"]
    one = spec.parameters[0]

    assert read_value("3", one, AROUND) is None
    read = read_value("4", one, AROUND)
    assert read is not None
    assert show_value(one, read.value, AROUND) == "<4>"


# ── In sentences ──────────────────────────────────────────────────────────────


@command("order", say=["order"])
def order(
    lines: list[Line],
    table: int,
    at: time,
    amount: Money | None = None,
    phone: Phone | None = None,
    email: Email | None = None,
    to: Place | None = None,
    day: date | None = None,
    names: Annotated[list[str] | None, Arg("Names?")] = None,
    note: Text | None = None,
) -> None:
    """Order food: ten parameters."""


ORDER = specs_of([order], recognisers())["order"]


def read(text: str, **more: Any) -> dict[str, Any]:
    reading = read_sentence(text, ORDER, AROUND, **more)
    return {value.parameter: value.value for value in reading.values}


@pytest.mark.parametrize(
    "text",
    [
        "order two margheritas and a coke for table 4 at 19:30",
        "at 19:30, table 4, order two margheritas and a coke",
        "order two margheritas for table 4 and a coke at 19:30",
    ],
)
def test_a_list_is_found_amid_other_values(text: str) -> None:
    assert read(text, used=[(text.index("order"), text.index("order") + 5)]) == {
        "lines": [line(2, "margherita"), line(1, "coke")], "table": 4, "at": "19:30:00",
    }  # fmt: skip


def test_a_number_amid_things_that_are_counted_is_nothing_else() -> None:
    reading = read_sentence("2 margheritas, 3 sushi and a coke", ORDER, AROUND, answered=["table"])

    assert [value.parameter for value in reading.values] == ["lines"]
    assert reading.values[0].unread == ("3", "sushi")
    assert reading.rest == ("3", "sushi")


def test_an_engines_words_for_a_list_are_read_where_they_stand() -> None:
    text = "please order a cola, two margheritas by 19:30"

    assert read(text, slots={"lines": "a cola, two margheritas", "names": "no"}) == {
        "lines": [line(1, "coke"), line(2, "margherita")], "at": "19:30:00",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "values", "rest"),
    [
        ("/order 2 margherita 1 coke 4 19:30",
         {"lines": [line(2, "margherita"), line(1, "coke")], "table": 4, "at": "19:30:00"}, ()),
        ('/order lines="a coke" 4 19:30 names="Ann, Bob" extra cheese',
         {"lines": [line(1, "coke")], "table": 4, "at": "19:30:00", "names": ["Ann", "Bob"],
          "to": {"text": "extra", "lat": None, "lon": None}, "note": "cheese"}, ()),
        ("/order names=Ann to=x 4 7.50 19:30 a quick bite",
         {"names": ["Ann"], "to": {"text": "x", "lat": None, "lon": None}, "table": 4,
          "at": "19:30:00", "amount": {"amount": "7.50", "currency": "EUR"},
          "note": "a quick bite"}, ()),
        ("/order lines=sushi", {}, ("lines=sushi",)),
    ],
)  # fmt: skip
def test_a_typed_command_is_bound_by_type_then_by_order(
    typed: str, values: dict[str, Any], rest: tuple[str, ...]
) -> None:
    call = parse_slash(typed)
    assert call is not None

    reading = read_call(call, ORDER, AROUND)

    assert {value.parameter: value.value for value in reading.values} == values
    assert reading.rest == rest


# ── Laws ──────────────────────────────────────────────────────────────────────

lines = st.builds(
    Line, st.integers(1, 99), st.sampled_from(["margherita", "coke", "fish and chips"]),
    st.none() | st.sampled_from(Size), st.booleans(),
)  # fmt: skip


@given(st.lists(lines, min_size=1, max_size=5))
def test_a_list_is_read_as_it_is_shown(value: list[Line]) -> None:
    kept = parameter("lines")
    shown = show_value(kept, kept.dump(value), AROUND)

    assert answer("lines", shown) == kept.dump(value)


@given(st.text(max_size=80) | st.text("ab1 ,;&+\n", max_size=80))
def test_any_text_can_be_read_as_anything(text: str) -> None:
    for one in SPEC.parameters:
        for wanted in (False, True):
            for found in find(text, one.shape, AROUND, wanted=wanted):
                match = found.match
                assert text[match.start : match.end] == match.text
                assert all(match.start <= s < e <= match.end for s, e in found.spans)


def test_a_long_sentence_is_read_in_a_moment() -> None:
    text = " ".join(["we would like two margheritas and a coke for 4 at 19:30 on friday"] * 16)
    read(text)
    words = len(text.split())

    began = clock.process_time()
    for _ in range(5):
        read(text)
    spent = (clock.process_time() - began) / 5

    assert words > 200
    assert spent < 0.1
