"""Words with several readings: settled by the bounds or the check, else asked."""

from collections.abc import Sequence
from datetime import time
from typing import Annotated, Any

from bot.authoring.commands import command
from bot.authoring.parameters import Arg
from bot.model.understanding import Hints, Match
from tests.bot.dialog.stage import Around, Stage, last, specs_of


class Hours:
    """Reads "at 7" as two times of day, as people say it."""

    kind = "time"
    type: Any = time
    rank = 90

    def find(self, text: str, hints: Hints) -> Sequence[Match[time]]:
        words = text.split()
        if len(words) < 2 or words[-2] != "at" or not words[-1].isdecimal():
            return []
        hour = int(words[-1])
        start = len(text) - len(words[-1])
        return [
            Match(
                kind="time", value=time(hour), text=words[-1], start=start, end=len(text),
                others=(time(hour + 12),) if hour < 12 else (),
            )
        ]  # fmt: skip

    def show(self, value: time, hints: Hints) -> str:
        return f"{value:%H:%M}"


@command("wake")
def wake(ctx: Any, at: Annotated[time, Arg("When?")]) -> str:
    """Wake up."""
    return f"Ringing at {at:%H:%M}."


@command("dine")
def dine(ctx: Any, at: Annotated[time, Arg("When?", ge=time(12))]) -> str:
    """Dine."""
    return f"Dinner at {at:%H:%M}."


def is_open(ctx: Around, at: time, tables: int) -> str | None:
    if at < time(6):
        return "We open at six."
    return "Nothing is free then." if tables > 9 and at < time(20) else None


@command("eat")
def eat(ctx: Any, tables: int, at: Annotated[time, Arg("When?", check=is_open)]) -> str:
    """Eat."""
    return f"Meal at {at:%H:%M}."


def opened() -> Stage:
    return Stage(specs_of([wake, dine, eat], [Hours()]), recognisers=[Hours()])


def test_words_with_two_readings_are_asked() -> None:
    stage = opened()
    stage.says("/wake")

    shown = last(stage.says("at 7"))

    assert (shown.text, shown.buttons) == ("07:00 or 19:00?", ("07:00", "19:00"))
    assert last(stage.says("19:00")).text == "Ringing at 19:00."


def test_words_with_one_reading_are_not_asked() -> None:
    stage = opened()
    stage.says("/wake")

    assert last(stage.says("at 19")).text == "Ringing at 19:00."


def test_bounds_settle_which_reading_was_meant() -> None:
    stage = opened()
    stage.says("/dine")

    assert last(stage.says("at 7")).text == "Dinner at 19:00."


def test_a_check_settles_which_reading_was_meant() -> None:
    stage = opened()

    assert last(stage.says("/eat 2 at=x")).text.endswith("When?")
    assert last(stage.says("at 5")).text == "Meal at 17:00."


def test_readings_that_both_pass_are_asked() -> None:
    stage = opened()
    stage.says("/eat 2")

    assert last(stage.says("at 7")).text == "07:00 or 19:00?"
    assert last(stage.taps("07:00")).text == "Meal at 07:00."


def test_readings_that_are_all_refused_are_asked_again_with_the_reason() -> None:
    stage = opened()
    stage.says("/eat 10")

    assert last(stage.says("at 7")).text == "Nothing is free then. When?"


def test_readings_are_asked_where_their_check_cannot_be_asked_yet() -> None:
    stage = opened()

    assert last(stage.says('/eat at="at 7"')).text == "07:00 or 19:00?"
    assert last(stage.taps("19:00")).text == "Tables?"
    assert last(stage.says("10")).text == "Nothing is free then. When?"
