"""What a Rasa server wants to see of its callers: a token, or a signed ticket."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from nlu.rasa.settings import RasaSettings

LIFETIME = timedelta(minutes=5)
"""Of a ticket; so far may the clocks of both machines be apart."""


def query_of(settings: RasaSettings) -> dict[str, str]:
    """Give the token as Rasa takes it: as a query parameter, in no header."""
    token = "" if settings.token is None else settings.token.reveal()
    return {"token": token} if token else {}


def headers_of(settings: RasaSettings, now: datetime) -> dict[str, str]:
    """Sign a ticket where the server wants one.

    Only the role admin may parse (Rasa 3 documentation, "HTTP API", JWT Token Based Auth).
    """
    if settings.jwt_secret is None or not settings.jwt_secret.reveal():
        return {}
    claims = {
        "user": {"username": "threadline", "role": "admin"},
        "exp": int((now + LIFETIME).timestamp()),
    }
    told = f"{_encoded({'alg': settings.jwt_method, 'typ': 'JWT'})}.{_encoded(claims)}"
    kind = getattr(hashlib, f"sha{settings.jwt_method[2:]}")
    signature = hmac.digest(settings.jwt_secret.reveal().encode(), told.encode(), kind)
    return {"Authorization": f"Bearer {told}.{_base64(signature)}"}


def _encoded(fields: Mapping[str, object]) -> str:
    return _base64(json.dumps(fields, separators=(",", ":")).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
