"""The connector and the emulator together: taps, rooms, troubles on the way."""

from collections.abc import AsyncIterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import Faults, Option, OutboundMessage, PromptId, TransientSendError
from bot.testing.contracts.workbench import Workbench, open_workbench
from connectors.telegram.emulator import TelegramEmulator, open_emulator
from tests.connectors.telegram.opened import connect_plainly

YES_NO = OutboundMessage(
    text="Shall I?", options=(Option(token="p.0", label="Yes"), Option(token="p.1", label="No"))
)
TYPED = st.text(
    st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=300
).filter(lambda text: text == text.strip())


@pytest.fixture
async def bench() -> AsyncIterator[Workbench]:
    async with open_workbench(connect_plainly, open_emulator, person="7") as bench:
        yield bench


def telegram(bench: Workbench) -> TelegramEmulator:
    assert isinstance(bench.emulator, TelegramEmulator)
    return bench.emulator


async def test_a_tapped_button_stops_spinning_without_a_call_of_its_own(bench: Workbench) -> None:
    await bench.answers(YES_NO, await bench.hears("hello"))

    await bench.emulator.taps("7", bench.replies[0].id, "Yes")

    assert telegram(bench).apps.spinning("7") == []
    assert [method for method, _ in telegram(bench).calls] == ["sendmessage", "answercallbackquery"]


async def test_a_button_of_yesterday_can_still_be_tapped_twice(bench: Workbench) -> None:
    await bench.answers(YES_NO, await bench.hears("hello"))

    await bench.emulator.taps("7", bench.replies[0].id, "Yes")
    await bench.emulator.taps("7", bench.replies[0].id, "Yes")

    first, second = bench.messages[-2:]
    assert first.tap == second.tap
    assert first.event_id != second.event_id


async def test_in_a_group_words_and_taps_belong_to_the_same_room(bench: Workbench) -> None:
    await telegram(bench).apps.says_in("-5", "7", "/book@threadline_emulated_bot")
    asked = bench.messages[-1]
    await bench.answers(YES_NO, asked)
    (shown,) = (seen for seen in bench.emulator.screen("-5") if seen.role == "bot")
    await telegram(bench).taps("8", shown.id, "No")

    tapped = bench.messages[-1]
    assert (asked.room, asked.sender.user, asked.sender.place) == ("-5", "7", "-5")
    assert (tapped.room, tapped.sender.user, tapped.sender.place) == ("-5", "8", "-5")
    assert not bench.replies


async def test_in_a_group_a_question_is_a_reply_and_its_answer_arrives(bench: Workbench) -> None:
    await telegram(bench).apps.says_in("-5", "7", "/book")
    question = OutboundMessage(text="How many guests?", prompt=PromptId("p"))
    await bench.answers(question, bench.messages[-1])
    asked, shown = bench.emulator.screen("-5")
    await telegram(bench).apps.says_in("-5", "7", "four", reply_to=shown.id)

    assert shown.raw["reply_parameters"]["message_id"] == int(asked.id)
    assert shown.raw["reply_markup"] == {"force_reply": True, "selective": True}
    assert (bench.messages[-1].text, bench.messages[-1].room) == ("four", "-5")


async def test_in_a_group_what_follows_a_tap_answers_nobody(bench: Workbench) -> None:
    await telegram(bench).apps.says_in("-5", "7", "/book")
    await bench.answers(YES_NO, bench.messages[-1])
    shown = bench.emulator.screen("-5")[-1]
    await telegram(bench).apps.taps("7", shown.id, "Yes")
    await bench.answers(
        OutboundMessage(text="How many guests?", prompt=PromptId("p")), bench.messages[-1]
    )

    last = bench.emulator.screen("-5")[-1]
    assert not {"reply_parameters", "reply_markup"} & last.raw.keys()


async def test_in_private_nothing_is_quoted(bench: Workbench) -> None:
    question = OutboundMessage(text="How many guests?", prompt=PromptId("p"))
    await bench.answers(question, await bench.hears("/book"))

    assert not {"reply_parameters", "reply_markup"} & bench.replies[0].raw.keys()


async def test_an_answer_follows_a_group_that_moved(bench: Workbench) -> None:
    await telegram(bench).apps.says_in("-5", "7", "/book")
    asked = bench.messages[-1]
    supergroup = telegram(bench).standing.upgrade("-5")

    await bench.answers(YES_NO, asked)

    assert [seen.text for seen in bench.emulator.screen(supergroup)] == ["Shall I?"]


async def test_only_a_connection_that_was_cut_can_show_a_message_twice(bench: Workbench) -> None:
    asked = await bench.hears("hello")
    for faults in (Faults(fail=1), Faults(throttle=1), Faults(drop=1)):
        bench.emulator.faults = faults
        with pytest.raises(TransientSendError):
            await bench.answers(YES_NO, asked)
    await bench.answers(YES_NO, asked)

    assert [seen.text for seen in bench.replies] == ["Shall I?", "Shall I?"]


async def test_a_tap_delivered_twice_is_one_event(bench: Workbench) -> None:
    await bench.answers(YES_NO, await bench.hears("hello"))
    bench.emulator.faults = Faults(duplicate=1)

    await bench.emulator.taps("7", bench.replies[0].id, "No")
    await bench.emulator.settled()

    first, second = bench.messages[-2:]
    assert first == second


@settings(max_examples=40, deadline=None)
@given(texts=st.lists(TYPED, min_size=1, max_size=5))
async def test_any_text_survives_the_way_there_and_back(texts: list[str]) -> None:
    async with open_workbench(connect_plainly, open_emulator, person="7") as bench:
        for text in texts:
            heard = await bench.hears(text)
            await bench.answers(OutboundMessage(text=heard.text), heard)

        assert [message.text for message in bench.messages] == texts
        assert [seen.text for seen in bench.replies] == texts
