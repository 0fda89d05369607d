"""Commands as tools of a language model: the schema, and what a call of one opens."""

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.authoring.commands import command
from bot.authoring.kinds import Image, Money
from bot.authoring.parameters import Arg
from bot.dialog.binding import Reading
from bot.dialog.tools import read_arguments, tool_schema
from bot.model.understanding import Interpretation
from tests.bot.dialog.restaurant import book, ride
from tests.bot.dialog.stage import Stage, last, specs_of, told


class Size(Enum):
    SMALL = "small"
    LARGE = "large"


@command("order")
def order(
    dish: Annotated[str, Arg("Which dish?", pattern=r"[A-Z].*")],
    size: Size,
    price: Annotated[Decimal, Arg(ge=Decimal("0.5"), le=99)],
    extras: Annotated[list[str], Arg("Which extras?", ge=1, le=3)],
    tip: Money | None = None,
    pin: Annotated[int, Arg("Your PIN?", mask=True)] = 0,
    photo: Image | None = None,
    at: Annotated[time, Arg("When?", ge=time(12))] = time(19),
) -> str:
    """Order a dish.

    It is brought to the table.
    """
    return "Ordered."


SPECS = specs_of((book, order, ride))


def called_with(command: str, **arguments: Any) -> Interpretation:
    return Interpretation(command=command, arguments=arguments, confidence=0.9, engine="llm")


def test_the_schema_of_a_command_is_made_from_its_signature() -> None:
    assert tool_schema(SPECS["book"]) == {
        "name": "book",
        "description": (
            "Book a table. Leave out what the customer did not say: the bot asks for it."
        ),
        "parameters": {
            "type": "object",
            "properties": {
                "day": {"type": "string", "format": "date", "description": "Which day?"},
                "at": {"type": "string", "format": "time", "description": "What time?"},
                "guests": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": 12,
                    "description": "How many guests?",
                },
                "area": {
                    "type": "string",
                    "enum": ["inside", "terrace"],
                    "default": "inside",
                    "description": "Area: inside or terrace?",
                },
            },
            "required": ["day", "at", "guests"],
            "additionalProperties": False,
        },
    }


def test_the_name_of_a_groups_command_is_one_word() -> None:
    assert tool_schema(SPECS["ride"])["name"] == "uber_ride"


def test_bounds_patterns_and_lists_are_written_as_json_schema_has_them() -> None:
    parameters = tool_schema(SPECS["order"])["parameters"]
    properties = parameters["properties"]

    assert properties["dish"]["pattern"] == "^(?:[A-Z].*)$"
    assert properties["size"]["enum"] == ["small", "large"]
    assert (properties["price"]["minimum"], properties["price"]["maximum"]) == (0.5, 99)
    assert (properties["extras"]["minItems"], properties["extras"]["maxItems"]) == (1, 3)
    assert properties["at"]["description"] == "When? From 12:00:00."
    assert properties["tip"]["$ref"] == "#/$defs/Money"
    assert set(parameters["$defs"]["Money"]["properties"]) == {"amount", "currency"}


def test_masked_parameters_and_files_are_left_out() -> None:
    parameters = tool_schema(SPECS["order"])["parameters"]

    assert {"pin", "photo"}.isdisjoint(parameters["properties"])
    assert parameters["required"] == ["dish", "size", "price", "extras"]


def test_a_tool_call_opens_the_command_as_proposed_with_its_values() -> None:
    stage = Stage(commands=SPECS)
    meant = called_with("book", day="2026-11-20", at="19:00", guests=4, area="terrace")

    shown = last(stage.says("a table please", meant=meant))

    assert shown.text == "Book for 4 on Friday at 19:00, terrace?"
    assert stage.state.frames[0].proposed
    assert stage.ran == []
    stage.says("yes")
    assert stage.ran == [
        ("book", {"day": date(2026, 11, 20), "at": time(19), "guests": 4, "area": "terrace"})
    ]


def test_what_a_model_left_out_is_asked_and_not_read_from_the_words_again() -> None:
    stage = Stage(commands=SPECS)

    shown = last(stage.says("two tables for 4", meant=called_with("book", guests=4)))

    assert shown.text == "Which day?"
    assert stage.answers == {"guests": 4}


def test_values_that_the_signature_refuses_are_named_and_asked() -> None:
    stage = Stage(commands=SPECS)
    meant = called_with("book", day="soon", guests=40, area=None, colour="red", at="19:00")

    shown = last(stage.says("a table", meant=meant))

    assert "I did not understand “soon” as the day." in shown.text
    assert "“40”: It must be 12 or less." in shown.text
    assert "“red” as the colour." in shown.text
    assert shown.text.endswith("Which day?")
    assert set(stage.answers) == {"at"}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"guests": "4"}, {"guests": 4}),
        ({"area": "The Terrace"}, {"area": "terrace"}),
        ({"at": "19:00:00"}, {"at": "19:00:00"}),
        ({"guests": 4.0}, {"guests": 4}),
        ({"guests": [4]}, {}),
        ({"day": {"on": 1}}, {}),
    ],
)
def test_a_value_close_to_its_type_is_read_and_another_is_not(
    arguments: Mapping[str, Any], expected: Mapping[str, Any]
) -> None:
    around = Stage(commands=SPECS).surroundings("slack")

    reading, reasons = read_arguments(SPECS["book"], arguments, around)

    assert {value.parameter: value.value for value in reading.values} == expected
    assert bool(reasons) is not bool(expected)


def test_a_masked_value_is_not_repeated_where_it_is_refused() -> None:
    stage = Stage(commands=SPECS)

    assert "4711x" not in told(stage.says("x", meant=called_with("order", pin="4711x")))


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(["day", "at", "guests", "area", "x"]), _json))
def test_whatever_a_model_writes_is_taken_or_named(arguments: Mapping[str, Any]) -> None:
    spec = SPECS["book"]
    around = Stage(commands=SPECS).surroundings("slack")

    reading, reasons = read_arguments(spec, arguments, around)

    assert isinstance(reading, Reading)
    silent = {name for name, value in arguments.items() if value is None} & {"area", "x"}
    assert len(reading.values) + len(reasons) == len(set(arguments) - silent)
    for value in reading.values:
        parameter = spec.parameter(value.parameter)
        assert parameter is not None
        assert parameter.dump(parameter.load(value.value)) == value.value
