"""How connectors fetch files: from the platform's servers only, and never more than wanted.

Addresses of files come in messages. A bot that followed any of them would carry its token, or its
place behind the firewall, to whoever wrote the message.
"""

import asyncio
import re
from collections.abc import AsyncIterable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from urllib.parse import urljoin

from bot.errors import PermanentSendError, TransientSendError

MAX_REDIRECTS = 3
CHUNK_BYTES = 64 * 1024
PASSING = frozenset({408, 425, 429})
"""Refusals that say: later. With every 5xx."""
LONGEST_PAUSE = timedelta(hours=1)

# One form only, so that nobody who reads the address after us can find another host in it.
_ADDRESS = re.compile(r"(?P<origin>https?://[a-z0-9.-]+(?::[0-9]{1,5})?)(?:[/?][^\\\s\0-\x1f]*)?")


class Chunked(Protocol):
    """The body of an answer; aiohttp's `StreamReader` is one."""

    def iter_chunked(self, n: int, /) -> AsyncIterable[bytes]:
        """Read it in pieces of at most so many bytes."""
        ...


class FileAnswer(Protocol):
    """What a server answers; aiohttp's `ClientResponse` is one."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, whatever their case."""
        ...

    @property
    def content(self) -> Chunked:
        """The body."""
        ...


Getting = Callable[[str], AbstractAsyncContextManager[FileAnswer]]
"""Begins a GET that follows no redirect and asks for no compression."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileHosts:
    """The servers that a platform keeps its customers' files on.

    Attributes:
        api_url: its origin is one of them, whatever it is: an operator has set it.
        hosts: names of the others, which speak https on its own port.
    """

    api_url: str
    hosts: frozenset[str] = frozenset()

    def keep(self, url: str) -> bool:
        """Tell whether an address is on one of the servers."""
        found = _ADDRESS.fullmatch(url)
        if found is None:
            return False
        own = _ADDRESS.match(self.api_url.lower())
        trusted = {f"https://{host}" for host in self.hosts}
        return found["origin"] in trusted | ({own["origin"]} if own else set())


async def download(
    get: Getting, url: str, *, hosts: FileHosts, limit: int, within: timedelta
) -> bytes:
    """Fetch a file of at most ``limit`` bytes; stops reading as soon as there are more.

    Raises:
        TransientSendError: it may work later.
        PermanentSendError: it is gone, refused, too large, or not on the platform's servers.
    """
    try:
        async with asyncio.timeout(within.total_seconds()):
            for _ in range(1 + MAX_REDIRECTS):
                if not hosts.keep(url):
                    raise PermanentSendError("the file is not on the platform's servers")
                async with get(url) as answer:
                    if not 300 <= answer.status < 400:
                        return await _read(answer, limit)
                    url = urljoin(url, answer.headers.get("Location", ""))
    except TimeoutError:  # aiohttp's own tells the address, and that may hold a token
        raise TransientSendError("the file did not come in time") from None
    raise PermanentSendError("the file is moved on and on")


async def _read(answer: FileAnswer, limit: int) -> bytes:
    _check_status(answer)
    if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise PermanentSendError("the file came compressed, which nobody asked for")
    told = answer.headers.get("Content-Length", "")
    if told.isascii() and told.isdigit() and int(told[:20]) > limit:
        raise PermanentSendError(f"the file is larger than {limit} bytes")
    body = bytearray()
    async for chunk in answer.content.iter_chunked(CHUNK_BYTES):
        body += chunk
        if len(body) > limit:
            raise PermanentSendError(f"the file is larger than {limit} bytes")
    return bytes(body)


def _check_status(answer: FileAnswer) -> None:
    if answer.status == 200:
        return
    if answer.status in PASSING or answer.status >= 500:
        pause = answer.headers.get("Retry-After", "")
        is_told = pause.isascii() and pause.isdigit()
        seconds = timedelta(seconds=int(pause[:6])) if is_told else None
        raise TransientSendError(
            f"the file cannot be had now: HTTP {answer.status}",
            retry_after=min(seconds, LONGEST_PAUSE) if seconds is not None else None,
        )
    raise PermanentSendError(f"the file cannot be had: HTTP {answer.status}")
