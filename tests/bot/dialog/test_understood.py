"""Words that stand for others; see `bot.dialog.understood`."""

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from bot.authoring.commands import command
from bot.model.understanding import Interpretation, Label
from nlu.values import recognisers
from tests.bot.dialog.stage import Stage, specs_of


def told(text: str, slots: dict[str, str], *values: tuple[str, str]) -> Interpretation:
    """Label words of a text for the parameter ``to``, each with what it stands for."""
    labels = [
        Label(parameter="to", start=(at := text.index(words)), end=at + len(words), value=value)
        for words, value in values
    ]
    return Interpretation(command="fly", slots=slots, labels=labels)


@pytest.mark.parametrize(
    ("slots", "values", "meant"),
    [
        ({"to": "NYC"}, [("NYC", "New York")], {"to": "New York"}),
        ({"to": "NYC"}, [("NYC", "NYC")], {}),
        ({"to": "NYC"}, [("NYC", "")], {}),
        ({"to": "NYC"}, [("NYC", "New York"), ("LA", "Los Angeles")], {"to": "New York"}),
        ({"to": "NYC or LA"}, [("NYC", ""), ("LA", "Los Angeles")], {"to": "NYC, Los Angeles"}),
        ({}, [("NYC", "New York")], {}),
    ],
)
def test_what_words_stand_for_is_told_where_it_is_something_else(
    slots: dict[str, str], values: list[tuple[str, str]], meant: dict[str, str]
) -> None:
    text = "to NYC or LA"

    assert told(text, slots, *values).meant(text) == meant


@command("fly")
def fly(ctx: Any, city: str, day: date, note: str | None = None) -> None:
    """Book a flight."""


def marked(text: str, **words: str) -> Interpretation:
    labels = [
        Label(parameter=name, start=text.index(said), end=text.index(said) + len(said))
        for name, said in words.items()
    ]
    return Interpretation(command=None, guess="fly", labels=labels, engine="e")


def test_of_a_sentence_the_marked_words_answer_a_question_for_any_words() -> None:
    stage = Stage(specs_of([fly]))
    stage.says("/fly")
    text = "I am going to be in New York on 2026-11-20"

    stage.says(text, meant=marked(text, city="New York"))

    assert stage.ran == [("fly", {"city": "New York", "day": date(2026, 11, 20), "note": None})]


def test_marks_of_another_command_take_no_words_away_from_an_answer() -> None:
    stage = Stage(specs_of([fly]))
    stage.says("/fly")
    told = replace(marked("Los Angeles", city="Angeles"), guess="other")

    stage.says("Los Angeles", meant=told)

    assert stage.answers == {"city": "Los Angeles"}


@command("table")
def table(ctx: Any, guests: int, day: date, at: time, name: str) -> None:
    """Book a table."""


@pytest.mark.parametrize(
    ("text", "slots", "used", "guests", "at"),
    [
        ("book at 20:30 for 2", {}, [(0, 4), (5, 7), (14, 17)], 2, "20:30:00"),
        ("at 8pm", {"at": "pm"}, [(0, 2)], None, "20:00:00"),
        ("for six tonight at half past seven", {"guests": "six"}, [(16, 18)], 6, "19:30:00"),
        ("for 4 at eight pm", {"guests": "4 at eight pm"}, [(0, 3)], 4, "20:00:00"),
    ],
)
def test_words_that_an_engine_marked_keep_no_value_from_whose_it_is(
    text: str, slots: dict[str, str], used: list[tuple[int, int]], guests: int | None, at: str
) -> None:
    stage = Stage(specs_of([table], recognisers()), recognisers())

    stage.says(text, meant=Interpretation(command="table", slots=slots, used=used, confidence=0.9))

    assert (stage.answers.get("guests"), stage.answers.get("at")) == (guests, at)
