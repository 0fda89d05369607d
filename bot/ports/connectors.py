"""Platforms: what a connector is asked and what it answers."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from bot.model.capabilities import Capabilities
from bot.model.delivery import DeliveryReport, Receipt
from bot.model.ids import AccountId, EventId
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

        ``hints`` are those of the inbound message that is answered, empty where there is none,
        and ``client_id``: the same on every attempt at the same message, for platforms that take
        an idempotency key. Raises TransientSendError or PermanentSendError.
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

    def invitation(self, code: str) -> str | None:
        """Make a URL that opens this channel and brings a link code; None where it cannot."""
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
