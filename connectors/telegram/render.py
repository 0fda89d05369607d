"""Messages as sendMessage, sendPhoto and sendDocument take them. No I/O.

The text goes out without ``parse_mode``: Telegram shows it as it is and nothing has to be escaped.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from telegram import ForceReply, ReplyKeyboardRemove

from bot import Capabilities, Fitted, OutboundMessage, SentFile, ShownCard, card_as_text, fit, units
from connectors.telegram.keyboards import (
    Markup,
    SharingLabels,
    has_button,
    inline_keyboard,
    is_public,
    sharing_keyboard,
)

CAPABILITIES = Capabilities(
    max_text=4096,  # Bot API, sendMessage: 1-4096 characters, counted in UTF-16 units
    max_buttons=24,  # 100 are allowed (observed); more than this is no choice for a thumb
    max_button_label=64,  # no limit is published; a phone shows about so many in a row of its own
    links=True,
    files=True,
    max_caption=1024,  # Bot API, sendPhoto and sendDocument: caption
    cards=True,
    controls=frozenset({"phone", "place"}),
    edits=True,
    typing=True,
)
MAX_PHOTO_BYTES = 10 * 1024 * 1024
"""Bot API, sendPhoto; what is larger goes as a document."""
PHOTOS = frozenset({"image/jpeg", "image/png", "image/webp"})
NOTHING_TO_SAY = "…"
"""Telegram refuses an empty message, and buttons cannot stand alone."""

_HALVES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """The arguments of one call; with a ``file`` or a ``photo`` the text is its caption, or empty.

    ``photo`` is the web address of a picture, which Telegram fetches by itself.
    """

    text: str
    markup: Markup | None = None
    file: SentFile | None = None
    photo: str | None = None


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


def render(
    message: OutboundMessage,
    *,
    as_reply: bool = False,
    sharing: SharingLabels | None = None,
    unfolds: bool = False,
) -> Sequence[Sending]:
    """Turn a message into calls, in order; at least one.

    ``as_reply``: it goes to a group as the reply to somebody. There a bot gets commands and replies
    to itself only, so a question without buttons opens the reply in that person's app.
    ``sharing``: keyboards that share a number or a place can be shown, as in private chats.
    ``unfolds``: one of them may still be there, and is taken away. A message has one keyboard: its
    own buttons come first.
    """
    picture, parts = _fitted(message)
    calls = [_sending(part) for part in parts if _has_something(part)]
    if picture is not None:
        calls = _with_picture(calls, picture)
    *first, last = calls or [Sending(text=NOTHING_TO_SAY)]
    if last.markup is None and message.asks is not None and sharing is not None:
        last = replace(last, markup=sharing_keyboard(message.asks, sharing, message.locale))
    if last.markup is None and as_reply and message.prompt is not None:
        last = replace(last, markup=ForceReply(selective=True))
    if last.markup is None and unfolds:
        last = replace(last, markup=ReplyKeyboardRemove())
    return [*first, last]


def _fitted(message: OutboundMessage) -> tuple[str | None, Sequence[Fitted]]:
    """Fit a message; a card's picture stands beside it, its words among the others.

    One that Telegram could not fetch is a link.
    """
    picture = _picture(message.card)
    if picture is not None and message.card is not None:
        message = replace(message, card=replace(message.card, image=None))
    return picture, fit(_sendable(card_as_text(message)), CAPABILITIES)


def _picture(card: ShownCard | None) -> str | None:
    return card.image if card is not None and card.image and is_public(card.image) else None


def _with_picture(calls: Sequence[Sending], picture: str) -> list[Sending]:
    """Put a picture over the words where these are short enough to stand under it, else before."""
    if len(calls) == 1 and calls[0].file is None and _is_caption(calls[0].text):
        return [replace(calls[0], photo=picture)]
    return [Sending(text="", photo=picture), *calls]


def _is_caption(text: str) -> bool:
    return units(text) <= CAPABILITIES.max_caption


def _has_something(part: Fitted) -> bool:
    return bool(part.text.strip() or part.options or part.links or part.file)


def _sending(part: Fitted) -> Sending:
    return Sending(
        text=part.text if part.text.strip() or part.file else NOTHING_TO_SAY,
        file=part.file,
        markup=inline_keyboard(part.options, part.links),
    )


def _sendable(message: OutboundMessage) -> OutboundMessage:
    """Take out what cannot be encoded, and write links that Telegram refuses into the text."""
    buttons = tuple(
        replace(link, label=_encodable(link.label)) for link in message.links if has_button(link)
    )
    written = [f"{link.label}: {link.url}" for link in message.links if not has_button(link)]
    options = tuple(
        replace(option, label=_encodable(option.label).strip() or NOTHING_TO_SAY)
        for option in message.options
    )
    text = _encodable("\n".join([message.text, *written]))
    return replace(message, text=text, options=options, links=buttons)


def _encodable(text: str) -> str:
    """Replace halves of surrogate pairs: they are no characters and cannot be sent."""
    return _HALVES.sub("\N{REPLACEMENT CHARACTER}", text)
