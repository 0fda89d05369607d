"""Choices that customers point at, and yes and no, in their language."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.authoring.commands import command
from bot.authoring.kinds import Money
from bot.authoring.signatures import Parameter
from bot.dialog.binding import read_value
from bot.dialog.matching import confirms, yes_or_no
from bot.dialog.pointing import described, pointed
from bot.dialog.showing import shown
from bot.dialog.surroundings import Surroundings
from bot.locale.names import LANGUAGES
from bot.model.conversation import Prompt, PromptChoice, PromptKind
from bot.model.ids import ConversationId, PromptId
from bot.model.understanding import Hints, Match
from nlu.values import recognisers
from tests.bot.dialog.stage import START, Stage, specs_of


@command("choose")
def choose(
    ctx: Any,
    at: time,
    when: datetime,
    day: date,
    price: Money,
    count: int,
    length: timedelta,
    area: Literal["inside", "terrace"],
    words: str,
) -> None:
    """Choose."""


STAGE = Stage(specs_of([choose], recognisers()), recognisers=recognisers())
SPEC = STAGE.commands["choose"]
TIMES = "18:00|19:00|20:30"
DAYS = "Friday 20 November|Saturday 21 November"
MOMENTS = "Tomorrow at 18:00|Tomorrow at 19:00|Friday 20 November at 20:00"
PRICES = "Standard, 80.00 EUR|Deluxe, 120.00 EUR|Suite, 300.00 EUR"
ROOMS = "Terrace left|Terrace right|Inside by the window"


def around(locale: str = "en") -> Surroundings:
    return replace(STAGE.surroundings("slack"), locale=locale)


def prompt(labels: Sequence[str], kind: PromptKind = PromptKind.ASK) -> Prompt:
    choices = tuple(PromptChoice(label=label, value=label) for label in labels)
    return Prompt(
        id=PromptId("p"), kind=kind, origin=ConversationId("c"), choices=choices, at=START
    )


def picked(text: str, labels: Sequence[str], name: str, locale: str = "en") -> str | None:
    asked, parameter = prompt(labels), parameter_of(name)
    index = pointed(asked, text, around(locale), parameter)
    if index is None:
        index = described(asked, text, around(locale), parameter)
    return None if index is None else labels[index]


def parameter_of(name: str) -> Parameter | None:
    return SPEC.parameter(name)


@pytest.mark.parametrize(
    ("locale", "name", "labels", "text", "expected"),
    [
        ("en", "area", ROOMS, "2", "Terrace right"),
        ("en", "area", ROOMS, "2\ufe0f\u20e3", "Terrace right"),
        ("ar", "area", ROOMS, "\u0662", "Terrace right"),
        ("en", "area", ROOMS, "#3", "Inside by the window"),
        ("en", "area", ROOMS, "option 2 please", "Terrace right"),
        ("en", "area", ROOMS, "number two", "Terrace right"),
        ("en", "area", ROOMS, "the second one", "Terrace right"),
        ("en", "area", ROOMS, "I'd like the third", "Inside by the window"),
        ("de", "area", ROOMS, "die zweite", "Terrace right"),
        ("de", "area", ROOMS, "Nummer zwei bitte", "Terrace right"),
        ("fr", "area", ROOMS, "le dernier", "Inside by the window"),
        ("fr", "area", ROOMS, "la première, s'il vous plaît", "Terrace left"),
        ("es", "area", ROOMS, "la tercera por favor", "Inside by the window"),
        ("pt", "area", ROOMS, "a segunda", "Terrace right"),
        ("ar", "area", ROOMS, "الثاني", "Terrace right"),
        ("en", "area", ROOMS, "the last one", "Inside by the window"),
        ("en", "area", ROOMS, "the fourth one", None),
        ("en", "area", ROOMS, "inside please", "Inside by the window"),
        ("en", "area", ROOMS, "I'll take the right terrace", "Terrace right"),
        ("en", "area", ROOMS, "terrace please", None),
        ("en", "area", ROOMS, "not the left terrace", None),
        ("en", "area", "Café|Garden", "the cafe", "Café"),
        ("en", "at", TIMES, "the 7pm one", "19:00"),
        ("en", "at", TIMES, "7", "19:00"),
        ("de", "at", TIMES, "um halb neun", "20:30"),
        ("en", "at", TIMES, "the earliest", "18:00"),
        ("en", "at", TIMES, "the latest please", "20:30"),
        ("en", "at", TIMES, "the earlier one", None),
        ("en", "at", TIMES, "later", None),
        ("en", "at", "18:00|20:00", "the later one", "20:00"),
        ("de", "at", "18:00|20:00", "den früheren", "18:00"),
        ("es", "at", "18:00|20:00", "el más tarde", "20:00"),
        ("en", "day", DAYS, "saturday", "Saturday 21 November"),
        ("en", "day", DAYS, "the 21st", "Saturday 21 November"),
        ("en", "day", DAYS, "the second one", "Saturday 21 November"),
        ("en", "day", DAYS, "the second", None),
        ("en", "when", MOMENTS, "7pm", "Tomorrow at 19:00"),
        ("en", "when", MOMENTS, "on friday", "Friday 20 November at 20:00"),
        ("en", "when", MOMENTS, "tomorrow", None),
        ("en", "when", MOMENTS, "tomorrow at six", "Tomorrow at 18:00"),
        ("en", "area", PRICES, "the cheapest", "Standard, 80.00 EUR"),
        ("fr", "area", PRICES.replace(".00", ",00"), "la moins chère", "Standard, 80,00 EUR"),
        ("en", "area", PRICES, "the one for 120 euros", "Deluxe, 120.00 EUR"),
        ("en", "area", "Room, 80.00 EUR|Room, 90.00 USD", "the cheaper one", None),
        ("en", "area", "Room, 80.00 EUR|Flat, 80.00 EUR", "the cheaper one", None),
        ("en", "length", "30 minutes|1 hour", "the longer one", "1 hour"),
        ("en", "count", "2|4|6", "the second one", "4"),
        ("en", "count", "2|4|6", "2", "2"),
        ("en", "count", "2|4|6", "3", None),
        ("en", "count", "2|4|6", "the largest", "6"),
        ("en", "words", "Home|Work", "the second one", "Work"),
        ("en", "words", "Home street 4|Work", "home", None),
        ("en", "words", "Home|Work", "second", None),
    ],
)  # fmt: skip
def test_choices_are_pointed_at_in_the_customers_language(
    locale: str, name: str, labels: str, text: str, expected: str | None
) -> None:
    assert picked(text, labels.split("|"), name, locale) == expected


LABELS = st.lists(
    st.text(st.characters(codec="utf-8", categories=["L", "N", "Zs"]), min_size=1, max_size=12)
    .map(lambda one: " ".join(one.split())).filter(bool),
    min_size=1, max_size=6, unique_by=str.casefold,
)  # fmt: skip
SPOKEN_IN = st.sampled_from(["en", "de", "fr-CA", "es", "pt-BR", "ar", "zu", "ja"])


@settings(max_examples=60)
@given(LABELS, SPOKEN_IN, st.data())
def test_a_label_always_picks_itself(labels: list[str], locale: str, data: st.DataObject) -> None:
    label = data.draw(st.sampled_from(labels))

    assert picked(label, labels, "area", locale) == label
    assert picked(f"  {label}. ", [label], "words", locale) == label


WORDS = ("terrace", "left", "right", "inside", "the", "one", "7pm", "friday", "cheapest", "window")
SAID = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)


@settings(max_examples=60)
@given(SAID, st.permutations([*ROOMS.split("|"), *PRICES.split("|"), *TIMES.split("|")]))
def test_what_a_description_picks_does_not_depend_on_the_order_of_choices(
    text: str, labels: list[str]
) -> None:
    ordered = sorted(labels)
    one, other = (
        described(prompt(names), text, around(), parameter_of("area"))
        for names in (labels, ordered)
    )

    assert (None if one is None else labels[one]) == (None if other is None else ordered[other])


@given(st.text(max_size=30) | SAID, SPOKEN_IN)
@settings(max_examples=60)
def test_a_question_for_a_yes_is_answered_by_no_description(text: str, locale: str) -> None:
    asked = prompt(["Yes, drop it", "No, keep the terrace"], PromptKind.CONFIRM)

    assert described(asked, text, around(locale), None) is None
    index = pointed(asked, text, around(locale), None)
    answer = yes_or_no(text, around(locale))
    assert index is None or answer is not None or text.strip(" .)") in {"1", "2"}


@pytest.mark.parametrize(
    ("locale", "text", "answer"),
    [
        ("en", "Yes please!", True), ("en", "yes, thanks", True), ("en", "No, thank you.", False),
        ("de", "Ja bitte", True), ("de", "auf keinen Fall", False), ("de", "yes", True),
        ("de-AT", "nein danke", False), ("fr", "d\u2019accord, merci", True), ("fr", "non", False),
        ("es", "claro que sí", True), ("es", "no gracias", False), ("pt-BR", "pode ser", True),
        ("pt", "não", False), ("ar", "نعم", True), ("ar", "لا شكرا", False), ("zu", "yebo", True),
        ("zu", "cha ngiyabonga", False), ("ja", "ok", True), ("en", "👍🏽", True),
        ("en", "Yes, that's correct.", True), ("en", "No. No, thanks!", False),
        ("en", "yes, no", None), ("en", "Yes. But at 8", None), ("de", "Ja, sehr gerne!", True),
        ("en", "please", None), ("en", "ja", None), ("en", "no onions", None),
        ("en", "no, sure", None), ("en", "yes, sure", True), ("de", "ja, aber um acht", None),
        ("fr", "oui pour quatre", None), ("en", "yes and no", None), ("en", "maybe", None),
    ],
)  # fmt: skip
def test_yes_and_no_are_whole_answers_in_the_customers_language_and_english(
    locale: str,
    text: str,
    answer: bool | None,  # noqa: FBT001 - what is expected
) -> None:
    assert yes_or_no(text, around(locale)) is answer
    index = confirms(prompt(["Ja", "Nein"], PromptKind.CONFIRM), text, around(locale))
    assert index == (None if answer is None else int(not answer))


def test_a_choice_is_pointed_at_in_a_dialog_and_one_that_fits_two_is_asked_again() -> None:
    @command("seat")
    def seat(ctx: Any, area: Literal["terrace left", "terrace right", "inside"]) -> str:
        """Take a seat."""
        return f"Seated: {area}"

    stage = Stage(specs_of([seat]))
    stage.says("/seat")

    assert "terrace" in stage.says("terrace please")[-1].text
    assert not stage.ran
    stage.says("the last one")
    assert stage.ran == [("seat", {"area": "inside"})]


@pytest.mark.parametrize(("locale", "text"), [("pt", "sim"), ("ar", "نعم"), ("de", "Ja.")])
def test_a_yes_is_a_value_in_languages_that_only_the_core_knows(locale: str, text: str) -> None:
    @command("sure")
    def sure(ctx: Any, certain: bool) -> None:  # noqa: FBT001 - a parameter of the command
        """Be sure."""

    parameter = specs_of([sure])["sure"].parameter("certain")
    assert parameter is not None

    value = read_value(text, parameter, around(locale))

    assert value is not None
    assert value.value is True


@pytest.mark.parametrize("locale", [*LANGUAGES, "pt-BR", "ja"])
def test_a_yes_and_a_no_are_read_as_they_are_shown(locale: str) -> None:
    @command("sure")
    def sure(ctx: Any, certain: bool) -> None:  # noqa: FBT001 - a parameter of the command
        """Be sure."""

    parameter = specs_of([sure])["sure"].parameter("certain")
    assert parameter is not None

    for value in (True, False):
        words = shown(parameter.shape, value, around(locale))
        read = read_value(words, parameter, around(locale))
        assert read is not None
        assert read.value is value
    assert shown(parameter.shape, value, around("pt-BR")) == "Não"


class Eager:
    """Somebody's reader that finds a yes anywhere."""

    kind, type, rank = "bool", bool, 10

    def find(self, text: str, hints: Hints) -> list[Match[bool]]:
        start = text.find("sim")
        return [] if start < 0 else [
            Match(kind="bool", value=True, text="sim", start=start, end=start + 3)
        ]  # fmt: skip

    def show(self, value: bool, hints: Hints) -> str:  # noqa: FBT001 - the value itself
        return "sim"


def test_a_yes_amid_other_words_is_none_whoever_reads_it() -> None:
    eager = replace(around("it"), recognisers=[Eager()])

    assert yes_or_no("sim", eager) is True
    assert yes_or_no("sim, please", eager) is True
    assert yes_or_no("that is simple", eager) is None
