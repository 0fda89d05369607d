"""What waits to be written to one socket, within bounds."""

import asyncio
from collections import deque

from aiohttp import web

from bot import ConnectorError


class TooSlowError(ConnectorError):
    """The reader takes less than it is given; it comes back with its cursor."""


class Outgoing:
    """A queue of frames before a socket, and the loop that empties it."""

    def __init__(self, socket: web.WebSocketResponse, *, max_bytes: int) -> None:
        self._socket = socket
        self._max_bytes = max_bytes
        self._frames: deque[tuple[str, int]] = deque()
        self._waiting = 0
        self._filled = asyncio.Event()
        self._emptied = asyncio.Event()

    def put(self, frame: str) -> None:
        """Add a frame at once.

        Raises:
            TooSlowError: when more than the bound would wait.
        """
        size = len(frame.encode())
        if self._frames and self._waiting + size > self._max_bytes:
            raise TooSlowError("a reader takes less than it is given")
        self._frames.append((frame, size))
        self._waiting += size
        self._filled.set()

    async def put_patiently(self, frame: str, *, patience: float) -> None:
        """Add a frame of a long replay, when there is room for it.

        Raises:
            TooSlowError: when there was none for ``patience`` seconds.
        """
        try:
            async with asyncio.timeout(patience):
                while self._waiting > self._max_bytes // 2:
                    self._emptied.clear()
                    await self._emptied.wait()
        except TimeoutError as error:
            raise TooSlowError("a reader takes nothing") from error
        self.put(frame)

    async def run(self) -> None:
        """Write frames until the socket is closed or the task cancelled."""
        while not self._socket.closed:
            await self._filled.wait()
            while self._frames:
                # counted until written: a frame that the socket holds back waits as well
                try:
                    await self._socket.send_str(self._frames[0][0])
                except ConnectionError:
                    return
                self._waiting -= self._frames.popleft()[1]
                self._emptied.set()
            self._filled.clear()
