"""Laws that hold for whatever customers send, in whatever state a conversation is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.dialog.events import Ask, Heard
from bot.dialog.manager import decide
from bot.model.conversation import State, dump_state, load_state
from bot.model.messages import Tap
from tests.bot.dialog.restaurant import book, booking, fail, name, order, pay, restaurant
from tests.bot.dialog.stage import Shown, Stage, proposal

LINES = (
    "/book", "/book 4 2026-11-20", "/book 19:00 guests=5", "/order", "/order Diavola xl", "/pay",
    "/bookings", "/name", "/fail x", "/fail user", "/fail optional", "/uber", "/uber hlp", "/bok",
    "2026-11-20", "2026-11-17", "2026-11-23", "19:00", "18:00", "11:00", "4", "44", "6 guests",
    "sorry, 2026-11-23", "terrace", "yes", "no", "👍", "cancel", "back", "repeat", "help", "human",
    "skip", "why", "hello", "change the time", "change the time to 18:00", "summary", "start over",
    "thanks", "how are you?", "2", "", "🍕", "what?", "Diavola", "x" * 4000,
    "4 guests at 18:00 on 2026-11-20",
)  # fmt: skip
PLACES = ("slack", "telegram", "web")

Step = tuple[str, str, int]
steps: st.SearchStrategy[list[Step]] = st.lists(
    st.tuples(
        st.sampled_from([*LINES, "!tap", "!pay", "!unseen", "!crossed", "!wait", "!release"]),
        st.sampled_from(PLACES),
        st.integers(min_value=0, max_value=60),
    ),
    max_size=14,
)
RELEASES = ((book, order, pay, name, fail), (order, name), ())


def tokens(stage: Stage) -> list[str]:
    return [p.token(i) for p in stage.state.prompts for i in range(len(p.choices))] or ["x.0"]


def play(stage: Stage, step: Step) -> list[Shown]:
    """Take one step; what it shows."""
    line, at, number = step
    match line:
        case "!tap":
            held = tokens(stage)
            return stage.presses(held[-1 - number % len(held)], at)
        case "!pay":
            return stage.says("pay 5", at, meant=proposal("pay", number / 60, "book"))
        case "!crossed":
            return stage.says(LINES[number % len(LINES)], at, crossed=True)
        case "!unseen":
            stage.unseen(at)
        case "!wait":
            stage.waits(timedelta(seconds=number))
        case "!release":
            stage.releases(*RELEASES[number % len(RELEASES)])
        case _:
            return stage.says(line, at)
    return []


def is_silent_rightly(stage: Stage, step: Step) -> bool:
    """Tell whether a step may show nothing: nothing was sent, or it was a double tap."""
    return step[0] in {"!tap", "!unseen", "!wait", "!release"}


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps)
def test_restarts_between_any_two_steps_change_nothing(script: list[Step]) -> None:
    whole, restarted = restaurant(restarts=False), restaurant(restarts=True)

    for step in script:
        play(whole, step)
        play(restarted, step)

    assert whole.transcript == restarted.transcript
    assert load_state(dump_state(whole.state)) == whole.state


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps)
def test_every_message_is_answered_and_no_reasons_are_left_over(script: list[Step]) -> None:
    stage = restaurant()

    for step in script:
        shown = play(stage, step)

        assert shown or is_silent_rightly(stage, step)
        assert all(one.text.strip() for one in shown)
        assert stage.state.notes == ()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps)
def test_an_open_dialog_always_has_its_question_open(script: list[Step]) -> None:
    stage = restaurant()

    for step in script:
        sent = play(stage, step)

        top = stage.state.top
        if top is not None and sent:
            assert any(p.open and p.frame == top.id for p in stage.state.prompts)
        assert len({frame.id for frame in stage.state.frames}) == len(stage.state.frames)
        assert len({prompt.id for prompt in stage.state.prompts}) == len(stage.state.prompts)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps)
def test_nothing_runs_without_a_yes_to_the_newest_confirm(script: list[Step]) -> None:
    stage = restaurant()

    for step in script:
        before = len(stage.ran)
        opened = stage.state.open_prompt
        frames = stage.state.frames
        play(stage, step)

        for command, values in stage.ran[before:]:
            if command == "book":
                assert opened is not None
                top = next(frame for frame in frames if frame.command == "book")
                confirms = [p for p in stage.state.prompts if p.frame == top.id]
                assert confirms[-1].chosen == 0
                assert f"Book for {values['guests']} on" in confirms[-1].text


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(["2026-11-20", "19:00", "4", "terrace", "Diavola", "xl", "yes"])))
def test_nothing_is_asked_twice_while_answers_are_given(lines: Sequence[str]) -> None:
    stage = booking()
    asked: list[tuple[str | None, str | None]] = []
    for line in lines:
        first = len(stage.transcript)
        stage.says(line)
        for shown in stage.transcript[first:]:
            prompt = stage.state.prompt(shown.prompt)
            if prompt is not None and prompt.argument and shown.text == prompt.text:
                asked.append((prompt.frame, prompt.argument))

    assert len(asked) == len(set(asked))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80), st.sampled_from(["", "2026-11-20", "2026-11-20 19:00", "full", "no"]))
def test_any_text_in_any_state_has_an_answer_with_a_way_on(text: str, where: str) -> None:
    stage = booking()
    if where in {"full", "no"}:
        stage.says("2026-11-20 at 19:00 for 4 guests")
    stage.says(where) if where not in {"", "full"} else None

    shown = stage.says(text)

    assert shown
    assert stage.state.frames == () or stage.state.open_prompt is not None


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40))
def test_any_token_of_a_button_has_an_answer(token: str) -> None:
    assert booking().presses(token)


@given(st.text(max_size=40), st.none() | st.text(max_size=12))
def test_a_decision_is_a_function_of_state_and_event(text: str, token: str | None) -> None:
    stage = booking("2026-11-20")
    heard = Heard(
        text=text, tap=None if token is None else Tap(token=token),
        around=stage.surroundings("slack"),
    )  # fmt: skip

    first = decide(stage.state, heard)
    second = decide(load_state(dump_state(stage.state)), heard)

    assert first == second


@pytest.mark.parametrize("crossed", [True, False])
def test_a_wish_to_ask_carries_what_the_state_keeps(crossed: bool) -> None:  # noqa: FBT001 - a case
    stage = booking("2026-11-20")
    heard = Heard(text="hm", crossed=crossed, around=stage.surroundings("web"))

    state, wishes = decide(stage.state, heard)

    asks = [wish for wish in wishes if isinstance(wish, Ask)]
    assert len(asks) == 1
    kept = state.prompt(asks[0].prompt.id)
    assert kept is not None
    assert asks[0].prompt.text.endswith(kept.text)
    assert replace(asks[0].prompt, text=kept.text) == kept


def test_a_returning_customer_books_with_three_taps() -> None:
    stage = restaurant()
    stage.says("/bookings")

    stage.taps("Terrace on Friday")
    stage.taps("19:00")
    stage.says("4")
    stage.taps("Yes")

    assert len(stage.ran) == 2


def test_twenty_questions_are_kept_and_no_more() -> None:
    stage = booking()

    for _ in range(30):
        stage.says("2026-11-17")

    assert len(stage.state.prompts) == 20
    assert isinstance(stage.state, State)
