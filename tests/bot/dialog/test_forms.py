"""One dialog from question to question: asked one at a time, checked, corrected, confirmed."""

from datetime import time, timedelta
from typing import Annotated, Any

import pytest

from bot.authoring.commands import command
from bot.authoring.parameters import Arg
from bot.model.conversation import PromptKind
from tests.bot.dialog.restaurant import booking, restaurant
from tests.bot.dialog.stage import Stage, an_effect, last, proposal, specs_of, told

CONFIRM = "Book for 4 on Friday at 19:00, inside?"


def test_a_command_asks_one_thing_at_a_time_and_runs_after_the_yes() -> None:
    stage = restaurant()

    assert last(stage.says("/book")).text == "Which day?"
    assert last(stage.says("2026-11-20")).text == "What time?"
    assert last(stage.says("19:00")).text == "How many guests?"
    assert last(stage.says("4")).text == CONFIRM
    assert stage.ran == []
    assert last(stage.says("yes")).text == "Booked: 4 on 2026-11-20 at 19:00 inside."
    assert stage.state.frames == ()


def test_menus_are_made_of_suggestions_types_and_options() -> None:
    stage = restaurant()

    assert last(stage.says("/book")).buttons == ("Today", "Tomorrow")
    assert last(stage.taps("Tomorrow")).buttons == ("18:00", "19:00", "20:30")
    stage.says("cancel")
    assert last(stage.says("/order")).buttons == ("Margherita", "Diavola")
    assert last(stage.says("Diavola")).buttons == ("small", "xl")
    assert last(stage.says("xl")).buttons == ("Yes", "No")
    assert last(stage.says("/ride")).buttons == ("Home",)


@pytest.mark.parametrize("answer", ["2", "2.", "19:00", "19:00!"])
def test_a_menu_is_answered_by_number_and_by_label(answer: str) -> None:
    stage = booking("2026-11-20")

    stage.says(answer)

    assert stage.answers["at"] == "19:00:00"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/pick 5", "Table 5."), ("/pick|5", "Table 5."), ("/pick|2", "Table 2."),
        ("/pay|2", "Paid 2."), ("/pay|3", "Paid 3."),
    ],
)  # fmt: skip
def test_where_a_number_is_asked_a_number_is_the_value(text: str, said: str) -> None:
    stage = restaurant()

    shown = [stage.says(part) for part in text.split("|")]

    assert last(shown[-1]).text == said


def test_several_answers_in_one_sentence_are_taken_at_once() -> None:
    stage = booking()

    assert last(stage.says("2026-11-20 at 19:00 for 4 guests")).text == CONFIRM


def test_defaults_and_optional_parameters_are_not_asked() -> None:
    stage = restaurant()

    shown = stage.says("/order Diavola xl")
    assert last(shown).text == "Spicy?"
    assert last(stage.says("nope")).text == "Ordered: 1 Diavola, xl, spicy False, None."


@pytest.mark.parametrize(("answer", "spicy"), [("y", True), ("Yes!", True), ("no", False)])
def test_yes_and_no_answer_a_bool(answer: str, spicy: bool) -> None:  # noqa: FBT001 - the value itself
    stage = restaurant()
    stage.says("/order Diavola small")

    stage.says(answer)

    assert stage.ran[0][1]["spicy"] is spicy


def test_a_value_out_of_bounds_is_asked_again_with_the_reason() -> None:
    stage = booking("2026-11-20", "19:00")

    shown = stage.says("44")

    assert last(shown).text == "“44”: It must be 12 or less. How many guests?"
    assert "guests" not in stage.answers


def test_a_refused_value_is_asked_again_with_the_authors_reason() -> None:
    stage = booking()

    assert last(stage.says("2026-11-17")).text == "That day has passed. Which day?"
    assert last(stage.says("2026-11-20")).text == "What time?"


# ── Corrections ───────────────────────────────────────────────────────────────


def test_a_correction_changes_the_answer_and_asks_for_a_new_yes() -> None:
    stage = booking("2026-11-20", "19:00", "4")

    assert last(stage.says("sorry, 6 guests")).text.startswith("Book for 6 on Friday")
    assert last(stage.says("terrace please")).text.endswith("terrace?")
    assert stage.ran == []


def test_a_correction_has_its_dependents_checked_again() -> None:
    stage = booking("2026-11-20", "19:00", "4")

    shown = stage.says("sorry, 2026-11-23")

    assert last(shown).text == "19:00 is taken on Monday. What time?"
    assert last(shown).buttons == ("18:00", "20:30")
    assert last(stage.says("1")).text == "Book for 4 on Monday at 18:00, inside?"


def test_a_dependent_that_still_holds_is_kept() -> None:
    stage = booking("2026-11-20", "18:00", "4")

    assert last(stage.says("2026-11-23")).text == "Book for 4 on Monday at 18:00, inside?"


def test_a_refused_correction_keeps_the_old_answer_and_says_so() -> None:
    stage = booking("2026-11-20", "19:00", "4")

    shown = stage.says("no, 2026-11-17")

    assert last(shown).text == f"That day has passed. I kept 2026-11-20. {CONFIRM}"


def test_a_correction_out_of_bounds_keeps_the_old_answer_and_says_so() -> None:
    stage = booking("2026-11-20", "19:00", "4")

    assert last(stage.says("44")).text == f"“44”: It must be 12 or less. I kept 4. {CONFIRM}"


@command("park")
def park(
    ctx: Any,
    floor: int,
    place: Annotated[str, Arg("Which place?", suggest=lambda ctx, floor: [f"{floor}A", "9Z"])],
) -> str:
    """Park the car."""
    an_effect(ctx)
    return f"Parked: {floor} {place}."


def test_a_dependent_that_is_no_longer_offered_is_asked_again_with_the_reason() -> None:
    stage = Stage(specs_of([park]))
    stage.says("/park 1 1A", meant=proposal("park"))
    stage = Stage(specs_of([park]))
    stage.says("park on 1", meant=proposal("park"))
    stage.says("1A")

    shown = stage.says("floor 2")

    assert last(shown).text == "1A is no longer possible. Which place?"
    assert last(shown).buttons == ("2A", "9Z")


def test_a_dependent_that_is_offered_still_is_kept() -> None:
    stage = Stage(specs_of([park]))
    stage.says("park on 1", meant=proposal("park"))
    stage.says("9Z")

    assert last(stage.says("floor 2")).text == "Park the car: 2, 9Z. Shall I do that?"


# ── The yes ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "word",
    ["yes", "Y", "ok", "OK.", "sure!", "👍", "👍🏽", "✅", "✔️", "yes, please",
     "Yes thanks", "That\u2019s right", "1"],
)  # fmt: skip
def test_a_yes_in_words_or_as_a_thumb_runs_the_command(word: str) -> None:
    stage = booking("2026-11-20", "19:00", "4")

    stage.says(word)

    assert len(stage.ran) == 1


@pytest.mark.parametrize("word", ["no", "Nope.", "no thanks", "👎🏿", "2"])
def test_a_no_runs_nothing_and_asks_what_to_change(word: str) -> None:
    stage = booking("2026-11-20", "19:00", "4")

    shown = last(stage.says(word))

    assert shown.text == "Nothing was done. What should I change?"
    assert shown.buttons == (
        "Change day", "Change time", "Change guests", "Change area", "Cancel",
    )  # fmt: skip
    assert stage.ran == []


@pytest.mark.parametrize(
    "text", ["yes but 5 guests", "yes 5 guests please", "ok, make it 5 guests"]
)
def test_a_yes_with_a_change_is_a_change(text: str) -> None:
    stage = booking("2026-11-20", "19:00", "4")

    assert last(stage.says(text)).text.startswith("Book for 5 on Friday")
    assert stage.ran == []


@pytest.mark.parametrize(
    ("tap", "answer", "confirm"),
    [
        ("Change day", "2026-11-27", "Book for 4 on Friday at 19:00, inside?"),
        ("Change time", "18:00", "Book for 4 on Friday at 18:00, inside?"),
        ("Change guests", "2", "Book for 2 on Friday at 19:00, inside?"),
        ("Change area", "terrace", "Book for 4 on Friday at 19:00, terrace?"),
    ],
)
def test_after_a_no_one_answer_is_changed_and_a_new_yes_is_needed(
    tap: str, answer: str, confirm: str
) -> None:
    stage = booking("2026-11-20", "19:00", "4", "no")

    assert last(stage.taps(tap)).text.startswith("Let us change that.")
    assert last(stage.says(answer)).text == confirm
    assert stage.ran == []


def test_after_a_no_the_whole_is_cancelled_by_a_button() -> None:
    stage = booking("2026-11-20", "19:00", "4", "no")

    stage.taps("Cancel")
    assert last(stage.taps("Yes, drop it")).text == "Cancelled: Book a table."
    assert stage.state.frames == ()


def test_after_a_no_a_value_alone_is_a_correction() -> None:
    stage = booking("2026-11-20", "19:00", "4", "no")

    assert last(stage.says("20:30")).text == "Book for 4 on Friday at 20:30, inside?"


@pytest.mark.parametrize("words", ["change the time", "change at", "another time", "Edit my time."])
def test_an_answer_is_changed_by_its_name_or_what_it_is(words: str) -> None:
    stage = booking("2026-11-20", "19:00", "4")

    shown = last(stage.says(words))

    assert shown.text == "Let us change that. What time?"
    assert shown.buttons == ("18:00", "19:00", "20:30")


def test_what_was_proposed_asks_before_an_effect_also_without_a_confirm() -> None:
    stage = restaurant()

    shown = stage.says("pay 5", meant=proposal("pay"))
    assert last(shown).text == "Pay: 5. Shall I do that?"
    assert stage.ran == []

    stage.says("yes")
    assert stage.ran == [("pay", {"amount": 5})]


def test_what_was_typed_as_a_command_runs_at_once() -> None:
    stage = restaurant()

    assert last(stage.says("/pay 5")).text == "Paid 5."


def test_values_that_words_gave_are_confirmed_also_in_a_dialog_that_was_typed() -> None:
    stage = restaurant()
    stage.says("/pay")

    assert last(stage.says("my kid turned 5 weeks")).text == "Pay: 5. Shall I do that?"
    assert stage.ran == []


def test_typing_the_command_does_not_confirm_what_words_gave() -> None:
    stage = restaurant()
    stage.says("pay 5", meant=proposal("pay"))

    assert last(stage.says("/pay")).text == (
        "Going on with what was open. Pay: 5. Shall I do that?"
    )
    assert stage.ran == []


def test_a_masked_answer_is_never_shown() -> None:
    stage = restaurant()

    shown = [
        *stage.says("/secret"),
        *stage.says("99999"),
        *stage.says("it was 1234 sir"),
        *stage.says("why"),
        *stage.says("hello", "telegram"),
    ]

    assert "•••: It must be 9999 or less." in told(shown)
    assert "Check the PIN: •••. Shall I do that?" in told(shown)
    assert "99999" not in told(shown)
    assert "1234" not in told(shown)


@command("note", confirm="Note {text} ({text!s:.3}) by {until:%H:%M}, {until}, {at.hour}, {pin:d}?")
def note(
    ctx: Any,
    text: str,
    at: time = time(9),
    until: time | None = None,
    pin: Annotated[int, Arg(mask=True)] = 7,
) -> None:
    """Take a note."""


def test_a_confirm_shows_what_is_left_out_and_hides_what_is_masked() -> None:
    stage = Stage(specs_of([note]))

    shown = last(stage.says("/note hello"))
    assert shown.text == "Note hello (hel) by none, none, 9, •••?"
    assert last(stage.says("until 10:30")).text.startswith("Note hello (hel) by 10:30, 10:30")


# ── Age ───────────────────────────────────────────────────────────────────────


def test_a_dialog_without_expiry_waits_for_ever() -> None:
    stage = booking("2026-11-20", "19:00")
    stage.waits(timedelta(days=2))

    assert stage.timers == []
    assert last(stage.says("4")).text == f"Welcome back. {CONFIRM}"


def test_a_dialog_that_expires_says_so_and_leads_back() -> None:
    stage = booking()
    stage.says("/pay")
    stage.waits(timedelta(hours=1))

    shown = stage.expires(stage.timers[0])

    assert told(shown) == "Expired: Pay. Back to: Book a table. Which day?"


def test_a_dialog_that_is_used_lives_on() -> None:
    stage = restaurant()
    stage.says("/pay")
    stage.waits(timedelta(minutes=50))
    stage.says("500")
    stage.waits(timedelta(minutes=20))

    assert stage.expires(stage.timers[0]) == []
    assert stage.timers[1].due == stage.timers[0].due + timedelta(minutes=50)
    assert stage.question.argument == "amount"


def test_a_dialog_that_expires_below_another_disturbs_nobody() -> None:
    stage = restaurant()
    stage.says("/pay")
    stage.waits(timedelta(minutes=30))
    stage.says("/book")
    stage.waits(timedelta(minutes=40))

    assert told(stage.expires(stage.timers[0])) == "Expired: Pay."
    assert stage.question.argument == "day"
    assert stage.expires(stage.timers[0]) == []


def test_the_newest_question_is_a_confirm_that_names_every_value() -> None:
    stage = booking("2026-11-20", "19:00", "4")

    assert stage.question.kind is PromptKind.CONFIRM
    assert last(stage.transcript).text == CONFIRM
