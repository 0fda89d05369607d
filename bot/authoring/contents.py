"""What a file really is, told from its own bytes.

A table of our own: the libraries that were compared (DECISIONS.md, "Files are kept once") take a
phone's HEIF picture for a film, a film in Ogg for a sound, or any archive for a Word document.
"""

import re
from collections.abc import Collection

from bot.model.attachments import UNKNOWN_MIME

ANY = "*/*"
_ZIP = "application/zip"
_OLE = "application/x-ole-storage"
_OFFICE = "application/vnd.openxmlformats-officedocument."

# (the bytes at its beginning, what the file is); from the formats' own specifications
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
    (b"\xef\xbb\xbf%PDF-", "application/pdf"),
    (b"PK\x05\x06", _ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLE),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"ID3", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"#!AMR", "audio/amr"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_BRANDS = {
    b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heif", b"msf1": "image/heif",
    b"avif": "image/avif", b"avis": "image/avif", b"M4A ": "audio/mp4", b"M4B ": "audio/mp4",
    b"qt  ": "video/quicktime",
}  # fmt: skip
"""Brands of ISO 14496-12, "ftyp"; those that begin with 3g are 3GPP's (TS 26.244)."""
_OOXML = {
    b"word/": "wordprocessingml.document", b"xl/": "spreadsheetml.sheet",
    b"ppt/": "presentationml.presentation",
}  # fmt: skip
"""The folders of ECMA-376 packages."""
_STORED = re.compile(
    rb"PK\x03\x04.{26}mimetype(application/vnd\.oasis\.opendocument\.[a-z-]+)", re.DOTALL
)
"""OpenDocument 1.3, part 2: the type is the first entry, not packed."""
_FIXED = ("image/", "audio/", "video/", "application/pdf", _OFFICE)
"""Kinds that the tables above know: content of another kind, or none of these, is not one."""
_MARKED = frozenset({*dict(_MAGIC).values(), *_RIFF.values(), *_BRANDS.values()})
"""What is one of these begins as the tables say."""
_WINDOW = 64 * 1024
"""So many bytes of an archive's beginning and end are looked at for the names within it."""
_LEGACY = ("application/msword", "application/vnd.ms-")


def mime_of(data: bytes) -> str | None:
    """Tell what bytes are by how they begin; None where the tables do not know it."""
    if data[:4] == b"RIFF":
        return _RIFF.get(data[8:12])
    if data[4:8] == b"ftyp":
        return _of_brand(data[8:12])
    if data[:4] == b"OggS":
        return "video/ogg" if b"\x80theora" in data[:256] else "audio/ogg"
    if data[:4] == b"PK\x03\x04":
        return _of_archive(data)
    if data[:4] == b"\x1aE\xdf\xa3":
        return "video/x-matroska" if b"matroska" in data[:64] else "video/webm"
    found = (mime for magic, mime in _MAGIC if data.startswith(magic))
    return next(found, None) or _of_frame(data[:4])


def is_one_of(mime: str, patterns: Collection[str]) -> bool:
    """Tell whether a type matches one of ``image/png``, ``image/*``, ``*/*``."""
    kind = mime.partition("/")[0]
    return any(pattern in {ANY, mime, f"{kind}/*"} for pattern in patterns)


def is_really(data: bytes, told: str, patterns: Collection[str]) -> bool:
    """Tell whether content is of one of the types, whatever the platform or its name told.

    Archives that are nothing else are taken at their word, and so are texts, which have no mark.
    """
    found = mime_of(data)
    if found is not None and is_one_of(found, patterns):
        return True
    return ANY in patterns or (_may_be(found, told) and is_one_of(told, patterns))


def true_mime(data: bytes, told: str) -> str:
    """Tell a file's type: what was told if its content may be that, else what it is."""
    found = mime_of(data)
    if found is None:
        return UNKNOWN_MIME if told in _MARKED else told
    return told if told != UNKNOWN_MIME and _may_be(found, told) else found


def _may_be(found: str | None, told: str) -> bool:
    """Tell whether content that the tables call ``found`` may be what was told of it."""
    if found is not None and (found, told) in _CONTAINERS:
        return True
    if found == _OLE:  # old Office files, and new ones with a password
        return told.startswith((_OFFICE, *_LEGACY))
    if found == "application/gzip":
        return told == "application/x-tgsticker"
    return found in {None, _ZIP} and not told.startswith(_FIXED)


_CONTAINERS = frozenset({
    ("audio/ogg", "video/ogg"), ("audio/ogg", "audio/opus"), ("audio/ogg", "application/ogg"),
    ("video/mp4", "audio/mp4"), ("video/mp4", "audio/x-m4a"), ("video/mp4", "video/x-m4v"),
    ("video/mp4", "audio/aac"), ("audio/mp4", "audio/aac"), ("audio/mp4", "audio/x-m4a"),
    ("video/mp4", "video/quicktime"), ("video/quicktime", "video/mp4"),
    ("video/3gpp", "video/mp4"), ("video/mp4", "video/3gpp"), ("video/3gpp", "audio/3gpp"),
    ("video/webm", "audio/webm"), ("video/x-matroska", "video/webm"),
    ("audio/mpeg", "audio/mp3"), ("audio/wav", "audio/x-wav"), ("audio/wav", "audio/wave"),
    ("audio/flac", "audio/x-flac"), ("audio/aac", "audio/x-aac"), ("image/heif", "image/heic"),
    ("image/heic", "image/heif"), ("image/jpeg", "image/jpg"),
})  # fmt: skip
"""(found, told): one container with several names, by what is in it."""


def _of_brand(brand: bytes) -> str:
    return "video/3gpp" if brand[:2] == b"3g" else _BRANDS.get(brand, "video/mp4")


def _of_frame(head: bytes) -> str | None:
    """Tell MPEG sound by its first frame (ISO 11172-3, 13818-7).

    Of its layers only the third: the first would be any text in UTF-16.
    """
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    if head[1] & 0xF6 == 0xF0:
        return "audio/aac"
    is_layer_3 = head[1] & 0x06 == 0x02 and head[1] & 0x18 != 0x08 and head[2] & 0xF0 != 0xF0
    return "audio/mpeg" if is_layer_3 else None


def _of_archive(data: bytes) -> str:
    """Tell an Office document from any other archive by the names within; nothing is unpacked."""
    head, tail = data[:_WINDOW], data[-_WINDOW:]
    told = _STORED.match(head)
    if told is not None:
        return told[1].decode()
    if b"[Content_Types].xml" in head or b"[Content_Types].xml" in tail:
        for folder, kind in _OOXML.items():
            if folder in head or folder in tail:
                return f"{_OFFICE}{kind}"
    return _ZIP
