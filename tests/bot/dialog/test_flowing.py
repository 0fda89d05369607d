"""Flows on the stage: what a changed answer, a branch or a release does to what was done."""

from typing import Annotated, Any, Literal

import pytest

from bot.authoring.actions import action
from bot.authoring.context import Context
from bot.authoring.flows import Flow, Talk, flow
from bot.authoring.parameters import Arg
from tests.bot.dialog.flow_stage import Deed, FlowStage, Service
from tests.bot.dialog.stage import last, proposal, specs_of, told


@action
async def send(_ctx: Context, weight: int) -> str:
    """Send a parcel."""
    return f"P{weight}"


@action(read=True)
async def price(_ctx: Context, weight: int) -> int:
    """Look a price up."""
    return 3 * weight


async def put_back(_ctx: Context, _effect: object) -> None:
    """Take an effect back."""


@action(undo=put_back)
async def hold(_ctx: Context, what: str) -> str:
    """Hold something."""
    return what.upper()


@flow("parcel")
async def parcel(talk: Talk) -> str:
    """Send a parcel."""
    weight = await talk.ask("weight", int, "How heavy?")
    if weight > 10:
        await talk.ask("reason", str, "Why so heavy?")
    await talk.do(send, weight=weight)
    await talk.ask("insured", bool, "Insured?")
    return "Sent."


@flow("parcel")
async def parcel_with_note(talk: Talk) -> str:
    """Send a parcel."""
    kilos = await talk.ask("kilos", int, "How heavy?", was="weight")
    await talk.ask("note", str, "A note?")
    await talk.do(send, weight=kilos)
    await talk.ask("insured", bool, "Insured?")
    return "Sent."


@flow("quote")
async def quote(talk: Talk) -> str:
    """Ask for a price."""
    weight = await talk.ask("weight", int, "How heavy?")
    costs = await talk.do(price, weight=weight)
    await talk.ask("fine", bool, f"It costs {costs}. Fine?")
    return "Thank you."


@flow("basket")
async def basket(talk: Talk) -> str:
    """Fill a basket."""
    for number in range(2):
        what = await talk.ask("thing", Literal["cup", "lamp"], f"Thing {number}?", key=number)
        await talk.do(hold, what=what)
    await talk.ask("bag", bool, "A bag?")
    return "Packed."


@action(undo=put_back)
async def hold_bike(_ctx: Context, row: int) -> str:
    """Hold a bike."""
    return f"B{row}"


@flow("seat")
async def seat(talk: Talk) -> str:
    """Take a seat."""
    row = await talk.ask("row", int, "Which row?")
    if row > 20:
        await talk.ask("color", Literal["red", "blue"], "Which bike?")
        await talk.do(hold_bike, row=row)
    else:
        await talk.do(hold, what=f"row {row}")
    await talk.ask("window", bool, "At the window?")
    return f"Seated in row {row}."


@flow("seat")
async def small_seat(talk: Talk) -> str:
    """Take a seat."""
    row = await talk.ask("row", Annotated[int, Arg(le=25)], "Which row?")
    await talk.do(hold, what=f"row {row}")
    return f"Seated in row {row}."


@action(undo=put_back)
async def hold_place(_ctx: Context, what: str) -> str:
    """Hold a place."""
    return f"P {what}"


@flow("room")
async def room(talk: Talk) -> str:
    """Take a room."""
    what = await talk.ask("what", Literal["east", "west"], "Which one?")
    parks = await talk.ask("parks", bool, "With a place to park?")
    held = await talk.do(hold_place if parks else hold, what=what)
    await talk.ask("nights", int, "How many nights?")
    return f"Held: {held}."


@flow("room")
async def room_with_place(talk: Talk) -> str:
    """Take a room."""
    what = await talk.ask("what", Literal["east", "west"], "Which one?")
    await talk.ask("parks", bool, "With a place to park?")
    place = await talk.do(hold_place, what=what)
    held = await talk.do(hold, what=what)
    await talk.ask("nights", int, "How many nights?")
    return f"Held: {held}, {place}."


@flow("notes")
async def notes(talk: Talk) -> str:
    """Take notes."""
    found = await talk.once("found", dict, action="x", answers={"what": 1})
    await talk.ask("what", str, "What is it?", was="thing")
    return f"{found}"


@flow("desk")
async def desk(talk: Talk) -> str:
    """Ask a person."""
    topic = await talk.ask("topic", str, "About what?")
    await talk.handoff(note=topic)
    return "Was that helpful?"


def stage_of(*flows: Flow[Any]) -> FlowStage:
    return FlowStage(commands=specs_of(one.command for one in flows))


def standing(service: Service) -> list[Deed]:
    return [deed for deed in service.deeds.values() if not deed.undone]


def test_what_is_done_is_not_done_again_where_a_branch_puts_a_question_before_it() -> None:
    stage = stage_of(parcel)
    stage.says("/parcel")
    stage.says("5")
    stage.says("change weight to 12")

    shown = stage.says("a piano")

    assert told(shown).startswith("This is done and cannot be undone: Send a parcel.")
    assert [deed.arguments for deed in standing(stage.service)] == [{"weight": 5}]
    assert stage.answers["weight"] == 5


def test_what_is_done_is_not_done_again_where_a_release_puts_a_question_before_it() -> None:
    stage = stage_of(parcel)
    stage.says("/parcel")
    stage.says("5")
    stage.releases(parcel_with_note.command)

    assert last(stage.says("yes")).text == "A note?"
    assert last(stage.says("for Ada")).text == "Sent."
    assert len(stage.service.calls) == 1


def test_a_change_of_an_answer_that_was_renamed_is_a_change_of_what_was_done_for_it() -> None:
    stage = stage_of(parcel)
    stage.says("/parcel")
    stage.says("5")
    stage.releases(parcel_with_note.command)
    stage.says("hm")
    stage.says("for Ada")

    shown = stage.says("change kilos to 7")

    assert "This is done and cannot be undone: Send a parcel." in told(shown)
    assert stage.answers["kilos"] == 5


@pytest.mark.parametrize("weight", [7, 12])
def test_another_answer_has_its_price_looked_up_anew(weight: int) -> None:
    stage = stage_of(quote)
    stage.says("/quote")
    stage.says("5")

    shown = stage.says(f"change weight to {weight}")

    assert last(shown).text == f"Noted: {weight}. It costs {3 * weight}. Fine?"


def test_two_of_a_kind_are_two_whatever_was_changed_into_the_other() -> None:
    stage = stage_of(basket)
    for words in ("/basket", "cup", "lamp", "change thing[0] to lamp", "yes"):
        stage.says(words)

    assert last(stage.says("no")).text == "Packed."
    assert [deed.arguments for deed in standing(stage.service)] == [{"what": "lamp"}] * 2


def test_a_question_of_a_parked_flow_takes_no_answers() -> None:
    stage = stage_of(desk)
    stage.says("/desk")
    assert "A person will answer you here." in told(stage.says("luggage"))

    shown = stage.says("the train")

    assert "I did not understand “the train”." in told(shown)
    assert [frame.answers["topic"].value for frame in stage.state.frames] == ["luggage"]


def test_what_a_customer_keeps_twice_is_kept() -> None:
    stage = stage_of(seat)
    stage.says("/seat")
    stage.says("7")
    stage.says("change row to 30")
    stage.says("red")

    assert "Hold something. Shall I undo it?" in told(stage.says("yes"))
    assert "Hold a bike. Shall I undo it?" in told(stage.taps("No, keep it"))
    assert last(stage.taps("No, keep it")).text == "Seated in row 30."
    assert len(standing(stage.service)) == 2


def test_what_a_customer_does_not_keep_is_undone_at_the_end() -> None:
    stage = stage_of(seat)
    stage.says("/seat")
    stage.says("7")
    stage.says("change row to 30")
    stage.says("red")
    stage.says("yes")

    assert last(stage.taps("Yes")).text == "Seated in row 30."
    assert [deed.action for deed in standing(stage.service)] == ["hold_bike"]


def test_another_action_at_the_same_place_is_not_taken_for_the_one_that_was_done() -> None:
    stage = stage_of(room)
    for words in ("/room", "east", "no"):
        stage.says(words)

    shown = stage.says("change parks to yes")

    assert "That changes what is done already: Hold something. Shall I undo it?" in told(shown)
    stage.says("yes")
    assert [deed.action for deed in standing(stage.service)] == ["hold_place"]
    assert last(stage.says("2")).text == "Held: P east."


def test_a_release_that_puts_another_action_in_front_has_each_done_once() -> None:
    stage = stage_of(room)
    for words in ("/room", "east", "no"):
        stage.says(words)
    stage.releases(room_with_place.command)

    assert last(stage.says("2")).text == "Held: EAST, P east."
    assert sorted(deed.action for deed in standing(stage.service)) == ["hold", "hold_place"]
    assert len(stage.service.calls) == 2


def test_what_an_author_recalls_is_never_taken_for_an_effect() -> None:
    stage = stage_of(notes)
    stage.says("/notes")

    assert last(stage.says("tea")).text == "{'action': 'x', 'answers': {'what': 1}}"


@pytest.mark.parametrize("words", ["cancel", "start over"])
def test_who_gives_a_flow_up_is_told_what_stands(words: str) -> None:
    stage = stage_of(seat)
    stage.says("/seat")
    stage.says("7")
    stage.says(words)

    shown = stage.says("yes")

    assert "This is done and stands: Hold something." in told(shown)
    assert len(standing(stage.service)) == 1


def test_a_tap_once_more_under_a_release_that_refuses_an_answer_asks_for_it() -> None:
    stage = stage_of(seat)
    stage.says("book a seat", meant=proposal("seat"))
    stage.says("30")
    red = stage.token("red")
    assert "Shall I do that?" in told(stage.presses(red))
    stage.releases(small_seat.command)

    shown = stage.presses(red)

    assert last(shown).text == "“30”: It must be 25 or less. Which row?"
