"""What a connector with requests of its own (sockets, pages) may use while it answers."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from bot.model.ids import BlobId, ConversationId, InboxId, PromptId, TraceId
from bot.model.messages import Address, InboundMessage, Option
from bot.ports.clock import Clock
from bot.ports.connectors import Body

Request = Any  # the server's own request and response objects (aiohttp.web)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """Where a message was kept: ``seq`` in the log, ``duplicate`` if it was known before."""

    conversation: ConversationId
    inbox: InboxId
    message_id: str
    seq: int
    at: datetime
    duplicate: bool


@runtime_checkable
class Served(Protocol):
    """A connector that answers requests of its own below ``/NAME/``: sockets, scripts, pages."""

    async def serve(self, request: Request, path: str, line: "Line") -> Request:
        """Answer an aiohttp request; ``path`` is what follows ``/NAME/``."""
        ...


@runtime_checkable
class Attached(Protocol):
    """A connector that needs its line all the time: for what it keeps, or shows beside the chat."""

    def attach(self, line: "Line") -> None:
        """Take the line; called once, after the store is open and before anything arrives."""
        ...


class Shelf(Protocol):
    """A few durable values that a connector needs, such as hashed sessions; by connector."""

    async def get(self, key: str) -> Body | None:
        """Find a value; None if there is none or it has expired."""
        ...

    async def put(self, key: str, value: Body, *, expires: datetime | None = None) -> None:
        """Keep a JSON value under a key."""
        ...

    async def keep(self, key: str, value: Body) -> Body:
        """Keep a value for good unless the key has one; gives what stands there.

        Who keeps at the same moment is given the same.
        """
        ...

    async def remove(self, key: str) -> None:
        """Forget a key."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line of a conversation's log: ``seq`` is gapless and rising within the conversation.

    ``kind`` and ``body`` by kind:
        message: ``{"id", "role": "user"|"bot", "text", "options": [[token, label]…],
            "links": [[label, url]…], "prompt", "client_id", "connector", "name", "address"}``;
            where the bot sent files ``"files"``, a list of ``{"blob", "name", "mime", "size"}``;
            where the bot offered a form ``"form"``, a `bot.Form` as JSON; where a customer sent
            one ``"submitted"``, the words by field, with the ``"prompt"`` it stood beside; of a
            customer's also ``"tap"``, the token of the button that was pressed, and
            ``"attached"``, how many files came
        kept: ``{"message", "files", "connector", "name", "address"}``: the files of that message of
            the customer's are kept now, in the shape in which a bot's message tells of its own
        linked: ``{"to": conversation}``: the log goes on in another conversation
        parted: ``{"customer"}``
        turn: how the message was read and what was decided, for operators
        effect: ``{"key", "action", "state"}``
        receipt: ``{"outbox", "state", "reason", "provider_id"}``: of the message with the id
            ``outbox``, and what the platform calls it (`Receipt`)
    """

    conversation: ConversationId
    seq: int
    kind: str
    at: datetime
    body: Body
    trace: TraceId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandCard:
    """A command as a customer may see it: for palettes and native menus."""

    name: str
    usage: str
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogCard:
    """A dialog that a customer has open.

    Attributes:
        title: what it is about.
        question: as it was last asked; "" where nothing is asked yet.
        known: the answers so far, a line each with what it answers.
        words: what leads back to it when it is typed or tapped (``/book``); "" where nothing that
            the customer says does, for the dialog waits for something else.
    """

    title: str
    question: str
    known: str
    words: str


class Line(Protocol):
    """What an `Attached` or `Served` connector may use: intake, the log, a shelf, a wake-up."""

    shelf: Shelf
    clock: Clock

    async def accept(self, messages: Sequence[InboundMessage]) -> Sequence["Recorded"]:
        """Record messages; durable when it returns."""
        ...

    async def conversation_of(self, address: Address) -> ConversationId:
        """Find the private conversation of an address; makes a customer where there is none."""
        ...

    async def read(self, conversation: ConversationId, *, after: int, limit: int) -> Sequence[Fact]:
        """Read the log upwards from ``after`` (exclusive)."""
        ...

    async def before(self, conversation: ConversationId, *, seq: int, limit: int) -> Sequence[Fact]:
        """Read the newest ``limit`` facts below ``seq``, in rising order."""
        ...

    async def head(self, conversation: ConversationId) -> int:
        """Tell the highest seq of the log; 0 when it is empty."""
        ...

    async def keep(self, data: bytes) -> BlobId:
        """Keep bytes that come only once, under their own SHA-256; durable when it returns.

        For what the platform cannot be asked for again; raises StoreError where it fails.
        """
        ...

    async def file(self, blob: BlobId) -> bytes:
        """Read a file that is kept; raises BlobMissingError, or StoreError for trouble."""
        ...

    async def dialogs(self, address: Address) -> Sequence[DialogCard]:
        """List what the customer at an address has open, the newest first; writes nothing."""
        ...

    async def choices(
        self, address: Address, prompt: PromptId, typed: str, *, field: str = ""
    ) -> Sequence[Option]:
        """List the choices of a shown question whose label holds the typed words; writes nothing.

        The options' tokens are those of the question's own. With ``field``, those of a field of
        the form beside it: their labels are the words that answer it. Empty where it is no longer
        known.
        """
        ...

    def changes(self, conversation: ConversationId) -> AbstractAsyncContextManager["Changes"]:
        """Subscribe to wake-ups of a conversation; subscribe first, then read."""
        ...

    async def locale(self, address: Address, *, told: str | None = None) -> str:
        """Tell which language the customer at an address is answered in; writes nothing.

        ``told`` is what the platform says of them, which counts where nothing better is known.
        """
        ...

    def commands(self, locale: str = "en") -> Sequence[CommandCard]:
        """List what a customer can type, with its texts in a locale."""
        ...


class Changes(Protocol):
    """A subscription to a conversation's log: a hint, never the truth."""

    async def wait(self) -> None:
        """Wait until the log may have grown since the last wait."""
        ...
