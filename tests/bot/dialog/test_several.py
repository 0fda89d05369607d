"""Several commands in one sentence: all are done or kept, and each effect has its own yes."""

from typing import Annotated, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.authoring.commands import command
from bot.authoring.parameters import Arg
from bot.dialog.access import Offered, Standing
from bot.model.misses import MissKind
from bot.model.understanding import Interpretation
from tests.bot.dialog.restaurant import ALL, booking
from tests.bot.dialog.stage import Stage, last, specs_of, told


@command(read=True)
def balance(ctx: Any) -> str:
    """Tell what you owe."""
    return "You owe nothing."


@command(read=True)
def hours(ctx: Any) -> str:
    """Tell when we are open."""
    return "Open from noon."


@command(roles=["boss"])
def fire(ctx: Any) -> str:
    """Fire somebody."""
    return "Fired."


@command(needs=["forms"])
def survey(ctx: Any) -> str:
    """Fill in a survey."""
    return "Filled in."


@command(read=True)
def note(ctx: Any, text: Annotated[str, Arg("What shall I note?")]) -> str:
    """Note something."""
    return f"Noted: {text}."


def agency(**around: Any) -> Stage:
    """Open a stage with commands that only read beside the restaurant's."""
    return Stage(specs_of([*ALL, balance, hours, fire, survey, note]), **around)


def meaning(text: str, *parts: tuple[str, str], sure: float = 0.9) -> Interpretation:
    """Read a sentence: a command for each part of it, in the text's order."""
    readings: list[Interpretation] = []
    for named, words in parts:
        start = text.index(words, readings[-1].part[1] if readings and readings[-1].part else 0)
        part = (start, start + len(words))
        readings.append(Interpretation(command=named, confidence=sure, engine="s", part=part))
    first, *more = readings
    return Interpretation(
        command=first.command, confidence=sure, engine="s", part=first.part, more=more
    )


def asks(stage: Stage, text: str, *parts: tuple[str, str]) -> str:
    """Say a sentence; gives all that is shown."""
    return told(stage.says(text, meant=meaning(text, *parts)))


TWO = "a table for 2 on 2026-11-20 and what do i owe?"
THREE = "order a pizza, tell me your hours and book a table for 3"


def test_a_look_up_is_answered_at_once_and_the_rest_is_asked_for() -> None:
    stage = agency()

    shown = asks(stage, TWO, ("book", "a table for 2 on 2026-11-20"), ("balance", "what do i owe?"))

    assert shown == "You owe nothing.\nNext: Book a table. What time?"
    assert stage.answers == {"day": "2026-11-20", "guests": 2}


def test_look_ups_are_answered_in_the_order_of_the_text() -> None:
    stage = agency()

    text = "when are you open and what do i owe"
    shown = asks(stage, text, ("hours", "when are you open"), ("balance", "what do i owe"))

    assert shown == "Open from noon.\nYou owe nothing."
    assert stage.state.frames == ()


def test_what_waits_is_announced_and_has_its_turn_with_its_values() -> None:
    stage = agency()

    parts = (
        ("order", "order a pizza"),
        ("hours", "tell me your hours"),
        ("book", "book a table for 3"),
    )
    shown = asks(stage, THREE, *parts)
    assert shown.startswith("Open from noon.\nNext: Order a dish. After that: Book a table. ")
    assert [frame.command for frame in stage.state.frames] == ["book", "order"]

    stage.says("cancel")
    stage.says("yes")
    assert [frame.command for frame in stage.state.frames] == ["book"]
    assert stage.answers == {"guests": 3}


def test_each_effect_has_a_yes_of_its_own() -> None:
    stage = agency()
    text = "pay 5 and book 2 on 2026-11-20 at 19:00"
    shown = asks(stage, text, ("pay", "pay 5"), ("book", "book 2 on 2026-11-20 at 19:00"))
    assert "5" in shown
    assert stage.ran == []

    shown = told(stage.says("yes"))
    assert [name for name, _ in stage.ran] == ["pay"]
    assert "Next: Book a table." in shown
    assert "Book for 2 on Friday" in shown

    stage.says("yes")
    assert [name for name, _ in stage.ran] == ["pay", "book"]


def test_the_same_command_twice_is_two_dialogs() -> None:
    stage = agency()
    text = "a table for 2 on 2026-11-20 and one for 4 on 2026-11-21"
    parts = ("book", "a table for 2 on 2026-11-20"), ("book", "one for 4 on 2026-11-21")

    asks(stage, text, *parts)

    frames = {frame.answers["guests"].value: frame.answers["day"].value
              for frame in stage.state.frames}  # fmt: skip
    assert frames == {2: "2026-11-20", 4: "2026-11-21"}
    assert stage.answers["guests"] == 2


def test_an_open_dialog_lies_below_what_is_asked_for_in_between() -> None:
    stage = Stage(specs_of([*ALL, balance, hours]))
    stage.says("/pick")

    text = "what do i owe and book a table"
    shown = asks(stage, text, ("balance", "what do i owe"), ("book", "book a table"))

    assert shown == "You owe nothing.\nNext: Book a table. Which day?"
    assert [frame.command for frame in stage.state.frames] == ["pick", "book"]
    stage.says("cancel")
    assert last(stage.says("5")).text == "Table 5."


def test_words_of_no_request_are_named_and_kept() -> None:
    stage = agency()
    text = "what do i owe and polish my boots and when are you open"

    parts = ("balance", "what do i owe"), ("hours", "when are you open")
    shown = asks(stage, text, *parts)

    assert "I did not understand “polish my boots”." in shown
    (kept,) = stage.missed
    assert (kept.kind, kept.proposal.text) == (MissKind.UNREAD, "polish my boots")
    assert stage.state.misses == 0


def test_words_that_only_join_are_not_named() -> None:
    stage = agency()
    text = "what do i owe, and then also when are you open?"

    parts = ("balance", "what do i owe"), ("hours", "when are you open")

    assert "not understand" not in asks(stage, text, *parts)


def test_a_part_that_the_engine_is_not_sure_of_is_named_and_nothing_of_it_begins() -> None:
    stage = agency()
    text = "what do i owe and tisch"
    sure = meaning(text, ("balance", "what do i owe"), ("book", "tisch"))
    unsure = Interpretation(command="book", confidence=0.4, part=sure.more[0].part)

    shown = told(stage.says(text, meant=Interpretation(
        command="balance", confidence=0.9, part=sure.part, more=[unsure],
    )))  # fmt: skip

    assert shown == "I did not understand “tisch”.\nYou owe nothing."
    assert stage.state.frames == ()


def test_three_are_taken_and_what_is_beyond_is_named() -> None:
    stage = agency()
    text = "owe hours book order"
    parts = [("balance", "owe"), ("hours", "hours"), ("book", "book"), ("order", "order")]

    shown = asks(stage, text, *parts)

    assert "I did not understand “order”." in shown
    assert [frame.command for frame in stage.state.frames] == ["book"]


def test_what_is_for_a_role_does_not_exist_and_what_is_off_is_refused_in_words() -> None:
    stage = agency()
    standing = Standing(
        roles=frozenset(), channel="slack", abilities={"slack": frozenset()}, own=("slack",),
        off=frozenset({"hours"}),
    )  # fmt: skip
    stage.commands = Offered(stage.commands, standing)
    text = "fire bob, when are you open and what do i owe"
    parts = ("fire", "fire bob"), ("hours", "when are you open"), ("balance", "what do i owe")

    shown = asks(stage, text, *parts)

    assert "/hours is not available" in shown
    assert "I did not understand “fire bob”." in shown
    assert "You owe nothing." in shown
    assert "Fired" not in shown


def test_a_look_up_that_lacks_something_waits_like_the_rest() -> None:
    stage = agency()
    text = "my name and my table"
    shown = asks(stage, text, ("name", "my name"), ("book", "my table"))

    assert shown == "After that: Book a table. What is your name?"


def test_one_request_in_a_longer_sentence_is_read_as_before() -> None:
    stage = booking()
    stage.says("cancel")
    stage.says("a table for 2, thank you", meant=Interpretation(command="book", confidence=0.9))
    assert stage.answers == {"guests": 2}


PARTS = {
    "balance": "what do i owe", "hours": "your hours", "book": "a table for 2",
    "pay": "pay 5", "order": "a diavola", "fare": "the fare", "bookings": "my tables",
}  # fmt: skip


@given(
    named=st.lists(st.sampled_from(sorted(PARTS)), min_size=2, max_size=3),
    answers=st.lists(
        st.sampled_from(["yes", "no", "2026-11-20", "19:00", "3", "cancel", "help", "small"]),
        max_size=8,
    ),
)
@settings(max_examples=60, deadline=None)
def test_nothing_is_lost_and_nothing_acts_without_its_own_yes(
    named: list[str], answers: list[str]
) -> None:
    stage = agency()
    text = " and ".join(PARTS[one] for one in named)
    parts = [(one, PARTS[one]) for one in named]

    asks(stage, text, *parts)

    at_once = [name for name, _ in stage.ran]
    waiting = [frame.command for frame in stage.state.frames]
    wanted = ["uber fare" if one == "fare" else one for one in named]
    assert sorted([*at_once, *waiting]) == sorted(wanted)
    assert not {"book", "pay", "order"} & {*at_once}
    agreed = 0
    for answer in answers:
        prompt = stage.state.open_prompt
        is_yes = answer == "yes" and prompt is not None and prompt.kind == "confirm"
        agreed += is_yes
        stage.says(answer)
        acted = [name for name, _ in stage.ran if name in {"book", "pay", "order"}]
        assert len(acted) <= agreed


@pytest.mark.parametrize("channel", ["slack", "telegram"])
def test_what_waits_goes_on_where_the_customer_is(channel: str) -> None:
    stage = agency()
    text = "my name and my table"
    asks(stage, text, ("name", "my name"), ("book", "my table"))

    shown = told(stage.says("Ada", at=channel))

    assert shown == "Hello Ada.\nNext: Book a table. Which day?"


# ── Beside an open question that any text answers ─────────────────────────────

BILL = "what do i owe and a table for 2"
BILL_PARTS = (("balance", "what do i owe"), ("book", "a table for 2"))
WHICH = "Shall I take that as the answer, or do these: Tell what you owe and Book a table?"


def asked_which() -> Stage:
    """Let a question that any text answers meet a sentence that asks for two commands."""
    stage = agency()
    stage.says("/note")
    stage.says(BILL, meant=meaning(BILL, *BILL_PARTS))
    assert (last(stage.transcript).text, last(stage.transcript).buttons) == (
        WHICH, ("As the answer", "Do these"),
    )  # fmt: skip
    assert stage.ran == []
    return stage


@pytest.mark.parametrize("how", ["tap", "words"])
def test_words_that_were_meant_as_the_answer_are_the_answer(how: str) -> None:
    stage = asked_which()

    shown = stage.taps("As the answer") if how == "tap" else stage.says("as the answer")

    assert told(shown) == f"Noted: {BILL}."
    assert stage.state.frames == ()


@pytest.mark.parametrize("how", ["tap", "words"])
def test_requests_that_were_meant_are_done_and_the_question_waits_below(how: str) -> None:
    stage = asked_which()

    shown = stage.taps("Do these") if how == "tap" else stage.says("do these")

    assert told(shown) == "You owe nothing.\nNext: Book a table. Which day?"
    assert stage.answers == {"guests": 2}
    assert [frame.command for frame in stage.state.frames] == ["note", "book"]
    stage.says("cancel")
    stage.says("yes")
    assert told(stage.says("Ada")) == "Noted: Ada."


def test_a_yes_does_not_tell_which_and_other_words_are_the_answer() -> None:
    stage = asked_which()

    assert last(stage.says("yes")).text == WHICH
    assert told(stage.says("Ada")) == "Noted: Ada."


@pytest.mark.parametrize(
    "meant",
    [
        meaning(BILL, *BILL_PARTS, sure=0.45),
        meaning(BILL, ("balance", "what do i owe"), ("fire", "a table for 2")),
        meaning(BILL, ("balance", "what do i owe"), ("book", "table")),
        Interpretation(command="book", confidence=0.9),
    ],
    ids=["unsure", "not for them", "words left", "one request"],
)
def test_what_is_not_wholly_and_surely_requests_is_the_answer(meant: Interpretation) -> None:
    stage = agency()
    standing = Standing(roles=frozenset(), channel="slack", own=("slack",))
    stage.commands = Offered(stage.commands, standing)
    stage.says("/note")

    assert told(stage.says(BILL, meant=meant)) == f"Noted: {BILL}."
