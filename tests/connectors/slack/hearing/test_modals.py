"""A form's way at Slack: pressed, opened, filled in, sent; and what happens when it cannot open."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot import (
    Faults,
    Form,
    FormField,
    FormFilled,
    InboundMessage,
    OutboundMessage,
    PromptId,
    Received,
    Tap,
)
from bot.testing.contracts.workbench import Workbench, open_workbench
from connectors.slack.blocks.views import CALLBACK, FORM_ACTION, form_button
from connectors.slack.emulator import open_emulator
from connectors.slack.hearing.modals import find_press, find_submission
from tests.connectors.slack.app import connect_plainly, slack

PROMPT = PromptId("AbCdEfGh123")
BOOKING = Form(
    title="Book a table",
    fields=(
        FormField(name="day", label="Which day?", kind="date"),
        FormField(name="guests", label="How many guests?", kind="number"),
        FormField(name="note", label="Anything else?", required=False),
    ),
)
ASKED = OutboundMessage(text="Which day?", prompt=PROMPT, form=BOOKING)
DAY = "2026-11-20"
FILLED = {"day": DAY, "guests": "4"}


@pytest.fixture
async def bench() -> AsyncIterator[Workbench]:
    async with open_workbench(connect_plainly, open_emulator, person="U1") as bench:
        yield bench


async def asked(bench: Workbench, text: str = "hello") -> InboundMessage:
    """Let the person write and the bot ask, with a form."""
    heard = await bench.hears(text)
    await bench.answers(ASKED, heard)
    return heard


async def pressed(bench: Workbench, person: str = "U1") -> None:
    await slack(bench).taps(person, bench.replies[-1].id, "Fill in a form")


async def test_a_press_opens_the_form_and_is_no_message(bench: Workbench) -> None:
    await asked(bench)

    await pressed(bench)

    form = slack(bench).form("U1")
    assert form is not None
    assert (form.title, form.submit) == ("Book a table", "Send")
    assert [(f.label, f.kind, f.required) for f in form.fields] == [
        ("Which day?", "date", True), ("How many guests?", "number", True),
        ("Anything else?", "text", False),
    ]  # fmt: skip
    assert len(bench.messages) == 1


async def test_a_form_that_is_sent_is_one_message_to_its_question_and_closes(
    bench: Workbench,
) -> None:
    heard = await asked(bench)
    await pressed(bench)

    assert await slack(bench).fills("U1", FILLED) == {}

    sent = bench.messages[-1]
    assert sent.form == FormFilled(prompt=PROMPT, values=FILLED)
    assert (sent.sender, sent.room, sent.text, sent.tap) == (heard.sender, None, "", None)
    assert slack(bench).form("U1") is None


async def test_the_answer_to_a_form_comes_where_its_question_stood(bench: Workbench) -> None:
    await slack(bench).says("U1", "/book", channel="C1")
    await bench.answers(replace(ASKED, ephemeral=True), bench.messages[-1])
    await pressed(bench)
    await slack(bench).fills("U1", FILLED)

    await bench.answers(OutboundMessage(text="Sure?"), bench.messages[-1])

    assert bench.messages[-1].sender.place == "C1"
    assert (bench.replies[-1].text, bench.replies[-1].ephemeral) == ("Sure?", True)


async def test_a_form_in_a_room_answers_in_the_room(bench: Workbench) -> None:
    await slack(bench).says("U1", "@bot book", channel="C1")
    await bench.answers(ASKED, bench.messages[-1])
    await pressed(bench)
    await slack(bench).fills("U1", FILLED)

    assert bench.messages[-1].room == bench.messages[0].room == "C1"


async def test_a_stranger_s_press_opens_nothing_and_is_asked_about(bench: Workbench) -> None:
    await slack(bench).says("U1", "@bot book", channel="C1")
    await slack(bench).says("U2", "hello", channel="C1")
    await bench.answers(ASKED, bench.messages[0])

    await pressed(bench, "U2")

    assert slack(bench).form("U2") is None
    assert bench.messages[-1].sender.user == "U2"
    assert bench.messages[-1].tap == Tap(token=f"{PROMPT}.form", label="Fill in a form")


async def test_slack_itself_keeps_back_a_form_that_lacks_something(bench: Workbench) -> None:
    await asked(bench)
    await pressed(bench)

    refused = await slack(bench).fills("U1", {"day": "2026-11-20"})

    assert refused == {"guests": "Please complete this required field."}
    assert slack(bench).form("U1") is not None
    assert len(bench.messages) == 1


async def test_a_press_that_is_delivered_twice_opens_one_form(bench: Workbench) -> None:
    await asked(bench)
    bench.emulator.faults = Faults(duplicate=1)

    await pressed(bench)

    assert slack(bench).form("U1") is not None
    assert len(bench.messages) == 1


async def test_a_form_that_is_delivered_twice_is_the_same_message(bench: Workbench) -> None:
    await asked(bench)
    await pressed(bench)
    bench.emulator.faults = Faults(duplicate=1)

    await slack(bench).fills("U1", FILLED)

    first, second = bench.messages[-2:]
    assert first == second


async def test_a_form_that_cannot_be_opened_becomes_a_wish_to_be_asked(bench: Workbench) -> None:
    await asked(bench)
    bench.emulator.faults = Faults(fail=1)

    await pressed(bench)

    assert slack(bench).form("U1") is None
    assert bench.messages[-1].tap == Tap(token=f"{PROMPT}.form", label="Fill in a form")
    assert bench.messages[-1].sender == bench.messages[0].sender


async def test_a_form_that_the_bot_did_not_take_stays_open_and_is_sent_again(
    bench: Workbench,
) -> None:
    await asked(bench)
    await pressed(bench)
    bench.refuse = 1

    refused = await slack(bench).fills("U1", FILLED)

    assert refused == {"": "We had some trouble connecting. Try again?"}
    assert await slack(bench).fills("U1", FILLED) == {}
    assert len([message for message in bench.messages if message.form]) == 1


async def test_a_form_that_is_closed_says_nothing(bench: Workbench) -> None:
    await asked(bench)
    await pressed(bench)

    await slack(bench).dismisses("U1")

    assert slack(bench).form("U1") is None
    assert len(bench.messages) == 1


# ── Without a wire ────────────────────────────────────────────────────────────


def submission(**changes: Any) -> dict[str, Any]:
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": json.dumps({"prompt": PROMPT, "place": "D1", "room": None}),
        "blocks": [
            {"type": "input", "block_id": "day", "optional": False},
            {"type": "input", "block_id": "note", "optional": True},
        ],
        "state": {"values": {"day": {"words": {"type": "datepicker", "selected_date": DAY}}}},
    }
    return {
        "type": "view_submission",
        "team": {"id": "T1"},
        "user": {"id": "U1"},
        "view": {**view, **changes},
    }


def found(body: dict[str, Any]) -> Received | None:
    return find_submission("shop", body, json.dumps(body).encode())


def test_what_is_missing_is_told_in_the_form_and_recorded_nowhere() -> None:
    received = found(submission(state={"values": {"day": {"words": {"type": "datepicker"}}}}))

    assert received is not None
    assert received.messages == ()
    assert json.loads(received.response.body) == {
        "response_action": "errors",
        "errors": {"day": "Please fill this in."},
    }


@pytest.mark.parametrize(
    ("held", "error"),
    [
        ({"type": "datepicker", "selected_date": "soon"}, "Please pick a day."),
        ({"type": "timepicker", "selected_time": "8 pm"}, "Please pick a time."),
        ({"type": "number_input", "value": "four"}, "Please give a number."),
        ({"type": "email_text_input", "value": "ada"}, "Please give an e-mail address."),
        ({"type": "number_input", "value": "4.5"}, None),
        ({"type": "plain_text_input", "value": "four"}, None),
    ],
)
def test_what_cannot_be_read_is_told_under_its_field(
    held: dict[str, str], error: str | None
) -> None:
    block = {"type": "input", "block_id": "f", "optional": True, "element": {"type": held["type"]}}
    received = found(submission(blocks=[block], state={"values": {"f": {"words": held}}}))

    assert received is not None
    assert json.loads(received.response.body).get("errors", {}).get("f") == error
    assert bool(received.messages) == (error is None)


def test_a_form_is_answered_by_clearing_it() -> None:
    received = found(submission())

    assert received is not None
    assert json.loads(received.response.body) == {"response_action": "clear"}
    assert received.messages[0].event_id == "view:V1"


def test_the_view_of_another_app_s_part_is_none_of_ours() -> None:
    assert found(submission(callback_id="other")) is None
    assert found({"type": "view_submission", "user": {"id": "U1"}}) is None


@pytest.mark.parametrize("metadata", ["", "[]", "5", "{}", '{"place": 5}', "[" * 100_000])
def test_a_form_with_broken_metadata_is_kept_as_unreadable(metadata: str) -> None:
    received = found(submission(private_metadata=metadata))

    assert received is not None
    assert received.unreadable
    assert not received.messages


@pytest.mark.parametrize("values", [None, 5, [], {"day": 5}, {"day": {"words": 5}}])
def test_any_state_is_read_without_an_error(values: object) -> None:
    received = found(submission(state={"values": values}))

    assert received is not None
    assert json.loads(received.response.body)["response_action"] == "errors"


def test_words_are_cleaned_and_cut_to_what_a_field_may_hold() -> None:
    typed = {"type": "plain_text_input", "value": "a\0" + "x" * 4000}

    received = found(submission(state={"values": {"day": {"words": typed}}}))

    assert received is not None
    sent = received.messages[0].form
    assert sent is not None
    assert sent.values["day"] == "a" + "x" * 2999


def test_a_press_carries_its_place_into_the_form() -> None:
    button = form_button(BOOKING, PROMPT, "U1")
    body = {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": "U1"},
        "channel": {"id": "C1"},
        "container": {"message_ts": "1.2", "thread_ts": "1.1"},
        "trigger_id": "13.37.abc",
        "response_url": "https://hooks.slack.com/actions/1",
        "actions": [{**(button or {}), "action_ts": "1.3"}],
    }

    press = find_press("shop", body, b"")

    assert press is not None
    assert press.view is not None
    told = json.loads(press.view["private_metadata"])
    assert (told["prompt"], told["place"], told["room"]) == (PROMPT, "C1:1.1", "C1:1.1")
    assert told["hints"]["response_url"] == "https://hooks.slack.com/actions/1"
    long = find_press("shop", {**body, "response_url": "https://x/" + "a" * 3000}, b"")
    assert long is not None
    assert long.view is not None
    assert len(long.view["private_metadata"]) <= 3000


@pytest.mark.parametrize("action", [{"action_id": FORM_ACTION}, {"action_id": "option-0"}, 5, None])
def test_presses_without_a_form_open_nothing(action: object) -> None:
    press = find_press("shop", {"type": "block_actions", "actions": [action]}, b"")

    assert press is None
