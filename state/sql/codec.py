"""Values to JSON text and back."""

import json
import secrets
from typing import Any

from pydantic import TypeAdapter

from bot import Body, InboundMessage, OutboundMessage, Signal

MESSAGE = "message"
SIGNAL = "signal"

_INBOUND: TypeAdapter[InboundMessage] = TypeAdapter(InboundMessage)
_SIGNAL: TypeAdapter[Signal] = TypeAdapter(Signal)
_OUTBOUND: TypeAdapter[OutboundMessage] = TypeAdapter(OutboundMessage)
_ANY: TypeAdapter[Any] = TypeAdapter(Any)


def new_id() -> str:
    """Make an id: 128 random bits as 22 URL-safe characters."""
    return secrets.token_urlsafe(16)


def dump(value: object) -> str:
    """Write any JSON value; dates, decimals and dataclasses in it become JSON, too."""
    return _ANY.dump_json(value).decode()


def load(text: str) -> Any:  # noqa: ANN401 - JSON is what the outside world made of it
    """Read what `dump` wrote."""
    return json.loads(text)


def load_body(text: str) -> Body:
    """Read a JSON object; an emptied text is an empty one."""
    body: Body = json.loads(text or "{}")
    return body


def kind_of(event: InboundMessage | Signal) -> str:
    """Tell the kind under which an event stands in the inbox."""
    return MESSAGE if isinstance(event, InboundMessage) else SIGNAL


def dump_event(event: InboundMessage | Signal) -> str:
    """Write an inbox row's event."""
    match event:
        case InboundMessage():
            return _INBOUND.dump_json(event).decode()
        case Signal():
            return _SIGNAL.dump_json(event).decode()


def load_event(kind: str, text: str) -> InboundMessage | Signal:
    """Read an inbox row's event."""
    adapter = _INBOUND if kind == MESSAGE else _SIGNAL
    return adapter.validate_json(text)


def dump_outbound(message: OutboundMessage) -> str:
    """Write an outbox row's message."""
    return _OUTBOUND.dump_json(message).decode()


def load_outbound(text: str) -> OutboundMessage:
    """Read an outbox row's message."""
    return _OUTBOUND.validate_json(text)
