"""Repairs: what customers may do at any question, and what authors may say in the core's place."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.authoring.commands import command
from bot.authoring.parameters import Arg
from bot.authoring.replies import Button, Reply
from bot.dialog.decisions import Done, Offer
from bot.dialog.events import Ask
from bot.dialog.matching import is_question, nearest_names
from bot.dialog.phrases import CHAT, GREETINGS
from bot.dialog.plain import NO, YES
from bot.dialog.repairs import WORDS
from tests.bot.dialog.restaurant import ALL, booking, restaurant
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


def test_no_phrase_means_two_things() -> None:
    tables = [set(WORDS), set(CHAT), set(GREETINGS), set(YES), set(NO)]

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
        "Welcome back. I did not understand “breakfast included?”. So far: 2026-11-20. What time?"
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


# ── Authors' own patterns ─────────────────────────────────────────────────────

Way = Callable[[Stage], Any]
MET: dict[str, Way] = {
    "cancel": lambda s: s.says("cancel"),
    "back": lambda s: s.says("back"),
    "summary": lambda s: s.says("summary"),
    "why": lambda s: s.says("why"),
    "repeat": lambda s: s.says("repeat"),
    "skip": lambda s: s.says("skip"),
    "restart": lambda s: s.says("restart"),
    "help": lambda s: s.says("help"),
    "human": lambda s: s.says("human"),
    "chitchat": lambda s: s.says("thanks"),
    "correction": lambda s: s.says("sorry, 2026-11-27"),
    "cannot_handle": lambda s: s.says("gibberish"),
    "search": lambda s: s.says("is breakfast included?"),
}


@pytest.mark.parametrize("name", MET)
def test_an_authors_words_stand_in_for_a_pattern_and_the_dialog_stays(name: str) -> None:
    stage = booking("2026-11-20", patterns={name: lambda _: "Own words."})
    question, answers = stage.question, stage.answers

    shown = MET[name](stage)

    assert [one.text for one in shown] == ["Own words.", "What time?"]
    assert shown[1].prompt == question.id
    assert stage.answers == answers
    assert stage.handoffs == 0
    assert [one.pattern for one in stage.asked_patterns] == [name]


@pytest.mark.parametrize("name", MET)
def test_a_pattern_that_says_nothing_is_left_to_the_core(name: str) -> None:
    own = booking("2026-11-20", patterns={name: lambda _: None})
    plain = booking("2026-11-20")

    MET[name](own)
    MET[name](plain)

    assert [one.text for one in own.transcript] == [one.text for one in plain.transcript]
    assert own.answers == plain.answers


def test_a_pattern_is_told_the_words_and_the_question() -> None:
    stage = booking("2026-11-20", patterns={"cannot_handle": lambda words: f"Not {words}."})

    assert stage.says("gibberish")[0].text == "Not gibberish."
    assert stage.asked_patterns[0].question == "What time?"
    assert stage.asked_patterns[0].frame == stage.state.frames[0].id


def test_a_pattern_is_not_told_words_where_a_masked_answer_is_asked_for() -> None:
    stage = restaurant(patterns={"cannot_handle": lambda words: f"[{words}]"})
    stage.says("/secret")

    assert stage.says("my pin is hunter2")[0].text == "[]"


def test_a_patterns_buttons_are_a_menu() -> None:
    offer = Reply("Rather this?", buttons=[Button("Fare", command="fare")])
    stage = booking(patterns={"cannot_handle": lambda _: offer})

    shown = stage.says("gibberish")

    assert shown[0].buttons == ("Fare",)
    assert "12 euros" in told(stage.taps("Fare"))


def test_the_words_after_a_command_are_the_authors() -> None:
    stage = restaurant(patterns={"completed": lambda _: "Anything else?"})

    assert [one.text for one in stage.says("/fare")] == ["12 euros", "by day", "Anything else?"]


def test_the_way_back_to_a_dialog_below_is_said_in_the_authors_words() -> None:
    stage = booking("2026-11-20", patterns={"continued": lambda _: "Now, where were we?"})

    assert last(stage.says("/fare")).text == ("Now, where were we? So far: 2026-11-20. What time?")


def test_an_answer_that_cannot_be_taken_is_told_in_the_authors_words() -> None:
    stage = booking(patterns={"invalid": lambda _: "Not possible, alas."})

    assert last(stage.says("2026-11-17")).text == "Not possible, alas. Which day?"
    stage.says("2026-11-20")
    stage.says("19:00")
    assert last(stage.says("44")).text == "Not possible, alas. How many guests?"


def test_an_apology_in_the_authors_words_still_names_the_id() -> None:
    stage = restaurant(patterns={"internal_error": lambda _: "Our kitchen burns."})

    shown = last(stage.says("/fail x"))

    assert shown.text == "Our kitchen burns. (id e-1)"
    assert shown.buttons == ("Try again", "Cancel")


def test_a_command_that_is_gone_is_told_in_the_authors_words() -> None:
    stage = booking(patterns={"code_change": lambda _: "We book by phone now."})
    stage.releases(*(one for one in ALL if one.name != "book"))

    assert "We book by phone now." in told(stage.says("hm"))
    assert stage.state.frames == ()


def test_a_greeting_and_a_welcome_are_said_in_the_authors_words() -> None:
    stage = restaurant(
        patterns={"greeting": lambda _: "Buongiorno.", "welcome_back": lambda _: "Bentornata."}
    )

    assert stage.says("hello")[0].text == "Buongiorno."
    stage.says("/book 2026-11-20")
    stage.waits(timedelta(days=2))
    assert last(stage.says("19:00")).text.startswith("Bentornata. So far: 2026-11-20, 19:00.")


def test_an_unsure_guess_is_left_to_the_author() -> None:
    stage = restaurant(patterns={"clarification": lambda _: "Say it in other words, please."})

    shown = stage.says("tisch", meant=proposal("book", 0.4))

    assert "Say it in other words, please." in shown[0].text
    assert stage.state.frames == ()


def test_two_patterns_of_one_message_both_speak() -> None:
    stage = booking(
        "2026-11-20",
        patterns={"welcome_back": lambda _: "Bentornata.", "cannot_handle": lambda _: "Come?"},
    )
    stage.waits(timedelta(days=2))

    shown = stage.says("gibberish")

    assert [one.pattern for one in stage.asked_patterns] == ["welcome_back", "cannot_handle"]
    assert shown[0].text == "Bentornata.\nCome?"


# ── No dead end ───────────────────────────────────────────────────────────────

LINES = st.sampled_from([
    "/book", "/order Diavola", "/pay 5", "/fail x", "/fail user", "/secret", "2026-11-20", "19:00",
    "4", "yes", "no", "cancel", "restart", "summary", "back", "why", "skip", "thanks", "hello",
    "gibberish", "what is this?", "human", "help", "change the day", "change the day to x", "1",
    "1234", "repeat", "/uber", "/nothing",
])  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(LINES, st.integers(0, 40)), max_size=16))
def test_no_turn_ends_without_a_way_on(script: list[tuple[str, int]]) -> None:
    stage = restaurant()

    for line, hours in script:
        stage.waits(timedelta(hours=hours))
        shown = stage.says(line)

        assert isinstance(stage.ends[-1], Ask | Offer | Done)
        assert stage.state.top is None or any(p.open for p in stage.state.prompts)
        if "did not understand" in told(shown):
            assert isinstance(stage.ends[-1], Ask | Offer) or stage.ran
        assert (stage.state.notes, stage.state.recalls) == ((), False)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(LINES, max_size=12))
def test_nothing_of_the_customers_is_dropped_without_a_yes(script: list[str]) -> None:
    stage = restaurant()

    for line in script:
        before = stage.state
        asked = before.open_prompt
        ran = len(stage.ran)
        shown = told(stage.says(line))
        lost = {f.id for f in before.frames if f.answers} - {f.id for f in stage.state.frames}

        if lost and len(stage.ran) == ran and "sold out" not in shown:
            assert asked is not None
            assert asked.kind == "drop"
