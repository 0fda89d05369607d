"""Proof that a request is Slack's, over the bytes as they came.

Slack's document "Verifying requests from Slack": ``v0=`` and the hexadecimal HMAC-SHA256 of
``v0:TIMESTAMP:BODY``; at most five minutes old, or ahead.
"""

import hmac
from collections.abc import Mapping
from hashlib import sha256

from bot import RequestRejectedError

MAX_AGE_SECONDS = 300
"""The age that Slack's own SDK allows, in both directions."""


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Make the value of ``X-Slack-Signature``."""
    signed = b"v0:" + timestamp.encode() + b":" + body
    return f"v0={hmac.new(secret.encode(), signed, sha256).hexdigest()}"


def check_signature(
    secret: str, headers: Mapping[str, str], body: bytes, *, now_seconds: float
) -> None:
    """Refuse a request that Slack did not sign, or signed too long ago.

    Raises:
        RequestRejectedError: nothing of the request may be read.
    """
    timestamp = headers.get("x-slack-request-timestamp", "")
    signature = headers.get("x-slack-signature", "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise RequestRejectedError("the request carries no timestamp of Slack's")
    if abs(now_seconds - int(timestamp)) > MAX_AGE_SECONDS:
        raise RequestRejectedError("the request was signed too long ago")
    expected = sign(secret, timestamp, body)
    if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace")):
        raise RequestRejectedError("the signature is not Slack's")
