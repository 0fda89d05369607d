"""Fields of an update, one by one: what has another type than the Bot API says is malformed."""

import re
from collections.abc import Mapping
from typing import Any

MAX_ID = 2**63 - 1

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class MalformedError(ValueError):
    """An update is not what the Bot API describes."""


def mapping(item: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Give an object that must be there."""
    value = item.get(key)
    if not isinstance(value, dict):
        raise MalformedError(f"{key} is not an object")
    return value


def integer(item: Mapping[str, Any], key: str) -> int:
    """Give a number that must be there, of at most 64 bits."""
    value = item.get(key)
    if type(value) is not int or not -MAX_ID <= value <= MAX_ID:
        raise MalformedError(f"{key} is not an integer")
    return value


def text(item: Mapping[str, Any], key: str) -> str:
    """Give a text that must be there, as a database takes it."""
    value = item.get(key)
    if not isinstance(value, str):
        raise MalformedError(f"{key} is not a text")
    return clean(value)


def part(item: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Give an object; an empty one where there is none."""
    value = item.get(key)
    return value if isinstance(value, dict) else {}


def parts(item: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """Give the objects of a list; none where it is no list."""
    value = item.get(key)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def words(item: Mapping[str, Any], key: str) -> str:
    """Give a text; an empty one where there is none."""
    value = item.get(key)
    return value if isinstance(value, str) else ""


def number(item: Mapping[str, Any], key: str) -> int | None:
    """Give a number; None where there is none."""
    value = item.get(key)
    return value if type(value) is int and -MAX_ID <= value <= MAX_ID else None


def clean(value: str) -> str:
    """Replace what no database takes: half of a surrogate pair, and NUL."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value)
