"""Keyboards: buttons under a message, and the one that stands in place of the phone's. No I/O."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from telegram import (
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from bot import Catalogue, FormField, Link, Option, units

Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | ForceReply

_ROW_UNITS = 24
"""How many units of labels a phone shows beside each other without cutting them."""
_ROW_BUTTONS = 3


WORDS = Catalogue.beside(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SharingLabels:
    """What stands on the buttons that share the customer's number or place."""

    phone: str
    place: str


def inline_keyboard(options: Sequence[Option], links: Sequence[Link]) -> Markup | None:
    """Put options above links; None where there are neither."""
    rows = [*_rows(options), *([_link_button(link)] for link in links)]
    return InlineKeyboardMarkup(rows) if rows else None


def sharing_keyboard(asked: FormField, labels: SharingLabels, locale: str) -> Markup | None:
    """Make the one button that shares the customer's number or place; None for other kinds.

    Telegram shows it in private chats only (Bot API, KeyboardButton). It folds away after a press.
    """
    match asked.kind:
        case "phone":
            button = KeyboardButton(WORDS.text(locale, labels.phone), request_contact=True)
        case "place":
            button = KeyboardButton(WORDS.text(locale, labels.place), request_location=True)
        case _:
            return None
    return ReplyKeyboardMarkup([[button]], resize_keyboard=True, one_time_keyboard=True)


def has_button(link: Link) -> bool:
    """Tell whether Telegram takes a link on a button."""
    return bool(link.label.strip()) and is_public(link.url)


def is_public(url: str) -> bool:
    """Tell whether Telegram takes an address: "Wrong HTTP URL" where the host has no dot."""
    try:
        parts = urlsplit(url)
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
    return InlineKeyboardButton(link.label, url=link.url)
