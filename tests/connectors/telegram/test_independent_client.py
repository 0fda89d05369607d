"""python-telegram-bot's own client, with its own HTTP, against the emulated Bot API.

Nothing of our connector takes part: what the library reads and writes here is what any client of
Telegram reads and writes.
"""

import asyncio
import warnings
from collections.abc import AsyncIterator

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Update,
)
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from bot import Faults
from tests.connectors.telegram.served import Served, open_served

KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="p.0")]])
Heard = asyncio.Queue[str]


@pytest.fixture
async def telegram() -> AsyncIterator[Served]:
    async with open_served() as served:
        yield served


@pytest.fixture
async def client(telegram: Served) -> AsyncIterator[Bot]:
    async with Bot(telegram.token, base_url=f"{telegram.url}/api/bot") as bot:
        yield bot


def application(telegram: Served, heard: Heard) -> Application:  # type: ignore[type-arg]  # six parameters that say nothing here
    async def on_text(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        await update.message.reply_text("Shall I?", reply_markup=KEYBOARD)
        await heard.put(f"text {update.message.text}")

    async def on_book(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        await heard.put(f"book {context.args}")

    async def on_tap(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.callback_query is not None
        await update.callback_query.answer("Noted")
        await update.callback_query.edit_message_text("Done.")
        await heard.put(f"tap {update.callback_query.data}")

    built = ApplicationBuilder().token(telegram.token).base_url(f"{telegram.url}/api/bot").build()
    built.add_handler(CommandHandler("book", on_book))
    built.add_handler(CallbackQueryHandler(on_tap))
    built.add_handler(MessageHandler(filters.TEXT, on_text))
    return built


async def test_it_learns_who_it_is(client: Bot) -> None:
    me = await client.get_me()

    assert (me.is_bot, me.username) == (True, "threadline_emulated_bot")


async def test_it_sends_edits_and_deletes(telegram: Served, client: Bot) -> None:
    sent = await client.send_message(7, "Shall I?", reply_markup=KEYBOARD)
    before = telegram.emulator.screen("7")
    edited = await client.edit_message_text("Done.", 7, sent.message_id)
    after = telegram.emulator.screen("7")
    await client.delete_message(7, sent.message_id)

    assert sent.reply_markup == KEYBOARD
    assert sent.date.utcoffset() is not None
    assert [(seen.text, seen.buttons) for seen in before] == [("Shall I?", ("Yes",))]
    assert isinstance(edited, type(sent))
    assert edited.text == "Done."
    assert [(seen.text, seen.buttons) for seen in after] == [("Done.", ())]
    assert not telegram.emulator.screen("7")


async def test_it_keeps_its_commands(client: Bot) -> None:
    commands = (BotCommand("book", "Book a table"),)
    scope = BotCommandScopeChat(7)

    await client.set_my_commands(commands, scope=scope, language_code="en")

    assert await client.get_my_commands(scope=scope, language_code="en") == commands
    assert await client.get_my_commands() == ()


async def test_it_reads_a_chat_and_shows_that_it_types(client: Bot) -> None:
    chat = await client.get_chat(7)

    assert (chat.type, chat.first_name) == ("private", "Person")
    assert await client.send_chat_action(7, "typing") is True


async def test_it_sets_a_webhook_and_reads_its_state(telegram: Served, client: Bot) -> None:
    await client.set_webhook(
        f"{telegram.url}/shop/webhook", secret_token="abc", allowed_updates=["message"]
    )

    info = await client.get_webhook_info()

    assert info.url.endswith("/shop/webhook")
    assert info.allowed_updates == ("message",)
    assert await client.delete_webhook() is True
    assert (await client.get_webhook_info()).url == ""


async def test_it_understands_every_refusal(telegram: Served, client: Bot) -> None:
    with pytest.raises(BadRequest, match="Message is too long"):
        await client.send_message(7, "x" * 5000)
    with pytest.raises(BadRequest, match="Chat not found"):
        await client.send_message(-5, "x")
    with pytest.raises(BadRequest, match="Wrong file_id"):
        await client.get_file("x")
    with pytest.raises(Conflict, match="webhook is active"):
        await client.get_updates()
    await telegram.emulator.blocks("7")
    with pytest.raises(Forbidden, match="blocked by the user"):
        await client.send_message(7, "x")
    with pytest.raises(InvalidToken):
        async with Bot("1:wrong", base_url=f"{telegram.url}/api/bot"):
            pass


async def test_it_understands_faults(telegram: Served, client: Bot) -> None:
    telegram.emulator.faults = Faults(fail=1)
    with pytest.raises(NetworkError, match="Internal Server Error"):
        await client.send_message(7, "x")

    telegram.emulator.faults = Faults(throttle=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # RetryAfter warns of its own deprecation
        with pytest.raises(RetryAfter, match="Retry in 1 seconds"):
            await client.send_message(7, "x")

    telegram.emulator.faults = Faults(drop=1)
    with pytest.raises(NetworkError):
        await client.send_message(7, "shown")
    assert [seen.text for seen in telegram.emulator.screen("7")] == ["shown"]


async def test_its_long_polling_hears_words_commands_and_taps(telegram: Served) -> None:
    heard: Heard = asyncio.Queue()
    built = application(telegram, heard)
    async with asyncio.timeout(30), built:
        await built.start()
        assert built.updater is not None
        await built.updater.start_polling(timeout=10, bootstrap_retries=0)

        await telegram.emulator.says("7", "hello")
        assert await heard.get() == "text hello"
        await telegram.emulator.says("7", "/book 4 friday")
        assert await heard.get() == "book ['4', 'friday']"
        (asked,) = (seen for seen in telegram.emulator.screen("7") if seen.buttons)
        await telegram.emulator.taps("7", asked.id, "Yes")
        assert await heard.get() == "tap p.0"

        await built.updater.stop()
        await built.stop()

    texts = [seen.text for seen in telegram.emulator.screen("7")]
    assert texts == ["hello", "Done.", "/book 4 friday", "Noted"]
    assert telegram.emulator.apps.spinning("7") == []


async def test_its_types_read_our_webhooks_and_its_handlers_run(telegram: Served) -> None:
    heard: Heard = asyncio.Queue()
    built = application(telegram, heard)

    await telegram.emulator.says("7", "😀 hello /book")
    async with asyncio.timeout(30), built:
        update = Update.de_json(telegram.updates[0], built.bot)
        assert update.message is not None
        assert update.message.parse_entities() == {update.message.entities[0]: "/book"}
        await built.process_update(update)

    assert heard.get_nowait() == "text 😀 hello /book"


async def test_it_downloads_what_a_person_sent(telegram: Served) -> None:
    data = bytes(range(256)) * 40
    await telegram.emulator.sends("7", data, name="bill.pdf", mime="application/pdf", text="May")

    api, files = f"{telegram.url}/api/bot", f"{telegram.url}/api/file/bot"
    async with Bot(telegram.token, base_url=api, base_file_url=files) as client:
        message = Update.de_json(telegram.updates[0], client).message
        assert message is not None
        assert message.document is not None
        file = await message.document.get_file()

        assert (message.document.file_name, message.caption) == ("bill.pdf", "May")
        assert bytes(await file.download_as_bytearray()) == data
