"""Messages that customers change after they were sent."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot import InboundMessage, Received, account_of
from bot.testing.contracts.workbench import Workbench, open_workbench
from connectors.telegram import afterthoughts
from connectors.telegram.afterthoughts import Afterthoughts
from connectors.telegram.emulator import TelegramEmulator, open_emulator
from connectors.telegram.wire import parse_update
from tests.connectors.telegram.opened import connect_plainly
from tests.connectors.telegram.updates import GROUP, body, message

ACCOUNT = account_of("telegram", "42")


@pytest.fixture
async def bench() -> AsyncIterator[Workbench]:
    async with open_workbench(connect_plainly, open_emulator, person="7") as bench:
        yield bench


def read(number: int, kind: str = "message", **changes: Any) -> Received:
    content = body(**{kind: message(**changes)}).replace(b"1000", str(number).encode(), 1)
    return parse_update(ACCOUNT, content)


def texts(thoughts: Afterthoughts, *received: Received) -> list[str]:
    heard: list[InboundMessage] = []
    for one in received:
        heard += thoughts.sift(one).messages
    return [one.text for one in heard]


async def test_the_last_message_is_heard_anew_with_its_new_words(bench: Workbench) -> None:
    assert isinstance(bench.emulator, TelegramEmulator)
    await bench.hears("/bok")
    written = bench.emulator.screen("7")[-1]

    await bench.emulator.apps.edits("7", written.id, "/book")

    first, second = bench.messages
    assert (first.text, second.text) == ("/bok", "/book")
    assert first.event_id != second.event_id
    assert first.sender == second.sender


def test_only_other_words_count() -> None:
    assert texts(
        Afterthoughts(),
        read(1, text="4"),
        read(2, "edited_message", text="4"),  # a preview, or a reaction, changed
        read(3, "edited_message", text="5"),
        read(4, "edited_message", text="5"),
        read(5, "edited_message", text="4"),
    ) == ["4", "5", "4"]


def test_a_change_that_comes_again_is_heard_again_for_the_inbox_to_sort_out() -> None:
    change = read(2, "edited_message", text="5")

    assert texts(Afterthoughts(), read(1, text="4"), change, change) == ["4", "5", "5"]


def test_an_older_message_may_change_as_it_likes() -> None:
    assert texts(
        Afterthoughts(),
        read(1, text="4", message_id=5),
        read(2, text="friday", message_id=6),
        read(1, text="4", message_id=5),  # it comes again
        read(3, "edited_message", text="5", message_id=5),
        read(4, "edited_message", text="saturday", message_id=6),
    ) == ["4", "friday", "4", "saturday"]


def test_what_this_process_has_not_seen_is_not_heard() -> None:
    assert texts(Afterthoughts(), read(1, "edited_message", text="5")) == []


def test_changes_in_groups_and_of_places_are_not_heard() -> None:
    live = message(location={"latitude": 1.0, "longitude": 2.0, "live_period": 60})
    del live["text"]
    moved = parse_update(ACCOUNT, body(edited_message=live))

    said = read(1, text="/book", chat=GROUP)
    changed = read(2, "edited_message", text="/bork", chat=GROUP)

    assert texts(Afterthoughts(), said, changed, moved) == ["/book"]
    assert moved.unreadable == ()


def test_memory_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(afterthoughts, "KEPT_CHATS", 2)
    thoughts = Afterthoughts()
    for chat in (1, 2, 3):
        texts(thoughts, read(chat, text="a", chat={"id": chat, "type": "private"}))

    changes = [
        read(9, "edited_message", text="b", chat={"id": chat, "type": "private"})
        for chat in (1, 2, 3)
    ]

    assert texts(thoughts, *changes) == ["b", "b"]
