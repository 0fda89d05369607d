from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.values.times import Times
from tests.nlu.values.reading import OPEN, WANTED

TIMES = Times()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("19:00", "19:00"),
        ("07:30", "07:30"),
        ("10:30", "10:30"),
        ("24:00", "00:00"),
        ("19h30", "19:30"),
        ("7pm", "19:00"),
        ("7 p.m.", "19:00"),
        ("7\u202fpm", "19:00"),
        ("7:30pm", "19:30"),
        ("7.30 pm", "19:30"),
        ("12am", "00:00"),
        ("12pm", "12:00"),
        ("at 19", "19:00"),
        ("at 7 pm", "19:00"),
        ("after 8 PM tonight", "20:00"),
        ("at seven o'clock in the evening", "19:00"),
        ("0730pm", "19:30"),
        ("at 1930", "19:30"),
        ("8-ish in the evening", "20:00"),
        ("7 in the evening", "19:00"),
        ("7 in the morning", "07:00"),
        ("seven o'clock in the evening", "19:00"),
        ("half past seven tonight", "19:30"),
        ("quarter to seven in the evening", "18:45"),
        ("tomorrow evening at 8", "20:00"),
        ("dinner at eight", "20:00"),
        ("10:30 tonight", "22:30"),
        ("8 this evening", "20:00"),
        ("noon", "12:00"),
        ("midnight", "00:00"),
    ],
)
def test_clear_times_have_one_reading(text: str, expected: str) -> None:
    (found,) = TIMES.find(f"a table, {text}", OPEN)

    assert found.value == time.fromisoformat(expected)
    assert found.others == ()


@pytest.mark.parametrize(
    ("text", "early", "late"),
    [
        ("at 7", "07:00", "19:00"),
        ("around seven", "07:00", "19:00"),
        ("7:30", "07:30", "19:30"),
        ("at 7.30", "07:30", "19:30"),
        ("half past seven", "07:30", "19:30"),
        ("quarter past 7", "07:15", "19:15"),
        ("quarter to seven", "06:45", "18:45"),
        ("ten to eight", "07:50", "19:50"),
        ("seven thirty", "07:30", "19:30"),
        ("8 o'clock", "08:00", "20:00"),
        ("half-past 6", "06:30", "18:30"),
        ("nine-thirty", "09:30", "21:30"),
        ("7ish", "07:00", "19:00"),
        ("around 7:30ish", "07:30", "19:30"),
        ("at 430", "04:30", "16:30"),
        ("good evening, at 7", "07:00", "19:00"),
    ],
)
def test_an_hour_without_its_half_of_the_day_has_two_readings(
    text: str, early: str, late: str
) -> None:
    (found,) = TIMES.find(text, OPEN)

    assert found.value == time.fromisoformat(early)
    assert found.others == (time.fromisoformat(late),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7", "07:00"),
        ("19", "19:00"),
        ("730", "07:30"),
        ("1930", "19:30"),
        ("seven", "07:00"),
        ("umm 6", "06:00"),
        ("nineteen", "19:00"),
        ("twenty-two", "22:00"),
    ],
)
def test_a_bare_number_counts_only_where_a_time_was_asked_for(text: str, expected: str) -> None:
    assert TIMES.find(text, OPEN) == []
    assert [match.value for match in TIMES.find(text, WANTED)] == [time.fromisoformat(expected)]


@pytest.mark.parametrize(
    "text",
    [
        "4 people",
        "5 to 7 people",
        "at 4 euros",
        "from 7 guests on",
        "from one of my friends",
        "two at one time",
        "from 7 to 9 people",
        "seven twenty",
        "at 12 Main Street",
        "7.30",
        "1h30",
        "3:75",
        "25:00",
        "99",
        "on the 7th",
        "2026-11-20",
        "the score was 3:4",
        "I am at it",
        "by 20 november",
    ],
)
def test_what_is_no_time_is_left_alone(text: str) -> None:
    assert TIMES.find(text, OPEN) == []


def test_the_word_that_tells_the_day_is_left_to_the_day() -> None:
    (found,) = TIMES.find("a table at 8 tonight", OPEN)

    assert (found.text, found.value) == ("at 8", time(20))


def test_each_of_two_times_keeps_its_own_half_of_the_day() -> None:
    found = TIMES.find("from 9 in the morning until 5 in the afternoon", OPEN)

    assert [(match.value, match.others) for match in found] == [(time(9), ()), (time(17), ())]


@given(st.times().map(lambda value: value.replace(microsecond=0)))
def test_a_time_that_was_shown_is_read_back(value: time) -> None:
    (found,) = TIMES.find(TIMES.show(value, OPEN), OPEN)

    assert (found.value, found.others) == (value, ())


@given(st.text() | st.text("0123456789:.aphm otevnig"))
def test_any_text_can_be_searched(text: str) -> None:
    for match in TIMES.find(text, WANTED):
        assert text[match.start : match.end] == match.text


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("in two hours", ["12:00"]), ("in half an hour", ["10:30"]), ("in 45 minutes", ["10:45"]),
        ("in an hour please", ["11:00"]), ("in 14 hours", []), ("in twenty minutes", ["10:20"]),
        ("in the evening", ["18:00", "19:00", "20:00", "21:00"]),
        ("sometime in the morning", ["08:00", "09:00", "10:00", "11:00"]),
    ],
)  # fmt: skip
def test_where_a_time_was_asked_for_a_while_and_a_part_of_the_day_are_read(
    text: str, times: list[str]
) -> None:
    assert TIMES.find(text, OPEN) == []

    found = [one for match in TIMES.find(text, WANTED) for one in (match.value, *match.others)]

    assert [f"{one:%H:%M}" for one in found] == times
