"""@slack/bolt, which nobody of ours wrote, against the emulated Slack: HTTP, a socket, refusals."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from connectors.slack.emulator import SlackEmulator, open_emulator
from tests.clients.nodes import Client, opened

SECTION = {"type": "section", "text": {"type": "plain_text", "text": "Hello"}}
BUTTON = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "x" * 76}}


def _settings(client: Client) -> Mapping[str, Any]:
    given = client.emulator.connector_settings()
    return {
        "token": given["bot_token"], "secret": given["signing_secret"], "api": given["api_url"],
    }  # fmt: skip


@pytest.fixture
async def bolt() -> AsyncIterator[Client]:
    async with opened("slack.mjs", open_emulator, _settings, path="/slack/events") as client:
        yield client


def _settings_of_socket(client: Client) -> Mapping[str, Any]:
    assert isinstance(client.emulator, SlackEmulator)
    return {**_settings(client), "appToken": client.emulator.app.app_token}


@pytest.fixture
async def socket() -> AsyncIterator[Client]:
    async with opened("slack.mjs", open_emulator, _settings_of_socket) as client:
        yield client


async def test_it_asks_and_replaces_what_was_tapped(bolt: Client) -> None:
    await _converses(bolt)


async def test_it_does_so_over_a_socket(socket: Client) -> None:
    await _converses(socket)


async def _converses(bolt: Client) -> None:
    await bolt.emulator.says("U1", "hello")
    assert await bolt.hears() == {"heard": "message", "text": "hello"}
    (question,) = [seen for seen in bolt.emulator.screen("U1") if seen.role == "bot"]
    assert (question.text, question.buttons) == ("Shall I?", ("Yes", "No"))

    await bolt.emulator.taps("U1", question.id, "No")
    assert await bolt.hears() == {"heard": "action", "text": "t1"}
    (changed,) = [seen for seen in bolt.emulator.screen("U1") if seen.id == question.id]
    assert (changed.text, changed.buttons) == ("Done.", ())


async def test_it_answers_a_command_by_its_response_url(bolt: Client) -> None:
    await bolt.emulator.says("U1", "/book 4 friday")

    assert await bolt.hears() == {"heard": "command", "text": "4 friday"}
    (answer,) = [seen for seen in bolt.emulator.screen("U1") if seen.role == "bot"]
    assert (answer.text, answer.ephemeral) == ("Which day?", True)


REFUSED = {
    "51 blocks": [SECTION] * 51,
    "a long text": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}],
    "a long label": [{"type": "actions", "elements": [BUTTON]}],
    "no button": [{"type": "actions", "elements": []}],
    "no such block": [{"type": "sectoin"}],
}


async def test_it_is_refused_what_slack_refuses(bolt: Client) -> None:
    await bolt.emulator.says("U1", "hello")
    await bolt.hears()
    opened_chat = await bolt.calls("conversations.open", users="U1")
    channel = opened_chat["answer"]["channel"]["id"]

    answers = {
        what: await bolt.calls("chat.postMessage", channel=channel, text="x", blocks=blocks)
        for what, blocks in REFUSED.items()
    }

    assert set(answers) == set(REFUSED)
    assert {answer.get("refused") for answer in answers.values()} <= {
        "invalid_blocks", "invalid_blocks_format",
    }  # fmt: skip


async def test_a_method_that_slack_does_not_have_is_refused(bolt: Client) -> None:
    assert await bolt.calls("chat.shout") == {"refused": "unknown_method"}
