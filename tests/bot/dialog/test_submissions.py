"""Forms: offered where several answers are missing, and read like answers when they come back."""

from datetime import date, time
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.authoring.commands import command
from bot.authoring.parameters import Arg
from bot.model.ids import PromptId
from bot.model.messages import Form, FormField
from nlu.values import recognisers
from tests.bot.dialog.restaurant import booking, restaurant
from tests.bot.dialog.stage import Shown, Stage, last, specs_of, told

CONFIRM = "Book for 4 on Friday at 19:00, inside?"
FILLED = {"day": "2026-11-20", "at": "19:00", "guests": "4"}


def form_beside(shown: list[Shown]) -> Form:
    form = last(shown).form
    assert form is not None
    return form


def offered(stage: Stage) -> PromptId:
    """Begin a booking and give the prompt that its form stands beside."""
    prompt = last(stage.says("/book")).prompt
    assert prompt is not None
    return prompt


def test_a_bare_command_offers_all_that_it_needs_beside_its_question() -> None:
    shown = restaurant().says("/book")

    assert last(shown).text == "Which day?"
    assert form_beside(shown) == Form(
        title="Book a table",
        fields=(
            FormField(name="day", label="Which day?", kind="date"),
            FormField(name="at", label="What time?", kind="time"),
            FormField(name="guests", label="How many guests?", kind="number"),
            FormField(
                name="area", label="Area: inside or terrace?", kind="choice", required=False,
                options=(("inside", "inside"), ("terrace", "terrace")), value="inside",
            ),
        ),
    )  # fmt: skip


def test_a_form_knows_texts_choices_and_yes_or_no() -> None:
    form = form_beside(restaurant().says("/order"))

    assert [(f.name, f.kind, f.required, f.value) for f in form.fields] == [
        ("dish", "text", True, ""), ("size", "choice", True, ""), ("spicy", "yesno", True, ""),
        ("count", "number", False, "1"), ("note", "text", False, ""),
    ]  # fmt: skip
    assert form.fields[1].options == (("small", "small"), ("xl", "xl"))


def test_what_is_known_stands_in_the_form() -> None:
    form = form_beside(restaurant().says("/book 2026-11-20"))

    assert [(f.name, f.value) for f in form.fields] == [
        ("day", "2026-11-20"), ("at", ""), ("guests", ""), ("area", "inside"),
    ]  # fmt: skip


def test_no_form_is_offered_for_the_last_question_nor_for_another_kind_of_prompt() -> None:
    stage = booking("2026-11-20", "19:00")

    assert stage.question.argument == "guests"
    assert [shown.form is None for shown in stage.transcript] == [False, False, True]
    assert last(stage.says("4")).form is None
    assert last(restaurant().says("/pick")).form is None


def test_a_masked_answer_is_in_no_form() -> None:
    @command("door")
    def door(
        ctx: Any,
        name: Annotated[str, Arg("Name?")],
        pin: Annotated[int, Arg("PIN?", mask=True)],
        floor: Annotated[int, Arg("Floor?")],
    ) -> None:
        """Open the door."""

    form = form_beside(Stage(specs_of([door])).says("/door"))

    assert [field.name for field in form.fields] == ["name", "floor"]


def test_a_filled_form_leads_straight_to_the_confirm() -> None:
    stage = restaurant()

    shown = stage.sends(offered(stage), FILLED)

    assert [one.text for one in shown] == [CONFIRM]
    assert stage.ran == []
    assert last(stage.says("yes")).text == "Booked: 4 on 2026-11-20 at 19:00 inside."


def test_half_a_form_is_kept_and_the_rest_is_asked() -> None:
    stage = restaurant()

    shown = stage.sends(offered(stage), {"day": "2026-11-20", "guests": "4", "at": "  "})

    assert last(shown).text == "What time?"
    assert stage.answers == {"day": "2026-11-20", "guests": 4}


def test_refused_fields_are_named_and_asked_the_others_are_kept() -> None:
    stage = restaurant()

    shown = stage.sends(offered(stage), FILLED | {"at": "lunchtime", "guests": "99"})

    text = last(shown).text
    assert "I did not understand “lunchtime” as the time." in text
    assert "“99”: It must be 12 or less." in text
    assert text.endswith("What time?")
    assert stage.answers == {"day": "2026-11-20"}


def test_an_author_s_check_refuses_a_field_like_an_answer() -> None:
    stage = restaurant()

    shown = stage.sends(offered(stage), FILLED | {"day": "2026-11-17"})

    assert last(shown).text == "That day has passed. Which day?"
    assert stage.answers == {"at": "19:00:00", "guests": 4}


def test_a_form_counts_for_its_dialog_whatever_was_answered_meanwhile_elsewhere() -> None:
    stage = restaurant()
    prompt = offered(stage)
    stage.says("2026-11-20", "telegram")

    shown = stage.sends(prompt, FILLED)

    assert [one.text for one in shown] == [CONFIRM]
    top = stage.state.top
    assert top is not None
    assert {name: a.source for name, a in top.answers.items()} == {
        "day": "telegram", "at": "slack", "guests": "slack",
    }  # fmt: skip


def test_another_answer_given_since_is_not_overwritten_silently() -> None:
    stage = restaurant()
    prompt = offered(stage)
    stage.says("2026-11-21", "telegram")

    shown = stage.sends(prompt, FILLED)

    assert last(shown).text == "You answered 2026-11-21 on Telegram."
    assert last(shown).buttons == ("Change it", "Keep")
    assert stage.answers["day"] == "2026-11-21"
    assert last(stage.taps("Change it")).text == CONFIRM


def test_what_was_answered_since_may_be_kept() -> None:
    stage = restaurant()
    prompt = offered(stage)
    stage.says("2026-11-21", "telegram")
    stage.sends(prompt, FILLED)

    assert last(stage.taps("Keep")).text == "Book for 4 on Saturday at 19:00, inside?"


def test_several_answers_given_since_are_kept_and_named() -> None:
    stage = restaurant()
    prompt = offered(stage)
    stage.says("2026-11-21", "telegram")
    stage.says("20:30", "telegram")

    text = last(stage.sends(prompt, FILLED)).text

    assert "You answered 2026-11-21 on Telegram. You answered 20:30 on Telegram." in text
    assert text.endswith("Book for 4 on Saturday at 20:30, inside?")


def test_a_field_that_nobody_touched_corrects_nothing() -> None:
    stage = restaurant()
    prompt = last(stage.says("/book 2026-11-20")).prompt
    stage.says("actually 2026-11-21", "telegram")

    shown = stage.sends(prompt or PromptId(""), FILLED)

    assert last(shown).text == "Book for 4 on Saturday at 19:00, inside?"


def test_a_known_answer_that_the_form_showed_may_be_corrected_in_it() -> None:
    stage = restaurant()
    prompt = last(stage.says("/book 2026-11-20")).prompt

    shown = stage.sends(prompt or PromptId(""), FILLED | {"day": "2026-11-21"})

    assert last(shown).text == "Book for 4 on Saturday at 19:00, inside?"


def test_a_form_sent_twice_changes_nothing() -> None:
    stage = restaurant()
    prompt = offered(stage)
    stage.sends(prompt, FILLED)
    before = stage.answers

    shown = stage.sends(prompt, FILLED, "telegram")

    assert last(shown).text == f"I have all of that already. {CONFIRM}"
    assert stage.answers == before


def test_a_form_of_a_dialog_that_is_over_runs_nothing() -> None:
    stage = restaurant()
    prompt = offered(stage)
    stage.sends(prompt, FILLED)
    stage.says("yes")

    shown = stage.sends(prompt, FILLED)

    assert "That form is closed" in told(shown)
    assert len(stage.ran) == 1
    assert stage.state.frames == ()


def test_a_form_of_somebody_else_fills_nothing() -> None:
    stage = restaurant()
    offered(stage)

    shown = stage.sends(PromptId("AAAAAAAAAAA"), FILLED)

    assert last(shown).text == "That form belongs to an earlier question. Which day?"
    assert stage.answers == {}


def test_fields_that_were_not_in_the_form_are_not_read() -> None:
    stage = restaurant()

    stage.sends(offered(stage), {"nobody": "4", "at ": "19:00"})

    assert stage.answers == {}


def test_a_form_raises_its_dialog_above_another_that_was_begun_since() -> None:
    stage = restaurant()
    prompt = offered(stage)
    stage.says("/pay")

    shown = stage.sends(prompt, FILLED)

    assert last(shown).text == CONFIRM
    assert [frame.command for frame in stage.state.frames] == ["pay", "book"]


def test_a_form_that_did_not_open_leads_back_to_its_question() -> None:
    stage = restaurant()
    prompt = offered(stage)

    shown = stage.presses(f"{prompt}.form")

    assert last(shown).text == "The form did not open. Please answer here. Which day?"
    assert last(shown).prompt == prompt
    assert last(shown).form is not None


def test_a_question_shown_again_offers_its_form_as_things_stand_now() -> None:
    stage = restaurant()
    offered(stage)

    shown = stage.says("repeat", "telegram")

    assert len(form_beside(shown).fields) == 4
    assert last(stage.sends(stage.question.id, FILLED, "telegram")).text == CONFIRM


def test_an_optional_field_may_be_changed_in_the_form() -> None:
    stage = restaurant()

    shown = stage.sends(offered(stage), FILLED | {"area": "terrace"})

    assert last(shown).text == "Book for 4 on Friday at 19:00, terrace?"


_WORDS = st.text(max_size=20) | st.sampled_from(["2026-11-20", "19:00", "4", "terrace", "no"])


@given(st.dictionaries(st.sampled_from(["day", "at", "guests", "area"]), _WORDS))
def test_whatever_a_form_holds_nothing_runs_and_a_question_is_open(values: dict[str, str]) -> None:
    stage = restaurant()
    prompt = offered(stage)

    stage.sends(prompt, values)
    stage.sends(prompt, values, "telegram")

    assert stage.ran == []
    assert stage.question.text
    top = stage.state.top
    assert top is not None
    assert all(not answer.others for answer in top.answers.values())


@command("visit")
def visit(
    ctx: Any,
    day: date,
    at: time,
    guests: int,
    price: Decimal,
    area: Literal["inside", "terrace bar"],
    window: bool,  # noqa: FBT001 - asked for by type, as every parameter of a command
) -> None:
    """Plan a visit."""


@settings(max_examples=30)
@pytest.mark.parametrize("known", [(), recognisers()], ids=["plain", "ours"])
@given(
    values=st.tuples(
        st.dates(date(2000, 1, 1), date(2099, 12, 31)),
        st.times().map(lambda at: at.replace(second=0, microsecond=0)),
        st.integers(0, 10**9),
        st.decimals(0, 10**6, places=2),
        st.sampled_from(["inside", "terrace bar"]),
        st.booleans(),
    )
)
def test_what_a_picker_writes_is_read_as_it_was_meant(known: Any, values: Any) -> None:
    stage = Stage(specs_of([visit], known), known)
    prompt = last(stage.says("/visit")).prompt or PromptId("")
    day, at, guests, price, area, window = values
    words = {
        "day": day.isoformat(), "at": at.isoformat("minutes"), "guests": str(guests),
        "price": str(price), "area": area, "window": "yes" if window else "no",
    }  # fmt: skip

    stage.sends(prompt, words)

    (_, known_then), *_ = stage.ran
    assert known_then == dict(zip(words, values, strict=True))


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(0, 99))
def test_what_is_known_is_shown_as_its_picker_would_write_it(day: date, guests: int) -> None:
    stage = Stage(specs_of([visit]))

    form = form_beside(stage.says(f"/visit day={day.isoformat()} guests={guests}"))

    shown = {field.name: field.value for field in form.fields}
    assert (shown["day"], shown["guests"], shown["at"]) == (day.isoformat(), str(guests), "")
