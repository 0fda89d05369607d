"""Messages that were changed after they were sent.

A change is heard as a new message where it is the customer's last one in a private chat and its
words are others. What the dialog has made of the old words stands: it hears "5" as it would hear a
"5" typed below. Changes of older messages are not heard, nor are those of messages that this
process has not seen: Telegram reports a change also where only a preview or a place has changed.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from bot import EventId, InboundMessage, Received
from connectors.telegram.wire import EDITED

KEPT_CHATS = 10_000
KEPT_CHANGES = 20


@dataclass(slots=True)
class _Last:
    """The last message of a chat: its id, its words by now, and the changes that were heard."""

    message_id: str
    digest: bytes
    heard: OrderedDict[EventId, None] = field(default_factory=OrderedDict)


class Afterthoughts:
    """Knows the last message of each private chat, as far as this process has seen it."""

    def __init__(self) -> None:
        self._last: OrderedDict[str, _Last] = OrderedDict()

    def sift(self, received: Received) -> Received:
        """Take out changes that are not to be heard."""
        if not received.messages:
            return received
        return replace(received, messages=tuple(self._heard(received.messages)))

    def _heard(self, messages: Sequence[InboundMessage]) -> Iterator[InboundMessage]:
        for message in messages:
            if EDITED in message.hints:
                if self._is_news(message):
                    yield message
            else:
                self._note(message)
                yield message

    def _note(self, message: InboundMessage) -> None:
        """Remember a message that no other follows yet; an update may come again, and late."""
        if message.room is not None or message.tap is not None:
            return
        place, message_id = message.sender.place, message.hints["message_id"]
        last = self._last.get(place)
        if last is not None and int(message_id) <= int(last.message_id):
            return
        self._last[place] = _Last(message_id, _digest(message.text))
        self._last.move_to_end(place)
        if len(self._last) > KEPT_CHATS:
            self._last.popitem(last=False)

    def _is_news(self, message: InboundMessage) -> bool:
        last = self._last.get(message.sender.place)
        if last is None or last.message_id != message.hints["message_id"]:
            return False
        if message.event_id in last.heard:  # it comes again: the inbox may not have kept it
            return True
        digest = _digest(message.text)
        if digest == last.digest:
            return False
        last.digest = digest
        last.heard[message.event_id] = None
        if len(last.heard) > KEPT_CHANGES:
            last.heard.popitem(last=False)
        return True


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=16).digest()
