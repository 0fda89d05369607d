"""Take typed fields out of Meta's JSON; pure."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias

Json: TypeAlias = Any

_MAX_ID = 256
_LATEST = 1 << 33  # seconds, the year 2242: what is beyond is no time in seconds


class MalformedError(ValueError):
    """An item lacks what its kind must have."""


def list_in(holder: Json, key: str) -> list[Json]:
    """Take a list; raises MalformedError if there is none."""
    found = holder.get(key) if isinstance(holder, dict) else None
    if not isinstance(found, list):
        raise MalformedError(f"no list {key}")
    return found


def object_in(holder: Json, key: str) -> Mapping[str, Json]:
    """Take an object; raises MalformedError if there is none."""
    found = holder.get(key)
    if not isinstance(found, dict):
        raise MalformedError(f"no object {key}")
    return found


def word_in(holder: Json, key: str) -> str:
    """Take the word that tells a kind; "" if there is none."""
    found = holder.get(key) if isinstance(holder, dict) else None
    return found if isinstance(found, str) else ""


def id_in(holder: Json, key: str) -> str:
    """Take an id: short, printable; raises MalformedError if there is none."""
    found = holder.get(key) if isinstance(holder, dict) else None
    if not isinstance(found, str) or not 0 < len(found) <= _MAX_ID or not found.isprintable():
        raise MalformedError(f"no {key}")
    return found


def first_match(pattern: re.Pattern[str], *candidates: object) -> str | None:
    """Take the first candidate that is a text of this form."""
    return next((c for c in candidates if isinstance(c, str) and pattern.fullmatch(c)), None)


def text_of(found: object) -> str:
    """Take a text without what no database keeps: NUL and lone surrogates."""
    if not isinstance(found, str):
        raise MalformedError("no text")
    return found.replace("\0", "").encode(errors="replace").decode()


def moment_of(found: object) -> datetime | None:
    """Read seconds since 1970, which Meta sends as text or as a number."""
    if isinstance(found, str) and found.isascii() and found.isdigit() and len(found) <= 10:
        found = int(found)
    if not isinstance(found, int) or not 0 <= found < _LATEST:
        return None
    return datetime.fromtimestamp(found, UTC)


def error_code_of(item: Json) -> str:
    """Take the code of the first error; "" if there is none."""
    match item.get("errors"):
        case [{"code": int(code)}, *_]:
            return str(code)
        case _:
            return ""
