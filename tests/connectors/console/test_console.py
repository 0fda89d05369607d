import asyncio
import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import (
    Address,
    Connector,
    Link,
    Listener,
    Option,
    OutboundMessage,
    PermanentSendError,
    WebhookRequest,
    account_of,
)
from connectors.console import ConsoleSettings, Terminal, connect, connect_terminal
from connectors.console.render import render

YOU = Address(account=account_of("console"), user="you", place="you")
PRINTABLE = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\u2028\u2029"), min_size=1
)


async def typed(*lines: str) -> list[tuple[str, str, Address]]:
    terminal = Terminal(reads=io.StringIO("".join(lines)), writes=io.StringIO())
    async with connect_terminal("console", ConsoleSettings(), terminal) as connector:
        found = [message async for received in connector.listen() for message in received.messages]
    return [(message.event_id, message.text, message.sender) for message in found]


async def printed(*messages: OutboundMessage) -> str:
    writes = io.StringIO()
    terminal = Terminal(reads=io.StringIO(), writes=writes)
    async with connect_terminal("console", ConsoleSettings(), terminal) as connector:
        for message in messages:
            await connector.send(message, YOU, {})
    return writes.getvalue()


async def test_each_line_is_a_message_until_the_end_of_input() -> None:
    messages = await typed("/book 4 friday\n", "\n", "  hello  \n", "no line end")

    assert [text for _, text, _ in messages] == ["/book 4 friday", "hello", "no line end"]
    assert {sender for _, _, sender in messages} == {YOU}


async def test_quit_ends_the_chat() -> None:
    messages = await typed("hi\n", "/quit\n", "too late\n")

    assert [text for _, text, _ in messages] == ["hi"]


async def test_lines_are_read_from_a_pipe_as_they_come() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading) as reads, os.fdopen(writing, "wb", buffering=0) as writes:
        async with connect_terminal(
            "console", ConsoleSettings(), Terminal(reads=reads, writes=io.StringIO())
        ) as connector:
            lines = connector.listen()
            writes.write("caf\u00e9\nhalf".encode())
            first = await anext(lines)
            writes.write(b" done")
            writes.close()
            rest = [received.messages[0].text async for received in lines]

    assert first.messages[0].text == "caf\u00e9"
    assert rest == ["half done"]


async def test_a_chat_can_be_stopped_while_nothing_is_typed() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading) as reads, os.fdopen(writing, "wb"):
        terminal = Terminal(reads=reads, writes=io.StringIO())
        async with connect_terminal("console", ConsoleSettings(), terminal) as connector:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await anext(connector.listen())
        # the loop's own shutdown, which a blocked thread would hold up for ever
        async with asyncio.timeout(5):
            await asyncio.get_running_loop().shutdown_default_executor()


async def test_no_two_lines_have_the_same_id_also_in_another_run() -> None:
    messages = [*await typed("same\n", "same\n"), *await typed("same\n", "same\n")]

    assert len({event_id for event_id, _, _ in messages}) == 4


async def test_options_are_numbered_and_links_written_out() -> None:
    message = OutboundMessage(
        text="Which day?",
        options=(Option(token="p.0", label="Today"), Option(token="p.1", label="Friday")),
        links=(Link(label="Opening hours", url="https://example.org/hours"),),
    )

    text = await printed(message, OutboundMessage(text="Done."))

    assert text == (
        "Which day?\nOpening hours: https://example.org/hours\n1. Today\n2. Friday\nDone.\n"
    )


@given(text=PRINTABLE, labels=st.lists(PRINTABLE, max_size=5))
def test_no_word_and_no_choice_is_lost(text: str, labels: list[str]) -> None:
    options = tuple(Option(token=f"p.{n}", label=label) for n, label in enumerate(labels))

    shown = render(OutboundMessage(text=text, options=options))

    assert shown.startswith(text)
    for number, label in enumerate(labels, start=1):
        assert f"\n{number}. {label}\n" in shown


@given(st.text())
def test_no_text_can_steer_the_terminal(text: str) -> None:
    shown = render(OutboundMessage(text=text))

    assert not any(char in shown for char in "\x1b\x07\x9b\r\b")


async def test_a_closed_terminal_is_a_permanent_error() -> None:
    closed = io.StringIO()
    closed.close()
    terminal = Terminal(reads=io.StringIO(), writes=closed)
    async with connect_terminal("console", ConsoleSettings(), terminal) as connector:
        with pytest.raises(PermanentSendError, match="terminal is gone"):
            await connector.send(OutboundMessage(text="hi"), YOU, {})


async def test_the_process_streams_are_used_unless_others_are_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    writes = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.StringIO("hello\n"))
    monkeypatch.setattr("sys.stdout", writes)
    async with connect("console", ConsoleSettings(customer="alice")) as connector:
        received = [received async for received in connector.listen()]
        receipt = await connector.send(OutboundMessage(text="Hi."), YOU, {})

    assert received[0].messages[0].sender.user == "alice"
    assert writes.getvalue() == "Hi.\n"
    assert receipt.provider_id is None


async def test_it_fulfils_the_ports_and_has_no_webhooks() -> None:
    async with connect("console", ConsoleSettings()) as connector:
        request = WebhookRequest(method="POST", path="x", headers={}, query={}, body=b"")
        received = await connector.receive(request)

    assert isinstance(connector, Connector)
    assert isinstance(connector, Listener)
    assert received.response.status == 404
