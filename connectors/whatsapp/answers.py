"""Tell what an answer of Meta's API means for a message: sent, later, never; pure."""

import json
from datetime import timedelta
from http import HTTPStatus

from bot import PermanentSendError, Receipt, TransientSendError

# Meta, "Cloud API error codes": what may work later. 2 is "service temporarily unavailable".
RETRYABLE = frozenset({2, 4, 80007, 130429, 131000, 131016, 131056})
# Meta, pair rate limit: about one message to one person every 6 seconds.
PAIR_RATE = 131056
PAIR_PAUSE = timedelta(seconds=6)

_LONGEST_PAUSE = timedelta(hours=1)


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
) -> TransientSendError | PermanentSendError:
    """Make the error of a refused call, to be raised.

    Only numbers go into it: Meta's texts may quote what was sent.

    Args:
        status: Of HTTP.
        body: Meta's error object, or whatever a proxy says.
        retry_after: The header, where there is one; Meta documents none.
        what: What was asked for, for the error.
    """
    code, is_transient = _code(body)
    reason = f"WhatsApp refused the {what}: HTTP {status}, code {code or 'unknown'}"
    if code in RETRYABLE or is_transient or _is_overload(status, code):
        return TransientSendError(reason, retry_after=_pause(code, retry_after))
    return PermanentSendError(reason)


def _code(body: bytes) -> tuple[int | None, bool]:
    match _parsed(body):
        case {"error": {"code": int(code), **rest}}:
            return code, rest.get("is_transient") is True
        case _:
            return None, False


def _is_overload(status: int, code: int | None) -> bool:
    """Tell whether the platform, not the message, is at fault; a code says it better."""
    if code is not None and code != 1:  # 1 is "unknown error"
        return False
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_MANY_REQUESTS,
    }


def _pause(code: int | None, retry_after: str) -> timedelta | None:
    if retry_after.isascii() and retry_after.isdigit() and len(retry_after) <= 6:
        return min(timedelta(seconds=int(retry_after)), _LONGEST_PAUSE)
    return PAIR_PAUSE if code == PAIR_RATE else None


def _parsed(body: bytes) -> object:
    try:
        parsed: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return parsed
