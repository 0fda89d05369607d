"""Where files are that the bot sent: a path for each visitor who was shown one. Pure."""

import hashlib
import hmac
import re

from bot import BlobId

FOLDER = "files/"
SHOWN = frozenset({"image/gif", "image/jpeg", "image/png", "image/webp"})
"""Pictures that no browser runs; all else is saved, not opened."""

_PATH = re.compile(r"files/(?P<blob>[0-9a-f]{64})\.(?P<mark>[0-9a-f]{32})", re.ASCII)


def file_path(visitor: str, blob: str) -> str:
    """Write the path of a file below ``v1/``.

    The mark ties it to one visitor, whose id no client is told: neither what a file holds nor
    another's path to it opens it.
    """
    return f"{FOLDER}{blob}.{_mark(visitor, blob)}"


def parse_path(visitor: str, path: str) -> BlobId | None:
    """Read a path; None where this visitor was not given it."""
    found = _PATH.fullmatch(path)
    if found is None or not hmac.compare_digest(found["mark"], _mark(visitor, found["blob"])):
        return None
    return BlobId(found["blob"])


def _mark(visitor: str, blob: str) -> str:
    return hmac.new(visitor.encode(), blob.encode(), hashlib.sha256).hexdigest()[:32]
