"""What platforms tell of files, places and cards, made the same for every channel."""

import math
import re

from bot.model.messages import Attachment

MAX_NAME = 120
MAX_REF = 2048
UNKNOWN_MIME = "application/octet-stream"
PIXELS = 1 << 20
"""More than any picture is wide; what is beyond is no width."""
BYTES = 1 << 53

_MIME = re.compile(r"[a-z0-9][a-z0-9.+-]{0,62}/[a-z0-9][a-z0-9.+-]{0,62}", re.ASCII)
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_UNSAFE = re.compile(r'[\0-\x1f\x7f<>:"|?*\ud800-\udfff\u202a-\u202e\u2066-\u2069]')
"""No file system or database keeps these; the last two ranges turn the name's end around."""
_KINDS = frozenset({"image", "audio", "video"})
_ENDINGS = {
    "application/pdf": "pdf",
    "application/x-tgsticker": "tgs",
    "audio/aac": "aac",
    "audio/amr": "amr",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "image/gif": "gif",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "text/plain": "txt",
    "video/3gpp": "3gp",
    "video/mp4": "mp4",
    "video/webm": "webm",
}


def attachment_of(
    ref: str,
    *,
    mime: object = None,
    name: object = None,
    called: str = "",
    size: object = None,
    width: object = None,
    height: object = None,
) -> Attachment:
    """Describe a file as a platform tells of it; what is no such value counts as not told.

    Args:
        ref: how the connector finds the bytes again.
        mime: parameters are cut off (``audio/ogg; codecs=opus``).
        name: folders and what no disk keeps are taken out.
        called: what to call a file without a name, ending aside; its kind if this is empty.
        size: in bytes.
        width: in pixels.
        height: in pixels.
    """
    kept_mime = _mime(mime)
    kind = kept_mime.partition("/")[0]
    kind = kind if kind in _KINDS else "file"
    ending = _ENDINGS.get(kept_mime)
    made_up = f"{called or kind}.{ending}" if ending else called or kind
    return Attachment(
        ref=_UNSTORABLE.sub("", ref)[:MAX_REF],
        kind=kind,
        name=_name(name) or made_up,
        mime=kept_mime,
        size=_count(size, BYTES),
        width=_count(width, PIXELS) if kind in {"image", "video"} else None,
        height=_count(height, PIXELS) if kind in {"image", "video"} else None,
    )


def place_words(latitude: object, longitude: object, *labels: str) -> str | None:
    """Write a place as the words that a customer could have typed; None if there is none.

    ``45.4642, 9.19``, or ``Duomo, Piazza del Duomo (45.4642, 9.19)`` where it has a name.
    """
    if not _is_degree(latitude, 90) or not _is_degree(longitude, 180):
        return None
    point = f"{_decimal(latitude)}, {_decimal(longitude)}"
    named = ", ".join(" ".join(label.split()) for label in labels if label.strip())
    return f"{named} ({point})" if named else point


def _mime(given: object) -> str:
    plain = given.partition(";")[0].strip().lower() if isinstance(given, str) else ""
    return plain if _MIME.fullmatch(plain) else UNKNOWN_MIME


def _name(given: object) -> str:
    if not isinstance(given, str):
        return ""
    last = given.replace("\\", "/").rpartition("/")[2]
    clean = " ".join(_UNSAFE.sub("", last).split()).lstrip(".")
    stem, dot, ending = clean.rpartition(".")
    if len(clean) <= MAX_NAME or not dot or len(ending) > 10:
        return clean[:MAX_NAME]
    return f"{stem[: MAX_NAME - len(ending) - 1]}.{ending}"


def _count(given: object, limit: int) -> int | None:
    return given if type(given) is int and 0 <= given < limit else None


def _is_degree(given: object, limit: float) -> bool:
    return type(given) in {int, float} and math.isfinite(given) and abs(given) <= limit  # type: ignore[arg-type]  # a number by the first check


def _decimal(degrees: object) -> str:
    """Write six decimals, a tenth of a metre, without the zeros at their end."""
    return f"{degrees:.6f}".rstrip("0").rstrip(".")
