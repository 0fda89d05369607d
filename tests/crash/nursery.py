"""Bots as processes: started by a nursery that has done the imports, watched until they die."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.crash.orders import Order

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"
PAUSE = 0.02  # seconds between two knocks at a port
SECONDS_TO_START = 30.0


class DeadBotError(Exception):
    """A bot ended that nobody had killed."""


class Child:
    """A running bot."""

    def __init__(self, pid: int, order: Order) -> None:
        self.pid = pid
        self.order = order
        self.ended = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._descriptor = -1
        try:
            self._descriptor = os.pidfd_open(pid)
        except ProcessLookupError:  # its first point was its last, and the nursery has seen it end
            self.ended.set()
        else:
            self._loop.add_reader(self._descriptor, self._end)

    async def listens(self) -> bool:
        """Wait until the bot takes connections; False if it ended before that."""
        async with asyncio.timeout(SECONDS_TO_START):
            while not self.ended.is_set():
                try:
                    _, writer = await asyncio.open_connection(HOST, self.order.port)
                except OSError:
                    await asyncio.sleep(PAUSE)
                else:
                    writer.close()
                    return True
        return False

    def kill(self) -> None:
        """End the bot as the kernel does."""
        if not self.ended.is_set():
            signal.pidfd_send_signal(self._descriptor, signal.SIGKILL)

    def _end(self) -> None:
        self._loop.remove_reader(self._descriptor)
        os.close(self._descriptor)
        self.ended.set()


class Nursery:
    """Starts bots; made by `open_nursery`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._turn = asyncio.Lock()

    async def start(self, order: Order) -> Child:
        """Start the bot of an order."""
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the nursery has no pipes")
        async with self._turn, asyncio.timeout(SECONDS_TO_START):
            self._process.stdin.write(order.dump())
            await self._process.stdin.drain()
            line = await self._process.stdout.readline()
        return Child(int(line), order)


@asynccontextmanager
async def open_nursery() -> AsyncIterator[Nursery]:
    """Open a nursery; it ends with its input."""
    # who is killed tells no coverage, and measuring would only slow it down
    environment = {
        name: value
        for name, value in os.environ.items()  # noqa: TID251 - a test's child, not the product
        if not name.startswith("COVERAGE")
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.crash.child", cwd=ROOT,
        env=environment,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield Nursery(process)
    finally:
        if process.stdin is not None:
            process.stdin.close()
        await process.wait()
