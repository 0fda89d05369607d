"""Every recorded update, delivered twice."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import Received, RequestRejectedError, Secret
from connectors.telegram import TelegramSettings, connect
from tests.connectors.telegram.updates import SECRET, posted

PAYLOADS = Path(__file__).parents[3] / "../shared/platforms/telegram/payloads"
NO_UPDATES = ("obj_", "api_response")
SETTINGS = TelegramSettings(
    token=Secret("42:abc"),
    webhook_secret=Secret(SECRET),
    transport="webhook",
    username="shop_bot",
    hears="all",
)


def recorded() -> Iterator[Path]:
    if not PAYLOADS.is_dir():
        pytest.skip("the recorded payloads are not beside the repository")
    found = (path for path in sorted(PAYLOADS.rglob("*.json")))
    yield from (path for path in found if not path.name.startswith(NO_UPDATES))


async def delivered(content: bytes) -> Received:
    async with connect("telegram", SETTINGS) as connector:
        return await connector.receive(posted(content))


async def test_every_recorded_update_is_a_message_or_ignored_or_kept() -> None:
    outcomes: Counter[str] = Counter()
    for path in recorded():
        content = path.read_bytes()

        first, second = await delivered(content), await delivered(content)

        assert first == second, path
        assert first.response.status == 200, path
        assert len(first.messages) + len(first.unreadable) <= 1, path
        for message in first.messages:
            assert message.event_id == str(json.loads(content)["update_id"]), path
        outcomes["message"] += len(first.messages)
        outcomes["unreadable"] += len(first.unreadable)
        outcomes["all"] += 1

    assert outcomes["all"] > 100
    assert outcomes["message"] > 40
    assert outcomes["unreadable"] == 0


async def test_every_recorded_text_of_a_person_is_read() -> None:
    for path in recorded():
        message = json.loads(path.read_bytes()).get("message", {})
        is_from_person = "from" in message and not message["from"].get("is_bot")
        if "text" not in message or not is_from_person or "sender_chat" in message:
            continue

        (found,) = (await delivered(path.read_bytes())).messages

        assert found.text == message["text"], path
        assert found.sender.user == str(message["from"]["id"]), path


async def test_no_recorded_update_is_read_without_the_secret() -> None:
    async with connect("telegram", SETTINGS) as connector:
        for path in recorded():
            with pytest.raises(RequestRejectedError):
                await connector.receive(posted(path.read_bytes(), headers={}))
