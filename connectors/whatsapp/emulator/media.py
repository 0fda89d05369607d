"""Files of persons and of the business: what webhooks and the Graph API tell, and the bytes."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import Body

ADDRESS_LIFE = timedelta(minutes=5)
"""How long the address of a file works (Meta, "Media: retrieve media URL")."""

MEGABYTE = 1 << 20
LARGEST = {
    "audio": 16 * MEGABYTE,
    "document": 100 * MEGABYTE,
    "image": 5 * MEGABYTE,
    "sticker": 500 * 1024,
    "video": 16 * MEGABYTE,
}
"""Meta, "Supported media types"."""

_OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES = (
    "audio/aac",
    "audio/mp4",
    "audio/mpeg",
    "audio/amr",
    "audio/ogg",
    "audio/opus",
    "application/vnd.ms-powerpoint",
    "application/msword",
    f"{_OFFICE}.wordprocessingml.document",
    f"{_OFFICE}.presentationml.presentation",
    f"{_OFFICE}.spreadsheetml.sheet",
    "application/pdf",
    "text/plain",
    "application/vnd.ms-excel",
    "image/jpeg",
    "image/png",
    "image/webp",
    "video/mp4",
    "video/3gpp",
)
"""What a business may upload, in the order of Meta's own refusal (error 100)."""

_MIMES = {"image/jpeg": "image", "image/png": "image", "image/webp": "sticker"}
_CAPTIONED = frozenset({"document", "image", "video"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A file as the platform keeps it."""

    id: str
    kind: str
    mime: str
    data: bytes
    name: str = ""

    def told(self, base_url: str, ticket: str) -> Body:
        """Answer a look-up."""
        return {
            "messaging_product": "whatsapp",
            "url": f"{base_url}/media/{ticket}",
            "mime_type": self.mime,
            "sha256": hashlib.sha256(self.data).hexdigest(),
            "file_size": len(self.data),
            "id": self.id,
        }


class MediaShelf:
    """All files, by id, and the addresses that work for a while."""

    def __init__(self) -> None:
        self._kept: dict[str, Media] = {}
        self._tickets: dict[str, tuple[Media, datetime]] = {}

    def keep(self, data: bytes, *, name: str, mime: str, caption: str) -> tuple[str, Body]:
        """Keep a file; gives the kind and the content of the message that brings it.

        Raises:
            ValueError: the app does not send this.
        """
        kind = _kind(mime)
        if not 0 < len(data) <= LARGEST[kind]:
            raise ValueError(f"the app sends 1 to {LARGEST[kind]} bytes as {kind}")
        if caption and kind not in _CAPTIONED:
            raise ValueError(f"the app has no words under {kind}")
        media = Media(
            id=str(secrets.randbelow(9 * 10**14) + 10**14), kind=kind, mime=mime, data=data
        )
        self._kept[media.id] = media
        content: dict[str, object] = {
            "mime_type": mime,
            "sha256": base64.b64encode(hashlib.sha256(data).digest()).decode(),
            "id": media.id,
        }
        if kind == "document":
            content["filename"] = name
        if kind == "audio":
            content["voice"] = mime.startswith("audio/ogg")
        return kind, content | ({"caption": caption} if caption else {})

    def upload(self, data: bytes, *, name: str, mime: str) -> str:
        """Keep a file of the business; gives its id."""
        media_id = str(secrets.randbelow(9 * 10**14) + 10**14)
        self._kept[media_id] = Media(id=media_id, kind=_kind(mime), mime=mime, data=data, name=name)
        return media_id

    def find(self, media_id: str) -> Media | None:
        """Find a file by its id."""
        return self._kept.get(media_id)

    def open_ticket(self, media: Media, now: datetime) -> str:
        """Give the last part of an address that works until `ADDRESS_LIFE` has passed."""
        ticket = secrets.token_urlsafe(24)
        self._tickets[ticket] = (media, now + ADDRESS_LIFE)
        return ticket

    def use_ticket(self, ticket: str, now: datetime) -> Media | None:
        """Find the file behind an address that still works."""
        media, until = self._tickets.get(ticket, (None, now))
        return media if now < until else None


def largest(mime: str) -> int:
    """Tell how many bytes a file of a type may have."""
    return LARGEST[_kind(mime)]


def _kind(mime: str) -> str:
    main = mime.partition("/")[0]
    return _MIMES.get(mime) or (main if main in {"audio", "video"} else "document")
