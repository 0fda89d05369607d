"""How a receipt names what was shown, so that it can be edited after a restart. No I/O.

Telegram edits messages without a keyboard and those with buttons, no others. So a receipt tells,
behind the ids of the parts, what stood under the last one.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from telegram import ForceReply, ReplyKeyboardMarkup, ReplyKeyboardRemove

from connectors.telegram.keyboards import Markup

_SHOWN = re.compile(r"(?P<ids>[0-9]{1,19}(?:\+[0-9]{1,19})*)(?P<under>[!?]?)", re.ASCII)


class Under(StrEnum):
    """What stands under the last part of a message."""

    EDITABLE = ""
    ASKS = "?"  # it opens a reply, or a keyboard that shares something: it stays as it is
    UNFOLDS = "!"  # it took such a keyboard away: another message takes its place


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A message of the bot's in a chat: the ids of its parts, in order."""

    ids: tuple[int, ...]
    under: Under = Under.EDITABLE

    def written(self) -> str | None:
        """Write it as the id in a receipt; None where Telegram told no id."""
        return f"{'+'.join(map(str, self.ids))}{self.under}" if self.ids else None


def read_shown(receipt: str | None) -> Shown | None:
    """Read the id in a receipt; None where it is none of ours."""
    found = _SHOWN.fullmatch(receipt or "")
    if found is None:
        return None
    ids = tuple(int(one) for one in found["ids"].split("+"))
    return Shown(ids=ids, under=Under(found["under"]))


def under_of(markup: Markup | None) -> Under:
    """Tell what a markup makes of a message."""
    match markup:
        case ReplyKeyboardMarkup() | ForceReply():
            return Under.ASKS
        case ReplyKeyboardRemove():
            return Under.UNFOLDS
        case _:
            return Under.EDITABLE
