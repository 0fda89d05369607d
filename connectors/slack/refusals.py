"""What Slack's refusals mean: later, never, or somewhere else."""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta

from bot import BlockedError, Body, ConnectorError, PermanentSendError, TransientSendError

GONE = frozenset(
    {
        "cannot_reply_to_message",
        "channel_not_found",
        "expired_url",
        "is_archived",
        "not_in_channel",
        "used_url",
        "user_not_in_channel",
    }
)
"""Errors of one destination: another one may still reach the person."""

PASSING = frozenset(
    {
        "accesslimited",
        "fatal_error",
        "internal_error",
        "message_limit_exceeded",
        "rate_limited",
        "ratelimited",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
    }
)
"""Errors of Slack's own, of its method pages (2026): the same call may work later."""

NOTHING: Body = {}
_INSTALL = "install the app again, or renew its token"
REMEDIES: Mapping[str, str] = {
    "account_inactive": _INSTALL,
    "invalid_auth": _INSTALL,
    "missing_scope": "run threadline sync, then install the app again",
    "not_allowed_token_type": "it is a token of another kind",
    "token_expired": _INSTALL,
    "token_revoked": _INSTALL,
}
"""What an operator can do about it; codes of Slack's method pages (2026)."""

EXCHANGED = "exchanged_trigger_id"
"""A view was opened with this trigger before: the press was delivered twice."""

MAX_PAUSE = timedelta(hours=1)


class GoneError(PermanentSendError):
    """This way to the person is closed; the message itself is not at fault."""


class BlocksError(PermanentSendError):
    """Slack does not show these blocks: a limit, or a picture that it cannot fetch."""


class ExchangedError(PermanentSendError):
    """The view is open already."""


_FINAL: Mapping[str, type[PermanentSendError]] = {
    EXCHANGED: ExchangedError,
    "invalid_attachments": BlocksError,
    "invalid_blocks": BlocksError,
    "user_disabled": BlockedError,  # nobody reads there any more
}


def refusal_of(
    status: int, error: str, headers: Mapping[str, str], *, told: Body = NOTHING
) -> ConnectorError:
    """Sort a refusal; the error names Slack's code and nothing of the message.

    Of a manifest it also names the places that Slack tells in its answer.
    """
    code = error if error.isascii() and error.replace("_", "").isalnum() else ""
    if status == 429 or code in {"ratelimited", "rate_limited"}:
        pause = _pause(headers.get("Retry-After", ""))
        return TransientSendError("Slack asks us to slow down", retry_after=pause)
    if status >= 500 or code in PASSING:
        return TransientSendError(f"Slack failed: {status} {code}".rstrip())
    if status == 200 and not code:
        return TransientSendError("the answer is not Slack's: is a proxy between?")
    if code in GONE:
        return GoneError(f"Slack does not deliver there: {code}")
    remedy = REMEDIES.get(code, "") or "; ".join(_pointers(told, code))
    why = f"Slack refused it: {code or status}{remedy and f' ({remedy})'}"
    return _FINAL.get(code, PermanentSendError)(why)


def find_refusal(status: int, text: str, headers: Mapping[str, str]) -> ConnectorError | None:
    """Read what a response URL answers: ``ok``, a code, or JSON; None where it took the post."""
    try:
        answer = json.loads(text)
    except ValueError:
        answer = None
    code = str(answer.get("error", "")) if isinstance(answer, dict) else text.strip()
    if status in {404, 410}:
        return GoneError(f"the response URL takes no more: {status}")
    if status != 200 or (isinstance(answer, dict) and answer.get("ok") is False):
        return refusal_of(status, code, headers)
    return None


def _pointers(told: Body, code: str) -> Iterator[str]:
    """Name the places of a manifest that Slack refuses, and why."""
    errors = told.get("errors")
    for error in errors if code == "invalid_manifest" and isinstance(errors, list) else ():
        if isinstance(error, Mapping):
            yield f"{error.get('pointer', '')}: {error.get('message', '')}"


def _pause(seconds: str) -> timedelta | None:
    if not (seconds.isascii() and seconds.isdigit()):
        return None
    return min(timedelta(seconds=int(seconds[:6])), MAX_PAUSE)
