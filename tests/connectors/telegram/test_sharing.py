"""A number or a place that the customer shares with one press."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram import ReplyKeyboardMarkup, ReplyKeyboardRemove

from bot import FormField, InboundMessage, Option, OutboundMessage, PromptId, account_of
from bot.ports.emulators import Seen
from bot.testing.contracts.workbench import Workbench, open_workbench
from connectors.telegram.emulator import TelegramEmulator, open_emulator
from connectors.telegram.emulator.apps import phone_number
from connectors.telegram.keyboards import SharingLabels
from connectors.telegram.render import render
from connectors.telegram.wire import parse_update
from tests.connectors.telegram.opened import connect_plainly
from tests.connectors.telegram.updates import GROUP, SHOP_BOT, body, message

LABELS = SharingLabels(phone="My number", place="Here")
ACCOUNT = account_of("telegram", "42")


@pytest.fixture
async def bench() -> AsyncIterator[Workbench]:
    async with open_workbench(connect_plainly, open_emulator, person="7") as bench:
        yield bench


def asking(kind: str, **changes: Any) -> OutboundMessage:
    field = FormField(name="it", label="Yours", kind=kind)
    return OutboundMessage(text="Which?", prompt=PromptId("p"), asks=field, **changes)


def removes_keyboard(seen: Seen) -> bool:
    return seen.raw.get("reply_markup") == {"remove_keyboard": True}


def shared(contact: dict[str, Any], **changes: Any) -> InboundMessage:
    said = message(contact={"first_name": "Ada", **contact}) | changes
    del said["text"]
    (found,) = parse_update(ACCOUNT, body(message=said)).messages
    return found


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        ("phone", "\N{MOBILE PHONE} Share my number"),
        ("place", "\N{ROUND PUSHPIN} Share where I am"),
    ],
)
async def test_a_press_shares_it_and_the_next_message_folds_the_keyboard_away(
    bench: Workbench, kind: str, label: str
) -> None:
    await bench.answers(asking(kind), await bench.hears("hello"))
    (question,) = bench.replies

    await bench.emulator.taps("7", question.id, label)
    answer = bench.messages[-1]
    await bench.answers(OutboundMessage(text="Thank you."), answer)
    await bench.answers(OutboundMessage(text="Anything else?"), answer)

    said = {"phone": f"+{phone_number(7)}", "place": "45.4642, 9.19"}
    assert question.buttons == (label,)
    assert answer.text == said[kind]
    assert [removes_keyboard(seen) for seen in bench.replies] == [False, True, False]


async def test_an_answer_that_was_typed_folds_the_keyboard_away_once(bench: Workbench) -> None:
    await bench.answers(asking("phone"), await bench.hears("hello"))

    answer = await bench.hears("+39 333 1112222")
    await bench.answers(OutboundMessage(text="Thank you."), answer)
    await bench.answers(OutboundMessage(text="Anything else?"), answer)

    assert [removes_keyboard(seen) for seen in bench.replies] == [False, True, False]
    assert [seen.buttons for seen in bench.replies] == [(), (), ()]


async def test_buttons_come_first_and_the_keyboard_is_folded_after_them(bench: Workbench) -> None:
    yes = (Option(token="p.0", label="Yes"),)
    await bench.answers(asking("phone"), await bench.hears("hello"))

    answer = await bench.hears("1")
    await bench.answers(OutboundMessage(text="Shall I?", options=yes), answer)
    await bench.answers(OutboundMessage(text="Done."), answer)

    assert bench.replies[1].buttons == ("Yes",)
    assert removes_keyboard(bench.replies[2])


def test_a_question_with_choices_shows_these_instead() -> None:
    (call,) = render(asking("phone", options=(Option(token="p.0", label="Mine"),)), sharing=LABELS)

    assert not isinstance(call.markup, ReplyKeyboardMarkup | ReplyKeyboardRemove)


@pytest.mark.parametrize("kind", ["date", "text", "email"])
def test_other_kinds_have_no_control(kind: str) -> None:
    (call,) = render(asking(kind), sharing=LABELS)

    assert call.markup is None


async def test_in_a_group_nothing_can_be_shared(bench: Workbench) -> None:
    assert isinstance(bench.emulator, TelegramEmulator)
    await bench.emulator.apps.says_in("-5", "7", "/book")

    await bench.answers(asking("phone"), bench.messages[-1])

    shown = bench.emulator.screen("-5")[-1]
    assert shown.raw["reply_markup"] == {"force_reply": True, "selective": True}


@pytest.mark.parametrize("number", ["393331112222", "+393331112222", "+39 333 111-2222"])
def test_ones_own_contact_is_a_number_that_telegram_vouches_for(number: str) -> None:
    found = shared({"phone_number": number, "user_id": 7})

    assert found.sender.phone == "393331112222"


@pytest.mark.parametrize(
    ("contact", "changes"),
    [
        ({"phone_number": "393331112222", "user_id": 8}, {}),
        ({"phone_number": "393331112222"}, {}),
        ({"phone_number": "911", "user_id": 7}, {}),
        ({"phone_number": "0039333", "user_id": 7}, {}),
        ({"phone_number": "393331112222", "user_id": 7}, {"forward_origin": {"type": "user"}}),
    ],
    ids=["another's", "nobody's", "short", "not international", "forwarded"],
)
def test_any_other_contact_is_only_words(contact: dict[str, Any], changes: dict[str, Any]) -> None:
    found = shared(contact, **changes)

    assert found.sender.phone is None
    assert found.text.lstrip("+") == contact["phone_number"]


def test_a_contact_in_a_group_leaves_no_keyboard_to_fold() -> None:
    asked = message(**{"from": SHOP_BOT}, chat=GROUP)

    found = shared({"phone_number": "1", "user_id": 8}, chat=GROUP, reply_to_message=asked)

    assert "shared" not in found.hints
