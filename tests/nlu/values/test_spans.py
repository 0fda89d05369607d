"""Spans: two values, each with its words, and whose they are."""

from datetime import date, time
from typing import Any

import pytest

from bot.authoring.commands import command
from bot.dialog.binding import read_sentence
from nlu.values import recognisers
from tests.bot.dialog.stage import Stage, specs_of


@command("room")
def room(ctx: Any, check_in: date, check_out: date, nights: int | None = None) -> None:
    """Book a room."""


@command("hall")
def hall(ctx: Any, start: time, end: time, guests: int | None = None) -> None:
    """Book a hall."""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a room from the 5th to the 8th of January", ("2027-01-05", "2027-01-08")),
        ("3-10 January", ("2027-01-03", "2027-01-10")),
        ("december 3 to 5", ("2026-12-03", "2026-12-05")),
        ("from friday until monday", ("2026-11-20", "2026-11-23")),
        ("28 Dec - 3 Jan", ("2026-12-28", "2027-01-03")),
        ("check out 8 january, check in 5 january", ("2027-01-05", "2027-01-08")),
    ],
)
def test_a_span_of_days_is_a_coming_and_a_going(text: str, expected: tuple[str, str]) -> None:
    assert found(room, text)[:2] == [("check_in", expected[0]), ("check_out", expected[1])]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the hall for 30 guests from 2pm to 4:30pm", ["14:00:00", "16:30:00", 30]),
        ("7-9pm for 2 to 3 guests", ["19:00:00", "21:00:00", 2]),
        ("between 11 and 1pm", ["11:00:00", "13:00:00"]),
    ],
)
def test_a_span_of_hours_is_a_start_and_an_end(text: str, expected: list[Any]) -> None:
    assert [value for _, value in found(hall, text)] == expected


def found(of: Any, text: str) -> list[tuple[str, Any]]:
    stage = Stage(specs_of([of], recognisers()), recognisers=recognisers())
    spec = stage.commands[of.name]
    reading = read_sentence(text, spec, stage.surroundings("slack"))
    order = [parameter.name for parameter in spec.parameters]
    return sorted(((v.parameter, v.value) for v in reading.values), key=lambda v: order.index(v[0]))
