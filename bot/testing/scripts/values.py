"""Values as scripts write them, against values as they are stored."""

import json
from datetime import time
from typing import Any


def json_value(raw: str) -> Any:  # noqa: ANN401 - JSON form
    """Read a list or an object; anything else stays the words that were written."""
    if raw[:1] in {"[", "{"}:
        try:
            return json.loads(raw)
        except ValueError:
            return raw
    return raw


def is_same(raw: str, stored: Any) -> bool:  # noqa: ANN401 - JSON form
    """Tell whether a stored JSON value is what a script wrote: 19:00 is 19:00:00, true is True."""
    if isinstance(stored, str):
        return raw == stored or _time(raw) == (_time(stored) or "none")
    if raw.casefold() == "none":
        return stored is None
    try:
        return bool(json.loads(raw) == stored)
    except ValueError:
        return bool(json.dumps(stored) == raw)


def written(stored: Any) -> str:  # noqa: ANN401 - JSON form
    """Write a stored value as a script would."""
    if isinstance(stored, str):
        return f'"{stored}"' if " " in stored else stored
    return json.dumps(stored, ensure_ascii=False)


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None
