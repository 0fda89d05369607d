from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.values.moments import Moments
from tests.nlu.values.reading import OPEN, WANTED

MOMENTS = Moments()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("friday at 7pm", "2026-11-20T19:00"),
        ("7pm on friday", "2026-11-20T19:00"),
        ("tonight at 8", "2026-11-18T20:00"),
        ("tomorrow morning at 9", "2026-11-19T09:00"),
        ("tomorrow at 7 in the evening", "2026-11-19T19:00"),
        ("saturday, nov 21, 7:30pm", "2026-11-21T19:30"),
        ("midnight on friday", "2026-11-20T00:00"),
        ("2026-11-20T19:00", "2026-11-20T19:00"),
        ("2026-11-20 19:00:30", "2026-11-20T19:00:30"),
        ("in two hours", "2026-11-18T12:00"),
        ("in half an hour", "2026-11-18T10:30"),
        ("90 minutes from now", "2026-11-18T11:30"),
    ],
)
def test_a_day_with_a_time_is_a_moment(text: str, expected: str) -> None:
    (found,) = MOMENTS.find(f"a table, {text}", OPEN)

    assert found.value == datetime.fromisoformat(expected)
    assert found.others == ()


def test_all_readings_of_day_and_time_are_told() -> None:
    (found,) = MOMENTS.find("next friday at 7", OPEN)

    assert [found.value.isoformat(), *(one.isoformat() for one in found.others)] == [
        "2026-11-20T07:00:00",
        "2026-11-20T19:00:00",
        "2026-11-27T07:00:00",
        "2026-11-27T19:00:00",
    ]


def test_a_lone_time_is_its_next_occurrence_where_a_moment_was_asked_for() -> None:
    assert MOMENTS.find("09:30", OPEN) == []
    assert [m.value for m in MOMENTS.find("09:30", WANTED)] == [
        datetime.fromisoformat("2026-11-19T09:30")
    ]
    assert [m.value for m in MOMENTS.find("19:30", WANTED)] == [
        datetime.fromisoformat("2026-11-18T19:30")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "friday",
        "at 7",
        "2 hours",
        "in 3 days",
        "do it now",
        "friday for 4 people",
        "after a second",
    ],
)
def test_half_a_moment_is_none(text: str) -> None:
    assert MOMENTS.find(text, OPEN) == []


@pytest.mark.parametrize(
    ("text", "first", "last", "count"),
    [
        ("tomorrow evening", "2026-11-19T18:00", "2026-11-19T21:00", 4),
        ("tonight", "2026-11-18T18:00", "2026-11-18T21:00", 4),
        ("next friday morning", "2026-11-20T08:00", "2026-11-27T11:00", 8),
    ],
)
def test_a_part_of_a_day_is_a_question_where_a_moment_was_asked_for(
    text: str, first: str, last: str, count: int
) -> None:
    assert MOMENTS.find(text, OPEN) == []

    (found,) = MOMENTS.find(text, WANTED)

    readings = [found.value, *found.others]
    assert (readings[0], readings[-1], len(readings)) == (
        datetime.fromisoformat(first), datetime.fromisoformat(last), count,
    )  # fmt: skip


@given(st.datetimes().map(lambda value: value.replace(microsecond=0)))
def test_a_moment_that_was_shown_is_read_back(value: datetime) -> None:
    (found,) = MOMENTS.find(MOMENTS.show(value, OPEN), OPEN)

    assert (found.value, found.others) == (value, ())


@given(st.text() | st.text("0123456789:.-T aphmfriondytw"))
def test_any_text_can_be_searched(text: str) -> None:
    for match in MOMENTS.find(text, WANTED):
        assert text[match.start : match.end] == match.text
