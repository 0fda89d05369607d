"""What an address tells: whether it is the web's, and whether it leads to this machine only."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_loopback(url: str) -> bool:
    """Tell whether a URL's host is this machine; False where it is no URL."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    if host == "localhost" or host.endswith(".localhost"):  # RFC 6761, 6.3
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_web(url: str) -> bool:
    """Tell whether something is an address of the web: ``http`` or ``https``, with a host."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
