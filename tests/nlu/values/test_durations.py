from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.values.durations import Durations
from tests.nlu.values.reading import OPEN, WANTED

DURATIONS = Durations()


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("2 hours", 120),
        ("45 minutes", 45),
        ("forty-five min", 45),
        ("an hour", 60),
        ("an hour and a half", 90),
        ("one and a half hours", 90),
        ("half an hour", 30),
        ("three quarters of an hour", 45),
        ("1.5 hours", 90),
        ("2 hours and 30 minutes", 150),
        ("1h30", 90),
        ("90m", 90),
        ("a couple of hours", 120),
        ("3 days", 4320),
        ("two weeks", 20_160),
    ],
)
def test_lengths_are_found(text: str, minutes: int) -> None:
    (found,) = DURATIONS.find(f"for {text}, please", OPEN)

    assert found.value == timedelta(minutes=minutes)
    assert found.text == text


@pytest.mark.parametrize(
    "text",
    ["wait a second", "once a day", "have a nice day", "10 minutes ago", "at 19:00", "hours"],
)
def test_what_is_no_length_is_left_alone(text: str) -> None:
    assert DURATIONS.find(text, OPEN) == []


LENGTHS = st.integers(min_value=0, max_value=86_400 * 30_000).map(lambda s: timedelta(seconds=s))


@given(LENGTHS)
def test_a_length_that_was_shown_is_read_back(value: timedelta) -> None:
    (found,) = DURATIONS.find(DURATIONS.show(value, OPEN), OPEN)

    assert found.value == value


@given(st.text() | st.text("0123456789 ahourminutesdw"))
def test_any_text_can_be_searched(text: str) -> None:
    for match in DURATIONS.find(text, WANTED):
        assert text[match.start : match.end] == match.text
