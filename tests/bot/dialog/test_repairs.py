"""Repairs at any question: cancel, start over, what is known, why, skip, change."""

from datetime import timedelta
from typing import Annotated, Any

import pytest

from bot.authoring.commands import command
from bot.authoring.parameters import Arg
from tests.bot.dialog.restaurant import booking, restaurant
from tests.bot.dialog.stage import Stage, an_effect, last, proposal, specs_of, told

CONFIRM = "Book for 4 on Friday at 19:00, inside?"
DROP = "Drop this: Book a table? Your answers would be lost: 2026-11-20, 19:00."


# ── Cancel ────────────────────────────────────────────────────────────────────


def test_cancel_drops_at_once_where_nothing_was_answered() -> None:
    stage = booking()

    assert last(stage.says("cancel")).text == "Cancelled: Book a table."
    assert stage.state.frames == ()


def test_cancel_asks_for_a_yes_that_names_what_would_be_lost() -> None:
    stage = booking("2026-11-20", "19:00")

    shown = last(stage.says("cancel"))

    assert shown.text == DROP
    assert shown.buttons == ("Yes, drop it", "Go on")
    assert stage.answers == {"day": "2026-11-20", "at": "19:00:00"}


@pytest.mark.parametrize(
    "words", ["yes", "Yes, drop it", "1", "cancel", "/cancel", "never mind", "cancel please"]
)
def test_a_yes_or_a_second_cancel_drops_the_dialog(words: str) -> None:
    stage = booking("2026-11-20", "19:00", "cancel")

    assert last(stage.says(words)).text == "Cancelled: Book a table."
    assert stage.state.frames == ()


@pytest.mark.parametrize("words", ["no", "Go on", "2", "no thanks"])
def test_a_no_goes_on_with_the_question_and_what_is_known(words: str) -> None:
    stage = booking("2026-11-20", "19:00")
    question = stage.question.id
    stage.says("cancel")

    shown = last(stage.says(words))

    assert shown.text == "So far: 2026-11-20, 19:00. How many guests?"
    assert shown.prompt == question
    assert last(stage.says("4")).text == CONFIRM


def test_an_answer_instead_of_a_yes_is_the_answer_and_nothing_is_lost() -> None:
    stage = booking("2026-11-20", "19:00", "cancel")

    assert last(stage.says("4")).text == CONFIRM
    token = stage.token("Yes, drop it")
    stage.waits(timedelta(minutes=1))
    assert "changed since" in last(stage.presses(token)).text
    assert len(stage.state.frames) == 1


def test_a_yes_to_losing_answers_is_no_yes_to_the_command() -> None:
    stage = booking("2026-11-20", "19:00", "4")
    stage.says("cancel")

    assert last(stage.says("yes")).text == "Cancelled: Book a table."
    assert stage.ran == []


def test_a_cancel_that_crossed_with_the_question_is_not_its_yes() -> None:
    stage = booking("2026-11-20", "19:00")
    stage.says("cancel", "telegram")

    assert last(stage.says("cancel", crossed=True)).text == DROP
    assert len(stage.state.frames) == 1


def test_a_masked_answer_is_not_named_where_it_would_be_lost() -> None:
    stage = restaurant()
    stage.says("/secret", meant=proposal("secret"))
    stage.says("it was 1234 sir")

    shown = stage.says("cancel")

    assert "Your answers would be lost: •••." in told(shown)
    assert "1234" not in told(shown)


def test_what_a_program_gave_is_dropped_without_a_question() -> None:
    stage = restaurant()
    stage.starts("book", guests=4, day="2026-11-20")

    assert last(stage.says("cancel")).text == "Cancelled: Book a table."


def test_a_cancelled_dialog_leads_back_to_the_one_below_with_what_is_known() -> None:
    stage = booking("2026-11-20")
    stage.says("/order")

    assert last(stage.says("cancel")).text == (
        "Cancelled: Order a dish. Back to: Book a table. So far: 2026-11-20. What time?"
    )


# ── Start over ────────────────────────────────────────────────────────────────


def test_start_over_begins_at_the_first_question_after_a_yes() -> None:
    stage = booking("2026-11-20", "19:00")
    before = stage.state.frames[0].id

    shown = last(stage.says("start over"))
    assert shown.text == (
        "Start over: Book a table? Your answers would be lost: 2026-11-20, 19:00."
    )
    assert shown.buttons == ("Yes, start over", "Go on")

    assert last(stage.says("yes")).text == "From the beginning. Which day?"
    assert stage.answers == {}
    assert [frame.id for frame in stage.state.frames] != [before]


@pytest.mark.parametrize("words", ["restart", "/restart", "start again"])
def test_start_over_asks_nothing_where_nothing_was_answered(words: str) -> None:
    assert last(booking().says(words)).text == "From the beginning. Which day?"
    assert "There is nothing to start over." in last(restaurant().says(words)).text


def test_saying_restart_twice_is_the_yes_and_a_cancel_is_another_question() -> None:
    stage = booking("2026-11-20")
    stage.says("restart")
    assert last(stage.says("cancel")).text.startswith("Drop this")
    assert last(stage.says("restart")).text.startswith("Start over")

    assert last(stage.says("restart")).text == "From the beginning. Which day?"


def test_starting_over_keeps_what_a_program_gave() -> None:
    stage = restaurant()
    stage.starts("book", guests=4)
    stage.says("2026-11-20")
    stage.says("restart")
    stage.says("yes")

    assert stage.answers == {"guests": 4}


def test_what_was_proposed_stays_a_proposal_when_it_starts_over() -> None:
    stage = restaurant()
    stage.says("pay 5", meant=proposal("pay"))
    stage.says("restart")
    stage.says("yes")

    assert last(stage.says("5")).text == "Pay: 5. Shall I do that?"
    assert stage.ran == []


# ── What is known, why, skip, help ────────────────────────────────────────────


@pytest.mark.parametrize(
    "words", ["what did I say so far?", "summary", "/summary", "What do you know?"]
)
def test_a_summary_names_every_answer_and_asks_the_open_question_again(words: str) -> None:
    stage = booking("2026-11-20", "19:00")
    question = stage.question

    shown = stage.says(words)

    assert shown[0].text == "Book a table, so far:\nDay: 2026-11-20\nTime: 19:00"
    assert (shown[1].text, shown[1].prompt) == ("How many guests?", question.id)


def test_a_summary_hides_what_is_masked_and_mentions_what_lies_below() -> None:
    stage = booking("2026-11-20")
    stage.says("/secret", meant=proposal("secret"))
    stage.says("it was 1234 sir")

    shown = stage.says("summary")

    assert shown[0].text == "Check the PIN, so far:\nPin: •••\nAlso open: Book a table."
    assert "1234" not in told(shown)


def test_a_summary_of_nothing_says_so() -> None:
    assert booking().says("summary")[0].text == "Book a table: nothing so far."
    assert last(restaurant().says("summary")).text.startswith("Nothing is open. You can:")


@command("card")
def card(
    ctx: Any,
    number: Annotated[int, Arg("Which card?", help="It pays for the room.")],
    note: Annotated[str, Arg("A note?")] = "",
) -> str:
    """Keep a card."""
    an_effect(ctx)
    return "Kept."


def test_why_is_answered_in_the_authors_words() -> None:
    stage = Stage(specs_of([card]))
    stage.says("/card")

    assert last(stage.says("why do you need that?")).text == "It pays for the room. Which card?"


def test_a_yes_cannot_be_skipped() -> None:
    stage = booking("2026-11-20", "19:00", "4")

    assert last(stage.says("skip")).text == f"There is nothing to leave out here. {CONFIRM}"


def test_an_answer_is_changed_by_naming_it_also_where_any_text_would_do() -> None:
    stage = restaurant()
    stage.says("/fail", meant=proposal("fail"))
    stage.says("/book 2026-11-20")

    stage.says("change the day to 2026-11-23")

    assert stage.answers["day"] == "2026-11-23"
    assert stage.question.argument == "at"


def test_a_change_to_words_that_do_not_fit_asks_anew() -> None:
    stage = booking("2026-11-20", "19:00")

    shown = last(stage.says("change the day to whenever"))

    assert shown.text == "I did not understand “whenever”. Let us change that. Which day?"


@command("letter")
def letter(
    ctx: Any,
    to: Annotated[str, Arg("To whom?")],
    text: Annotated[str, Arg("What shall I write?")],
    sign: Annotated[bool, Arg("Sign it?")],
) -> str:
    """Write a letter."""
    an_effect(ctx)
    return f"{to}: {text}"


def test_an_earlier_text_is_corrected_while_another_text_is_asked_for() -> None:
    stage = Stage(specs_of([letter]))
    stage.says("/letter")
    stage.says("Ada")

    shown = last(stage.says("change to to Grace"))
    assert shown.text == "Noted: Grace. What shall I write?"
    assert stage.answers["to"] == "Grace"
    stage.says("Dear Grace")
    stage.says("change the text to Hello")
    assert stage.answers == {"to": "Grace", "text": "Hello"}
