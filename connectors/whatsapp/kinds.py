"""Which files Meta takes from a business, as what, and how large; pure.

Meta, "Supported media types" (December 2025), and the list in its refusal of others (error 100).
"""

from bot import SentFile

_MEGABYTE = 1 << 20
_OFFICE = "application/vnd.openxmlformats-officedocument"
_KINDS: dict[str, tuple[str, ...]] = {
    "image": ("image/jpeg", "image/png"),
    "audio": ("audio/aac", "audio/amr", "audio/mp4", "audio/mpeg", "audio/ogg"),
    "video": ("video/3gpp", "video/mp4"),
    "document": (
        "application/msword",
        "application/pdf",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        f"{_OFFICE}.presentationml.presentation",
        f"{_OFFICE}.spreadsheetml.sheet",
        f"{_OFFICE}.wordprocessingml.document",
        "text/plain",
    ),
}
_LARGEST = {
    "image": 5 * _MEGABYTE,
    "audio": 16 * _MEGABYTE,
    "video": 16 * _MEGABYTE,
    "document": 100 * _MEGABYTE,
}
CAPTIONED = frozenset({"image", "video", "document"})
"""Under a sound no words can stand."""


def upload_type(file: SentFile) -> str:
    """Tell as what type a file is uploaded; any text, a table for instance, is a plain text."""
    return "text/plain" if file.mime.startswith("text/") else file.mime


def kind_of(file: SentFile) -> str | None:
    """Tell as what kind of message a file goes; None for what Meta does not take."""
    mime = upload_type(file)
    kind = next((kind for kind, mimes in _KINDS.items() if mime in mimes), None)
    return kind if kind is not None and file.size <= _LARGEST[kind] else None
