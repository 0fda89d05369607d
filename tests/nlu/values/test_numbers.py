from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.values.numbers import Decimals, Floats, Integers
from tests.nlu.values.reading import OPEN, WANTED

INTEGERS, FLOATS, DECIMALS = Integers(), Floats(), Decimals()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4", 4),
        ("-3", -3),
        ("1,200", 1200),
        ("four", 4),
        ("a table for one", 1),
        ("twelve", 12),
        ("twenty-one", 21),
        ("twenty one", 21),
        ("two hundred and five", 205),
        ("a thousand", 1000),
        ("three million two hundred thousand", 3_200_000),
        ("a dozen", 12),
        ("half a dozen", 6),
        ("two dozen", 24),
        ("a couple of us", 2),
        ("we are 4.", 4),
    ],
)
def test_whole_numbers_are_found(text: str, expected: int) -> None:
    assert [match.value for match in INTEGERS.find(text, OPEN)] == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "I have one question",
        "no one came",
        "one moment",
        "this one",
        "one of you",
        "19:00",
        "20/11",
        "the 20th",
        "T-7K3Q",
        "v2",
        "3.5",
        "1.2.3",
        "someone",
        "one two three",
        "2026-11-20",
    ],
)
def test_what_is_no_whole_number_is_left_alone(text: str) -> None:
    assert INTEGERS.find(text, OPEN) == []


def test_one_is_a_number_where_one_was_asked_for() -> None:
    assert [match.value for match in INTEGERS.find("this one", WANTED)] == [1]


def test_several_numbers_stand_in_the_order_of_the_text() -> None:
    found = INTEGERS.find("two adults and 3 children", OPEN)

    assert [(match.value, match.start) for match in found] == [(2, 0), (3, 15)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("3.5", "3.5"), ("1,234.56", "1234.56"), ("two and a half", "2.5"), ("four", "4")],
)
def test_numbers_with_a_fraction_are_found(text: str, expected: str) -> None:
    assert [match.value for match in DECIMALS.find(text, OPEN)] == [Decimal(expected)]
    assert [match.value for match in FLOATS.find(text, OPEN)] == [float(expected)]


@given(st.integers(min_value=-(10**300), max_value=10**300))
def test_a_whole_number_that_was_shown_is_read_back(value: int) -> None:
    (found,) = INTEGERS.find(INTEGERS.show(value, OPEN), OPEN)

    assert found.value == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_that_was_shown_is_read_back(value: float) -> None:
    (found,) = FLOATS.find(FLOATS.show(value, OPEN), OPEN)

    assert found.value == value


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30))
def test_a_decimal_that_was_shown_is_read_back(value: Decimal) -> None:
    (found,) = DECIMALS.find(DECIMALS.show(value, OPEN), OPEN)

    assert found.value == value


@given(st.text() | st.text("0123456789,.- aneothudrmil"))
def test_any_text_can_be_searched(text: str) -> None:
    for recogniser in (INTEGERS, DECIMALS):
        for match in recogniser.find(text, WANTED):
            assert text[match.start : match.end] == match.text
