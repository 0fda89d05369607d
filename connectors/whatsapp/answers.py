"""Tell what an answer of Meta's API means for a message: sent, later, never; pure."""

import json
from datetime import timedelta
from http import HTTPStatus

from bot import (
    BlockedError,
    PermanentSendError,
    Receipt,
    TransientSendError,
    WindowClosedError,
)
from connectors.whatsapp.codes import CODES, Act, Code

SendError = TransientSendError | PermanentSendError

_LONGEST_PAUSE = timedelta(hours=1)
_UNKNOWN = Code(act=Act.STOP, why="not a code that is known here")
_OVERLOADED = Code(act=Act.RETRY, why="WhatsApp is overloaded")
_PASSING = Code(act=Act.RETRY, why="Meta calls it transient")


def read_receipt(body: bytes) -> Receipt:
    """Read the answer to an accepted message; one that says no id is accepted all the same."""
    match _parsed(body):
        case {"messages": [{"id": str(provider_id)}, *_]}:
            return Receipt(provider_id=provider_id)
        case _:
            return Receipt()


def read_file_address(body: bytes) -> tuple[str, int | None]:
    """Read where a file is, and its size in bytes where Meta tells it."""
    match _parsed(body):
        case {"url": str(url), **rest}:
            size = rest.get("file_size")  # sent as a number, and documented as a text
            told = int(size[:20]) if isinstance(size, str) and size.isdecimal() else size
            return url, told if isinstance(told, int) else None
        case _:
            raise TransientSendError("WhatsApp did not tell where the file is")


def read_media_id(body: bytes) -> str:
    """Read the id of an uploaded file."""
    match _parsed(body):
        case {"id": str(media_id)} if media_id:
            return media_id
        case _:
            raise TransientSendError("WhatsApp did not tell the file's id")


def read_refusal(
    status: int, body: bytes, retry_after: str = "", *, what: str = "message"
) -> SendError:
    """Make the error of a refused call, to be raised.

    Only numbers go into it: Meta's texts may quote what was sent.

    Args:
        status: Of HTTP.
        body: Meta's error object, or whatever a proxy says.
        retry_after: The header, where there is one; Meta documents none.
        what: What was asked for, for the error.
    """
    number, is_transient = _code(body)
    code = _judged(status, number, is_transient=is_transient)
    shown = "unknown" if number is None else number
    reason = f"WhatsApp refused the {what}: HTTP {status}, code {shown}"
    if code is not _UNKNOWN:
        reason = f"{reason} ({code.why})"
    match code.act:
        case Act.RETRY:
            pause = _pause(retry_after) or code.pause
            return TransientSendError(reason, retry_after=pause, wide=code.wide)
        case Act.WINDOW:
            return WindowClosedError(reason)
        case Act.BLOCKED:
            return BlockedError(reason)
        case _:
            return PermanentSendError(reason)


def _judged(status: int, number: int | None, *, is_transient: bool) -> Code:
    if is_transient:
        known = CODES.get(number) if number is not None else None
        return known if known is not None and known.act is Act.RETRY else _PASSING
    if number is None:
        return _OVERLOADED if _is_overload(status) else _UNKNOWN
    if number == 1:  # "unknown error": the status says it better
        return CODES[1] if _is_overload(status) else _UNKNOWN
    return CODES.get(number, _UNKNOWN)


def _code(body: bytes) -> tuple[int | None, bool]:
    match _parsed(body):
        case {"error": {"code": int(code), **rest}}:
            return code, rest.get("is_transient") is True
        case _:
            return None, False


def _is_overload(status: int) -> bool:
    """Tell whether the platform, not the message, is at fault."""
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_MANY_REQUESTS,
    }


def _pause(retry_after: str) -> timedelta | None:
    if retry_after.isascii() and retry_after.isdigit() and len(retry_after) <= 6:
        return min(timedelta(seconds=int(retry_after)), _LONGEST_PAUSE)
    return None


def _parsed(body: bytes) -> object:
    try:
        parsed: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return parsed
