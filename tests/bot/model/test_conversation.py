"""The state of a conversation: kept as JSON, joined and parted without loss."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.conversation import (
    Answer,
    Frame,
    Prompt,
    PromptChoice,
    PromptKind,
    State,
    dump_state,
    joined,
    load_state,
    parted,
    room_scope,
)
from bot.model.ids import ConversationId, FrameId, PromptId

START = datetime(2026, 11, 18, 9, 0, tzinfo=ZoneInfo("UTC"))
HOST, GUEST = ConversationId("host"), ConversationId("guest")

moments = st.integers(min_value=0, max_value=10**6).map(lambda n: START + timedelta(seconds=n))
short = st.text(max_size=5)
json_values = st.none() | st.booleans() | st.integers(-9, 9) | short | st.lists(short, max_size=2)
plain_answers = st.builds(
    Answer, value=json_values, words=short, at=moments, source=short, checked=st.booleans(),
    others=st.tuples() | st.tuples(json_values), fits=st.tuples(),
)  # fmt: skip
answers = st.builds(replace, plain_answers, instead_of=st.none() | plain_answers)
choices = st.builds(
    PromptChoice, label=short, value=json_values, command=st.none() | short,
    arguments=st.dictionaries(short, json_values, max_size=2), words=st.none() | short,
)  # fmt: skip


def states(origin: ConversationId) -> st.SearchStrategy[State]:
    """Make states of one conversation; ids are unique over conversations, orders are any."""
    ids = st.integers(min_value=0, max_value=10**6).map(lambda n: f"{origin}-{n}")
    frames = st.builds(
        Frame, id=ids.map(FrameId), command=short, opened_at=moments, used_at=moments,
        origin=st.just(origin), answers=st.dictionaries(short, answers, max_size=2),
        proposed=st.booleans(), asked=st.lists(short, max_size=2).map(tuple),
    )  # fmt: skip
    prompts = st.builds(
        Prompt, id=ids.map(PromptId), kind=st.sampled_from(PromptKind), origin=st.just(origin),
        frame=st.none() | ids.map(FrameId), argument=st.none() | short, text=short,
        choices=st.lists(choices, max_size=2).map(tuple), at=moments, open=st.booleans(),
        to=st.none() | st.tuples(short, short, short), chosen=st.none() | st.integers(0, 3),
        closed_at=st.none() | moments,
    )  # fmt: skip
    return st.builds(
        State,
        frames=st.lists(frames, max_size=3, unique_by=lambda one: one.id).map(tuple),
        prompts=st.lists(prompts, max_size=3, unique_by=lambda one: one.id).map(tuple),
    )


@given(states(HOST))
def test_a_state_survives_as_json(state: State) -> None:
    assert load_state(dump_state(state)) == state


def test_what_a_newer_release_added_is_ignored() -> None:
    assert load_state('{"frames": [], "mood": "good"}') == State()


@given(states(HOST), states(GUEST))
def test_parting_undoes_joining(host: State, guest: State) -> None:
    assert parted(joined(host, guest), GUEST) == (host, guest)


@given(states(HOST), states(GUEST))
def test_parting_undoes_joining_also_over_a_restart(host: State, guest: State) -> None:
    whole = load_state(dump_state(joined(host, guest)))

    assert parted(whole, GUEST) == (host, guest)


@given(states(HOST), states(GUEST))
def test_joining_loses_nothing(host: State, guest: State) -> None:
    whole = joined(host, guest)

    assert len(whole.frames) == len(host.frames) + len(guest.frames)
    assert len(whole.prompts) == len(host.prompts) + len(guest.prompts)


def frame(name: str, minute: int, origin: ConversationId = HOST) -> Frame:
    at = START + timedelta(minutes=minute)
    return Frame(id=FrameId(name), command=name, opened_at=at, used_at=at, origin=origin)


def prompt(name: str, of: str | None = None, kind: PromptKind = PromptKind.ASK) -> Prompt:
    held = None if of is None else FrameId(of)
    return Prompt(id=PromptId(name), kind=kind, origin=HOST, frame=held, at=START)


def test_the_dialog_used_last_is_on_top_after_joining() -> None:
    host = State(frames=(frame("a", 1), frame("b", 5)))
    guest = State(frames=(frame("c", 3, GUEST),))

    assert [one.id for one in joined(host, guest).frames] == ["a", "c", "b"]


def test_a_new_question_closes_the_dialogs_earlier_ones_and_menus() -> None:
    state = State(frames=(frame("a", 1), frame("b", 2)))
    for one in (prompt("p1", "a"), prompt("p2", "b"), prompt("menu"), prompt("p3", "a")):
        state = state.asked(one)

    assert [one.id for one in state.prompts if one.open] == ["p2", "p3"]
    assert state.open_prompt == prompt("p3", "a")


def test_a_dropped_dialog_takes_its_questions_with_it() -> None:
    state = State(frames=(frame("a", 1),)).asked(prompt("p1", "a")).dropped(FrameId("a"))

    assert state.top is None
    assert state.open_prompt is None
    assert state.prompt("p1") is not None


def test_questions_of_one_kind_are_closed_alone() -> None:
    state = State().asked(prompt("p1", "a")).asked(prompt("p2", "b", PromptKind.CONFIRM))

    closed = state.closed(FrameId("b"), PromptKind.CONFIRM)

    assert [one.id for one in closed.prompts if one.open] == ["p1"]


def test_raising_puts_a_dialog_on_top_also_where_a_clock_was_set_back() -> None:
    state = State(frames=(frame("a", 1), frame("b", 5)))

    raised = state.raised(FrameId("a"), START)

    assert raised.top is not None
    assert (raised.top.id, raised.top.used_at) == ("a", START + timedelta(minutes=5))
    assert state.raised(FrameId("gone"), START) == state


def test_a_dialog_is_replaced_in_its_place() -> None:
    state = State(frames=(frame("a", 1), frame("b", 5)))

    changed = state.put(replace(frame("a", 1), confirmed=True))

    assert [(one.id, one.confirmed) for one in changed.frames] == [("a", True), ("b", False)]


@pytest.mark.parametrize("index", [0, 9, 99])
def test_a_buttons_token_is_short(index: int) -> None:
    assert len(prompt("AAAAAAAAAAA").token(index).encode()) <= 20


def test_a_room_has_a_scope_of_its_own() -> None:
    assert room_scope("slack/T1", "C1") == "room:slack/T1:C1"
