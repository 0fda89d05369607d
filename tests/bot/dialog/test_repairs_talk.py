"""Small talk, silence and misses: what is said beside the matter."""

from datetime import timedelta

import pytest

from bot.dialog.decisions import Done
from bot.dialog.matching import is_question, nearest_names
from bot.dialog.talking import lists_of
from bot.dialog.wording import wording_of
from tests.bot.dialog.restaurant import booking, restaurant
from tests.bot.dialog.stage import last, proposal, told

CONFIRM = "Book for 4 on Friday at 19:00, inside?"


# ── Small talk ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("words", ["thanks!", "How are you?", "who are you", "tell me a joke"])
def test_small_talk_is_answered_and_the_question_asked_again_in_full(words: str) -> None:
    stage = booking("2026-11-20")
    question = stage.question

    shown = last(stage.says(words))

    assert shown.text.endswith("So far: 2026-11-20. What time?")
    assert not shown.text.startswith("So far")
    assert (shown.prompt, len(shown.buttons)) == (question.id, len(question.choices))


def test_small_talk_without_a_dialog_is_just_answered() -> None:
    stage = restaurant()

    assert [one.text for one in stage.says("thank you")] == ["You are welcome."]
    assert isinstance(stage.ends[-1], Done)


def test_small_talk_is_no_answer_to_a_confirm() -> None:
    stage = booking("2026-11-20", "19:00", "4")

    assert last(stage.says("thanks")).text == f"You are welcome. {CONFIRM}"
    assert stage.ran == []


def test_a_sentence_that_is_wholly_a_commands_is_no_small_talk() -> None:
    stage = restaurant()

    assert "12 euros" in told(stage.says("thanks", meant=proposal("fare", 1.0)))


@pytest.mark.parametrize("language", ["en"])
def test_no_phrase_means_two_things(language: str) -> None:
    lists, wording = lists_of(language), wording_of(language)
    said = [words for table in ("built_in", "chat") for words in lists[table].values()]
    tables = [*map(set, said), set(lists["greetings"]), wording.yes, wording.no]

    for index, one in enumerate(tables):
        for other in tables[index + 1 :]:
            assert one & other == set()


# ── Silence ───────────────────────────────────────────────────────────────────


def test_an_answer_after_a_day_counts_and_is_welcomed_back() -> None:
    stage = booking("2026-11-20")
    stage.waits(timedelta(days=90))

    assert last(stage.says("19:00")).text == (
        "Welcome back. So far: 2026-11-20, 19:00. How many guests?"
    )
    assert last(stage.says("4")).text == CONFIRM


def test_a_tap_after_a_day_is_welcomed_back() -> None:
    stage = booking("2026-11-20")
    stage.waits(timedelta(days=1))

    assert last(stage.taps("19:00")).text.startswith("Welcome back. So far: 2026-11-20, 19:00.")


def test_within_a_day_nobody_is_welcomed_back() -> None:
    stage = booking("2026-11-20")
    stage.waits(timedelta(hours=23, minutes=59))

    assert last(stage.says("19:00")).text == "How many guests?"


def test_a_yes_after_months_runs_the_command_and_says_welcome_back() -> None:
    stage = booking("2026-11-20", "19:00", "4")
    stage.waits(timedelta(days=200))

    assert stage.says("yes")[0].text.startswith("Welcome back.\nBooked: 4")


def test_words_after_a_pause_are_named_behind_the_welcome() -> None:
    stage = booking("2026-11-20")
    stage.waits(timedelta(days=3))

    assert last(stage.says("is breakfast included?")).text == (
        "Welcome back. I did not understand “is breakfast included?”. "
        "So far: 2026-11-20. What time?"
    )


def test_who_has_nothing_open_is_not_welcomed_back() -> None:
    stage = booking("cancel")
    stage.waits(timedelta(days=90))

    assert "Welcome back" not in told(stage.says("/fare"))


# ── Misses in a row ───────────────────────────────────────────────────────────


def test_the_list_of_commands_is_not_repeated_at_the_second_miss() -> None:
    stage = restaurant()
    first, second = last(stage.says("gibberish")), last(stage.says("oder please"))

    assert first.text.count("\n") > 5
    assert second.text.count("\n") == 3
    assert second.buttons == ("/order", "/book", "/bookings", "A person")
    stage.taps("A person")
    assert stage.handoffs == 1


def test_a_question_missed_twice_names_other_ways_and_stays_open() -> None:
    stage = booking()
    stage.says("gibberish")

    shown = last(stage.says("rides"))

    assert shown.text.startswith("I did not understand “rides”. You can also type /")
    assert shown.text.endswith("/human. Which day?")
    assert shown.buttons == ("Today", "Tomorrow")


def test_what_is_understood_ends_the_row_of_misses() -> None:
    stage = booking()
    stage.says("gibberish")
    stage.says("2026-11-20")

    assert last(stage.says("gibberish")).text == "I did not understand “gibberish”. What time?"
    assert stage.state.misses == 1


def test_near_names_are_found_in_a_sentence() -> None:
    names = ["book", "bookings", "order"]

    assert list(nearest_names("i want to oder", names)) == ["order"]
    assert list(nearest_names("🍕", names)) == []
    assert is_question("Is breakfast included")
    assert not is_question("is")
