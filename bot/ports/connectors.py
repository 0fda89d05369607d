"""Platforms: what a connector is asked and what it answers."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from bot.model.capabilities import Capabilities
from bot.model.delivery import DeliveryReport, Moved, Reach, Receipt
from bot.model.ids import AccountId, EventId, OutboxId
from bot.model.messages import Address, Attachment, InboundMessage, OutboundMessage

Body = Mapping[str, Any]
"""JSON as a mapping."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A path below ``/NAME/`` that a connector receives webhooks on."""

    method: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRequest:
    """A request as it arrived: header names in lower case, the body untouched."""

    method: str
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookResponse:
    """What the platform gets, after everything was recorded."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A genuine event that nobody understood: kept as a dead letter and counted."""

    account: AccountId
    event_id: EventId
    reason: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What a request held; ``response`` goes out once the rest is durable."""

    messages: Sequence[InboundMessage] = ()
    reports: Sequence[DeliveryReport] = ()
    unreadable: Sequence[Unreadable] = ()
    news: Sequence[Reach | Moved] = ()
    response: WebhookResponse = WebhookResponse()


@runtime_checkable
class Connector(Protocol):
    """One platform. Connectors are called; they never call, and they keep nothing themselves."""

    kind: str
    capabilities: Capabilities
    routes: Sequence[Route]

    async def receive(self, request: WebhookRequest) -> Received:
        """Verify, then normalise a request; raises RequestRejectedError if it is not genuine."""
        ...

    async def send(self, message: OutboundMessage, to: Address, hints: Body) -> Receipt:
        """Hand a message to the platform.

        ``hints`` are those of the inbound message that is answered, empty where there is none;
        ``client_id``: the same on every attempt at the same message, for platforms that take
        an idempotency key; and ``heard_at``: when the customer last wrote from this address (ISO
        8601 in UTC), for platforms with a window. Raises TransientSendError, PermanentSendError, or
        of the latter BlockedError and WindowClosedError.

        Where ``message.replaces`` is set, the platform's message of that id is edited instead; of
        several parts (`bot.fit`) that is the last, for the buttons stand there. The same edit once
        more is no error.
        """
        ...


@runtime_checkable
class Listener(Protocol):
    """A connector that polls or reads a socket instead of being sent webhooks."""

    def listen(self) -> AsyncIterator[Received]:
        """Yield what arrives; the next item is asked for once this one is durable."""
        ...


@runtime_checkable
class Inviting(Protocol):
    """A connector whose platform has links that open a chat with words already in it."""

    async def invitation(self, code: str) -> str | None:
        """Make a URL that opens this channel and brings a link code; None where it cannot.

        A customer waits for it: a platform that does not answer within two seconds has none.
        """
        ...


@runtime_checkable
class Fetching(Protocol):
    """A connector that can fetch what came with a message."""

    async def fetch(self, attachment: Attachment, *, limit: int) -> bytes:
        """Read an attachment's bytes, at most ``limit``.

        Fetches from the platform's own hosts only. Raises TransientSendError where trying again
        may help, PermanentSendError where it is gone or larger than ``limit``.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPiece:
    """Some more of a message that is still being written.

    ``number`` counts from 0, where it begins, perhaps anew; ``message`` is the id that the whole
    will have (`Outgoing.id`).
    """

    message: OutboxId
    number: int
    text: str


@runtime_checkable
class Drafting(Protocol):
    """A connector that shows a message while it is being written, and keeps nothing of it."""

    async def draft(self, piece: DraftPiece, to: Address) -> None:
        """Show some more; best effort. What it raises is logged and forgotten."""
        ...


@runtime_checkable
class Attending(Protocol):
    """A connector whose platform shows that a message was read, or that an answer is under way."""

    async def attend(self, to: Address, hints: Body, *, busy: bool) -> None:
        """Show it, once for each message and again while it takes long; best effort.

        ``hints`` are those of the message that is being answered; ``busy`` tells that the answer
        takes a while. What it raises is logged and forgotten.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeCommand:
    """A command for a platform's own menu.

    ``name`` has no slash, ``usage`` is what follows it; ``private`` and ``room`` tell where it is.
    ``built_in`` is understood everywhere without being registered, but for platforms that deliver
    only what is: there `Menu.umbrella` stands for all of these.
    """

    name: str
    summary: str
    usage: str = ""
    private: bool = True
    room: bool = True
    built_in: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """What `Syncing.sync` makes known: the commands by language, and where the bot is.

    ``commands[""]`` is for everybody whose language is not another key. ``public_url`` is the
    bot's own address without a slash at its end, None where it has none that a platform reaches.
    ``umbrella`` stands for the built-in commands where each must be registered.
    """

    title: str
    commands: Mapping[str, Sequence[NativeCommand]]
    umbrella: str
    public_url: str | None = None


@runtime_checkable
class Syncing(Protocol):
    """A connector whose platform has a menu of commands, or wants to be told where the bot is."""

    async def sync(self, menu: Menu, *, dry_run: bool) -> Sequence[str]:
        """Register the commands; doing it again changes nothing.

        Returns lines for the operator: what was done or, with ``dry_run``, what would be done, down
        to the exact requests or files, without secrets. Raises ConnectorError where it failed.
        """
        ...
