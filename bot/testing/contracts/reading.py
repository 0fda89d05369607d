"""Whatever arrives is read the same way each time, or kept: a part of `ConnectorContract`."""

import copy
import json
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import RequestRejectedError
from bot.model.ids import account_of, connector_of
from bot.model.messages import InboundMessage, OutboundMessage
from bot.ports.connectors import Received
from bot.testing.contracts.hooks import Platform, claiming, json_body
from bot.testing.contracts.samples import ARABIC, AWKWARD, FAMILY, HUGE_WORD, SLIP, options_of
from bot.testing.contracts.workbench import NAME, Workbench

WRONG: tuple[object, ...] = (None, [], {}, "x", -1, True, 1e300, [[None]])
"""What may stand where something else is expected; JSON has no more kinds than these."""

MOST_PATHS = 120
QUICK = 2.0
"""Seconds of one core for a body that is as large as bodies get; generous, for busy machines."""


def paths_of(node: object, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """List the ways to every value inside a body."""
    match node:
        case dict():
            steps: Iterator[tuple[str | int, object]] = iter(node.items())
        case list():
            steps = iter(enumerate(node))
        case _:
            return
    for step, value in steps:
        yield (*at, step)
        yield from paths_of(value, (*at, step))


def changed(body: dict[str, Any], path: tuple[str | int, ...], value: object) -> bytes:
    """Write a body with another value at one place."""
    made = copy.deepcopy(body)
    node: Any = made
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    return json.dumps(made).encode()


def widened(node: object) -> object:
    """Add a field that nobody knows to every object of a body."""
    match node:
        case dict():
            known = {key: widened(value) for key, value in node.items()}
            return {**known, "field_of_tomorrow": {"deep": [1, None, "x"]}}
        case list():
            return [widened(value) for value in node]
        case _:
            return node


def check_storable(message: InboundMessage) -> None:
    """Check that any database can keep a message."""
    words = [message.text, message.event_id, message.sender.user, message.sender.place]
    words += [message.sender.account, *message.hints.keys(), *message.hints.values()]
    words += [message.profile.name or "", message.tap.label if message.tap else ""]
    for word in words:
        assert "\0" not in word
        word.encode()


class ReadingContract(Platform):
    """What a person does arrives once, as it was meant, and nothing makes a connector raise."""

    async def test_a_genuine_message_arrives_once_with_words_sender_and_time(
        self, bench: Workbench
    ) -> None:
        await bench.emulator.says(bench.person, "a table for four, please")
        await bench.emulator.settled()

        (message,) = bench.messages
        assert message.text == "a table for four, please"
        assert message.tap is None
        assert message.room is None
        assert message.event_id
        assert connector_of(message.sender.account) == NAME
        assert message.sender.account != account_of(NAME)
        assert bench.person in message.sender.user
        assert message.sender.place
        if message.sent_at is not None:
            assert message.sent_at.utcoffset() == timedelta(0)

    @pytest.mark.parametrize(
        "text",
        [AWKWARD, ARABIC, FAMILY, "/book 4 friday", "/book", "x" * 1000, "a\nb", "> 5", "2 > 1"],
    )
    async def test_words_arrive_as_they_were_typed(self, bench: Workbench, text: str) -> None:
        message = await bench.hears(text)

        assert message.text == text

    async def test_a_word_of_four_kilobytes_arrives_whole(self, bench: Workbench) -> None:
        message = await bench.hears(HUGE_WORD[: min(4096, bench.connector.capabilities.max_text)])

        assert set(message.text) == {"w"}
        assert len(message.text) == min(4096, bench.connector.capabilities.max_text)

    async def test_hints_are_plain_strings_that_survive_json(self, bench: Workbench) -> None:
        message = await bench.hears("/book")

        hints = dict(message.hints)
        assert all(type(key) is str and type(value) is str for key, value in hints.items())
        assert json.loads(json.dumps(hints)) == hints

    async def test_the_same_request_gives_the_same_event(self, bench: Workbench) -> None:
        first = await bench.hears("hello")

        again = await bench.connector.receive(bench.requests[-1])

        assert list(again.messages) == [first]

    async def test_a_request_is_read_alike_by_a_connector_that_was_restarted(
        self, bench: Workbench
    ) -> None:
        first = await bench.hears("hello")

        async with bench.connect(NAME, bench.emulator.connector_settings()) as restarted:
            again = await restarted.receive(bench.requests[-1])

        assert [(one.event_id, one.sender, one.text) for one in again.messages] == [
            (first.event_id, first.sender, first.text)
        ]

    async def test_two_messages_of_the_same_words_are_two_events(self, bench: Workbench) -> None:
        first = await bench.hears("hello")
        second = await bench.hears("hello")

        assert first.event_id != second.event_id
        assert first.sender == second.sender

    async def test_accounts_are_named_after_the_connector(self, bench: Workbench) -> None:
        first = await bench.hears("hello")

        async with bench.connect("second", bench.emulator.connector_settings()) as second:
            again = await second.receive(bench.requests[-1])

        (message,) = again.messages
        assert connector_of(message.sender.account) == "second"
        assert message.sender.account.partition("/")[2] == first.sender.account.partition("/")[2]

    async def test_what_arrives_can_be_stored(self, bench: Workbench) -> None:
        await bench.emulator.says(bench.person, SLIP)
        body = bench.requests[-1].body

        for odd in (rb"a\ud800b", rb"a\u0000b", rb"\udfff\ud800", rb"\ud83d"):
            received = await self._taken(bench, body.replace(SLIP.encode(), odd))
            for message in received.messages:
                check_storable(message)

    async def test_a_field_of_tomorrow_changes_nothing(self, bench: Workbench) -> None:
        message = await bench.hears("hello")
        body = json.dumps(widened(json_body(bench))).encode()

        received = await bench.connector.receive(self.signed(bench, body))

        assert [(one.event_id, one.sender, one.text) for one in received.messages] == [
            (message.event_id, message.sender, "hello")
        ]

    async def test_a_field_of_another_kind_raises_nothing(self, bench: Workbench) -> None:
        await bench.hears("hello")
        body = json_body(bench)

        for path in list(paths_of(body))[:MOST_PATHS]:
            for wrong in WRONG:
                received = await self._taken(bench, changed(body, path, wrong))
                for message in received.messages:
                    check_storable(message)

    async def test_a_body_that_was_cut_off_raises_nothing(self, bench: Workbench) -> None:
        await bench.hears("hello")
        body = bench.requests[-1].body

        for length in range(0, len(body), max(1, len(body) // 40)):
            await self._taken(bench, body[:length])

    @pytest.mark.parametrize("body", [b"[" * 200_000, b'{"a":' * 100_000, b"\x80" * 1000, b""])
    async def test_deep_and_strange_bodies_raise_nothing(
        self, bench: Workbench, body: bytes
    ) -> None:
        received = await self._taken(bench, body)

        assert not received.messages

    async def test_a_huge_body_is_read_quickly_or_kept(self, bench: Workbench) -> None:
        message = await bench.hears(SLIP)
        body = bench.requests[-1].body.replace(SLIP.encode(), b"long words " * 90_000)
        begun = time.process_time()

        received = await self._taken(bench, body)

        assert time.process_time() - begun < QUICK
        assert len(received.messages) + len(received.unreadable) <= 1
        assert all(one.event_id == message.event_id for one in received.messages)

    async def test_every_event_of_a_batch_is_heard_in_order(self, bench: Workbench) -> None:
        await bench.hears("first")
        await bench.hears("second")
        batch = self.batched([request.body for request in bench.requests])
        if batch is None:
            pytest.skip("does not apply: the platform brings one event at a time")

        received = await bench.connector.receive(self.signed(bench, batch))

        assert [one.text for one in received.messages] == ["first", "second"]
        assert [one.event_id for one in received.messages] == [
            one.event_id for one in bench.messages
        ]

    @claiming("max_buttons")
    async def test_a_tap_brings_the_token_back(self, bench: Workbench) -> None:
        message = await bench.hears("hello")
        options = options_of("Yes", "No")
        await bench.answers(OutboundMessage(text="Shall I?", options=options), message)
        (question,) = bench.replies

        await bench.emulator.taps(bench.person, question.id, "No")

        answer = bench.messages[-1]
        assert question.buttons == ("Yes", "No")
        assert answer.tap is not None
        assert answer.tap.token == options[1].token
        assert answer.tap.label in {"No", ""}
        assert answer.sender == message.sender
        assert answer.event_id != message.event_id
        assert answer.room is None

    @claiming("max_buttons")
    async def test_a_tap_that_is_read_twice_is_one_event(self, bench: Workbench) -> None:
        message = await bench.hears("hello")
        await bench.answers(OutboundMessage(text="So?", options=options_of("Yes")), message)
        await bench.emulator.taps(bench.person, bench.replies[-1].id, "Yes")

        again = await bench.connector.receive(bench.requests[-1])

        assert [one.event_id for one in again.messages] == [bench.messages[-1].event_id]

    async def _taken(self, bench: Workbench, body: bytes) -> Received:
        """Let the connector read a genuine body; it may refuse, but never fail."""
        try:
            return await bench.connector.receive(self.signed(bench, body))
        except RequestRejectedError:
            return Received()
