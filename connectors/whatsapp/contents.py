"""What a message holds besides text: files, and places, contacts and orders as words; pure.

Meta, "Webhooks: messages" (v23.0). A file is told of by an id, a type and a hash; its bytes stay
with Meta for 30 days.
"""

import base64
import binascii
import re

from bot import Attachment, attachment_of, place_words
from connectors.whatsapp.fields import Json, first_match, object_in, text_of, word_in

FILES = {
    "audio": "audio/ogg",
    "document": "application/octet-stream",
    "image": "image/jpeg",
    "sticker": "image/webp",
    "video": "video/mp4",
}
"""Kinds of messages that are files, and the type where Meta does not tell it."""

MAX_CONTACTS = 10
MAX_ITEMS = 100

_MEDIA_ID = re.compile(r"[0-9]{1,64}", re.ASCII)
_PHONE = re.compile(r"[0-9]{5,20}", re.ASCII)
_HEX = re.compile(r"[0-9a-f]{64}", re.ASCII)


def attachments_of(kind: str, item: Json) -> tuple[Attachment, ...]:
    """Describe the file that a message is; its hash stands before the id that finds it again."""
    if kind not in FILES:
        return ()
    file = object_in(item, kind)
    media_id = first_match(_MEDIA_ID, file.get("id"))
    if media_id is None:
        return ()
    called = "voice" if file.get("voice") is True else kind
    described = attachment_of(
        f"{digest_of(file.get('sha256'))}:{media_id}",
        mime=file.get("mime_type") or FILES[kind],
        name=file.get("filename"),
        called=called,
        size=file.get("file_size"),
    )
    return (described,)


def split_ref(ref: str) -> tuple[str, str] | None:
    """Take an attachment's ref apart: the hash, empty if Meta told none, and the id."""
    digest, _, media_id = ref.partition(":")
    is_ours = _MEDIA_ID.fullmatch(media_id) and (not digest or _HEX.fullmatch(digest))
    return (digest, media_id) if is_ours else None


def digest_of(told: object) -> str:
    """Read a SHA-256, in base 64 as in webhooks or in hex; empty if it is none."""
    if not isinstance(told, str):
        return ""
    if _HEX.fullmatch(told.lower()):
        return told.lower()
    try:
        raw = base64.b64decode(told, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return raw.hex() if len(raw) == 32 else ""


def words_of(kind: str, item: Json) -> str:
    """Say what is no file in the words that a customer could have typed; empty for all else."""
    match kind:
        case "location":
            place = object_in(item, kind)
            labels = (text_of(word_in(place, key)) for key in ("name", "address"))
            return place_words(place.get("latitude"), place.get("longitude"), *labels) or ""
        case "contacts":
            contacts = item.get("contacts")
            found = contacts if isinstance(contacts, list) else []
            return ", ".join(filter(None, map(_phone, found[:MAX_CONTACTS])))
        case _:
            return ""


def order_of(order: Json) -> str:
    """Write an order: the customer's words, then each product by the shop's own id."""
    items = order.get("product_items")
    found = items if isinstance(items, list) else []
    listed = ", ".join(filter(None, map(_product, found[:MAX_ITEMS])))
    return "\n".join(filter(None, [text_of(word_in(order, "text")).strip(), listed]))


def _product(item: Json) -> str:
    match item:
        case {"product_retailer_id": str(product), "quantity": int(quantity), **rest}:
            price, currency = rest.get("item_price"), text_of(word_in(rest, "currency"))
            priced = f" ({price} {currency})" if isinstance(price, int | float) else ""
            return f"{quantity} x {text_of(product)}{priced}"
        case _:
            return ""


def _phone(contact: Json) -> str:
    """Give a contact's first number: as WhatsApp knows it, else as it stands in the book."""
    match contact:
        case {"phones": [{**phone}, *_]}:
            known = first_match(_PHONE, phone.get("wa_id"))
            return f"+{known}" if known else text_of(word_in(phone, "phone")).strip()
        case _:
            return ""
