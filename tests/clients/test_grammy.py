"""grammY, which nobody of ours wrote, against the emulated Bot API: polls, webhooks, refusals."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import pytest

from connectors.telegram.emulator import open_emulator
from tests.clients.nodes import Client, opened

LONG_DATA = {"inline_keyboard": [[{"text": "Yes", "callback_data": "x" * 65}]]}


def _settings(client: Client, *, polls: bool) -> Mapping[str, Any]:
    given = client.emulator.connector_settings()
    return {
        "token": given["token"],
        "secret": given["webhook_secret"],
        "api": given["api_url"],
        "polls": polls,
    }


@pytest.fixture
async def polling() -> AsyncIterator[Client]:
    async with opened("telegram.mjs", open_emulator, lambda c: _settings(c, polls=True)) as client:
        yield client


@pytest.fixture
async def hooked() -> AsyncIterator[Client]:
    async with opened("telegram.mjs", open_emulator, lambda c: _settings(c, polls=False)) as client:
        yield client


async def _converses(client: Client) -> None:
    await client.emulator.says("7", "hello")
    assert await client.hears() == {"heard": "message", "text": "hello"}
    (question,) = [seen for seen in client.emulator.screen("7") if seen.role == "bot"]
    assert (question.text, question.buttons) == ("Shall I?", ("Yes", "No"))

    await client.emulator.taps("7", question.id, "No")
    assert await client.hears() == {"heard": "tap", "text": "p.1"}
    (changed,) = [seen for seen in client.emulator.screen("7") if seen.id == question.id]
    assert (changed.text, changed.buttons) == ("Done.", ())


async def test_it_polls_asks_and_replaces_what_was_tapped(polling: Client) -> None:
    await _converses(polling)


async def test_it_gets_webhooks_asks_and_replaces_what_was_tapped(hooked: Client) -> None:
    await _converses(hooked)


async def test_it_gets_the_payload_of_a_deep_link(polling: Client) -> None:
    await polling.emulator.says("7", "/start link_ABCD1234")

    assert await polling.hears() == {"heard": "start", "text": "link_ABCD1234"}


REFUSED: Sequence[tuple[str, Mapping[str, Any], str]] = (
    ("sendMessage", {"text": "Shall I?", "reply_markup": LONG_DATA}, "BUTTON_DATA_INVALID"),
    ("sendMessage", {"text": ""}, "message text is empty"),
    ("sendMessage", {"text": "x" * 4097}, "message is too long"),
    ("editMessageText", {"message_id": 999, "text": "x"}, "message to edit not found"),
)


async def test_it_is_refused_what_telegram_refuses(hooked: Client) -> None:
    await hooked.emulator.says("7", "hello")
    await hooked.hears()

    answers = [await hooked.calls(method, chat_id=7, **given) for method, given, _ in REFUSED]

    for answer, (_, _, refusal) in zip(answers, REFUSED, strict=True):
        assert answer["refused"] == f"400 Bad Request: {refusal}"


async def test_its_commands_are_kept(hooked: Client) -> None:
    commands = [{"command": "book", "description": "Book a table"}]

    assert await hooked.calls("setMyCommands", commands=commands) == {"answer": True}
    assert await hooked.calls("getMyCommands") == {"answer": commands}
