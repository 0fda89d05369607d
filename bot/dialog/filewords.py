"""The bot's own sentences about files: what was sent, what is wanted, why it cannot be taken."""

from collections.abc import Sequence

from bot.authoring.contents import ANY

NOT_WANTED = "I cannot use the file that you sent."
ONE_ONLY = "I took the first one."
NOT_READABLE = "I could not get that file. Please send it again."
_KINDS = {
    "image": "a photo", "audio": "a recording", "video": "a video", "text": "a text file",
}  # fmt: skip
_NAMES = {
    "application/pdf": "a PDF", "application/zip": "an archive", "image/gif": "a GIF",
    "image/jpeg": "a JPEG", "image/png": "a PNG", "image/webp": "a WebP",
}  # fmt: skip


def wanted(types: Sequence[str], max_bytes: int, *, several: bool) -> str:
    """Tell what to send."""
    more = ", or several in one message" if several else ""
    return f"Please send {one_of(types)}{more} (up to {size(max_bytes)})."


def wrong_type(mime: str, types: Sequence[str]) -> str:
    """Tell that a file is of another kind."""
    return f"that is {one_of([mime])}; I need {one_of(types)}."


def wrong_content(name: str, found: str | None, types: Sequence[str]) -> str:
    """Tell that a file is not what its name says."""
    what = "something else" if found is None else one_of([found])
    return f"{name}: by its content that is {what}; I need {one_of(types)}."


def too_large(count: int, limit: int) -> str:
    """Tell that a file has too many bytes."""
    return f"that has {size(count)}; I can take up to {size(limit)}."


def gone(limit: int) -> str:
    """Tell that a platform does not give a file."""
    return f"I could not get that file: it is gone, or larger than {size(limit)}."


def one_of(types: Sequence[str]) -> str:
    """Name media types: "a photo", "a PDF or a PNG"."""
    names = []
    for mime in types:
        kind = mime.partition("/")[0]
        exact = _NAMES.get(mime)
        names.append("a file" if mime == ANY else exact or _KINDS.get(kind) or f"a file ({mime})")
    return " or ".join(dict.fromkeys(names))


def size(count: int) -> str:
    """Write a number of bytes, in units of 1024 as limits are given."""
    if count < 1024:
        return f"{count} bytes"
    if count < 1024 * 1024:
        return f"{count / 1024:.0f} KB"
    return f"{count / (1024 * 1024):.1f}".removesuffix(".0") + " MB"
