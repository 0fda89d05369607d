"""How sure an engine must be, and what is offered where it is not."""

from datetime import timedelta
from typing import Any

import pytest

from bot.authoring.commands import command
from bot.model.misses import MissKind
from bot.model.thresholds import Thresholds
from bot.model.understanding import NOTHING, Alternative, Interpretation
from nlu.values import recognisers
from tests.bot.dialog.restaurant import ALL, booking, restaurant
from tests.bot.dialog.stage import Stage, last, proposal, specs_of, told

FOR_FOUR = "a table for 4 on 2026-11-19"


@command(read=True)
def balance(ctx: Any) -> str:
    """Tell what you owe."""
    return "You owe nothing."


def agency(**around: Any) -> Stage:
    """Open a stage with a command that only reads beside the restaurant's."""
    return Stage(specs_of([*ALL, balance]), **around)


@pytest.mark.parametrize(
    ("named", "confidence", "happens"),
    [
        ("balance", 0.45, "You owe nothing."),
        ("book", 0.45, "Did you mean:"),
        ("book", 0.5, "Which day?"),
        ("balance", 0.39, "Did you mean:"),
        ("book", 0.1, "Did you mean:"),
        ("book", 0.09, "You can:"),
        ("name", 0.49, "Did you mean:"),
        ("name", 0.5, "What is your name?"),
    ],
)
def test_what_only_reads_runs_where_what_may_have_an_effect_is_only_offered(
    named: str, confidence: float, happens: str
) -> None:
    shown = told(agency().says("hm hm", meant=proposal(named, confidence)))

    assert happens in shown


def test_the_operator_says_how_sure_is_sure() -> None:
    strict = agency(thresholds=Thresholds(run=0.9, propose=0.95, offer=0.8))

    assert "Did you mean:" in told(strict.says("hm hm", meant=proposal("balance", 0.85)))
    assert "Did you mean:" in told(strict.says("hm hm", meant=proposal("book", 0.94)))
    assert "Did you mean:" not in told(strict.says("hm hm", meant=proposal("book", 0.7)))


def test_at_most_three_are_offered_and_only_likely_ones() -> None:
    others = [("order", 0.3), ("pay", 0.2), ("fare", 0.15), ("pick", 0.05)]
    meant = Interpretation(
        command="book", confidence=0.4,
        alternatives=[Alternative(command=name, confidence=sure) for name, sure in others],
    )  # fmt: skip

    shown = last(restaurant().says("hm hm", meant=meant))

    assert shown.buttons == ("Book a table", "Order a dish", "Pay", "None of these")


def test_an_offer_begins_with_what_the_sentence_says_and_nothing_is_retyped() -> None:
    stage = restaurant()
    stage.says(FOR_FOUR, meant=proposal("book", 0.4))

    shown = last(stage.taps("Book a table"))

    assert shown.text == "What time?"
    assert stage.answers == {"day": "2026-11-19", "guests": 4}


def test_days_in_an_offered_sentence_are_those_of_when_it_was_said() -> None:
    stage = Stage(specs_of(ALL, recognisers()), recognisers=recognisers())
    stage.says("a table for 4 tomorrow", meant=proposal("book", 0.4))
    stage.waits(timedelta(hours=30))

    stage.taps("Book a table")

    assert stage.answers["day"] == "2026-11-19"


def test_an_engines_words_and_values_are_kept_for_the_tap() -> None:
    stage = restaurant()
    stage.says("call me ada", meant=proposal("name", 0.3, text="ada"))
    assert last(stage.taps("Tell your name")).text == "Hello ada."

    meant = Interpretation(command="name", confidence=0.3, arguments={"text": "Eve"})
    stage.says("call me as ever", meant=meant)
    assert last(stage.taps("Tell your name")).text == "Hello Eve."


def test_values_that_were_guessed_ask_for_a_yes_before_an_effect() -> None:
    stage = restaurant()
    stage.says("5 euros from me", meant=proposal("pay", 0.3))

    shown = last(stage.taps("Pay"))

    assert shown.buttons == ("Yes", "No")
    assert stage.ran == []
    stage.says("yes")
    assert [name for name, _ in stage.ran] == ["pay"]


@pytest.mark.parametrize("said", ["None of these", "no", "4"])
def test_none_of_the_offers_names_the_words_and_offers_others_and_a_person(said: str) -> None:
    stage = restaurant()
    stage.says("tisch", meant=proposal("book", 0.4, "order", "fare"))

    shown = last(stage.says(said))

    assert "I did not understand “tisch”." in shown.text
    assert shown.buttons[-1] == "A person"
    assert "/book" not in shown.buttons
    stage.taps("A person")
    assert stage.handoffs == 1


def test_yes_takes_the_only_offer_and_is_not_clear_where_there_are_two() -> None:
    stage = restaurant()
    stage.says("tisch", meant=proposal("book", 0.4))
    assert last(stage.says("yes")).text == "Which day?"

    stage = restaurant()
    stage.says("tisch", meant=proposal("book", 0.4, "order"))
    stage.says("yes")
    assert stage.state.top is None


def test_a_person_is_offered_after_the_second_miss_in_a_row() -> None:
    stage = restaurant()
    first = last(stage.says("tisch", meant=proposal("book", 0.4)))
    second = last(stage.says("mesa", meant=proposal("book", 0.4)))

    assert "A person" not in first.buttons
    assert second.buttons == ("Book a table", "None of these", "A person")
    third = last(restaurant_after_two_misses().says("xyzzy"))
    assert "A person" in third.buttons


def restaurant_after_two_misses() -> Stage:
    stage = restaurant()
    stage.says("hm hm")
    stage.says("hm hm hm")
    return stage


def test_another_command_is_offered_in_the_middle_of_a_dialog_and_the_dialog_stays() -> None:
    stage = booking()

    shown = last(stage.says("is it expensive to get there", meant=proposal("fare", 0.4)))
    assert shown.buttons == ("Tell the fare", "Go on: Book a table")

    assert stage.says("tomorrow")  # the question behind the menu is open still
    assert stage.answers == {"day": "2026-11-19"}


def test_going_on_is_one_tap() -> None:
    stage = booking()
    stage.says("is it expensive to get there", meant=proposal("fare", 0.4))

    assert last(stage.taps("Go on: Book a table")).text.endswith("Which day?")


# ── What is kept for the trainer ──────────────────────────────────────────────


def test_what_was_not_understood_is_kept_with_guesses_and_the_open_question() -> None:
    stage = booking()

    stage.says("  the usual, you know  ", meant=proposal("fare", 0.05))

    (kept,) = stage.missed
    assert (kept.kind, kept.command, kept.argument) == (MissKind.UNREAD, "book", "day")
    assert kept.proposal.text == "the usual, you know"
    assert [one.command for one in kept.proposal.guesses] == ["fare"]
    assert kept.proposal.engine == "stage"


def test_what_is_begun_next_tells_what_was_meant() -> None:
    stage = restaurant()
    stage.says("tisch", meant=proposal("book", 0.4, "order"))
    stage.taps("None of these")
    stage.says("/fare")
    stage.says("/book")

    (kept,) = stage.missed
    assert kept.kind is MissKind.OFFERED
    assert stage.chosen == {kept.id: "uber fare"}


def test_what_is_begun_much_later_tells_nothing_of_it() -> None:
    stage = restaurant()
    stage.says("tisch")
    stage.waits(timedelta(hours=2))
    stage.says("/book")

    assert stage.chosen == {}


def test_what_a_program_begins_tells_nothing_of_a_miss() -> None:
    stage = restaurant()
    stage.says("tisch")
    stage.starts("pick")
    assert stage.chosen == {}

    stage.says("/book")
    assert stage.chosen == {stage.missed[0].id: "book"}


def test_a_proposal_that_gets_a_no_is_kept_and_only_its_first_no() -> None:
    stage = restaurant()
    stage.says(f"{FOR_FOUR} at 19:00", meant=proposal("book", 0.7))
    stage.says("no")

    (kept,) = stage.missed
    assert (kept.kind, kept.proposal.text) == (MissKind.REFUSED, f"{FOR_FOUR} at 19:00")
    stage.says("change guests")
    stage.says("5")
    stage.says("no")
    assert len(stage.missed) == 1


def test_a_no_and_then_a_yes_tell_that_the_command_was_meant_after_all() -> None:
    stage = restaurant()
    stage.says(f"{FOR_FOUR} at 19:00", meant=proposal("book", 0.7))
    stage.says("no")
    stage.says("change guests")
    stage.says("5")
    stage.says("yes")

    assert stage.chosen == {stage.missed[0].id: "book"}


def test_neither_typed_commands_nor_whole_sentences_are_refused_proposals() -> None:
    stage = restaurant()
    stage.says("/book 4 2026-11-19 19:00")
    stage.says("no")
    stage.says("cancel")
    stage.says("yes")
    stage.says(f"{FOR_FOUR} at 19:00", meant=proposal("book", 1.0))
    stage.says("no")

    assert stage.missed == []


def test_what_may_answer_a_masked_question_is_never_kept() -> None:
    stage = restaurant()
    stage.says("/secret")

    stage.says("my pin is none of your business", meant=NOTHING)
    stage.says("four two", meant=proposal("fare", 0.4))  # a menu is open in front of it now
    stage.says("four two zero", meant=proposal("fare", 0.05))

    assert stage.missed == []
