"""Log set-up: one line per fact, and nothing in it that a customer wrote or a key would open.

Everything that is written passes `redacted`, ours and the libraries'. An exception is told by its
type and its frames, not by its message: messages quote what customers wrote. Bind the platform's
event id as ``event_id``; structlog keeps the name of the event itself under ``event``.
"""

import logging
import re
import sys
import traceback
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import TextIO
from uuid import UUID

import structlog
from structlog.typing import EventDict, WrappedLogger
from typing_extensions import override

from bot.errors import ConfigError

LEVELS = ("debug", "info", "warning", "error", "critical")
MAX_CHARACTERS = 500
MAX_DEPTH = 4
_SHORTEST_SECRET = 4  # shorter ones would blot out ordinary words

_PRIVATE_KEYS = frozenset({
    "access_key", "answer", "answers", "api_key", "arguments", "authorization", "body", "cookie",
    "credentials", "display_name", "email", "first_name", "headers", "identity", "label",
    "last_name", "message", "name", "password", "payload", "phone", "profile", "query", "reply",
    "secret", "text", "token", "url_query", "username", "value", "values", "words",
})  # fmt: skip
_PRIVATE_ENDINGS = (
    "_body", "_email", "_password", "_phone", "_secret", "_text", "_token", "_words",
)  # fmt: skip
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(?:[^\s/?#]*@)?([^\s/?#'\"<>]*)[^\s'\"<>]*")
_TOKEN = re.compile(
    r"\bxox[a-z]-[\w-]+|\bxapp-[\w-]+"  # Slack's tokens
    r"|\b\d{6,12}:[\w-]{30,}"  # Telegram's bot tokens
    r"|\bEAA[A-Za-z0-9]{20,}"  # Meta's access tokens
    r"|\bBearer\s+\S+"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

_LISTS = (list, tuple, set, frozenset)  # exactly these: a NamedTuple's parts have names

_secrets: set[str] = set()


def configure_logs(*, json: bool, level: str, stream: TextIO | None = None) -> None:
    """Set up structlog and the libraries' logs, once a process; raises ConfigError.

    Args:
        json: one JSON object a line, for machines; otherwise lines for people.
        level: the lowest level of ours that is written; of libraries, it is ``warning``.
        stream: where to; stderr by default.
    """
    if level.lower() not in LEVELS:
        raise ConfigError(f"log level: there is no level so called; use {', '.join(LEVELS)}")
    stream = sys.stderr if stream is None else stream
    renderer = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if json
        else structlog.dev.ConsoleRenderer(colors=stream.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            explained,
            redacted,
            # after redaction: it is ours and cannot hold anything
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level.lower()),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    _route_libraries()


def redact(values: Iterable[str]) -> None:
    """Never let these secrets be written, wherever they turn up."""
    for value in values:
        _secrets.update(part for part in (value, value.strip()) if len(part) >= _SHORTEST_SECRET)


def redacted(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Drop keys that hold what people wrote or who they are; clean every other value."""
    return {
        _clean(str(key)): _value(value, 0)
        for key, value in event.items()
        if not _is_private(str(key))
    }


def explained(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Turn ``exc_info`` into ``error`` (types, outermost first) and ``at`` (frames, last first)."""
    error = event.pop("exc_info", None)
    event.pop("stack_info", None)
    match error:
        case BaseException():
            found: BaseException | None = error
        case (_, BaseException() as found, _):
            pass
        case None | False | (None, None, None):
            return event
        case _:
            found = sys.exc_info()[1]
    if found is not None:
        event["error"] = [type(each).__name__ for each in _chain(found)]
        event["at"] = _frames(found.__traceback__)
    return event


class LibraryHandler(logging.Handler):
    """Hands what libraries log to structlog, without what it was about.

    A library's text may quote anything. Its template is written where it took arguments; a text
    that came ready made is left out, since nobody can tell what was put into it.
    """

    @override
    def emit(self, record: logging.LogRecord) -> None:
        facts: dict[str, object] = {
            "library": record.name,
            "line": f"{record.module}:{record.lineno}",
        }
        if record.args and isinstance(record.msg, str):
            facts["template"] = _URL.sub("[url]", record.msg)
        if record.exc_info:
            facts["exc_info"] = record.exc_info
        log = structlog.get_logger()
        if record.levelno >= logging.ERROR and not _is_a_clients_fault(record):
            log.error("library.failed", **facts)
        else:
            log.warning("library.warned", **facts)


def _is_a_clients_fault(record: logging.LogRecord) -> bool:
    """Tell whether aiohttp complains of a malformed request: nobody here must act on that."""
    kinds = getattr(record.exc_info[0], "__mro__", ()) if record.exc_info else ()
    return any(kind.__name__ == "HttpProcessingError" for kind in kinds)


def _route_libraries() -> None:
    root = logging.getLogger()  # noqa: TID251 - the libraries' root, whose handlers are set here
    for handler in list(root.handlers):
        if isinstance(handler, LibraryHandler) or type(handler) is logging.StreamHandler:
            root.removeHandler(handler)
    root.addHandler(LibraryHandler(logging.WARNING))
    root.setLevel(logging.WARNING)


def _is_private(key: str) -> bool:
    low = key.lower().replace("-", "_")
    return low in _PRIVATE_KEYS or low.endswith(_PRIVATE_ENDINGS)


def _value(value: object, depth: int) -> object:
    if isinstance(value, Mapping) and depth < MAX_DEPTH:
        return {
            _clean(str(key)): _value(part, depth + 1)
            for key, part in value.items()
            if not _is_private(str(key))
        }
    if isinstance(value, _LISTS) and type(value) in _LISTS and depth < MAX_DEPTH:
        return [_value(part, depth + 1) for part in value]
    return _plain(value)


def _plain(value: object) -> object:
    """Keep a plain value; of anything else tell the type, since its parts are not known."""
    match value:
        case Enum():
            return value.name
        case None | bool() | int() | float():
            return value
        case str() | Path() | UUID() | Decimal():
            return _clean(str(value))
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case _:
            return f"<{type(value).__name__}>"


def _clean(text: str) -> str:
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, "[secret]")
    text = _URL.sub(r"\1://\2", _TOKEN.sub("[token]", text))
    text = _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
    return text if len(text) <= MAX_CHARACTERS else f"{text[:MAX_CHARACTERS]}…"


def _chain(error: BaseException) -> list[BaseException]:
    chain = [error]
    while len(chain) < 8:
        last = chain[-1]
        below = last.__cause__ or (None if last.__suppress_context__ else last.__context__)
        if below is None and isinstance(last, BaseExceptionGroup):
            below = last.exceptions[0]
        if below is None or below in chain:
            break
        chain.append(below)
    return chain


def _frames(tb: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(tb)[-8:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames)]
