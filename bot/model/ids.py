"""Identifiers: short texts, one type each, so that mixing them up is a type error."""

from typing import NewType

ConnectorName = NewType("ConnectorName", str)
"""A connector's name in bot.toml, for example ``slack``."""

AccountId = NewType("AccountId", str)
"""A connector and the platform's tenant behind it: ``name`` or ``name/tenant``."""

EventId = NewType("EventId", str)
"""What the platform calls this event; unique within an account, repeated on redelivery."""

CustomerId = NewType("CustomerId", str)
ConversationId = NewType("ConversationId", str)
FrameId = NewType("FrameId", str)
PromptId = NewType("PromptId", str)
"""Eight random bytes as eleven URL-safe characters."""

BlobId = NewType("BlobId", str)
"""The SHA-256 of a file's bytes, in lower-case hex."""

InboxId = NewType("InboxId", str)
OutboxId = NewType("OutboxId", str)
MissId = NewType("MissId", str)
TraceId = NewType("TraceId", str)


def account_of(connector: str, tenant: str = "") -> AccountId:
    """Name the account of a connector's tenant (team, bot, phone number id)."""
    return AccountId(f"{connector}/{tenant}" if tenant else connector)


def connector_of(account: AccountId) -> ConnectorName:
    """Tell which connector an account belongs to."""
    return ConnectorName(account.partition("/")[0])
