"""Entities that Telegram finds by itself in a plain text: commands and mentions."""

import re
from collections.abc import Sequence
from typing import Any

from bot import units

_FOUND = re.compile(
    r"(?<![\w/@])(?:"
    r"(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)"
    r"|(?P<mention>@[A-Za-z0-9_]{3,32})"
    r")(?![\w/@])",
    re.ASCII,
)


def entities_of(text: str) -> Sequence[dict[str, Any]]:
    """Find entities; offsets and lengths count UTF-16 units (Bot API, MessageEntity)."""
    return [
        {
            "type": match.lastgroup,
            "offset": units(text[: match.start()]),
            "length": units(match.group()),
        }
        for match in _FOUND.finditer(text)
    ]


def is_for_bot(text: str, username: str) -> bool:
    """Tell whether a bot in privacy mode gets this message of a group."""
    for match in _FOUND.finditer(text):
        _, at, name = match.group().partition("@")
        if name.lower() == username.lower() or (not at and match.lastgroup == "bot_command"):
            return True
    return False


def pieces(text: str, limit: int) -> Sequence[str]:
    """Cut a text as the app does when it is too long for one message."""
    cut = []
    rest = text.strip()
    while units(rest) > limit:
        end = min(len(rest), limit)
        while units(rest[:end]) > limit:
            end -= 1
        cut.append(rest[:end])
        rest = rest[end:]
    return [*cut, rest]
