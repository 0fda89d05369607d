"""An open dialog survives a changed release: arguments added, dropped, renamed, no longer valid."""

from datetime import date, time
from typing import Annotated, Any, Literal

from bot.authoring.commands import command
from bot.authoring.parameters import Arg
from tests.bot.dialog.restaurant import FRIDAY, book, booking, fare, name
from tests.bot.dialog.stage import last

DAY = Annotated[date, Arg("Which day?")]


@command("book", confirm="{day:%A}, {at:%H:%M}, {guests}, {area}, {wine}?")
def with_wine(ctx: Any, day: DAY, at: time, guests: int, wine: str, area: str = "inside") -> str:
    """Book a table."""
    return "Booked."


@command("book", confirm="{day:%A}, {guests}?")
def without_time(ctx: Any, day: DAY, guests: int) -> str:
    """Book a table."""
    return "Booked."


@command("book", confirm="{date:%A}, {hour:%H:%M}, {people}?")
def renamed(
    ctx: Any,
    date: Annotated[date, Arg("Which day?", was="day")],
    hour: Annotated[time, Arg("What time?", was="at")],
    people: Annotated[int, Arg("How many?", was="guests", le=3)],
) -> str:
    """Book a table."""
    return "Booked."


@command("book", confirm="{day:%A}, {at:%H:%M}, {guests}, {area}?")
def other_area(ctx: Any, day: DAY, at: time, guests: int, area: Literal["inside", "garden"]) -> str:
    """Book a table."""
    return "Booked."


def test_an_added_argument_is_asked_after_the_yes_and_a_new_yes_is_needed() -> None:
    stage = booking("2026-11-20", "19:00", "4")
    stage.releases(with_wine)

    assert last(stage.says("yes")).text == "Wine?"
    assert last(stage.says("red")).text == "Friday, 19:00, 4, inside, red?"
    assert stage.ran == []


def test_a_dropped_argument_is_forgotten() -> None:
    stage = booking("2026-11-20", "19:00")
    stage.releases(without_time)

    assert last(stage.says("4")).text == "Friday, 4?"
    assert last(stage.says("back")).text == "Taken back: 4. Guests?"


def test_the_open_question_of_a_dropped_argument_leads_on() -> None:
    stage = booking("2026-11-20")
    token = stage.token("19:00")
    stage.releases(without_time)

    assert last(stage.presses(token)).text == "Guests?"


def test_a_renamed_argument_keeps_its_answer_its_question_and_its_place_in_the_way_back() -> None:
    stage = booking("2026-11-20", "19:00")
    stage.releases(renamed)

    assert last(stage.says("2")).text == "Friday, 19:00, 2?"
    assert stage.answers == {"date": "2026-11-20", "hour": "19:00:00", "people": 2}
    assert last(stage.says("back")).text == "Taken back: 2. How many?"
    assert last(stage.says("back")).text == "Taken back: 19:00. What time?"


def test_a_button_of_a_renamed_argument_answers_it() -> None:
    stage = booking("2026-11-20")
    token = stage.token("19:00")
    stage.releases(renamed)

    assert last(stage.presses(token)).text == "How many?"


def test_a_value_outside_new_bounds_is_asked_again_with_the_reason() -> None:
    stage = booking("2026-11-20", "19:00", "4")
    stage.releases(renamed)

    assert last(stage.says("hello")).text == (
        "“4”: It must be 3 or less. Welcome back. So far: 2026-11-20, 19:00. How many?"
    )
    assert stage.ran == []


def test_a_choice_that_is_gone_is_asked_again_and_an_old_yes_runs_nothing() -> None:
    stage = booking("2026-11-20", "19:00", "4", "terrace")
    token = stage.token("Yes")
    stage.releases(other_area)

    shown = last(stage.presses(token))

    assert shown.text == (
        "“terrace” is no longer possible. That question has changed since. Area: inside or garden?"
    )
    assert stage.ran == []
    assert last(stage.says("garden")).text == "Friday, 19:00, 4, garden?"


def test_a_typed_yes_to_a_confirm_that_no_longer_holds_runs_nothing() -> None:
    stage = booking("2026-11-20", "19:00", "4", "terrace")
    stage.releases(other_area)

    shown = last(stage.says("yes"))

    assert shown.text.startswith("“terrace” is no longer possible.")
    assert shown.text.endswith("Area: inside or garden?")
    assert stage.ran == []


def test_a_dialog_whose_command_is_gone_is_closed_and_said_so() -> None:
    stage = booking("2026-11-20")
    stage.releases(name)

    shown = last(stage.says("19:00"))

    assert shown.text.startswith(
        "/book is no longer offered, so I closed it. I did not understand “19:00”. You can:"
    )
    assert stage.state.frames == ()


def test_a_gone_command_above_leads_back_to_the_dialog_below() -> None:
    stage = booking("2026-11-20")
    stage.says("/name")
    stage.releases(book, fare)

    assert last(stage.says("19:00")).text == (
        "/name is no longer offered, so I closed it. How many guests?"
    )


def test_a_timer_or_start_of_a_gone_command_says_what_was_closed_and_no_more() -> None:
    stage = booking()
    stage.says("/pay")
    stage.releases(book)

    assert last(stage.expires(stage.timers[0])).text == "/pay is no longer offered, so I closed it."
    stage.releases(fare)
    assert last(stage.starts("pay")).text == "/book is no longer offered, so I closed it."


def test_answers_survive_a_release_that_changed_nothing() -> None:
    stage = booking("2026-11-20", "19:00", "4")
    stage.releases(book)

    stage.says("yes")

    assert stage.ran[0][1]["day"] == FRIDAY
