"""Arguments of a call: from the query, a form, a multipart form or JSON, as the client likes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from aiohttp import web

from connectors.telegram.emulator.refusals import bad_request

_NONE: Mapping[str, Any] = MappingProxyType({})
TRUE = frozenset({"true", "1", "yes", "t"})


async def read_parameters(request: web.Request) -> "Parameters":
    """Read the arguments of a request."""
    found: dict[str, Any] = dict(request.query)
    files: dict[str, Upload] = {}
    if request.content_type == "application/json":
        found |= parse_object(await request.read())
    elif request.can_read_body:
        form = await request.post()
        found |= {name: value for name, value in form.items() if isinstance(value, str)}
        files = {n: _upload(file) for n, file in form.items() if isinstance(file, web.FileField)}
    return Parameters(found, files)


def _upload(file: web.FileField) -> "Upload":
    return Upload(name=file.filename, mime=file.content_type, data=file.file.read())


def parse_object(body: bytes) -> dict[str, Any]:
    """Parse a JSON object; an empty body is an empty one."""
    try:
        parsed = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        raise bad_request("can't parse JSON object")
    return parsed


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file in a multipart form."""

    name: str
    mime: str
    data: bytes


class Parameters:
    """The arguments of one call, read by type as leniently as the Bot API does."""

    def __init__(self, values: Mapping[str, Any], files: Mapping[str, Upload] = _NONE) -> None:
        self.files = files
        self.raw = {name: value for name, value in values.items() if value is not None}
        _check_encoding(self.raw)

    def text(self, name: str) -> str:
        """Give a text; empty where there is none."""
        value = self.raw.get(name, "")
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, default: int = 0) -> int:
        """Give a number; the default where there is none that can be read."""
        value = self.raw.get(name, default)
        try:
            return int(value)
        except (OverflowError, TypeError, ValueError):
            return default

    def flag(self, name: str) -> bool:
        """Give a truth value; false where there is none."""
        return str(self.raw.get(name, "")).lower() in TRUE

    def decoded(self, name: str) -> Any:  # noqa: ANN401 - JSON of a client, checked by who reads it
        """Give an object or a list, sent as JSON or as a text with JSON in it."""
        value = self.raw.get(name)
        if not isinstance(value, str):
            return value
        try:
            decoded = json.loads(value) if value else None
        except (ValueError, RecursionError):
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None
        _check_encoding(decoded)
        return decoded


def _check_encoding(value: object) -> None:
    """Refuse halves of surrogate pairs, which JSON can escape and UTF-8 cannot hold."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
