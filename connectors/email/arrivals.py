"""What a provider's parse webhook brings → the mail as it came. Pure.

Three forms: the mail itself (any content type; ``message/rfc822``), SendGrid's Inbound Parse with
"POST the raw, full MIME message" (fields ``email``, ``envelope``, ``dkim``), and Postmark's with
"Include raw email content" (``RawEmail``).
"""

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass

from bot import RequestRejectedError, Secret
from connectors.email.mails import MalformedError, bytes_of, parsed


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A mail, and what is known of its way here.

    Attributes:
        raw: the mail.
        returns_to: the envelope's sender, None where it is not told.
        dkim: SendGrid's word on signatures.
        is_relayed: whether Authentication-Results in it may be believed.
    """

    raw: bytes
    returns_to: str | None = None
    dkim: str = ""
    is_relayed: bool = True


def check_password(headers: Mapping[str, str], user: str, password: Secret | None) -> None:
    """Raise RequestRejectedError unless the provider knows user and password."""
    scheme, _, given = headers.get("authorization", "").partition(" ")
    try:
        told = base64.b64decode(given.strip().encode("ascii"), validate=True)
    except (ValueError, binascii.Error):
        told = b""
    secret = password.reveal() if password else ""
    is_known = hmac.compare_digest(told, f"{user}:{secret}".encode())
    if not is_known or scheme.lower() != "basic" or not secret:
        raise RequestRejectedError("the request is not the mail provider's")


def read_arrival(body: bytes, content_type: str) -> Arrival:
    """Take the mail out of a webhook; raises MalformedError where there is none."""
    match content_type.partition(";")[0].strip().lower():
        case "multipart/form-data":
            return _sendgrid(body, content_type)
        case "application/json":
            return _postmark(body)
        case _:
            return Arrival(raw=body)


def _postmark(body: bytes) -> Arrival:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedError("not JSON") from error
    raw = told.get("RawEmail") if isinstance(told, dict) else None
    if not isinstance(raw, str):
        raise MalformedError("no RawEmail: switch on its raw content")
    return Arrival(raw=raw.encode("utf-8", "replace"))


def _sendgrid(body: bytes, content_type: str) -> Arrival:
    head = b"Content-Type: " + content_type.encode("latin-1", "replace") + b"\r\n\r\n"
    fields: dict[str, bytes] = {}
    form = parsed(head + body)
    for part in form.walk():
        name = part.get_param("name", header="content-disposition")
        if isinstance(name, str) and not part.is_multipart():
            fields.setdefault(name, bytes_of(part))
    if "email" not in fields:
        raise MalformedError("no field email: switch on the raw message")
    return Arrival(
        raw=fields["email"].lstrip(b"\r\n"),
        returns_to=_returns_to(fields.get("envelope", b"")),
        dkim=fields.get("dkim", b"").decode("utf-8", "replace"),
    )


def _returns_to(envelope: bytes) -> str | None:
    try:
        told = json.loads(envelope)
    except (ValueError, RecursionError):
        return None
    sender = told.get("from") if isinstance(told, dict) else None
    return sender if isinstance(sender, str) else None
