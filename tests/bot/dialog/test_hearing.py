"""What a message means: repairs, greetings, unknown words, several channels, crossed messages."""

from datetime import timedelta

import pytest

from tests.bot.dialog.restaurant import FRIDAY, booking, restaurant
from tests.bot.dialog.stage import last, proposal, told

CONFIRM = "Book for 4 on Friday at 19:00, inside?"


# ── Built-ins, at any question ────────────────────────────────────────────────


@pytest.mark.parametrize("words", ["cancel", "Never mind.", "/cancel", "stop!"])
def test_cancel_drops_the_dialog_and_leads_back_to_the_one_below(words: str) -> None:
    stage = booking()
    stage.says("/order")

    assert last(stage.says(words)).text == (
        "Cancelled: Order a dish. Back to: Book a table. Which day?"
    )
    assert last(stage.says(words)).text == "Cancelled: Book a table."
    assert last(stage.says(words)).text.startswith("There is nothing to cancel. You can:")


def test_back_takes_one_answer_after_the_other_back() -> None:
    stage = booking("2026-11-20", "19:00")

    assert last(stage.says("back")).text == "Taken back: 19:00. What time?"
    assert last(stage.says("/back")).text == "Taken back: 2026-11-20. Which day?"
    assert last(stage.says("go back")).text == "There is nothing to go back to. Which day?"


def test_repeat_shows_the_same_question_with_buttons_that_count() -> None:
    stage = booking("2026-11-20")
    question = stage.question

    shown = last(stage.says("repeat"))

    assert (shown.text, shown.prompt) == (question.text, question.id)


def test_repeat_without_a_question_shows_what_can_be_done() -> None:
    assert last(restaurant().says("again")).text.startswith("There is no open question. You can:")


def test_help_lists_the_commands_and_leads_back_to_the_question() -> None:
    stage = booking()

    shown = stage.says("help")

    assert "/book DAY AT GUESTS [inside|terrace]: Book a table." in shown[0].text
    assert "/quiet" not in told(shown)
    assert last(shown).text == "Which day?"


def test_help_shows_built_ins_as_they_must_be_typed_there() -> None:
    assert "/trattoria cancel: " in told(restaurant(umbrella="trattoria").says("help"))


def test_why_tells_what_a_question_is_for() -> None:
    assert last(booking().says("why?")).text == "I ask because of: Book a table. Which day?"
    assert last(restaurant().says("why")).text.startswith("There is no open question.")


def test_what_is_needed_cannot_be_skipped() -> None:
    assert last(booking().says("skip")).text == "I need that to go on. Which day?"
    assert last(restaurant().says("skip")).text.startswith("There is no open question.")


def test_what_may_be_left_out_is_skipped() -> None:
    stage = booking("2026-11-20", "19:00", "4", "terrace", "change area")

    assert last(stage.says("skip")).text == f"Left out. {CONFIRM}"


def test_a_person_is_called_and_the_question_stays() -> None:
    stage = booking()

    assert last(stage.says("a person please")).text == "A person will answer you here. Which day?"
    assert stage.handoffs == 1


def test_a_choice_that_is_called_like_a_built_in_is_the_choice() -> None:
    stage = restaurant()
    stage.says("/bookings")

    shown = stage.says("help")

    assert stage.state.prompts[-1].chosen == 4
    assert "/cancel" in told(shown)


# ── Starting something else ───────────────────────────────────────────────────


def test_another_command_in_between_leads_back() -> None:
    stage = booking("2026-11-20")

    shown = stage.says("/fare")

    assert [one.text for one in shown] == [
        "12 euros", "by day", "Back to: Book a table. So far: 2026-11-20. What time?",
    ]  # fmt: skip


def test_the_same_command_goes_on_with_what_is_open() -> None:
    stage = booking("2026-11-20")

    assert last(stage.says("/book 4")).text == "Going on with what was open. What time?"
    assert len(stage.state.frames) == 1


def test_a_sentence_starts_a_command_with_what_it_says() -> None:
    stage = restaurant()

    shown = stage.says("book for 4 at 19:00 on 2026-11-20", meant=proposal("book"))

    assert last(shown).text == CONFIRM


def test_a_sentence_wholly_of_a_command_is_no_answer_to_a_question_for_text() -> None:
    stage = restaurant()
    stage.says("/name")

    assert last(stage.says("what is the fare", meant=proposal("fare", 1.0))).text == (
        "Back to: Tell your name. What is your name?"
    )
    assert last(stage.says("Bo Fare", meant=proposal("fare", 0.9))).text == "Hello Bo Fare."


def test_a_sentence_of_the_same_command_fills_the_open_dialog() -> None:
    stage = booking("2026-11-20")

    shown = stage.says("i want to book for 4 at 19:00", meant=proposal("book"))

    assert last(shown).text == CONFIRM


# ── What is not understood ────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("is breakfast included?", "“is breakfast included?”"),
        ("🍕🍕", "“🍕🍕”"), ("the", "“the”"),
        ("???", "“???”"), ("x" * 4000, f"“{'x' * 59}…”"),
    ],
)  # fmt: skip
def test_what_was_not_understood_is_named_and_the_question_stays(text: str, named: str) -> None:
    stage = booking()

    shown = last(stage.says(text))

    assert shown.text == f"I did not understand {named}. Which day?"
    assert shown.prompt == stage.question.id


def test_without_a_question_the_way_on_is_a_menu() -> None:
    shown = last(restaurant().says("is breakfast included?"))

    assert shown.text.startswith("I did not understand “is breakfast included?”. You can:\n/book ")
    assert shown.buttons == ("/book", "/bookings", "/fail")


@pytest.mark.parametrize("text", ["", "  \n"])
def test_a_message_without_words_is_told_so(text: str) -> None:
    assert last(booking().says(text)).text.endswith("nothing else. Which day?")
    assert "You can:" in last(restaurant().says(text)).text


def test_a_bot_without_commands_still_shows_a_way_on() -> None:
    stage = restaurant()
    stage.releases()

    shown = last(stage.says("hm"))

    assert "/help" in shown.text
    assert stage.state.notes == ()


@pytest.mark.parametrize(
    ("typed", "meant", "buttons"),
    [
        ("/bok", "There is no command /bok. Did you mean /book? You can:", ("/book",)),
        ("/canel", "There is no command /canel. Did you mean /cancel? You can:", None),
        ("/xyzzy", "There is no command /xyzzy. You can:", None),
    ],
)
def test_a_mistyped_command_is_named_with_the_one_meant(
    typed: str, meant: str, buttons: tuple[str, ...] | None
) -> None:
    shown = last(restaurant().says(typed))

    assert shown.text.startswith(meant)
    assert buttons is None or shown.buttons == buttons


def test_a_mistyped_command_leaves_the_question_open() -> None:
    assert last(booking().says("/bok")).text == (
        "There is no command /bok. Did you mean /book? Which day?"
    )


def test_an_unsure_engine_makes_an_offer_and_runs_nothing() -> None:
    stage = restaurant()

    shown = last(stage.says("tisch", meant=proposal("book", 0.4, "fare", "quiet", "gone")))

    assert shown.text == "I did not understand “tisch”. Did you mean:"
    assert shown.buttons == ("Book a table", "Tell the fare", "None of these")
    assert last(stage.taps("Book a table")).text == "Which day?"


def test_none_of_the_offers_shows_all_commands() -> None:
    stage = restaurant()
    stage.says("tisch", meant=proposal("book", 0.4))

    assert "/order" in told(stage.taps("None of these"))


# ── Groups and the umbrella ───────────────────────────────────────────────────


def test_a_group_alone_is_a_menu_of_its_commands() -> None:
    shown = last(restaurant().says("/uber"))

    assert shown.buttons == ("/uber fare", "/uber ride")
    assert shown.text == "You can:\n/uber fare: Tell the fare.\n/uber ride TO: Call a car."


def test_a_groups_command_is_typed_behind_the_group() -> None:
    assert last(restaurant().says("/uber ride home")).text == "Off to home."
    assert told(restaurant().says("/uber help")) == (
        "/uber:\n/uber fare: Tell the fare.\n/uber ride TO: Call a car."
    )


def test_a_mistyped_command_of_a_group_is_named_with_the_one_meant() -> None:
    shown = last(restaurant().says("/uber farre"))

    assert shown.text.startswith("There is no command /uber farre. Did you mean /uber fare?")
    assert shown.buttons == ("/uber fare", "/uber ride")
    assert last(restaurant().says("/uber x")).text.startswith("There is no command /uber x. You")


def test_built_ins_are_typed_behind_the_umbrella() -> None:
    stage = booking(umbrella="trattoria")

    assert last(stage.says("/trattoria cancel")).text == "Cancelled: Book a table."
    assert "/trattoria cancel" in told(stage.says("/trattoria"))


# ── Greetings and other channels (1), (2) ─────────────────────────────────────


def test_a_greeting_without_a_dialog_shows_what_can_be_done() -> None:
    assert last(restaurant().says("Good morning!")).text.startswith("You can:")


def test_a_greeting_starts_the_start_command_where_there_is_one() -> None:
    stage = restaurant()
    stage.commands = {**stage.commands, "start": stage.commands["fare"]}

    assert told(stage.says("hello")) == "12 euros\nby day"


@pytest.mark.parametrize("words", ["hello", "is anybody there?"])
def test_another_channel_is_welcomed_back_with_what_is_known_and_the_question(words: str) -> None:
    stage = booking("2026-11-20", "19:00")
    stage.waits(timedelta(days=90))

    shown = last(stage.says(words, "telegram"))

    assert shown.text.startswith("Welcome back.")
    assert shown.text.endswith("So far: 2026-11-20, 19:00. How many guests?")
    assert "Welcome back." not in shown.text[1:]
    assert shown.prompt == stage.question.id
    assert last(stage.says("4", "telegram")).text.startswith("Book for 4")


def test_a_greeting_from_another_channel_is_nobodys_name() -> None:
    stage = restaurant()
    stage.says("/name")

    assert last(stage.says("hi", "telegram")).text == "Welcome back. What is your name?"
    assert last(stage.says("Ada", "telegram")).text == "Hello Ada."


def test_every_answer_may_come_from_another_channel() -> None:
    stage = restaurant()

    stage.says("/book", "slack")
    stage.says("2026-11-20", "telegram")
    stage.says("19:00", "whatsapp")
    stage.says("4", "web")
    stage.says("yes", "rest")

    assert stage.ran == [
        ("book", {"day": FRIDAY, "at": stage.ran[0][1]["at"], "guests": 4, "area": "inside"})
    ]


def test_a_joined_address_is_told_what_is_open_and_what_lies_below() -> None:
    stage = booking("2026-11-20")
    stage.says("/order Diavola")

    shown = last(stage.resumes("You are joined.", "telegram"))

    assert shown.text == (
        "You are joined. Also open: Book a table. So far: Diavola. Size: small or xl?"
    )
    assert shown.prompt == stage.question.id
    assert told(restaurant().resumes("You are joined.")) == "You are joined."


# ── Two messages at once (3) ──────────────────────────────────────────────────


def test_a_message_that_crossed_answers_the_question_that_was_shown() -> None:
    stage = booking("2026-11-20", "19:00")
    guests = stage.question.id
    stage.says("4")
    stage.unseen("slack", guests)

    assert last(stage.says("5")).text.startswith("Book for 5 on Friday")


def test_the_same_answer_twice_at_once_is_one_answer() -> None:
    stage = booking("2026-11-20")
    at = stage.question.id
    stage.says("2")
    stage.unseen("slack", at)

    assert last(stage.says("2")).text == "So far: 2026-11-20, 19:00. How many guests?"
    assert stage.answers["at"] == "19:00:00"


def test_a_yes_that_crossed_with_a_change_is_no_yes_to_what_it_did_not_see() -> None:
    stage = booking("2026-11-20", "19:00", "4")
    stage.says("hello", "telegram")
    stage.says("6 guests", "telegram")

    shown = last(stage.says("yes", crossed=True))

    assert shown.text == ("That question has changed since. Book for 6 on Friday at 19:00, inside?")
    assert stage.ran == []


def test_a_late_answer_to_a_dialog_that_ended_is_not_taken_for_another_question() -> None:
    stage = restaurant()
    stage.says("/book 2026-11-20 19:00")
    stage.says("/pick")
    table = stage.question.id
    stage.says("4")
    stage.unseen("slack", table)

    shown = last(stage.says("4"))

    assert shown.text.endswith("How many guests?")
    assert "guests" not in stage.answers


def test_values_that_crossed_fill_the_dialog_whose_question_was_shown() -> None:
    stage = booking()
    day = stage.question.id
    stage.says("2026-11-20")
    stage.unseen("slack", day)

    assert last(stage.says("19:00 for 4 guests")).text == CONFIRM


def test_a_command_in_words_that_crossed_is_begun() -> None:
    stage = booking()
    stage.unseen("slack")

    assert last(stage.says("order please", meant=proposal("order"))).text == "Which dish?"
    stage.unseen("slack")
    assert "Welcome back." in last(stage.says("hello")).text


def test_what_crossed_and_says_nothing_shows_the_question_here() -> None:
    stage = booking()
    stage.unseen("slack")

    assert last(stage.says("hm what")).text == (
        "I did not understand “hm what”. Welcome back. Which day?"
    )


def test_a_choice_by_number_that_crossed_means_the_menu_that_was_shown() -> None:
    stage = booking("2026-11-20", "19:00", "4", "no")
    menu = stage.question.id
    stage.says("hello", "telegram")
    stage.says("5 guests", "telegram")
    stage.unseen("slack", menu)

    assert last(stage.says("2", crossed=True)).text.startswith("Book for 2 on Friday")


def test_a_yes_too_many_is_told_that_there_is_no_question() -> None:
    stage = booking("2026-11-20", "19:00", "4", "yes")

    assert last(stage.says("yes")).text.startswith("That is done already. You can:")
    assert len(stage.ran) == 1
    stage = booking("2026-11-20", "19:00", "4", "cancel", "yes")
    assert last(stage.says("yes")).text.startswith("That is done already. You can:")
    assert stage.ran == []
