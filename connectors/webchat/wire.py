"""Frames of a client, protocol ``threadline.v1``: text in, values out. Pure."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot import FormFilled, PromptId, Tap

Json = Mapping[str, Any]

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LOCALE = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8}){0,4}")
_ZONE = re.compile(r"[A-Za-z0-9_+-]{1,32}(/[A-Za-z0-9_+-]{1,32}){0,2}")
_LONGEST_LABEL = 200
_LONGEST_QUERY = 200
_MOST_HISTORY = 100
_MOST_FIELDS = 100
_LONGEST_NAME = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """The first frame: who comes, and what the browser has seen.

    ``streams``: it shows messages while they are being written.
    """

    token: str
    cursor: str | None
    streams: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """A message; ``unsupported`` names the nack for parts that we do not take."""

    cid: str
    text: str = ""
    tap: Tap | None = None
    form: FormFilled | None = None
    unsupported: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggest:
    """The words before the caret, to be completed."""

    n: int
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A page of what came before."""

    n: int
    before: int
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """A sign of life."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """Understood and of no consequence: ``typing``, ``read``, ``feedback``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsupported:
    """A frame of a kind that this server does not offer."""

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Malformed:
    """Not a frame."""

    reason: str


Frame: TypeAlias = Hello | Send | Suggest | History | Ping | Noted | Unsupported | Malformed


def parse_frame(raw: str | bytes) -> Frame:
    """Read one frame; whatever is wrong with it comes back as `Malformed`."""
    frame = parse_object(raw)
    return frame if isinstance(frame, Malformed) else read_frame(frame)


def read_frame(frame: Json) -> Frame:
    """Read a frame that is an object already."""
    kind = frame.get("t")
    if not isinstance(kind, str):
        return Malformed(reason="t is missing")
    parse = _PARSERS.get(kind)
    return Unsupported(kind=storable(kind[:32])) if parse is None else parse(frame)


def parse_object(raw: str | bytes) -> Json | Malformed:
    """Read a JSON object."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return Malformed(reason="not JSON")
    return value if isinstance(value, dict) else Malformed(reason="not an object")


def parse_send(frame: Json) -> Send | Malformed:
    """Read a ``send`` frame, from a socket or from ``POST /messages``."""
    cid = frame.get("cid")
    if not isinstance(cid, str) or not _ID.fullmatch(cid):
        return Malformed(reason="cid is not an id")
    text, action = frame.get("text") or "", frame.get("action") or {}
    if not isinstance(text, str) or not isinstance(action, dict):
        return Malformed(reason="text or action is of the wrong type")
    if frame.get("files"):
        return Send(cid=cid, unsupported="no_such_upload")
    if frame.get("form"):
        form = _parse_form(frame["form"])
        return Send(cid=cid, form=form, unsupported=None if form else "bad_form")
    tap = _parse_tap(action) if action else None
    if isinstance(tap, Malformed):
        return tap
    return Send(cid=cid, text="" if tap else storable(text), tap=tap)


def _parse_form(form: object) -> FormFilled | None:
    """Read a form that was sent, without its empty fields; None where it is none of ours."""
    if not isinstance(form, dict) or not isinstance(form.get("values"), dict):
        return None
    prompt, values = form.get("id"), form["values"]
    if not isinstance(prompt, str) or not _ID.fullmatch(prompt) or len(values) > _MOST_FIELDS:
        return None
    if not all(_is_field(name, words) for name, words in values.items()):
        return None
    filled = {storable(name): storable(words) for name, words in values.items() if words.strip()}
    return FormFilled(prompt=PromptId(prompt), values=filled)


def _is_field(name: str, words: object) -> bool:
    return len(name) <= _LONGEST_NAME and isinstance(words, str)


def storable(text: str) -> str:
    """Leave out what no database keeps: NUL, and halves of surrogate pairs become U+FFFD.

    Nor does a socket send those halves.
    """
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole.replace("\0", "")


def parse_locale(value: object) -> str | None:
    """Read a BCP 47 tag; None for anything else."""
    return value if isinstance(value, str) and _LOCALE.fullmatch(value) else None


def parse_zone(value: object) -> str | None:
    """Read the name of a time zone; None for anything that cannot be one."""
    return value if isinstance(value, str) and _ZONE.fullmatch(value) else None


def parse_number(value: object, *, default: int, low: int, high: int) -> int:
    """Read a whole number from JSON or a query, kept within its bounds."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return default
    try:
        return min(max(int(value), low), high)
    except ValueError:
        return default


def parse_history(before: object, limit: object, *, n: int = 0) -> History:
    """Read what a page of history is asked with."""
    return History(
        n=n,
        before=parse_number(before, default=2**53, low=1, high=2**53),
        limit=parse_number(limit, default=50, low=1, high=_MOST_HISTORY),
    )


def _parse_hello(frame: Json) -> Hello | Malformed:
    token, cursor = frame.get("token"), frame.get("cursor")
    if not isinstance(token, str):
        return Malformed(reason="token is missing")
    if cursor is not None and not isinstance(cursor, str):
        return Malformed(reason="cursor is not a text")
    caps = frame.get("caps")
    return Hello(
        token=storable(token), cursor=None if cursor is None else storable(cursor),
        streams=isinstance(caps, list) and "stream" in caps,
    )  # fmt: skip


def _parse_tap(action: Json) -> Tap | Malformed:
    value, label = action.get("value"), action.get("label") or ""
    if not isinstance(value, str) or not value or not isinstance(label, str):
        return Malformed(reason="action has no value")
    if len(value) > 64 or not value.isascii() or not value.isprintable():
        return Malformed(reason="action's value is none of ours")
    return Tap(token=value, label=storable(label)[:_LONGEST_LABEL])


def _parse_suggest(frame: Json) -> Suggest | Malformed:
    query = frame.get("q")
    if not isinstance(query, str):
        return Malformed(reason="q is missing")
    caret = parse_number(frame.get("at"), default=len(query), low=0, high=len(query))
    return Suggest(n=_parse_n(frame), query=storable(query[:caret][:_LONGEST_QUERY]))


def _parse_history(frame: Json) -> History:
    return parse_history(frame.get("before"), frame.get("limit"), n=_parse_n(frame))


def _parse_n(frame: Json) -> int:
    return parse_number(frame.get("n"), default=0, low=0, high=2**53)


_PARSERS: Mapping[str, Callable[[Json], Frame]] = {
    "hello": _parse_hello,
    "send": parse_send,
    "suggest": _parse_suggest,
    "history": _parse_history,
    "ping": lambda _: Ping(),
    "typing": lambda _: Noted(),
    "read": lambda _: Noted(),
    "feedback": lambda _: Noted(),
}
