"""What becomes of a message on its way out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.model.ids import AccountId, ConversationId, OutboxId, TraceId
from bot.model.messages import Address, OutboundMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEntry:
    """A message that must go out; claimed by one sender until ``claimed_until``.

    ``heard_at`` is when the customer last wrote from the address, ``opened_at`` when it was last
    known to be open (a message, or the platform's word), ``is_shut`` that it is not.
    """

    id: OutboxId
    conversation: ConversationId
    address: Address
    n: int
    message: OutboundMessage
    hints: Mapping[str, str] = field(default_factory=dict)
    attempts: int = 0
    created_at: datetime
    trace: TraceId
    heard_at: datetime | None = None
    opened_at: datetime | None = None
    is_shut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The platform accepted a message; ``provider_id`` is its id there, None if it gives none.

    By this id it is edited later (`OutboundMessage.replaces`), so of several parts it is that of
    the last, where the buttons stand.
    """

    provider_id: str | None = None


class Reported(StrEnum):
    """How far a message got, in rising order but for FAILED."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The platform tells that a customer has shut the bot out, or let it in again.

    ``place`` None means all places of that user on that account; ``user`` "" whoever speaks at the
    place. Later news count more: ``at`` is the platform's time of them.
    """

    account: AccountId
    user: str
    is_open: bool
    place: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The platform tells that an address is another one from now on; None is as it was.

    A new user id (WhatsApp: ``user_id_update``) or a new place (Telegram: a group became a
    supergroup). ``user`` None: whoever speaks at that place. A private place that is called like
    its user follows them without being named.
    """

    account: AccountId
    user: str | None = None
    place: str | None = None
    new_user: str | None = None
    new_place: str | None = None
    new_phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """The platform tells later what became of a message."""

    account: str
    provider_id: str
    state: Reported
    at: datetime | None = None
    reason: str = ""
