"""Which words of a group are for the bot, and what they are without its name. No I/O.

In privacy mode Telegram sends a bot no others; an administrator's bot gets everything, and so does
one whose owner has switched the mode off. Who chats with others must not be answered there.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.telegram.fields import part, parts, words

_COMMAND = re.compile(r"\s*/[A-Za-z0-9_]{1,64}(?:@(?P<bot>[A-Za-z0-9_]{3,32}))?(?!\w)", re.ASCII)
_MENTION = re.compile(r"(?<![\w@])(?:/[A-Za-z0-9_]{1,64})?@([A-Za-z0-9_]{3,32})(?!\w)", re.ASCII)
_ADDRESS = re.compile(r"\s*@([A-Za-z0-9_]{3,32})(?!\w)(?:\s*[:,])?", re.ASCII)
_START = re.compile(r"/start(?:@\w{3,32})?\s+(?P<payload>[A-Za-z0-9_-]{1,64})\s*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """What a bot knows of itself while it reads updates.

    ``username`` is empty where nobody has told it yet: then every name could be ours. ``commands``
    are those that a deep link may start.
    """

    username: str = ""
    hears_all: bool = False
    commands: frozenset[str] = frozenset()

    def is_me(self, name: str) -> bool:
        """Tell whether a name after an @ is this bot's."""
        return not self.username or name.lower() == self.username.lower()

    def takes(self, text: str, item: Mapping[str, Any], bot_id: str) -> bool:
        """Tell whether a message of a group is for this bot; a text is empty where it has none."""
        command = _COMMAND.match(text)
        if command is not None and command["bot"] is not None:
            return self.is_me(command["bot"])
        if answers(item, bot_id) or (self.hears_all and text):
            return True
        return command is not None or self._is_named(text, item, bot_id)

    def without_name(self, text: str) -> str:
        """Take the bot's own name away from the front of a group's message."""
        address = _ADDRESS.match(text)
        if address is None or not self.username or not self.is_me(address[1]):
            return text
        return text[address.end() :].lstrip() or text

    def opened(self, text: str) -> str:
        """Read a deep link's ``/start book`` as the command that it names; all else stays."""
        link = _START.fullmatch(text)
        if link is None or (name := link["payload"].lower()) not in self.commands:
            return text
        return f"/{name}"

    def _is_named(self, text: str, item: Mapping[str, Any], bot_id: str) -> bool:
        if any(self.is_me(name) for name in _MENTION.findall(text)):
            return True
        entities = [*parts(item, "entities"), *parts(item, "caption_entities")]
        return any(str(part(entity, "user").get("id")) == bot_id for entity in entities)


def answers(item: Mapping[str, Any], bot_id: str) -> bool:
    """Tell whether a message is a reply to one of the bot's own.

    In a topic everything replies to the notice that opened it, which may be the bot's.
    """
    match item.get("reply_to_message"):
        case {"from": {"id": int(author)}, **rest}:
            return str(author) == bot_id and "forum_topic_created" not in rest
        case _:
            return False


def needs_name(body: bytes) -> bool:
    """Tell whether an update can be read by a bot only that knows its own name."""
    if b"@" not in body:
        return False
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return False
    message = part(update, "message") if isinstance(update, dict) else {}
    text = words(message, "text") or words(message, "caption")
    is_room = words(part(message, "chat"), "type") in {"group", "supergroup"}
    return is_room and _MENTION.search(text) is not None
