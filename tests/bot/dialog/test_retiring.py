"""What is written below a question once its buttons mean nothing any more."""

from datetime import timedelta

import pytest

from bot.dialog.phrases import ENGLISH
from bot.model.conversation import dump_state, load_state
from nlu.values import recognisers
from tests.bot.dialog.restaurant import book, bookings, order, pick, secret
from tests.bot.dialog.retiring_stage import RetiringStage
from tests.bot.dialog.stage import specs_of

COMMANDS = (book, bookings, order, pick, secret)


@pytest.fixture
def stage() -> RetiringStage:
    found = recognisers()
    return RetiringStage(commands=specs_of(COMMANDS, found), recognisers=found)


def marks(stage: RetiringStage) -> list[str]:
    """List what was written below questions, in the order in which they were over."""
    return list(stage.marks.values())


def test_a_tap_leaves_its_label(stage: RetiringStage) -> None:
    stage.says("/book")

    stage.taps("Tomorrow")

    assert marks(stage) == ["✓ Tomorrow"]


def test_an_answer_in_words_is_written_as_a_person_would_read_it(stage: RetiringStage) -> None:
    stage.says("/book")
    stage.says("on 2026-11-20")
    stage.says("half past eight")

    assert marks(stage) == ["✓ Friday 20 November", "✓ 20:30"]


def test_an_answer_on_another_channel_counts_as_one_here(stage: RetiringStage) -> None:
    stage.says("/book", at="slack")

    stage.says("tomorrow", at="telegram")

    assert marks(stage) == ["✓ Tomorrow"]


def test_the_last_answer_of_a_dialog_is_known_although_the_dialog_is_over(
    stage: RetiringStage,
) -> None:
    stage.says("/pick")

    stage.says("5")

    assert stage.state.frames == ()
    assert marks(stage) == ["✓ 5"]


def test_a_question_asked_once_more_stays_alive_until_an_answer_fits(stage: RetiringStage) -> None:
    stage.says("/book")
    stage.says("2026-11-10")
    stage.says("what?")
    assert marks(stage) == []

    stage.says("2026-11-20")

    assert marks(stage) == ["✓ Friday 20 November"] * 2  # the second copy was shown twice


def test_a_refused_tap_is_not_told_as_the_answer(stage: RetiringStage) -> None:
    stage.says("/book 2026-11-23")
    stage.taps("18:00")
    stage.says("change the day")
    stage.taps("Today")

    assert marks(stage) == ["✓ 18:00", "✓ Today"]


def test_a_question_that_a_cancel_drops_is_told_to_be_over(stage: RetiringStage) -> None:
    stage.says("/order Diavola")
    stage.says("cancel")
    assert marks(stage) == []  # it is asked whether that is meant

    stage.taps("Yes, drop it")

    assert marks(stage) == [ENGLISH.NO_LONGER_ASKED, "✓ Yes, drop it"]


def test_starting_over_ends_the_questions_of_before(stage: RetiringStage) -> None:
    stage.says("/book")

    stage.says("start over")

    assert marks(stage) == [ENGLISH.NO_LONGER_ASKED]


def test_a_confirm_that_a_correction_replaced_is_told_to_stand_below(stage: RetiringStage) -> None:
    stage.says("/book 4 2026-11-20 19:00")
    stage.says("sorry, 5 guests")
    assert marks(stage) == [ENGLISH.ASKED_ANEW]

    stage.says("yes")

    assert marks(stage) == [ENGLISH.ASKED_ANEW, "✓ Yes"]


def test_a_correction_leaves_what_was_answered_before_as_it_stands(stage: RetiringStage) -> None:
    stage.says("/book")
    stage.taps("Tomorrow")

    stage.says("sorry, on 2026-11-20")

    assert marks(stage)[0] == "✓ Tomorrow"
    assert not any("Friday" in mark for mark in marks(stage))


def test_a_menu_of_no_dialog_lives_until_something_is_chosen_from_it(stage: RetiringStage) -> None:
    stage.says("/bookings")
    stage.says("/pick 7")
    assert marks(stage) == []

    stage.taps("Book for 4")

    assert marks(stage) == ["✓ Book for 4"]


def test_a_second_choice_from_a_menu_is_not_written_below_it_again(stage: RetiringStage) -> None:
    stage.says("/bookings")
    token = stage.token("Book for 4")
    stage.presses(token)
    stage.waits(timedelta(minutes=5))

    stage.presses(token)

    assert marks(stage).count("✓ Book for 4") == 1


def test_a_masked_answer_is_never_written_below_its_question(stage: RetiringStage) -> None:
    stage.says("/secret")

    stage.says("4711")

    assert not any("4711" in mark for mark in marks(stage))


def test_a_dialog_below_keeps_its_question_alive(stage: RetiringStage) -> None:
    stage.says("/book")

    stage.says("/pick")

    assert marks(stage) == []


def test_a_new_release_ends_the_questions_of_commands_that_are_gone(stage: RetiringStage) -> None:
    stage.says("/book")

    stage.releases(pick)
    stage.says("/pick")

    assert marks(stage) == [ENGLISH.NO_LONGER_ASKED]


def test_what_is_forgotten_beyond_the_kept_questions_is_retired(stage: RetiringStage) -> None:
    for _ in range(25):
        stage.says("/bookings")

    assert len(stage.marks) == 5
    assert set(marks(stage)) == {ENGLISH.OUT_OF_DATE}


def test_that_a_question_was_retired_outlives_a_restart(stage: RetiringStage) -> None:
    stage.says("/book")
    stage.taps("Tomorrow")

    again = load_state(dump_state(stage.state))

    assert [prompt.retired for prompt in again.prompts] == [True, False]
