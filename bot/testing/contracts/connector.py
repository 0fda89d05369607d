"""What every connector must do, whatever its platform.

::

    class TestSlack(ConnectorContract):
        @pytest.fixture
        async def bench(self) -> AsyncIterator[Workbench]:
            async with open_workbench(connect_plainly, open_emulator, person="U1") as bench:
                yield bench

        def signed(self, bench: Workbench, body: bytes) -> WebhookRequest:
            return …  # as the platform would sign this body
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import RequestRejectedError
from bot.model.ids import account_of, connector_of
from bot.model.messages import Link, Option, OutboundMessage
from bot.ports.connectors import WebhookRequest
from bot.testing.contracts.workbench import NAME, Workbench

GARBAGE = (b"{", b"[]", b'"x"', b"{}", b"null", b"\xff\xfe\x00")
"""Bodies that no platform sends; a genuine signature does not make them readable."""

AWKWARD = "5 < 6 & 7 > 2 *not bold* _nor this_ `code` [x](y) <@U9> <!channel> \\ ~ ü 🇮🇹 ≠ end"


def options_of(*labels: str) -> tuple[Option, ...]:
    """Make options whose tokens are as long as a token may be."""
    return tuple(
        Option(token=f"{number:03d}:AbC-_{number:011d}", label=label)
        for number, label in enumerate(labels)
    )


class ConnectorContract:
    """Subclass it and give the fixture ``bench`` and the method `signed`."""

    def signed(self, bench: Workbench, body: bytes) -> WebhookRequest:
        """Make the webhook of a body as the platform would sign it."""
        raise AssertionError(
            f"{type(self).__name__} must define signed(); {bench.person}, {body!r}"
        )

    def forged(self, request: WebhookRequest) -> WebhookRequest:
        """Spoil what proves that a request is genuine: here, every ``x-`` header."""
        spoilt = {
            name: f"{value[:-1]}{'0' if value[-1:] != '0' else '1'}"
            for name, value in request.headers.items()
            if name.startswith("x-")
        }
        return replace(request, headers={**request.headers, **spoilt})

    async def test_the_capabilities_make_sense(self, bench: Workbench) -> None:
        capabilities = bench.connector.capabilities

        assert bench.connector.kind == bench.emulator.kind
        assert capabilities.max_text >= 160
        assert bool(capabilities.max_buttons) == bool(capabilities.max_button_label)
        assert bool(capabilities.max_rows) == bool(capabilities.max_row_label)
        assert (capabilities.max_text_with_options or 1) <= capabilities.max_text

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

    @pytest.mark.parametrize("text", [AWKWARD, "/book 4 friday", "/book", "x" * 1000, "a\nb"])
    async def test_words_arrive_as_they_were_typed(self, bench: Workbench, text: str) -> None:
        message = await bench.hears(text)

        assert message.text == text

    async def test_hints_are_plain_strings(self, bench: Workbench) -> None:
        message = await bench.hears("/book")

        assert all(type(key) is str and type(value) is str for key, value in message.hints.items())

    async def test_the_same_request_gives_the_same_event(self, bench: Workbench) -> None:
        first = await bench.hears("hello")

        again = await bench.connector.receive(bench.requests[-1])

        assert again.messages == (first,) or list(again.messages) == [first]

    async def test_two_messages_of_the_same_words_are_two_events(self, bench: Workbench) -> None:
        first = await bench.hears("hello")
        second = await bench.hears("hello")

        assert first.event_id != second.event_id
        assert first.sender == second.sender

    async def test_a_forged_request_is_rejected(self, bench: Workbench) -> None:
        await bench.emulator.says(bench.person, "hello")
        genuine = bench.requests[0]

        with pytest.raises(RequestRejectedError) as forged:
            await bench.connector.receive(self.forged(genuine))

        assert forged.value.status in {401, 403}

    async def test_an_unsigned_request_is_rejected(self, bench: Workbench) -> None:
        await bench.emulator.says(bench.person, "hello")
        genuine = bench.requests[0]
        bare = {name: value for name, value in genuine.headers.items() if name[:2] != "x-"}

        with pytest.raises(RequestRejectedError):
            await bench.connector.receive(replace(genuine, headers=bare))

    @pytest.mark.parametrize("body", GARBAGE)
    async def test_genuine_garbage_is_kept_as_unreadable(
        self, bench: Workbench, body: bytes
    ) -> None:
        request = self.signed(bench, body)

        received = await bench.connector.receive(request)
        again = await bench.connector.receive(request)

        assert received.response.status == 200
        assert not received.messages
        (letter,) = received.unreadable
        assert letter.body == body
        assert [again.event_id for again in again.unreadable] == [letter.event_id]

    @pytest.mark.parametrize("body", GARBAGE)
    async def test_forged_garbage_is_rejected_before_it_is_read(
        self, bench: Workbench, body: bytes
    ) -> None:
        request = self.forged(self.signed(bench, body))

        with pytest.raises(RequestRejectedError):
            await bench.connector.receive(request)

    @pytest.mark.parametrize("text", ["Booked: T1.", AWKWARD, "one\ntwo\n\nthree", "a" * 200])
    async def test_plain_text_is_shown_as_it_is(self, bench: Workbench, text: str) -> None:
        message = await bench.hears("hello")

        receipt = await bench.answers(OutboundMessage(text=text), message)

        assert [seen.text for seen in bench.replies] == [text]
        assert receipt.provider_id is None or receipt.provider_id == bench.replies[-1].id

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

    @pytest.mark.parametrize("count", [1, 3, 4, 10, 12, 120])
    async def test_no_choice_is_lost(self, bench: Workbench, count: int) -> None:
        message = await bench.hears("hello")
        options = options_of(*[f"Choice {number:03d}" for number in range(count)])

        await bench.answers(OutboundMessage(text="Which?", options=options), message)

        shown = [label for seen in bench.replies for label in seen.buttons]
        written = "\n".join(seen.text for seen in bench.replies)
        assert bench.replies[0].text.startswith("Which?")
        assert all(option.label in shown or option.label in written for option in options)
        if shown:
            await bench.emulator.taps(bench.person, bench.replies[-1].id, options[-1].label)
            tap = bench.messages[-1].tap
            assert tap is not None
            assert tap.token == options[-1].token

    async def test_an_over_long_label_does_not_lose_its_words(self, bench: Workbench) -> None:
        message = await bench.hears("hello")
        label = "terrace " * 30 + "end"
        options = options_of(label, "Inside")

        await bench.answers(OutboundMessage(text="Where?", options=options), message)

        shown = " ".join([seen.text + " ".join(seen.buttons) for seen in bench.replies])
        assert shown.count("terrace") == 30

    async def test_a_long_text_arrives_whole_and_in_order(self, bench: Workbench) -> None:
        message = await bench.hears("hello")
        text = " ".join(f"word{number:05d}" for number in range(1000))
        options = options_of("More")

        await bench.answers(OutboundMessage(text=text, options=options), message)

        words = " ".join(seen.text for seen in bench.replies).split()
        assert words == text.split()
        assert bench.replies[-1].buttons == ("More",)

    async def test_a_link_can_be_followed(self, bench: Workbench) -> None:
        message = await bench.hears("hello")
        link = Link(label="Menu", url="https://example.test/menu?a=1&b=2")

        await bench.answers(OutboundMessage(text="Here.", links=(link,)), message)

        (seen,) = bench.replies
        assert "Menu" in seen.buttons or link.url in seen.text

    async def test_an_answer_without_hints_reaches_the_person(self, bench: Workbench) -> None:
        message = await bench.hears("hello")

        await bench.connector.send(OutboundMessage(text="A reminder."), message.sender, {})

        assert [seen.text for seen in bench.replies] == ["A reminder."]
