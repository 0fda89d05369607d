"""What a message holds besides text: files, and everything else as words. No I/O.

Bot API 10.1, types Message, PhotoSize, Sticker, Venue, Poll, Checklist, RichMessage. What has
another shape is passed over: the caption beside it is still the customer's.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot import Attachment, attachment_of, place_words
from connectors.telegram.fields import number, part, parts, words

MAX_DEPTH = 20
"""Of the texts in a rich message; what is nested deeper is not read."""

_STICKERS = {"is_animated": "application/x-tgsticker", "is_video": "video/webm"}
_FILES = {
    # an animation comes with the same file as a document, for clients that know no animations
    "animation": ("animation", "video/mp4"),
    "audio": ("audio", "audio/mpeg"),
    "document": ("document", "application/octet-stream"),
    "video": ("video", "video/mp4"),
    "video_note": ("video", "video/mp4"),
    "voice": ("voice", "audio/ogg"),
}
"""What to call a file without a name, and its type where Telegram does not tell it."""

_SPOKEN = ("summary", "text", "expression", "alternative_text", "caption", "credit")
_NESTED = ("blocks", "items", "cells")
"""Where RichBlock and RichText have their words, in the order read."""

_E164 = re.compile(r"[1-9][0-9]{6,14}", re.ASCII)


def attachments_of(item: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """List the file that came with a message; albums are several messages."""
    photo = _largest(item.get("photo")) or _largest(part(item, "live_photo").get("photo"))
    if photo:
        return _described(photo, called="photo", mime="image/jpeg")
    sticker = part(item, "sticker")
    if sticker:
        mimes = (mime for flag, mime in _STICKERS.items() if sticker.get(flag) is True)
        is_said = bool(words(sticker, "emoji"))
        mime = next(mimes, "image/webp")
        return () if is_said else _described(sticker, called="sticker", mime=mime)
    for kind, (called, mime) in _FILES.items():
        if found := _described(part(item, kind), called=called, mime=mime):
            return found
    return ()


def words_of(item: Mapping[str, Any]) -> str:
    """Say what is no file in the words that a customer could have typed; empty for all else."""
    for kind, say in _SAID.items():
        held = part(item, kind)
        if held:
            return say(held, item)
    return ""


def phone_of(item: Mapping[str, Any], sender: int) -> str | None:
    """Give the sender's own number in E.164 digits, as Telegram knows it.

    A contact with the sender's id is their own account; any other is only what they typed.
    """
    contact = part(item, "contact")
    digits = re.sub(r"[\s()+-]", "", words(contact, "phone_number"))
    is_own = contact.get("user_id") == sender and "forward_origin" not in item
    return digits if is_own and _E164.fullmatch(digits) else None


def _place(location: Mapping[str, Any], item: Mapping[str, Any]) -> str:
    venue = part(item, "venue")
    labels = (words(venue, "title"), words(venue, "address"))
    return place_words(location.get("latitude"), location.get("longitude"), *labels) or ""


def _phone(contact: Mapping[str, Any], _item: Mapping[str, Any]) -> str:
    """Give a contact's number; that of somebody on Telegram is international, plus or not."""
    number_said = words(contact, "phone_number").strip()
    is_international = "user_id" in contact and number_said.isascii() and number_said.isdigit()
    return f"+{number_said}" if is_international else number_said


def _emoji(sticker: Mapping[str, Any], _item: Mapping[str, Any]) -> str:
    return words(sticker, "emoji")


def _dice(dice: Mapping[str, Any], _item: Mapping[str, Any]) -> str:
    value = number(dice, "value")
    return "" if value is None else f"{words(dice, 'emoji')} {value}".strip()


def _poll(poll: Mapping[str, Any], _item: Mapping[str, Any]) -> str:
    return _lines(words(poll, "question"), *(words(one, "text") for one in parts(poll, "options")))


def _checklist(checklist: Mapping[str, Any], _item: Mapping[str, Any]) -> str:
    tasks = (words(one, "text") for one in parts(checklist, "tasks"))
    return _lines(words(checklist, "title"), *tasks)


def _game(game: Mapping[str, Any], _item: Mapping[str, Any]) -> str:
    return words(game, "title")


def _page(data: Mapping[str, Any], _item: Mapping[str, Any]) -> str:
    return words(data, "data")


def _rich(rich: Mapping[str, Any], _item: Mapping[str, Any]) -> str:
    return _lines(*"".join(_texts(rich, MAX_DEPTH)).splitlines())


_SAID: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], str]] = {
    "location": _place,
    "contact": _phone,
    "sticker": _emoji,
    "dice": _dice,
    "poll": _poll,
    "checklist": _checklist,
    "game": _game,
    "web_app_data": _page,
    "rich_message": _rich,
}


def _texts(value: object, depth: int) -> Iterator[str]:
    """Find the texts of a rich message: a string, a list of them, or objects around them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value if depth else ():
            yield from _texts(one, depth - 1)
    elif isinstance(value, dict) and depth:
        yield from _texts_of_block(value, depth)


def _texts_of_block(block: Mapping[str, Any], depth: int) -> Iterator[str]:
    for key in _SPOKEN:
        if key in block:
            yield from _texts(block[key], depth - 1)
    for key in _NESTED:
        for below in _below(block, key):
            yield "\n"
            yield from _texts(below, depth - 1)


def _below(value: Mapping[str, Any], key: str) -> list[Any]:
    found = value.get(key)
    return found if isinstance(found, list) else []


def _lines(*found: str) -> str:
    return "\n".join(filter(None, (line.strip() for line in found)))


def _described(file: Mapping[str, Any], *, called: str, mime: str) -> tuple[Attachment, ...]:
    ref = words(file, "file_id")
    if not ref:
        return ()
    described = attachment_of(
        ref,
        mime=file.get("mime_type") or mime,
        name=file.get("file_name"),
        called=called,
        size=file.get("file_size"),
        width=file.get("width"),
        height=file.get("height"),
    )
    return (described,)


def _largest(sizes: object) -> Mapping[str, Any]:
    """Pick the picture with the most pixels: no order of the sizes is promised."""
    found = [size for size in sizes if isinstance(size, dict)] if isinstance(sizes, list) else []
    return max(found, key=_pixels, default={})


def _pixels(size: Mapping[str, Any]) -> int:
    width, height = size.get("width"), size.get("height")
    return width * height if type(width) is int and type(height) is int else 0
