"""The widget's files, served from memory: gzipped once, named by their content.

`widget.js` has a stable name; what it imports is named by its hash, so that a browser never mixes
two releases. The hashed name of the widget itself is for pages that pin it (SRI).
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
_IMPORT = re.compile(rb'(from\s+"\./)([a-z]+)(\.js")')
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
    """Read the package's scripts: file name to asset."""
    folder = files("connectors.webchat") / "static"
    sources = {
        entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.name.endswith(".js")
    }
    assets: dict[str, Asset] = {}
    for name in sources:
        _add(name, sources, assets)
    return assets


def _add(name: str, sources: Mapping[str, bytes], assets: dict[str, Asset]) -> str:
    """Put a script among the assets under its hashed name, after what it imports."""

    def hashed(found: re.Match[bytes]) -> bytes:
        imported = _add(f"{found[2].decode()}.js", sources, assets)
        return found[1] + imported.removesuffix(".js").encode() + found[3]

    plain = _IMPORT.sub(hashed, sources[name])
    digest = hashlib.sha256(plain).hexdigest()[:16]
    stem = name.removesuffix(".js")
    assets[f"{stem}.{digest}.js"] = _asset(plain, digest, _IMMUTABLE)
    if name == _ENTRY:
        assets[name] = _asset(plain, digest, _STABLE)
    return f"{stem}.{digest}.js"


def _asset(plain: bytes, digest: str, cache_control: str) -> Asset:
    return Asset(
        plain=plain,
        gzipped=gzip.compress(plain, 9, mtime=0),
        etag=f'"{digest}"',
        cache_control=cache_control,
    )
