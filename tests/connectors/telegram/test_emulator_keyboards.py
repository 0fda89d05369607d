"""The emulated app's own keyboard, pictures of the web, edits of persons and far webhooks."""

from collections.abc import AsyncIterator

import pytest

from tests.connectors.telegram.served import Served, open_served


@pytest.fixture
async def telegram() -> AsyncIterator[Served]:
    async with open_served() as served:
        yield served


@pytest.mark.parametrize(
    ("chat", "markup", "words"),
    [
        (
            -5,
            [[{"text": "x", "request_contact": True}]],
            "phone number can be requested in private",
        ),
        (-5, [[{"text": "x", "request_location": True}]], "location can be requested in private"),
        (7, [[{"text": ""}]], "must be non-empty"),
        (7, [], "too short"),
        (7, "x", "Array of Arrays"),
    ],
)
async def test_a_keyboard_that_telegram_would_refuse_is_refused(
    telegram: Served, chat: int, markup: object, words: str
) -> None:
    await telegram.emulator.standing.adds("-5", "7")

    answer = await telegram.call(
        "sendMessage", chat_id=chat, text="x", reply_markup={"keyboard": markup}
    )

    assert answer["error_code"] == 400
    assert words in answer["description"]


async def test_a_button_of_a_keyboard_is_typed_and_folds_it_away(telegram: Served) -> None:
    keyboard = {"keyboard": [["Yes", {"text": "No"}]]}
    sent = await telegram.call("sendMessage", chat_id=7, text="So?", reply_markup=keyboard)
    before = telegram.emulator.screen("7")[0]

    await telegram.emulator.taps("7", str(sent["result"]["message_id"]), "No")

    assert before.buttons == ("Yes", "No")
    assert telegram.emulator.screen("7")[0].buttons == ()
    assert telegram.texts == ["No"]


async def test_the_next_keyboard_takes_the_place_of_the_last(telegram: Served) -> None:
    for label in ("One", "Two"):
        markup = {"keyboard": [[label]]}
        await telegram.call("sendMessage", chat_id=7, text=label, reply_markup=markup)

    assert [seen.buttons for seen in telegram.emulator.screen("7")] == [(), ("Two",)]


@pytest.mark.parametrize("photo", ["https://example.test/a.png", "http://example.test/"])
async def test_a_picture_of_the_web_is_shown(telegram: Served, photo: str) -> None:
    answer = await telegram.call("sendPhoto", chat_id=7, photo=photo, caption="Here.")

    assert answer["result"]["caption"] == "Here."
    assert "Here." in telegram.emulator.screen("7")[0].text


@pytest.mark.parametrize(
    ("photo", "words"),
    [("http://localhost/a.png", "failed to get HTTP URL content"), ("AgAC", "wrong remote file")],
)
async def test_a_picture_that_telegram_cannot_fetch_is_refused(
    telegram: Served, photo: str, words: str
) -> None:
    answer = await telegram.call("sendPhoto", chat_id=7, photo=photo)

    assert words in answer["description"]


async def test_nobody_changes_the_words_of_another(telegram: Served) -> None:
    await telegram.emulator.says("7", "hello")
    written = telegram.emulator.screen("7")[0]

    with pytest.raises(LookupError):
        await telegram.emulator.apps.edits("8", written.id, "goodbye")


async def test_a_webhook_elsewhere_is_told_of_and_delivered_here(telegram: Served) -> None:
    await telegram.call("setWebhook", url="https://bot.example/shop/webhook")

    await telegram.emulator.says("7", "hello")

    info = await telegram.call("getWebhookInfo")
    assert info["result"]["url"] == "https://bot.example/shop/webhook"
    assert telegram.texts == ["hello"]
