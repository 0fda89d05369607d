"""A platform's own control for one answer: what it is told, and its words read as if typed."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

from bot.authoring.commands import command
from bot.authoring.flows import Talk, flow
from bot.authoring.kinds import Email, Phone, Place
from bot.authoring.parameters import Arg
from bot.dialog.surroundings import Surroundings
from bot.model.capabilities import Capabilities, Layout, fit
from bot.model.ids import CustomerId, PromptId
from bot.model.messages import FormField, Option, OutboundMessage
from tests.bot.dialog.flow_stage import FlowStage
from tests.bot.dialog.restaurant import booking, restaurant
from tests.bot.dialog.stage import Shown, Stage, last, specs_of

FRIDAY = "2026-11-20"
SATURDAY = "2026-11-21"


class Size(Enum):
    SMALL = "small"
    LARGE = "large"


def asking(kind: Any, **arg: Any) -> Shown:
    """Show the one question of a command."""

    def one(ctx: Any, it: Any) -> None:
        """Do one thing."""

    one.__annotations__["it"] = Annotated[kind, Arg("It?", **arg)]
    return last(Stage(specs_of([command("one")(one)])).says("/one"))


@pytest.mark.parametrize(
    ("kind", "drawn"),
    [
        (date, "date"), (time, "time"), (Phone, "phone"), (Place, "place"), (Email, "email"),
        (int, "number"), (Decimal, "number"), (Literal["a", "b"], "choice"), (Size, "choice"),
    ],
)  # fmt: skip
def test_a_question_tells_what_kind_of_answer_it_wants(kind: Any, drawn: str) -> None:
    asks = asking(kind).asks

    assert asks is not None
    assert (asks.name, asks.label, asks.kind, asks.required) == ("it", "It?", drawn, True)
    assert bool(asks.options) == (drawn == "choice")


@pytest.mark.parametrize("kind", [str, bool, datetime, timedelta, list[str]])
def test_what_is_only_typed_or_tapped_wants_no_control(kind: Any) -> None:
    assert asking(kind).asks is None


def test_a_masked_answer_is_never_shown_in_a_control() -> None:
    assert asking(int, mask=True).asks is None


@pytest.mark.parametrize("kind", [date, time, Phone, Place, Email, int, Literal["a", "b"], Size])
@pytest.mark.parametrize("controls", [frozenset[str](), frozenset({"date", "phone"})])
def test_suggestions_stay_whether_or_not_there_is_a_control(
    kind: Any, controls: frozenset[str]
) -> None:
    shown = asking(kind)
    options = tuple(Option(token=label, label=label) for label in shown.buttons)
    message = OutboundMessage(text=shown.text, options=options, asks=shown.asks)
    platform = Capabilities(max_text=99, max_buttons=3, max_button_label=20, controls=controls)

    (part,) = fit(message, platform)

    assert (part.text, part.options) == (shown.text, options)
    assert part.layout is (Layout.BUTTONS if options else Layout.NONE)
    wanted = shown.asks is not None and shown.asks.kind in controls
    assert part.asks == (shown.asks if wanted else None)


def test_the_question_which_of_two_is_meant_wants_a_tap() -> None:
    stage = booking(FRIDAY)
    prompt = stage.transcript[0].prompt or PromptId("")

    assert last(stage.sends(prompt, {"day": SATURDAY})).asks is None
    assert last(stage.says("repeat")).asks is None


def test_a_question_shown_again_wants_the_same() -> None:
    stage = booking(FRIDAY)

    asks = FormField(name="at", label="What time?", kind="time")
    assert [last(stage.transcript).asks, last(stage.says("repeat", "telegram")).asks] == [asks] * 2


ANSWERS = [
    ("day", "/book", FRIDAY), ("at", f"/book {FRIDAY}", "19:00"),
    ("guests", f"/book {FRIDAY} 19:00", "4"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "opening", "words"), ANSWERS)
def test_an_answer_by_a_control_is_one_that_was_typed(name: str, opening: str, words: str) -> None:
    typed, picked = restaurant(), restaurant()
    typed.says(opening)
    prompt = last(picked.says(opening)).prompt or PromptId("")

    expected, shown = typed.says(words), picked.sends(prompt, {name: words})

    assert [(one.text, one.buttons, one.asks) for one in shown] == [
        (one.text, one.buttons, one.asks) for one in expected
    ]
    assert picked.answers == typed.answers
    assert name in picked.answers


@settings(max_examples=40)
@given(st.lists(st.tuples(st.booleans(), st.dates(date(2026, 11, 1), date(2026, 12, 31)))))
def test_typed_or_picked_the_same_days_lead_to_the_same_dialog(
    days: list[tuple[bool, date]],
) -> None:
    typed, mixed = restaurant(), restaurant()
    typed.says("/book")
    mixed.says("/book")
    for is_picked, day in days:
        typed.says("change the day")
        mixed.says("change the day")
        typed.says(f"{day}")
        if is_picked:
            mixed.sends(mixed.question.id, {"day": f"{day}"})
        else:
            mixed.says(f"{day}")

    assert mixed.answers == typed.answers
    assert mixed.question.text == typed.question.text


def test_a_day_picked_at_an_old_question_overwrites_nothing_silently() -> None:
    stage = restaurant()
    prompt = last(stage.says("/book")).prompt or PromptId("")
    stage.says(FRIDAY, "telegram")

    shown = last(stage.sends(prompt, {"day": SATURDAY}))

    assert shown.text == "You answered 2026-11-20 on Telegram."
    assert shown.buttons == ("Change it", "Keep")
    assert stage.answers == {"day": FRIDAY}
    assert last(stage.taps("Change it")).text == "What time?"
    assert stage.answers == {"day": SATURDAY}


def test_the_same_day_picked_once_more_is_known() -> None:
    stage = restaurant()
    prompt = last(stage.says("/book")).prompt or PromptId("")
    stage.sends(prompt, {"day": FRIDAY})

    shown = last(stage.sends(prompt, {"day": FRIDAY}))

    assert shown.text.startswith("You answered 2026-11-20 already.")
    assert shown.text.endswith("What time?")


def test_an_old_picker_answers_a_question_that_is_open_again() -> None:
    stage = restaurant()
    prompt = last(stage.says("/book")).prompt or PromptId("")
    stage.says(FRIDAY)
    stage.says("change the day")

    assert last(stage.sends(prompt, {"day": SATURDAY})).text == "What time?"
    assert stage.answers == {"day": SATURDAY}


def test_what_a_control_brings_is_checked_and_bounded_like_any_answer() -> None:
    stage = restaurant()
    day = last(stage.says("/book")).prompt or PromptId("")
    assert last(stage.sends(day, {"day": "2026-11-17"})).text == ("That day has passed. Which day?")
    assert (
        "I did not understand “soon” as the day."
        in last(stage.sends(stage.question.id, {"day": "soon"})).text
    )
    assert stage.answers == {}


def test_an_emptied_control_repeats_the_question() -> None:
    stage = booking(FRIDAY)

    assert last(stage.sends(stage.question.id, {"at": " "})).text.endswith("What time?")
    assert stage.answers == {"day": FRIDAY}


def test_a_control_of_a_dialog_that_is_over_does_nothing() -> None:
    stage = booking(FRIDAY)
    prompt = stage.question.id
    stage.says("cancel")
    stage.taps("Yes, drop it")

    shown = last(stage.sends(prompt, {"at": "19:00"}))

    assert shown.text.startswith("That question is closed.")
    assert stage.state.frames == ()


def test_another_field_than_the_asked_one_is_not_read() -> None:
    stage = restaurant()
    stage.says("/pick")

    shown = last(stage.sends(stage.question.id, {"day": FRIDAY}))

    assert shown.text.startswith("That form belongs to an earlier question.")
    assert stage.answers == {}


def test_a_control_in_a_room_is_for_its_own_customer() -> None:
    class Room(Stage):
        @override
        def surroundings(self, at: str) -> Surroundings:
            around = super().surroundings(at)
            return replace(around, customers=(CustomerId("alice"),), in_room=True)

    stage = Room(restaurant().commands)
    stage.says("/book")

    shown = stage.sends(PromptId("bobsAAAAAAA"), {"day": FRIDAY})

    assert [one.text for one in shown] == [
        "That button is for somebody else. Type help to see what you can do."
    ]
    assert stage.answers == {}


@flow("visit")
async def visit(talk: Talk) -> str:
    """Plan a visit."""
    day = await talk.ask("day", date, "Which day?")
    people = await talk.ask("people", int, "How many?")
    return f"{people} on {day}."


@flow("visit")
async def visit_with_name(talk: Talk) -> str:
    """Plan a visit."""
    name = await talk.ask("name", str, "Your name?")
    day = await talk.ask("day", date, "Which day?")
    people = await talk.ask("people", int, "How many?")
    return f"{name}: {people} on {day}."


def test_a_flow_takes_what_a_control_brings_at_open_and_at_old_questions() -> None:
    stage = FlowStage(specs_of([visit.command]))
    first = last(stage.says("/visit"))
    assert (first.asks and first.asks.kind) == "date"
    prompt = first.prompt or PromptId("")

    asked = last(stage.sends(prompt, {"day": FRIDAY}))
    assert (asked.text, asked.asks and asked.asks.kind) == ("How many?", "number")
    clash = last(stage.sends(prompt, {"day": SATURDAY}, "telegram"))
    assert (clash.text, clash.buttons) == (
        "You answered 2026-11-20 on Slack.", ("Change it", "Keep"),
    )  # fmt: skip
    stage.taps("Change it")

    assert last(stage.sends(asked.prompt or PromptId(""), {"people": "4"})).text == (
        "4 on 2026-11-21."
    )


def test_what_a_control_brings_waits_for_its_question_in_a_changed_flow() -> None:
    stage = FlowStage(specs_of([visit.command]))
    prompt = last(stage.says("/visit")).prompt or PromptId("")
    stage.releases(visit_with_name.command)

    assert last(stage.sends(prompt, {"day": FRIDAY})).text == "Your name?"
    assert last(stage.says("Ada")).text == "How many?"
    assert last(stage.sends(prompt, {"day": FRIDAY})).text.endswith("How many?")
    assert last(stage.says("4")).text == "Ada: 4 on 2026-11-20."


def test_an_old_control_of_a_question_that_a_changed_flow_asks_no_more_says_so() -> None:
    stage = FlowStage(specs_of([visit_with_name.command]))
    prompt = last(stage.says("/visit")).prompt or PromptId("")
    stage.says("Ada")
    stage.releases(visit.command)

    shown = last(stage.sends(prompt, {"name": "Bob"}))

    assert shown.text == "That question has changed since. Which day?"
