"""Messages that a customer changed afterwards.

What was said stays said: an edit never undoes anything, and a message that was taken back is not
forgotten. Only where somebody mends what they said last, and a dialog of theirs still waits, the
words as they are now count as said: then they are one more answer, and no command runs twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot import Body, EventId, Fact, InboundMessage, Line
from connectors.slack import wire
from connectors.slack.blocks.mrkdwn import unescape
from connectors.slack.kinds import WORDS

MAX_LOOKED = 30
"""Facts of the log among which the last words of a customer are looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """Somebody changed a message: as it is now, and the words as they were."""

    message: InboundMessage
    before: str


def find_edit(name: str, body: Body, raw: bytes) -> Edited | None:
    """Find an edit of a person's words in the direct message; None for anything else.

    Slack changes messages itself, too: where it shows what a link leads to, the words are the same.
    """
    event = body.get("event")
    if not isinstance(event, Mapping) or wire.text_at(event, "subtype") != "message_changed":
        return None
    now, old = event.get("message"), event.get("previous_message")
    if not isinstance(now, Mapping) or not isinstance(old, Mapping):
        return None
    was, text = wire.text_at(old, "text"), wire.text_at(now, "text")
    if not _is_said(now) or was == text or not text.strip():
        return None
    told: dict[str, Any] = {**now, "channel": event.get("channel")}
    told["channel_type"] = event.get("channel_type")
    try:
        if not wire.is_direct(told):
            return None
        message = wire.spoken(name, body, told, raw)
    except wire.MalformedError:
        return None
    fresh = EventId(wire.text_at(body, "event_id") or wire.digest(raw))
    moment = wire.moment(wire.text_at(now, "edited", "ts")) or message.sent_at
    mended = replace(message, event_id=fresh, attachments=(), sent_at=moment)
    return Edited(message=mended, before=unescape(was))


async def counts(edited: Edited, line: Line) -> bool:
    """Tell whether an edit is heard: of the last words of the customer, while a dialog waits."""
    address = edited.message.sender
    conversation = await line.conversation_of(address)
    head = await line.head(conversation)
    facts = await line.before(conversation, seq=head + 1, limit=MAX_LOOKED)
    said = next((fact for fact in reversed(facts) if _is_a_person_s(fact)), None)
    if said is None or said.body.get("connector") != address.connector:
        return False
    return said.body.get("text") == edited.before and bool(await line.dialogs(address))


def _is_said(message: Body) -> bool:
    is_a_bot_s = bool(wire.text_at(message, "bot_id"))
    return not is_a_bot_s and wire.text_at(message, "subtype") in WORDS


def _is_a_person_s(fact: Fact) -> bool:
    return fact.kind == "message" and fact.body.get("role") == "user"
