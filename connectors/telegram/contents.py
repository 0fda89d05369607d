"""What a message holds besides text: files, and places and contacts as words. No I/O.

Bot API 10.1, types Message, PhotoSize, Sticker, Venue. What has another shape is passed over: the
caption beside it is still the customer's.
"""

from collections.abc import Mapping
from typing import Any

from bot import Attachment, attachment_of, place_words

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


def attachments_of(item: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """List the file that came with a message; albums are several messages."""
    photo = _largest(item.get("photo")) or _largest(_part(item, "live_photo").get("photo"))
    if photo:
        return _described(photo, called="photo", mime="image/jpeg")
    sticker = _part(item, "sticker")
    if sticker:
        mimes = (mime for flag, mime in _STICKERS.items() if sticker.get(flag) is True)
        is_said = bool(_words(sticker, "emoji"))
        mime = next(mimes, "image/webp")
        return () if is_said else _described(sticker, called="sticker", mime=mime)
    for kind, (called, mime) in _FILES.items():
        if found := _described(_part(item, kind), called=called, mime=mime):
            return found
    return ()


def words_of(item: Mapping[str, Any]) -> str:
    """Say what is no file in the words that a customer could have typed; empty for all else."""
    venue, location = _part(item, "venue"), _part(item, "location")
    if location:
        labels = (_words(venue, "title"), _words(venue, "address"))
        return place_words(location.get("latitude"), location.get("longitude"), *labels) or ""
    contact = _part(item, "contact")
    return _phone(contact) if contact else _words(_part(item, "sticker"), "emoji")


def _phone(contact: Mapping[str, Any]) -> str:
    """Give a contact's number; that of somebody on Telegram is international, plus or not."""
    number = _words(contact, "phone_number").strip()
    is_international = "user_id" in contact and number.isascii() and number.isdigit()
    return f"+{number}" if is_international else number


def _described(file: Mapping[str, Any], *, called: str, mime: str) -> tuple[Attachment, ...]:
    ref = _words(file, "file_id")
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


def _part(item: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    part = item.get(key)
    return part if isinstance(part, dict) else {}


def _words(part: Mapping[str, Any], key: str) -> str:
    value = part.get(key)
    return value if isinstance(value, str) else ""
