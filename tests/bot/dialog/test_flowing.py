"""Flows on the stage: what a changed answer, a branch or a release does to what was done."""

from typing import Any, Literal

import pytest

from bot.authoring.actions import action
from bot.authoring.context import Context
from bot.authoring.flows import Flow, Talk, flow
from bot.errors import UserError
from tests.bot.dialog.flow_stage import Deed, FlowStage, Service
from tests.bot.dialog.stage import last, specs_of, told


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
    if what == "piano":
        raise UserError("There is no piano.")
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


@flow("band")
async def band(talk: Talk) -> str:
    """Found a band."""
    what = await talk.ask("what", str, "Which instrument?")
    try:
        async with talk.saga("parts") as saga:
            await saga.do(hold, what="stage")
            await saga.do(hold, what=what)
    except UserError as error:
        await talk.say(f"Without it: {error}")
    await talk.ask("name", str, "Its name?")
    return "Founded."


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
