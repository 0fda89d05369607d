"""Messages as sendMessage, sendPhoto and sendDocument take them. No I/O.

The text goes out without ``parse_mode``: Telegram shows it as it is and nothing has to be escaped.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from telegram import ForceReply, InlineKeyboardButton, InlineKeyboardMarkup

from bot import Capabilities, Fitted, Link, Option, OutboundMessage, SentFile, fit, units

CAPABILITIES = Capabilities(
    max_text=4096,  # Bot API, sendMessage: 1-4096 characters, counted in UTF-16 units
    max_buttons=24,  # 100 are allowed (observed); more than this is no choice for a thumb
    max_button_label=64,  # no limit is published; a phone shows about so many in a row of its own
    links=True,
    files=True,
    max_caption=1024,  # Bot API, sendDocument: caption
)
MAX_PHOTO_BYTES = 10 * 1024 * 1024
"""Bot API, sendPhoto; what is larger goes as a document."""
PHOTOS = frozenset({"image/jpeg", "image/png", "image/webp"})
NOTHING_TO_SAY = "…"
"""Telegram refuses an empty message, and buttons cannot stand alone."""

_HALVES = re.compile("[\ud800-\udfff]")
_ROW_UNITS = 24
"""How many units of labels a phone shows beside each other without cutting them."""
_ROW_BUTTONS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """The arguments of one call; with a ``file`` the text is its caption, or empty."""

    text: str
    markup: InlineKeyboardMarkup | ForceReply | None = None
    file: SentFile | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where a place is: a chat, or a topic in it."""

    chat: int
    thread: int | None = None

    @property
    def is_group(self) -> bool:
        """Tell whether others read along: groups have negative ids."""
        return self.chat < 0


def is_photo(file: SentFile) -> bool:
    """Tell whether a file is to be seen at once."""
    return file.mime in PHOTOS and file.size <= MAX_PHOTO_BYTES


def parse_place(place: str) -> Destination | None:
    """Read the place of an address, ``chat`` or ``chat:thread``; None if it is no such thing."""
    chat, _, thread = place.partition(":")
    try:
        return Destination(chat=int(chat), thread=int(thread) if thread else None)
    except ValueError:
        return None


def render(message: OutboundMessage, *, as_reply: bool = False) -> Sequence[Sending]:
    """Turn a message into calls, in order; at least one.

    ``as_reply``: it goes to a group as the reply to somebody. There a bot gets commands and replies
    to itself only, so a question without buttons opens the reply in that person's app.
    """
    parts = fit(_sendable(message), CAPABILITIES)
    calls = [_sending(part) for part in parts if _has_something(part)]
    *first, last = calls or [Sending(text=NOTHING_TO_SAY)]
    if as_reply and message.prompt is not None and last.markup is None:
        last = replace(last, markup=ForceReply(selective=True))
    return [*first, last]


def _has_something(part: Fitted) -> bool:
    return bool(part.text.strip() or part.options or part.links or part.file)


def _sending(part: Fitted) -> Sending:
    rows = [*_rows(part.options), *([_link_button(link)] for link in part.links)]
    return Sending(
        text=part.text if part.text.strip() or part.file else NOTHING_TO_SAY,
        file=part.file,
        markup=InlineKeyboardMarkup(rows) if rows else None,
    )


def _sendable(message: OutboundMessage) -> OutboundMessage:
    """Take out what cannot be encoded, and write links that Telegram refuses into the text."""
    buttons = tuple(link for link in message.links if _has_button(link))
    written = [f"{link.label}: {link.url}" for link in message.links if not _has_button(link)]
    options = tuple(
        replace(option, label=_encodable(option.label).strip() or NOTHING_TO_SAY)
        for option in message.options
    )
    text = _encodable("\n".join([message.text, *written]))
    return replace(message, text=text, options=options, links=buttons)


def _encodable(text: str) -> str:
    """Replace halves of surrogate pairs: they are no characters and cannot be sent."""
    return _HALVES.sub("\N{REPLACEMENT CHARACTER}", text)


def _has_button(link: Link) -> bool:
    """Tell whether Telegram takes the link: "Wrong HTTP URL" where the host has no dot."""
    if not link.label.strip():
        return False
    try:
        parts = urlsplit(link.url)
    except ValueError:
        return False
    host = parts.hostname or ""
    return parts.scheme in {"http", "https"} and "." in host.strip(".")


def _rows(options: Sequence[Option]) -> Iterator[list[InlineKeyboardButton]]:
    """Put short labels beside each other, at most three; a long one has its own row."""
    row: list[InlineKeyboardButton] = []
    used = 0
    for option in options:
        width = units(option.label)
        if row and (len(row) == _ROW_BUTTONS or used + width > _ROW_UNITS):
            yield row
            row, used = [], 0
        row.append(InlineKeyboardButton(option.label, callback_data=option.token))
        used += width
    if row:
        yield row


def _link_button(link: Link) -> InlineKeyboardButton:
    return InlineKeyboardButton(_encodable(link.label), url=link.url)
