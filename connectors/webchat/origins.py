"""Which pages may talk to us. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Scheme, host and port of a page."""

    scheme: str
    host: str
    port: int


def parse_origin(text: str) -> Origin | None:
    """Read an Origin header; None for ``null`` and everything that is no web origin."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not parts.hostname:
        return None
    if parts.path or parts.query or parts.fragment or parts.username is not None:
        return None
    return Origin(scheme=scheme, host=parts.hostname.lower(), port=port or _DEFAULT_PORTS[scheme])


def own_origin(scheme: str, host: str, headers: Mapping[str, str]) -> Origin | None:
    """Tell the origin that our own pages have, as the browser sees it.

    A proxy's ``X-Forwarded-*`` may be believed: a foreign page cannot set them on a WebSocket, and
    elsewhere only after a preflight, which we refuse to it.
    """
    scheme = headers.get("X-Forwarded-Proto", scheme).partition(",")[0].strip()
    host = headers.get("X-Forwarded-Host", host).partition(",")[0].strip()
    return parse_origin(f"{scheme}://{host}")


def is_allowed(text: str, allowed: Sequence[str], own: Origin | None) -> bool:
    """Tell whether a page of this origin may talk to us."""
    origin = parse_origin(text)
    return origin is not None and any(_matches(origin, pattern, own) for pattern in allowed)


def is_pattern(text: str) -> bool:
    """Tell whether a line of ``allowed_origins`` can match any page at all."""
    return text == "self" or _wanted(text) is not None


def _wanted(pattern: str) -> Origin | None:
    """Read the origin in a pattern, without its ``*.``; None where there is none."""
    scheme, separator, host = pattern.rpartition("://")
    if not host.startswith("*."):
        return parse_origin(pattern)
    # without a scheme only https counts: anyone on the way can write an http page
    return parse_origin(f"{scheme if separator else 'https'}://{host[2:]}")


def _matches(origin: Origin, pattern: str, own: Origin | None) -> bool:
    if pattern == "self":
        return origin == own
    wanted = _wanted(pattern)
    if not pattern.rpartition("://")[2].startswith("*."):
        return origin == wanted
    return (
        wanted is not None
        and (origin.scheme, origin.port) == (wanted.scheme, wanted.port)
        and origin.host.endswith(f".{wanted.host}")
    )
