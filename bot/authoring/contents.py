"""What a file really is, told from its first bytes."""

from collections.abc import Collection

ANY = "*/*"
_ZIP = "application/zip"

# (offset, the bytes there, what the file is); from the formats' own specifications
_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", _ZIP),
    (0, b"PK\x05\x06", _ZIP),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"#!AMR", "audio/amr"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_BRANDS = {
    b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heif", b"avif": "image/avif",
    b"M4A ": "audio/mp4", b"M4B ": "audio/mp4",
}  # fmt: skip
_FIXED = ("image/", "audio/", "video/", "application/pdf")
"""Kinds that the table above knows: content of another kind, or none of these, is not one."""


def mime_of(data: bytes) -> str | None:
    """Tell what bytes are by how they begin; None where the table does not know it."""
    if data[:4] == b"RIFF":
        return _RIFF.get(data[8:12])
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12], "video/mp4")
    found = (mime for offset, magic, mime in _MAGIC if data.startswith(magic, offset))
    return next(found, None)


def is_one_of(mime: str, patterns: Collection[str]) -> bool:
    """Tell whether a type matches one of ``image/png``, ``image/*``, ``*/*``."""
    kind = mime.partition("/")[0]
    return any(pattern in {ANY, mime, f"{kind}/*"} for pattern in patterns)


def is_really(data: bytes, told: str, patterns: Collection[str]) -> bool:
    """Tell whether content is of one of the types, whatever the platform or its name told.

    Office documents are archives and texts have no mark at all: these are taken at their word.
    """
    found = mime_of(data)
    if found is not None and is_one_of(found, patterns):
        return True
    unmarked = found in {None, _ZIP} and not told.startswith(_FIXED)
    ogg = found == "audio/ogg" and told == "video/ogg"  # one container for both
    return ANY in patterns or ((unmarked or ogg) and is_one_of(told, patterns))
