"""Help made from signatures and docstrings, and what the dialog says in small."""

from datetime import timedelta

import pytest

from bot.dialog import manual
from bot.dialog.naming import noun
from bot.dialog.phrases import ENGLISH
from tests.bot.dialog.restaurant import ALL, booking, restaurant
from tests.bot.dialog.stage import last, specs_of, told

COMMANDS = specs_of(ALL)


def test_a_command_is_explained_with_its_parameters_and_sentences() -> None:
    assert manual.explain(COMMANDS, "/Book") == (
        "/book DAY AT GUESTS [inside|terrace]\nBook a table.\n"
        "  day: day, Which day?\n  at: time, What time?\n  guests: number, How many guests?\n"
        "  area: choice (may be left out)\nIn words: book a table"
    )
    assert "In words" not in (manual.explain(COMMANDS, "pizza") or "In words")
    assert manual.explain(COMMANDS, "nothing") is None


def test_every_visible_command_is_listed_once() -> None:
    text = manual.overview(COMMANDS)

    assert text.count("/order ") == 1
    assert "/quiet" not in text
    assert manual.members(COMMANDS, "uber") == (COMMANDS["fare"], COMMANDS["ride"])


@pytest.mark.parametrize(
    ("typed", "meant"), [("boook", "book"), ("cancle", "cancel"), ("quiett", None), ("zzz", None)]
)
def test_the_nearest_name_is_found_among_what_is_listed(typed: str, meant: str | None) -> None:
    assert manual.nearest(COMMANDS, typed) == meant


def test_a_parameter_is_called_as_people_call_it() -> None:
    book = COMMANDS["book"]

    assert [noun(one) for one in book.parameters] == ["day", "time", "guests", "area"]
    assert ENGLISH.expired(None) == "That dialog has expired."
    assert ENGLISH.cancelled(None) == "Cancelled."


def test_a_button_that_starts_a_gone_command_leads_back_to_the_question() -> None:
    stage = restaurant()
    stage.says("/bookings")
    token = stage.token("Book for 4")
    stage.says("/name")
    stage.releases(*(one for one in ALL if one.name != "book"))
    stage.waits(timedelta(days=1))

    assert last(stage.presses(token)).text == (
        "Welcome back. /book is no longer offered. What is your name?"
    )


def test_a_sentence_while_a_menu_is_open_reaches_the_dialog_on_top() -> None:
    stage = booking("2026-11-20", "19:00", "4", "no")

    assert "I did not understand “hm”." in told(stage.says("hm"))
    stage.says("/uber cancel")
    assert last(stage.says("/uber cancel")).text == "Cancelled: Book a table."
