"""Messages of the bot that change, as the app shows them."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from structlog.testing import capture_logs
from telegram import Bot
from telegram.error import BadRequest

from bot import (
    Faults,
    FormField,
    InboundMessage,
    Option,
    OutboundMessage,
    PermanentSendError,
    PromptId,
    Receipt,
    ShownCard,
    TransientSendError,
)
from bot.testing.contracts.files import DOCUMENT
from bot.testing.contracts.troubles import Trouble
from bot.testing.contracts.workbench import Workbench, open_workbench
from connectors.telegram.emulator import TelegramEmulator, open_emulator
from connectors.telegram.shown import Shown, Under, read_shown
from tests.connectors.telegram.opened import connect_plainly
from tests.connectors.telegram.served import open_served

YES = (Option(token="p.0", label="Yes"),)
QUESTION = OutboundMessage(text="Shall I?", options=YES, prompt=PromptId("p"))
PHONE = FormField(name="phone", label="Phone", kind="phone")
LONG = " ".join(f"word{number:04d}" for number in range(600))
LONGER = " ".join(f"word{number:04d}" for number in range(1200))


@pytest.fixture
async def bench() -> AsyncIterator[Workbench]:
    async with open_workbench(connect_plainly, open_emulator, person="7") as bench:
        yield bench


def telegram(bench: Workbench) -> TelegramEmulator:
    assert isinstance(bench.emulator, TelegramEmulator)
    return bench.emulator


async def edit(bench: Workbench, receipt: Receipt, to: InboundMessage, text: str) -> Receipt:
    return await bench.answers(OutboundMessage(text=text, replaces=receipt.provider_id), to)


def words(bench: Workbench) -> list[str]:
    return " ".join(seen.text for seen in bench.replies).split()


async def test_a_closed_question_loses_its_buttons_and_an_old_app_may_still_press(
    bench: Workbench,
) -> None:
    message = await bench.hears("hello")
    receipt = await bench.answers(QUESTION, message)

    await edit(bench, receipt, message, "Shall I? Yes")
    (seen,) = bench.replies
    await bench.emulator.taps("7", seen.id, "Yes")

    assert (seen.text, seen.buttons, seen.gone) == ("Shall I? Yes", (), ("Yes",))
    assert telegram(bench).apps.spinning("7") == []
    assert bench.messages[-1].tap is not None


@pytest.mark.parametrize(("before", "after"), [(LONG, LONGER), (LONGER, LONG), (LONGER, "Done.")])
async def test_a_message_of_several_parts_is_edited_whole(
    bench: Workbench, before: str, after: str
) -> None:
    message = await bench.hears("hello")
    receipt = await bench.answers(OutboundMessage(text=before), message)

    edited = await edit(bench, receipt, message, after)

    assert words(bench) == after.split()
    shown = read_shown(edited.provider_id)
    assert shown is not None
    assert [str(one) for one in shown.ids] == [seen.id for seen in bench.replies]


async def test_a_message_that_grew_is_edited_where_it_stands_now(bench: Workbench) -> None:
    message = await bench.hears("hello")
    receipt = await bench.answers(OutboundMessage(text="Looking …"), message)

    for text in (LONGER, f"{LONGER} end", "Done."):
        await edit(bench, receipt, message, text)

    assert [seen.text for seen in bench.replies] == ["Done."]


async def test_parts_that_went_out_before_a_failure_are_edited_too(bench: Workbench) -> None:
    message = await bench.hears("hello")
    bench.front.upset(Trouble.BROKEN, after=1, times=1)
    with pytest.raises(TransientSendError):
        await bench.answers(OutboundMessage(text=LONGER), message)
    receipt = await bench.answers(OutboundMessage(text=LONGER), message)

    await edit(bench, receipt, message, "Done.")

    assert [seen.text for seen in bench.replies] == ["Done."]


async def test_words_under_a_file_change_as_its_caption(bench: Workbench) -> None:
    message = await bench.hears("hello")
    sent = await telegram_sends_document(bench)

    await edit(bench, Receipt(provider_id=sent), message, "The new menu.")

    (seen,) = bench.replies
    assert seen.text.endswith("The new menu.")
    assert [method for method, _ in telegram(bench).calls][-2:] == [
        "editmessagetext",
        "editmessagecaption",
    ]


async def telegram_sends_document(bench: Workbench) -> str:
    api = telegram(bench).connector_settings()
    async with Bot(api["token"], base_url=f"{api['api_url']}/bot") as bot:
        sent = await bot.send_document(7, DOCUMENT, caption="The menu.", filename="menu.pdf")
        return str(sent.message_id)


async def test_a_card_with_a_picture_changes_its_caption(bench: Workbench) -> None:
    message = await bench.hears("hello")
    card = ShownCard(title="Trattoria", text="Open", image="https://example.test/a.png")
    shown = OutboundMessage(text="Found.", card=card, options=YES)
    receipt = await bench.answers(shown, message)

    closed = replace(shown, options=(), replaces=receipt.provider_id)
    await bench.answers(closed, message)

    (seen,) = bench.replies
    assert seen.buttons == ()
    assert seen.text.splitlines()[1:] == ["Found.", "Trattoria", "Open"]


async def test_what_is_gone_or_not_ours_is_left_and_nobody_is_told(bench: Workbench) -> None:
    message = await bench.hears("hello")
    theirs = next(seen.id for seen in bench.emulator.screen("7"))

    with capture_logs() as logs:
        for unknown in ("99", theirs):
            await edit(bench, Receipt(provider_id=unknown), message, "x")

    assert not bench.replies
    assert [line["event"] for line in logs] == ["edit.missed"] * 2


async def test_an_edit_that_fails_for_now_is_tried_again(bench: Workbench) -> None:
    message = await bench.hears("hello")
    receipt = await bench.answers(QUESTION, message)
    bench.emulator.faults = Faults(fail=1)

    with pytest.raises(TransientSendError):
        await edit(bench, receipt, message, "Done.")
    await edit(bench, receipt, message, "Done.")

    assert [seen.text for seen in bench.replies] == ["Done."]


async def test_an_edit_that_telegram_refuses_is_a_dead_letter(bench: Workbench) -> None:
    message = await bench.hears("hello")
    sent = await telegram_sends_document(bench)

    with pytest.raises(PermanentSendError, match="caption is too long"):
        await edit(bench, Receipt(provider_id=sent), message, "x" * 1025)


async def test_a_question_that_opened_a_keyboard_is_left_as_it_is(bench: Workbench) -> None:
    message = await bench.hears("hello")
    asked = OutboundMessage(text="Your number?", prompt=PromptId("p"), asks=PHONE)
    receipt = await bench.answers(asked, message)
    before = len(telegram(bench).calls)

    again = await edit(bench, receipt, message, "Your number? 1")

    assert again == receipt
    assert len(telegram(bench).calls) == before


async def test_what_folded_a_keyboard_is_followed_by_one_message_however_often_it_changes(
    bench: Workbench,
) -> None:
    message = await bench.hears("hello")
    asked = OutboundMessage(text="Your number?", prompt=PromptId("p"), asks=PHONE)
    await bench.answers(asked, message)
    await bench.emulator.taps("7", bench.replies[0].id, bench.replies[0].buttons[0])
    looking = await bench.answers(OutboundMessage(text="Looking …"), bench.messages[-1])

    for text in ("Half of it …", "Found."):
        await edit(bench, looking, bench.messages[-1], text)

    assert [seen.text for seen in bench.replies] == ["Your number?", "Found."]


async def test_an_id_of_another_platform_is_no_message_to_edit(bench: Workbench) -> None:
    message = await bench.hears("hello")

    await edit(bench, Receipt(provider_id="1763700000.000100"), message, "Found.")

    assert [seen.text for seen in bench.replies] == ["Found."]


@pytest.mark.parametrize(
    "shown",
    [Shown(ids=(31,)), Shown(ids=(31, 32)), Shown(ids=(31,), under=Under.ASKS)],
)
def test_a_receipt_is_read_as_it_was_written(shown: Shown) -> None:
    assert read_shown(shown.written()) == shown
    assert Shown(ids=()).written() is None


async def test_the_emulator_edits_as_telegram_does() -> None:
    async with open_served() as served, Bot(served.token, base_url=f"{served.url}/api/bot") as bot:
        text = await bot.send_message(7, "text")
        file = await bot.send_photo(7, "https://example.test/a.png", caption="old")
        asked = await bot.send_message(7, "ask", reply_markup={"force_reply": True})  # type: ignore[arg-type]  # as JSON has it
        edited = await bot.edit_message_caption(7, file.message_id, caption="new")

        assert not isinstance(edited, bool)
        assert edited.caption == "new"
        with pytest.raises(BadRequest, match=r"(?i)there is no text in the message to edit"):
            await bot.edit_message_text("x", 7, file.message_id)
        with pytest.raises(BadRequest, match=r"(?i)there is no caption in the message to edit"):
            await bot.edit_message_caption(7, text.message_id, caption="x")
        with pytest.raises(BadRequest, match=r"(?i)message can't be edited"):
            await bot.edit_message_text("x", 7, asked.message_id)
        with pytest.raises(BadRequest, match=r"(?i)failed to get HTTP URL content"):
            await bot.send_photo(7, "http://127.0.0.1/a.png")


async def test_a_picture_that_telegram_cannot_fetch_leaves_its_address(bench: Workbench) -> None:
    message = await bench.hears("hello")
    card = ShownCard(title="Trattoria", image="http://127.0.0.1/a.png")

    await bench.answers(OutboundMessage(text="", card=card, options=YES), message)

    (seen,) = bench.replies
    assert (seen.text, seen.buttons) == ("Trattoria\nhttp://127.0.0.1/a.png", ("Yes",))


async def test_words_too_long_for_a_picture_stand_below_it(bench: Workbench) -> None:
    message = await bench.hears("hello")
    card = ShownCard(title="Trattoria", text=LONG, image="https://example.test/a.png")
    shown = OutboundMessage(text="", card=card, options=YES)
    receipt = await bench.answers(shown, message)

    await bench.answers(replace(shown, options=(), replaces=receipt.provider_id), message)

    assert ["photo" in seen.raw for seen in bench.replies[:1]] == [True]
    assert words(bench)[-601:] == ["Trattoria", *LONG.split()]
    assert [seen.buttons for seen in bench.replies] == [()] * len(bench.replies)


async def test_a_message_without_an_id_of_its_own_is_sent_like_any_other(bench: Workbench) -> None:
    to = await bench.hears("hello")

    receipt = await bench.connector.send(QUESTION, to.sender, to.hints)

    assert receipt.provider_id == bench.replies[0].id
