"""Buttons: of every kind, old and new, tapped once and twice."""

from datetime import timedelta

import pytest

from tests.bot.dialog.restaurant import booking, restaurant
from tests.bot.dialog.stage import last, proposal, told

CONFIRM = "Book for 4 on Friday at 19:00, inside?"
LATER = timedelta(minutes=1)


def test_a_double_tap_is_one_tap() -> None:
    stage = booking("2026-11-20")
    token = stage.token("19:00")

    assert last(stage.presses(token)).text == "How many guests?"
    stage.waits(timedelta(seconds=3))
    assert stage.presses(token) == []
    assert stage.question.argument == "guests"


def test_a_double_yes_runs_once() -> None:
    stage = booking("2026-11-20", "19:00", "4")
    token = stage.token("Yes")

    stage.presses(token)
    assert stage.presses(token) == []
    stage.waits(LATER)
    assert last(stage.presses(token, "telegram")).text.startswith("That is done already.")
    assert len(stage.ran) == 1


def test_a_double_tap_on_a_menu_starts_one_dialog_and_a_later_tap_counts() -> None:
    stage = restaurant()
    stage.says("/bookings")
    token = stage.token("Book for 4")

    assert last(stage.presses(token)).text == "Which day?"
    assert stage.presses(token) == []
    stage.says("cancel")
    stage.says("yes")
    stage.waits(timedelta(days=300))
    assert last(stage.presses(token)).text == "Which day?"
    assert stage.answers == {"guests": 4}


def test_an_old_button_with_the_same_value_says_so_and_repeats_the_question() -> None:
    stage = booking("2026-11-20", "19:00")
    stage.waits(LATER)

    assert last(stage.taps("19:00")).text == "You answered 19:00 already. How many guests?"


@pytest.mark.parametrize(("tap", "at"), [("Change it", "18:00:00"), ("Keep", "19:00:00")])
def test_an_old_button_with_another_value_asks_whether_to_change(tap: str, at: str) -> None:
    stage = restaurant()
    stage.says("/book 2026-11-20")
    stage.says("19:00", "telegram")

    shown = last(stage.taps("18:00"))

    assert shown.text == "You answered 19:00 on Telegram."
    assert shown.buttons == ("Change it", "Keep")
    assert stage.answers["at"] == "19:00:00"
    assert last(stage.taps(tap)).text.endswith("How many guests?")
    assert stage.answers["at"] == at


def test_a_button_of_an_earlier_copy_of_the_open_question_answers_it() -> None:
    stage = booking("2026-11-17")
    stage.waits(LATER)
    token = stage.token("Tomorrow", nth=0)

    assert last(stage.presses(token)).text == "What time?"
    assert stage.answers["day"] == "2026-11-19"


def test_a_yes_to_an_old_confirm_never_runs() -> None:
    stage = booking("2026-11-20", "19:00", "4")
    token = stage.token("Yes")
    stage.says("6 guests")

    shown = last(stage.presses(token))

    assert shown.text.startswith("That question has changed since. Book for 6 on Friday")
    assert stage.ran == []
    assert last(stage.taps("Yes")).text.startswith("Booked: 6")


def test_buttons_of_a_dialog_that_was_dropped_do_nothing() -> None:
    stage = booking("2026-11-20")
    token = stage.token("19:00")
    stage.says("cancel")
    stage.says("cancel")

    assert last(stage.presses(token)).text.startswith("That question is closed. You can:")
    assert stage.state.frames == ()


def test_buttons_of_an_old_change_menu_change_nothing() -> None:
    stage = booking("2026-11-20", "19:00", "4", "no")
    change, cancel = stage.token("Change day"), stage.token("Cancel")
    stage.says("cancel")
    stage.taps("Yes, drop it")
    stage.waits(LATER)
    stage.says("/order")

    assert last(stage.presses(cancel)).text == "That question is closed. Which dish?"
    assert last(stage.presses(change)).text == "That question is closed. Which dish?"


def test_a_change_button_means_its_own_dialog_wherever_the_talk_is_now() -> None:
    stage = booking("2026-11-20", "19:00", "4", "no")
    token = stage.token("Change guests")
    stage.says("/name")

    assert last(stage.presses(token)).text == "Let us change that. How many guests?"
    assert last(stage.says("5")).text.startswith("Book for 5")


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c", "AAAAAAAAAAA.0", "AAAAAAAAAAA.-1"])
def test_an_unknown_button_is_told_so(token: str) -> None:
    shown = last(booking().presses(token))

    assert shown.text == "That button belongs to an earlier question. Which day?"


@pytest.mark.parametrize("index", ["2", "99", "99999999", "²", "-1", "x", ""])
def test_a_button_that_a_prompt_does_not_have_is_told_so(index: str) -> None:
    stage = booking()

    shown = last(stage.presses(f"{stage.question.id}.{index}"))

    assert shown.text == "That button belongs to an earlier question. Which day?"


def test_an_answer_from_a_button_of_a_lower_dialog_puts_it_on_top() -> None:
    stage = booking("2026-11-20")
    token = stage.token("19:00")
    stage.says("/name")

    assert last(stage.presses(token)).text == "How many guests?"
    assert [frame.command for frame in stage.state.frames] == ["name", "book"]


def test_a_button_of_an_answer_that_was_taken_back_is_told_so() -> None:
    stage = booking("2026-11-20", "19:00", "back")
    stage.waits(LATER)
    stage.says("back")
    token = stage.token("19:00", nth=0)

    shown = last(stage.presses(token))

    assert shown.text == "That button belongs to an earlier question. Which day?"


# ── What replies carry ────────────────────────────────────────────────────────


def test_a_replys_buttons_start_commands_with_typed_arguments() -> None:
    stage = restaurant()

    shown = last(stage.says("/bookings"))

    assert shown.buttons == ("Book for 4", "Terrace on Friday", "For many", "Say friday", "help")
    stage.taps("Terrace on Friday")
    assert stage.answers == {"area": "terrace", "day": "2026-11-20"}


def test_a_buttons_argument_that_does_not_fit_is_asked_instead() -> None:
    stage = restaurant()
    stage.says("/bookings")

    assert last(stage.taps("For many")).text == "Which day?"
    assert stage.answers == {}


def test_a_buttons_value_is_taken_as_typed() -> None:
    stage = booking()
    stage.says("/bookings")

    assert last(stage.taps("Say friday")).text == "What time?"


def test_a_buttons_label_is_taken_as_typed_where_there_is_nothing_else() -> None:
    stage = restaurant()
    stage.says("/bookings")

    assert "/order" in told(stage.taps("help"))


def test_a_replys_menu_is_answered_by_number() -> None:
    stage = restaurant()
    stage.says("/bookings")

    stage.says("1")

    assert stage.answers == {"guests": 4}


def test_a_question_behind_a_menu_is_answered_still() -> None:
    stage = restaurant()
    stage.says("/bookings")
    token = stage.token("Book for 4")
    stage.presses(token)
    stage.says("tisch", meant=proposal("gone"))

    assert last(stage.says("2026-11-20")).text == "What time?"


def test_buttons_of_a_command_that_is_gone_say_so() -> None:
    stage = booking()
    stage.says("/bookings")
    token = stage.token("Book for 4")
    stage.says("cancel")
    stage.releases()

    assert "/book is no longer offered." in last(stage.presses(token)).text


# ── How a command may end ─────────────────────────────────────────────────────


def test_an_error_for_the_customer_ends_the_command_and_shows_a_way_on() -> None:
    stage = restaurant()

    shown = last(stage.says("/fail user"))

    assert (shown.text, shown.buttons) == ("That is sold out.", ("/fail", "Help"))
    assert stage.state.frames == ()
    assert last(stage.taps("/fail")).text == "How?"


def test_an_error_for_the_customer_leads_back_to_the_dialog_below() -> None:
    stage = booking()

    assert last(stage.says("/fail user")).text == (
        "That is sold out. Back to: Book a table. Which day?"
    )


def test_a_retry_asks_one_argument_again_and_keeps_the_others() -> None:
    stage = restaurant()

    assert last(stage.says("/fail retry there")).text == "Not like this. How?"
    assert stage.answers == {"where": "there"}


def test_a_retry_of_what_has_a_default_asks_for_it() -> None:
    shown = last(restaurant().says("/fail optional"))

    assert shown.text == "Not here. Where: here or there?"
    assert shown.buttons == ("here", "there")


def test_a_retry_of_nothing_ends_the_command() -> None:
    stage = restaurant()

    assert last(stage.says("/fail typo")).text == "Lost."
    assert stage.state.frames == ()


def test_an_unknown_outcome_is_told_and_never_tried_again() -> None:
    stage = restaurant()

    shown = last(stage.says("/fail unknown"))

    assert shown.text.startswith("I cannot tell whether that went through.")
    assert shown.buttons == ("A person", "Help")
    stage.taps("A person")
    assert stage.handoffs == 1


@pytest.mark.parametrize("way", ["yes", "Try again", "1"])
def test_an_error_of_ours_keeps_the_answers_and_offers_to_try_again(way: str) -> None:
    stage = restaurant()

    shown = last(stage.says("/fail x"))
    assert "(id e-1)" in shown.text
    assert shown.buttons == ("Try again", "Cancel")
    assert stage.answers == {"how": "x"}

    assert "(id e-1)" in last(stage.says(way)).text
    assert last(stage.says("no")).text == (
        "Drop this: Fail as wanted? Your answers would be lost: x."
    )
    assert last(stage.says("yes")).text == "Cancelled: Fail as wanted."


def test_trying_again_is_no_yes_to_what_was_never_confirmed() -> None:
    stage = restaurant()
    stage.says("fail", meant=proposal("fail"))
    stage.says("x")
    stage.says("try again")

    top = stage.state.top
    assert top is not None
    assert (top.proposed, top.confirmed) == (True, False)


def test_a_command_that_says_nothing_is_done() -> None:
    assert told(restaurant().says("/quiet")) == "Done."
    assert told(restaurant().says("/quiet now")) == "I did not understand “now”."


def test_reasons_stand_before_what_a_command_says() -> None:
    assert restaurant().says("/fare now")[0].text == "I did not understand “now”.\n12 euros"


def test_a_started_command_asks_for_what_it_was_not_given() -> None:
    stage = restaurant()

    assert last(stage.starts("book", guests=4, day="2026-11-20")).text == "What time?"
    assert stage.answers == {"guests": 4, "day": "2026-11-20"}
    assert stage.starts("gone") == []


def test_a_started_commands_arguments_are_checked() -> None:
    shown = last(restaurant().starts("book", guests="many"))

    assert shown.text == "“many” is no longer possible. Which day?"


def test_a_no_is_remembered_by_nobody() -> None:
    stage = booking("2026-11-20", "19:00", "4", "no")

    assert last(stage.says("/book")).text == f"Going on with what was open. {CONFIRM}"
