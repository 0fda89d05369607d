"""The terminal: what is typed comes in line by line, answers are printed."""

import secrets
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TextIO

from bot import (
    Address,
    Body,
    EventId,
    InboundMessage,
    OutboundMessage,
    PermanentSendError,
    Receipt,
    Received,
    Route,
    WebhookRequest,
    WebhookResponse,
    account_of,
    crashpoint,
)
from connectors.console.lines import read_lines
from connectors.console.render import CAPABILITIES, render

_QUIT = "/quit"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleSettings:
    """The table ``[connectors.NAME]`` of a console; ``customer`` names who types."""

    customer: str = "you"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """The streams of a terminal; those of the process unless others are given."""

    reads: TextIO = field(default_factory=lambda: sys.stdin)
    writes: TextIO = field(default_factory=lambda: sys.stdout)


class ConsoleConnector:
    """See `bot.Connector` and `bot.Listener`."""

    kind = "console"
    capabilities = CAPABILITIES
    routes: Sequence[Route] = ()

    def __init__(self, name: str, settings: ConsoleSettings, terminal: Terminal) -> None:
        self._terminal = terminal
        self._address = Address(
            account=account_of(name), user=settings.customer, place=settings.customer
        )
        # a line has no id of its own: one run's lines must not pass for another's
        self._run = secrets.token_hex(8)

    async def receive(self, request: WebhookRequest) -> Received:  # noqa: ARG002 - the port's
        """Refuse: nobody sends webhooks to a terminal."""
        return Received(response=WebhookResponse(status=404))

    async def send(
        self,
        message: OutboundMessage,
        to: Address,  # noqa: ARG002 - there is one terminal
        hints: Body,  # noqa: ARG002 - the port's
    ) -> Receipt:
        """Print a message."""
        crashpoint("console.send.before")
        try:
            self._terminal.writes.write(render(message))
            self._terminal.writes.flush()
        except (OSError, ValueError) as error:  # a broken pipe, a closed stream
            raise PermanentSendError("the terminal is gone") from error
        crashpoint("console.send.after")
        return Receipt()

    async def listen(self) -> AsyncIterator[Received]:
        """Yield each line that is typed; ends at the end of input and at ``/quit``."""
        n = 0
        async for line in read_lines(self._terminal.reads):
            text = line.strip()
            if text == _QUIT:
                return
            if text:
                n += 1
                yield Received(messages=(self._message(n, text),))

    def _message(self, n: int, text: str) -> InboundMessage:
        event_id = EventId(f"{self._run}:{n}")
        return InboundMessage(event_id=event_id, sender=self._address, text=text)


@asynccontextmanager
async def connect(name: str, settings: ConsoleSettings) -> AsyncIterator[ConsoleConnector]:
    """Open the terminal of this process; what the entry point names."""
    async with connect_terminal(name, settings, Terminal()) as connector:
        yield connector


@asynccontextmanager
async def connect_terminal(
    name: str, settings: ConsoleSettings, terminal: Terminal
) -> AsyncIterator[ConsoleConnector]:
    """Open any pair of streams as a terminal."""
    yield ConsoleConnector(name, settings, terminal)
