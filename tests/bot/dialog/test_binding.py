"""Words to typed values: in sentences, beside their names, within bounds, and shown back."""

from collections.abc import Sequence
from datetime import time
from typing import Annotated, Any, Literal

import pytest

from bot.authoring.commands import command
from bot.authoring.parameters import Arg
from bot.dialog.binding import read_sentence, read_value, show_value
from bot.dialog.finding import find_options
from bot.dialog.plain import Plain, with_plain
from bot.model.understanding import Hints, Match
from tests.bot.dialog.restaurant import Size, booking, order, restaurant
from tests.bot.dialog.stage import START, Stage, proposal, specs_of

HINTS = Hints(now=START)


@command("visit")
def visit(
    ctx: Any,
    guests: int,
    children: int = 0,
    party_size: int = 0,
    level: Annotated[int | None, Arg(ge=1)] = None,
) -> None:
    """Visit us."""


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("4 guests and 2 children", {"guests": 4, "children": 2}),
        ("2 children, 4 guests", {"guests": 4, "children": 2}),
        ("children 2 guests 4", {"guests": 4, "children": 2}),
        ("guests: 4, children: 2", {"guests": 4, "children": 2}),
        ("1 guest, 1 child", {"guests": 1, "children": 1}),
        ("4 2", {"guests": 4, "children": 2}),
        ("size 9 for 4 guests", {"party_size": 9, "guests": 4}),
        ("nothing", {}),
    ],
)
def test_numbers_belong_to_the_name_beside_them_else_to_the_signatures_order(
    text: str, values: dict[str, int]
) -> None:
    stage = Stage(specs_of([visit]))

    reading = read_sentence(text, stage.commands["visit"], stage.surroundings("slack"))

    assert {value.parameter: value.value for value in reading.values} == values


def test_words_that_say_nothing_are_left_and_fillers_are_not() -> None:
    stage = restaurant()

    reading = read_sentence(
        "please book a nice table for 4", stage.commands["book"], stage.surroundings("slack")
    )

    assert reading.rest == ("nice", "table")
    assert reading.get("guests") is not None
    assert reading.get("day") is None


def test_an_engines_slots_are_typed_and_those_that_do_not_fit_are_left() -> None:
    stage = restaurant()
    text = "bring one Diavola, size xl, number two"

    reading = read_sentence(
        text,
        stage.commands["order"],
        stage.surroundings("slack"),
        slots={"dish": "Diavola", "count": "two", "size": "size xl", "gone": "one", "note": "nope"},
    )

    assert {value.parameter: value.value for value in reading.values} == {
        "dish": "Diavola",
        "size": "xl",
    }


def test_a_slot_of_a_number_is_read_where_it_stands() -> None:
    stage = restaurant()
    spec = stage.commands["book"]

    reading = read_sentence("7 of us", spec, stage.surroundings("slack"), slots={"guests": "7"})

    assert [(value.parameter, value.value) for value in reading.values] == [("guests", 7)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4", 4), ("4 guests", 4), ("we are 4", None), ("for 4 please", 4), ("about 4, thanks", 4),
        ("4 or 5", None), ("four", None), ("", None), ("4 guest", 4),
    ],
)  # fmt: skip
def test_an_answer_is_the_value_and_little_else(text: str, value: int | None) -> None:
    stage = booking()
    parameter = stage.commands["book"].parameter("guests")
    assert parameter is not None

    read = read_value(text, parameter, stage.surroundings("slack"))

    assert (None if read is None else read.value) == value


def test_a_blank_text_is_no_answer_to_a_question_for_text() -> None:
    stage = restaurant()
    parameter = stage.commands["name"].parameter("text")
    assert parameter is not None

    assert read_value("  ", parameter, stage.surroundings("slack")) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("extra large", [Size.EXTRA_LARGE]), ("Extra-Large!", [Size.EXTRA_LARGE]),
        ("XL", [Size.EXTRA_LARGE]), ("smaller", []),
        ("small or xl", [Size.SMALL, Size.EXTRA_LARGE]),
    ],
)  # fmt: skip
def test_options_are_found_by_name_and_by_value(text: str, found: list[Size]) -> None:
    size = specs_of([order])["order"].parameter("size")
    assert size is not None

    assert [match.value for match in find_options(text, size.shape)] == found


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("size", "xl", "xl"), ("spicy", True, "yes"), ("spicy", False, "no"), ("count", 2, "2"),
        ("note", None, "none"), ("dish", "Diavola", "Diavola"),
    ],
)  # fmt: skip
def test_values_are_shown_as_people_read_them(name: str, value: Any, shown: str) -> None:
    stage = restaurant()
    parameter = stage.commands["order"].parameter(name)
    assert parameter is not None

    assert show_value(parameter, value, stage.surroundings("slack")) == shown


@command("reserve")
def reserve(
    ctx: Any,
    at: Annotated[time, Arg("What time?", ge=time(12), le=time(22))],
    code: Annotated[str, Arg("Code?", pattern="[A-Z]{3}")],
) -> None:
    """Reserve."""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("11:59", "It must be 12:00 or more."),
        ("22:01", "It must be 22:00 or less."),
    ],
)
def test_bounds_are_told_as_people_write_them(text: str, told: str) -> None:
    stage = Stage(specs_of([reserve]))
    stage.says("/reserve")

    assert told in stage.says(text)[-1].text
    assert stage.question.argument == "at"


def test_a_text_of_the_wrong_form_is_asked_again_with_the_reason() -> None:
    stage = Stage(specs_of([reserve]))
    stage.says("/reserve 12:00")

    shown = stage.says("abc")

    assert shown[-1].text == "“abc”: That does not have the right form. Code?"
    assert stage.says("ABC")[-1].text == "Done."


# ── Recognisers of a plugin ─────────────────────────────────────────────────────


class Halves:
    """Reads "half" as a number, in place of the core's own."""

    kind = "number"
    type: Any = int
    rank = 50

    def find(self, text: str, hints: Hints) -> Sequence[Match[int]]:
        start = text.find("dozen")
        if start < 0:
            return []
        return [Match(kind="number", value=12, text="dozen", start=start, end=start + 5)]

    def show(self, value: int, hints: Hints) -> str:
        return f"{value} pieces"


def test_a_plugins_recogniser_takes_the_place_of_the_cores() -> None:
    served = with_plain([Halves()])

    assert [type(one) for one in served if one.type is int] == [Halves]
    assert sorted((one.rank for one in served), reverse=True) == [one.rank for one in served]
    assert any(isinstance(one, Plain) for one in served)


def test_a_recognised_answer_is_kept_with_the_words_it_came_from() -> None:
    stage = restaurant(recognisers=[Halves()])

    shown = stage.says("/order Diavola small yes", meant=proposal("order"))
    stage.says("cancel")
    stage.says("/book 2026-11-20 19:00")
    shown = stage.says("a dozen")

    assert shown[-1].text == "Book for 12 pieces on Friday at 19:00, inside?"
    top = stage.state.top
    assert top is not None
    assert top.answers["guests"].words == "dozen"


@command("rate")
def rate(ctx: Any, stars: Literal[1, 2, 3]) -> str:
    """Rate us."""
    return f"{stars} stars."


def test_a_choice_of_numbers_is_answered_by_the_value() -> None:
    stage = Stage(specs_of([rate]))

    assert stage.says("/rate")[-1].text == "Stars: 1, 2 or 3?"
    assert stage.says("3")[-1].text == "3 stars."


@command("play")
def play(ctx: Any, band: Literal["The Cooks", "Ada"], note: str = "") -> None:
    """Play a record."""


def test_a_choice_of_several_words_may_be_quoted() -> None:
    stage = Stage(specs_of([play]))
    stage.says('/play "the cooks"')
    assert stage.ran == [("play", {"band": "The Cooks", "note": ""})]


def test_quoted_words_that_are_no_choice_are_a_text() -> None:
    stage = Stage(specs_of([play]))
    stage.says('/play Ada "the cooks"')
    assert stage.ran == [("play", {"band": "Ada", "note": "the cooks"})]


@command("stay")
def stay(
    ctx: Any,
    number_of_days: int,
    number_of_rooms: int | None = None,
    star_rating: int | None = None,
    has_wifi: bool | None = None,  # noqa: FBT001 - a parameter of the command
) -> None:
    """Stay with us."""


@pytest.mark.parametrize(
    ("text", "slots", "values"),
    [
        ("a 2 star hotel", {}, {"star_rating": 2}),
        ("3 hotel rooms", {}, {"number_of_rooms": 3}),
        ("2 nights, 4 star rooms", {}, {"number_of_days": 2, "star_rating": 4}),
        ("for 2", {"number_of_rooms": "2"}, {"number_of_rooms": 2}),
        ("yes", {}, {}),
    ],
)
def test_any_telling_word_of_a_name_and_an_engines_label_say_whose_a_value_is(
    text: str, slots: dict[str, str], values: dict[str, Any]
) -> None:
    stage = Stage(specs_of([stay]))

    reading = read_sentence(text, stage.commands["stay"], stage.surroundings("slack"), slots=slots)

    assert {value.parameter: value.value for value in reading.values} == values
