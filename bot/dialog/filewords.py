"""The bot's own sentences about files: what was sent, what is wanted, why it cannot be taken."""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.authoring.contents import ANY
from bot.dialog.naming import marked
from bot.dialog.phrases import Phrases

NOT_WANTED: Final = marked("I cannot use the file that you sent.")
ONE_ONLY: Final = marked("I took the first one.")
NOT_READABLE: Final = marked("I could not get that file. Please send it again.")
_KINDS: Mapping[str, str] = {
    "image": marked("a photo"), "audio": marked("a recording"), "video": marked("a video"),
    "text": marked("a text file"),
}  # fmt: skip
_NAMES: Mapping[str, str] = {
    "application/pdf": marked("a PDF"), "application/zip": marked("an archive"),
    "image/gif": marked("a GIF"), "image/jpeg": marked("a JPEG"), "image/png": marked("a PNG"),
    "image/webp": marked("a WebP"),
}  # fmt: skip


def wanted(phrases: Phrases, types: Sequence[str], max_bytes: int, *, several: bool) -> str:
    """Tell what to send."""
    what, most = one_of(phrases, types), size(phrases, max_bytes)
    if several:
        return phrases.tell(
            "Please send {what}, or several in one message (up to {most}).", what=what, most=most
        )
    return phrases.tell("Please send {what} (up to {most}).", what=what, most=most)


def wrong_type(phrases: Phrases, mime: str, types: Sequence[str]) -> str:
    """Tell that a file is of another kind."""
    what, needed = one_of(phrases, [mime]), one_of(phrases, types)
    return phrases.tell("that is {what}; I need {needed}.", what=what, needed=needed)


def wrong_content(phrases: Phrases, name: str, found: str | None, types: Sequence[str]) -> str:
    """Tell that a file is not what its name says."""
    what = phrases.tell("something else") if found is None else one_of(phrases, [found])
    return phrases.tell(
        "{name}: by its content that is {what}; I need {needed}.",
        name=name, what=what, needed=one_of(phrases, types),
    )  # fmt: skip


def too_large(phrases: Phrases, count: int, limit: int) -> str:
    """Tell that a file has too many bytes."""
    return phrases.tell(
        "that has {size}; I can take up to {most}.",
        size=size(phrases, count), most=size(phrases, limit),
    )  # fmt: skip


def gone(phrases: Phrases, limit: int) -> str:
    """Tell that a platform does not give a file."""
    return phrases.tell(
        "I could not get that file: it is gone, or larger than {most}.", most=size(phrases, limit)
    )


def one_of(phrases: Phrases, types: Sequence[str]) -> str:
    """Name media types: "a photo", "a PDF or a PNG"."""
    return phrases.either(list(dict.fromkeys(_named(phrases, mime) for mime in types)))


def size(phrases: Phrases, count: int) -> str:
    """Write a number of bytes, in units of 1024 as limits are given."""
    if count < 1024:
        return phrases.count("{n} byte", "{n} bytes", count)
    if count < 1024 * 1024:
        return f"{count / 1024:.0f} KB"
    mega = f"{count / (1024 * 1024):.1f}".removesuffix(".0")
    return f"{mega.replace('.', phrases.decimal_mark)} MB"


def _named(phrases: Phrases, mime: str) -> str:
    exact = _NAMES.get(mime) or _KINDS.get(mime.partition("/")[0])
    if mime == ANY:
        return phrases.tell("a file")
    return phrases.of(exact) if exact else phrases.tell("a file ({type})", type=mime)
