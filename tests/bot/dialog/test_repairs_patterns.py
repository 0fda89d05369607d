"""What authors say in the core's place, and that no turn is a dead end."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.authoring.replies import Button, Reply
from bot.dialog.decisions import Done, Offer
from bot.dialog.events import Ask
from tests.bot.dialog.restaurant import ALL, booking, restaurant
from tests.bot.dialog.stage import Stage, last, proposal, told

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


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
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
