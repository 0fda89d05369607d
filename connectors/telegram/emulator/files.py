"""Files that persons sent: what the Bot API tells of them, and their bytes."""

import secrets
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.telegram.emulator.parameters import Parameters
from connectors.telegram.emulator.refusals import bad_request

MAX_FILE_BYTES = 20 * 1024 * 1024
"""What getFile gives to a bot (Bot API, getFile)."""

PHOTOS = frozenset({"image/jpeg", "image/png"})
"""What an app sends as a photo; other pictures go as documents."""

_KINDS = {"audio/ogg": "voice", "audio": "audio", "video": "video"}
_FOLDERS = {"photo": "photos", "voice": "voice", "audio": "music", "video": "videos"}
_NAMELESS = frozenset({"photo", "voice"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    path: str
    data: bytes
    unique_id: str


class Files:
    """Every file of the platform, by id."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}

    def keep(self, data: bytes, *, name: str, mime: str, kind: str = "") -> Mapping[str, Any]:
        """Keep a file; gives the field of a message that shows it.

        As an app would send it, or as the ``kind`` that a bot says.
        """
        if not data:
            raise ValueError("an app sends no empty file")
        main = mime.partition("/")[0]
        chosen = "photo" if mime in PHOTOS else _KINDS.get(mime) or _KINDS.get(main) or "document"
        kind = kind or chosen
        file_id = f"AgAC{secrets.token_urlsafe(40)}"
        ending = name.rpartition(".")[2] if "." in name else "dat"
        path = f"{_FOLDERS.get(kind, 'documents')}/file_{len(self._kept)}.{ending}"
        kept = _Kept(path=path, data=data, unique_id=f"AQAD{secrets.token_urlsafe(8)}")
        self._kept[file_id] = kept
        file = {"file_id": file_id, "file_unique_id": kept.unique_id, "file_size": len(data)}
        width, height = picture_size(data)
        if kind == "photo":
            return {"photo": [file | {"width": width, "height": height}]}
        named = {} if kind in _NAMELESS else {"file_name": name}
        played = {} if kind == "document" else {"duration": 1}
        sized = {"width": width, "height": height} if kind == "video" else {}
        return {kind: file | {"mime_type": mime} | named | played | sized}

    def get_file(self, given: Parameters) -> Mapping[str, Any]:
        """Answer getFile."""
        file_id = given.text("file_id")
        if not file_id:
            raise bad_request("file_id not specified")
        kept = self._kept.get(file_id)
        if kept is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        if len(kept.data) > MAX_FILE_BYTES:
            raise bad_request("file is too big")
        return {
            "file_id": file_id,
            "file_unique_id": kept.unique_id,
            "file_size": len(kept.data),
            "file_path": kept.path,
        }

    def find(self, path: str) -> bytes | None:
        """Find the bytes behind a path that getFile told; None if there are none."""
        found = (kept.data for kept in self._kept.values() if kept.path == path)
        data = next(found, None)
        return data if data is not None and len(data) <= MAX_FILE_BYTES else None


def picture_size(data: bytes) -> tuple[int, int]:
    """Read width and height of a PNG or JPEG; 1 by 1 where they cannot be read."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    at = 2
    while data.startswith(b"\xff\xd8") and len(data) >= at + 9 and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if 0xC0 <= marker <= 0xC3:  # a start of frame: precision, height, width
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return 1, 1
