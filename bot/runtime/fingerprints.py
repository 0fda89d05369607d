"""What the ledger keeps of a request: a fingerprint of its arguments, and these without secrets."""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from pydantic_core import to_jsonable_python

from bot.authoring.actions import Action
from bot.authoring.kinds import told

MASKED = "•••"


def hash_of(arguments: Mapping[str, Any]) -> str:
    """Make the request hash of arguments that are kept in clear beside it."""
    return hashlib.sha256(_plain(arguments)).hexdigest()


async def request_hash(action: Action[..., Any], key: str, arguments: Mapping[str, Any]) -> str:
    """Make the request hash, over the clear arguments.

    A masked argument may be a PIN or a card: whoever reads a plain hash tries all of them in a
    second. So that hash is slow and salted with the effect's key. It has no secret key: one in
    the same database would protect nothing, and one outside must outlive the ledger.
    """
    if not action.mask:
        return hash_of(arguments)
    return await asyncio.to_thread(_slow_hash, key.encode(), _plain(arguments))


def masked(action: Action[..., Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Write arguments as JSON, those that the action masks blotted out."""
    plain: dict[str, Any] = to_jsonable_python(dict(arguments), fallback=told)
    return {name: MASKED if name in action.mask else value for name, value in plain.items()}


def _slow_hash(salt: bytes, plain: bytes) -> str:
    # n, r, p: OWASP Password Storage Cheat Sheet, scrypt with 16 MiB
    return f"scrypt:{hashlib.scrypt(plain, salt=salt, n=2**14, r=8, p=5, dklen=32).hex()}"


def _plain(arguments: Mapping[str, Any]) -> bytes:
    return json.dumps(to_jsonable_python(dict(arguments), fallback=told), sort_keys=True).encode()
