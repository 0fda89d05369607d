"""Lines from a stream, so that waiting for one never holds up the end of the process.

A thread that is blocked in ``readline`` cannot be cancelled, and the interpreter waits for it.
Where the stream is a file of the operating system we wait for it in short pieces instead.
"""

import asyncio
import os
import select
import sys
from collections.abc import AsyncIterator
from typing import TextIO

_PIECE_SECONDS = 0.2
_MOST_BYTES = 4096


async def read_lines(stream: TextIO) -> AsyncIterator[str]:
    """Yield lines without their ends until the input ends."""
    descriptor = _descriptor(stream)
    if descriptor is None:
        while line := await asyncio.to_thread(stream.readline):
            yield line.rstrip("\r\n")
        return
    rest = b""
    while (read := await asyncio.to_thread(_read, descriptor)) != b"":
        *lines, rest = (rest + (read or b"")).split(b"\n")
        for whole in lines:
            yield whole.decode("utf-8", "replace").rstrip("\r")
    if rest:
        yield rest.decode("utf-8", "replace")


def _descriptor(stream: TextIO) -> int | None:
    if sys.platform == "win32":  # select() takes sockets only
        return None
    try:
        return stream.fileno()
    except OSError:  # a stream in memory
        return None


def _read(descriptor: int) -> bytes | None:
    """Read what is there; None when nothing came for a while, nothing at the end of input."""
    ready, _, _ = select.select([descriptor], [], [], _PIECE_SECONDS)
    return os.read(descriptor, _MOST_BYTES) if ready else None
