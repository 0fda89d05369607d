from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nlu.values.dates import Dates
from tests.nlu.values.reading import OPEN, ROME, WANTED

DATES = Dates()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("today", "2026-11-18"),
        ("tonight", "2026-11-18"),
        ("this evening", "2026-11-18"),
        ("tomorrow", "2026-11-19"),
        ("Tomorrow, please", "2026-11-19"),
        ("the day after tomorrow", "2026-11-20"),
        ("yesterday", "2026-11-17"),
        ("day before yesterday", "2026-11-16"),
        ("friday", "2026-11-20"),
        ("on fri", "2026-11-20"),
        ("this friday", "2026-11-20"),
        ("wednesday", "2026-11-25"),
        ("this wednesday", "2026-11-18"),
        ("last friday", "2026-11-13"),
        ("last wednesday", "2026-11-11"),
        ("next tuesday", "2026-11-24"),
        ("on sun", "2026-11-22"),
        ("sat at 7", "2026-11-21"),
        ("friday next week", "2026-11-27"),
        ("next week on friday", "2026-11-27"),
        ("a week from friday", "2026-11-27"),
        ("two weeks from tomorrow", "2026-12-03"),
        ("20 november", "2026-11-20"),
        ("20th of November", "2026-11-20"),
        ("the twentieth of november", "2026-11-20"),
        ("november 20", "2026-11-20"),
        ("Nov. 20th, 2027", "2027-11-20"),
        ("december first", "2026-12-01"),
        ("2 january", "2027-01-02"),
        ("29 february", "2028-02-29"),
        ("the 20th", "2026-11-20"),
        ("the 3rd at seven", "2026-12-03"),
        ("friday the 20th", "2026-11-20"),
        ("friday, 20 november", "2026-11-20"),
        ("2026-11-20", "2026-11-20"),
        ("20.11.2026", "2026-11-20"),
        ("20.11.", "2026-11-20"),
        ("20/11/2026", "2026-11-20"),
        ("20/11/26", "2026-11-20"),
        ("20/11", "2026-11-20"),
        ("2026/11/20", "2026-11-20"),
        ("the date of August 11, 2027", "2027-08-11"),
        ("on the first", "2026-12-01"),
        ("for 18th at 9:00", "2026-11-18"),
        ("in about two weeks", "2026-12-02"),
        ("5 december 12", "2026-12-05"),
        ("11/20", "2026-11-20"),
        ("in 3 days", "2026-11-21"),
        ("in two weeks", "2026-12-02"),
        ("three weeks from now", "2026-12-09"),
        ("in a month", "2026-12-18"),
        ("christmas eve", "2026-12-24"),
        ("new year\u2019s eve", "2026-12-31"),
    ],
)
def test_days_are_found_in_open_text(text: str, expected: str) -> None:
    found = DATES.find(f"well, {text}", OPEN) or DATES.find(text, OPEN)

    assert [match.value.isoformat() for match in found] == [expected]
    assert found[0].others == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [("20", "2026-11-20"), ("the second", "2026-12-02"), ("5th", "2026-12-05")],
)
def test_a_bare_day_counts_only_where_a_day_was_asked_for(text: str, expected: str) -> None:
    assert DATES.find(text, OPEN) == []
    assert [match.value.isoformat() for match in DATES.find(text, WANTED)] == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "may I book",
        "the sun is out",
        "I sat down",
        "they wed her",
        "we may 4 people",
        "the march of progress",
        "open 24/7",
        "2-4 people",
        "the second option",
        "the 20th century",
        "every friday",
        "Good Friday",
        "do you open on fridays",
        "version 1.2.3",
        "7.30",
        "31.02.2026",
        "30 february",
        "3 days",
        "today's special",
        "a table for 20 people",
    ],
)
def test_what_is_no_day_is_left_alone(text: str) -> None:
    assert DATES.find(text, OPEN) == []


def test_the_words_of_a_day_are_told() -> None:
    found = DATES.find("A table on Friday the 20th, or tomorrow?", OPEN)

    assert [(match.start, match.end, match.text) for match in found] == [
        (11, 26, "Friday the 20th"),
        (31, 39, "tomorrow"),
    ]


@pytest.mark.parametrize("text", ["friday evening", "tomorrow in the morning", "the 20th at noon"])
def test_the_part_of_the_day_belongs_to_the_words_of_the_day(text: str) -> None:
    (found,) = DATES.find(text, OPEN)

    assert found.text == text.removesuffix(" at noon")


@pytest.mark.parametrize(
    ("text", "first", "other"),
    [
        ("next friday", "2026-11-20", "2026-11-27"),
        ("this weekend", "2026-11-21", "2026-11-22"),
        ("3/4", "2027-04-03", "2027-03-04"),
        ("monday 20 november", "2026-11-20", "2026-11-23"),
    ],
)
def test_a_day_that_may_be_two_days_has_both_readings(text: str, first: str, other: str) -> None:
    (found,) = DATES.find(text, OPEN)

    assert found.value.isoformat() == first
    assert [one.isoformat() for one in found.others] == [other]


def test_an_american_writes_the_month_first() -> None:
    (found,) = DATES.find("3/4", replace(OPEN, locale="en-US"))

    assert found.value == date(2027, 3, 4)
    assert found.others == ()


def test_the_end_of_the_calendar_is_no_error() -> None:
    last_day = replace(OPEN, now=datetime(9999, 12, 31, 12, tzinfo=ROME))

    assert DATES.find("tomorrow, friday, in 3 weeks, in 9 months, the 30th, 5 may", last_day) == []


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (date(2026, 11, 18), "Today"),
        (date(2026, 11, 19), "Tomorrow"),
        (date(2026, 11, 20), "Friday 20 November"),
        (date(2026, 11, 13), "Friday 13 November 2026"),
        (date(2027, 2, 1), "Monday 1 February 2027"),
    ],
)
def test_a_day_is_shown_as_people_read_it(value: date, shown: str) -> None:
    assert DATES.show(value, OPEN) == shown


@given(st.dates())
@example(date(2026, 11, 18))
@example(date(2028, 2, 29))
@example(date(1899, 5, 1))
def test_a_day_that_was_shown_is_read_back(value: date) -> None:
    (found,) = DATES.find(DATES.show(value, OPEN), OPEN)

    assert (found.value, found.others) == (value, ())


@given(st.text() | st.text("0123456789./-: thndoyfriaweks,"))
def test_any_text_can_be_searched(text: str) -> None:
    for match in DATES.find(text, WANTED):
        assert text[match.start : match.end] == match.text
