"""What becomes of a message on its way out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.model.ids import ConversationId, OutboxId, TraceId
from bot.model.messages import Address, OutboundMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEntry:
    """A message that must go out; claimed by one sender until ``claimed_until``."""

    id: OutboxId
    conversation: ConversationId
    address: Address
    n: int
    message: OutboundMessage
    hints: Mapping[str, str] = field(default_factory=dict)
    attempts: int = 0
    created_at: datetime
    trace: TraceId


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The platform accepted a message; ``provider_id`` is its id there, None if it gives none."""

    provider_id: str | None = None


class Reported(StrEnum):
    """How far a message got, in rising order but for FAILED."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """The platform tells later what became of a message."""

    account: str
    provider_id: str
    state: Reported
    at: datetime | None = None
    reason: str = ""
