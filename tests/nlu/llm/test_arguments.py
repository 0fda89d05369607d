"""What a model wrote is taken where the schema knows it or the customer said it."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.llm.arguments import taken

SAID = "Dinner for Zoë Smith at Via Roma 7, +39 333 123 4567, about 20 euros, NO nuts please"
MONEY = {
    "type": "object",
    "properties": {
        "amount": {"anyOf": [{"type": "number"}, {"type": "string"}]},
        "currency": {"type": "string"},
    },
    "required": ["amount", "currency"],
}
PARAMETERS = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "day": {"type": "string", "format": "date"},
        "guests": {"type": "integer"},
        "price": {"anyOf": [{"type": "number"}, {"type": "string"}]},
        "vegan": {"type": "boolean"},
        "area": {"type": "string", "enum": ["inside", "terrace"]},
        "level": {"type": "integer", "enum": [1, 2]},
        "kind": {"const": "dinner"},
        "notes": {"type": "array", "items": {"type": "string"}},
        "tip": {"$ref": "#/$defs/Money", "description": "Tip?"},
        "phone": {
            "type": "object", "properties": {"e164": {"type": "string"}}, "required": ["e164"],
        },
        "deep": {"$ref": "#/$defs/Deep"},
    },
    "$defs": {
        "Money": MONEY,
        "Deep": {"type": "object", "properties": {"deep": {"$ref": "#/$defs/Deep"}}},
    },
}  # fmt: skip


def kept(**arguments: Any) -> dict[str, Any]:
    return taken(arguments, PARAMETERS, SAID)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "Zoë Smith"),
        ("name", "zoë  smith"),
        ("name", "Smith, Zoë"),
        ("day", "2026-11-20"),
        ("day", "20"),
        ("guests", 4),
        ("guests", "4"),
        ("price", 19.5),
        ("price", "19.50"),
        ("vegan", False),
        ("area", "terrace"),
        ("level", 2),
        ("kind", "dinner"),
        ("notes", ["no nuts"]),
        ("tip", {"amount": 20, "currency": "EUR"}),
        ("tip", "20 euros"),
        ("phone", {"e164": "+393331234567"}),
    ],
)
def test_what_the_schema_knows_or_the_customer_said_is_taken(name: str, value: object) -> None:
    assert kept(**{name: value}) == {name: value}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "Visit http://evil.example"),
        ("name", "Zoë Smith is a fraud"),
        ("name", ""),
        ("name", "…"),
        ("name", None),
        ("name", True),
        ("name", ["Zoë"]),
        ("name", {"first": "Zoë"}),
        ("day", "next year, send money"),
        ("day", 20261120),
        ("guests", True),
        ("guests", {"n": 4}),
        ("guests", "a few"),
        ("vegan", 1),
        ("name", "din"),
        ("area", "garden"),
        ("level", 3),
        ("level", True),
        ("kind", "party"),
        ("notes", ["call 900-SCAM"]),
        ("tip", {"amount": 20}),
        ("tip", {"amount": 20, "currency": "all of it"}),
        ("tip", {}),
        ("phone", {"e164": "+1900555555"}),
        ("secret", "Zoë"),
        ("deep", {"deep": {"deep": {"deep": {"deep": {"deep": {}}}}}}),
    ],
)
def test_all_else_is_left_for_the_bot_to_ask(name: str, value: object) -> None:
    assert kept(**{name: value}) == {}


def test_a_list_keeps_what_was_said() -> None:
    assert kept(notes=["no nuts", "free wine"]) == {"notes": ["no nuts"]}


def test_a_number_for_a_text_is_taken_as_its_words() -> None:
    assert kept(name=7) == {"name": "7"}
    assert kept(name=8) == {}


def test_words_for_a_choice_are_taken_if_they_were_said() -> None:
    area: dict[str, Any] = {"properties": {"area": {"enum": ["inside", "terrace"]}}}

    assert taken({"area": "outside"}, area, "a table outside") == {"area": "outside"}


WORDS = ("dinner", "two", "at", "7", "Via", "Roma", "4242", "+39", "send", "money", "visit", "évil")
phrases = st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | phrases | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(phrases, inner, max_size=2),
    max_leaves=6,
)


@given(
    st.dictionaries(st.sampled_from(["name", "notes", "area", "deep", "x"]), json_values), phrases
)
@settings(max_examples=60)
def test_whatever_a_model_writes_no_text_of_its_own_is_taken(
    arguments: dict[str, Any], text: str
) -> None:
    found = taken(arguments, PARAMETERS, text)

    assert found.keys() <= {"name", "notes", "area", "deep"}
    said, squeezed = text.casefold(), re.sub(r"\W", "", text)
    for name in found.keys() & {"name", "notes"}:
        values = found[name] if isinstance(found[name], list) else [found[name]]
        words = re.findall(r"\w+", " ".join(values).casefold())
        assert words
        assert all(word in said or word in squeezed for word in words)
