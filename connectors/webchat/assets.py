"""The widget as one script, put together and gzipped once, served from memory.

Its modules are joined in the order of their imports; all share one scope then, so a name at their
top level may stand in one of them only. One file is one request, and one hash for pages that pin
it (SRI): `widget.js` is its stable name, `widget.HASH.js` never changes.
"""

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from aiohttp import web

_ENTRY = "widget.js"
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([a-z]+\.js)";\n', re.MULTILINE)
_DOCUMENTED = re.compile(r"^[ \t]*/\*\*(?:(?!\*/).)*\*/[ \t]*\n", re.MULTILINE | re.DOTALL)
_OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept-Encoding",
}
_STABLE = "public, max-age=300, stale-while-revalidate=86400"
_IMMUTABLE = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A script, as it is and gzipped."""

    plain: bytes
    gzipped: bytes
    etag: str
    cache_control: str


def serve_asset(request: web.Request, asset: Asset) -> web.Response:
    """Answer with a script, or with 304 where the browser has it."""
    headers = {**_OPEN, "ETag": asset.etag, "Cache-Control": asset.cache_control}
    if request.headers.get("If-None-Match") == asset.etag:
        return web.Response(status=304, headers=headers)
    is_gzip = "gzip" in request.headers.get("Accept-Encoding", "").lower()
    if is_gzip:
        headers["Content-Encoding"] = "gzip"
    return web.Response(
        body=asset.gzipped if is_gzip else asset.plain,
        content_type="text/javascript",
        charset="utf-8",
        headers=headers,
    )


@cache
def load_assets() -> Mapping[str, Asset]:
    """Read the widget from the package: file name to asset."""
    joined: dict[str, str] = {}
    _join(_ENTRY, joined)
    plain = "\n".join(joined.values()).encode()
    digest = hashlib.sha256(plain).hexdigest()[:16]
    return {
        _ENTRY: _asset(plain, digest, _STABLE),
        f"widget.{digest}.js": _asset(plain, digest, _IMMUTABLE),
    }


def _join(name: str, joined: dict[str, str]) -> None:
    """Add a module after those that it imports, without its imports and its types' comments."""
    source = (files("connectors.webchat") / "static" / name).read_text("utf-8")
    for imported in _IMPORT.findall(source):
        if imported not in joined:
            _join(imported, joined)
    joined[name] = _DOCUMENTED.sub("", _IMPORT.sub("", source))


def _asset(plain: bytes, digest: str, cache_control: str) -> Asset:
    return Asset(
        plain=plain,
        gzipped=gzip.compress(plain, 9, mtime=0),
        etag=f'"{digest}"',
        cache_control=cache_control,
    )
