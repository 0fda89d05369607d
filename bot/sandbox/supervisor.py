"""Keep the bot alive as a child process, and tell how it is."""

import asyncio
import contextlib
import signal
from asyncio.subprocess import Process
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import structlog

_FIRST_PAUSE = timedelta(seconds=0.2)
_LONGEST_PAUSE = timedelta(seconds=5)
_LONG_LIFE = timedelta(seconds=10)  # who lived that long did not die of its start
_POLL = timedelta(milliseconds=50)
_CONNECT_TIMEOUT = timedelta(seconds=1)

log = structlog.get_logger()


class Phase(StrEnum):
    """How the child is."""

    DOWN = "down"
    STARTING = "starting"  # the process lives, its port is not open yet
    RUNNING = "running"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The child as the page shows it; ``restarts`` counts every start but the first."""

    phase: Phase = Phase.DOWN
    pid: int | None = None
    restarts: int = 0


class Supervisor:
    """Starts a command again whenever it ends, until `run` is cancelled."""

    def __init__(
        self, command: Sequence[str], *, port: int, grace: timedelta = timedelta(seconds=10)
    ) -> None:
        """Take the command to keep alive.

        Args:
            command: Program and arguments.
            port: The loopback port that the child opens when it is ready.
            grace: From SIGTERM to SIGKILL.
        """
        self._command = command
        self._port = port
        self._grace = grace
        self._process: Process | None = None
        self._is_hurried = asyncio.Event()
        self._version = 0
        self._changed = asyncio.Condition()
        self.status = Status()

    async def run(self) -> None:
        """Run the child for ever; at cancellation stop it, at first kindly."""
        pause = _FIRST_PAUSE
        clock = asyncio.get_running_loop().time
        restarts = 0
        while True:
            self._is_hurried.clear()
            started = clock()
            was_killed = await self._live(restarts) == -signal.SIGKILL
            lived = timedelta(seconds=clock() - started)
            # Who was killed did not die of its start either: a person tries what a crash does.
            if lived >= _LONG_LIFE or was_killed or self._is_hurried.is_set():
                pause = _FIRST_PAUSE
            await self._wait_before_start(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
            restarts += 1

    def kill(self) -> bool:
        """Send SIGKILL, as a crash would be; False when nothing is running."""
        if self._process is None:
            return False
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        return True

    def restart(self) -> bool:
        """Ask the child to end and start it again without a pause; False when it was down."""
        self._is_hurried.set()
        if self._process is None:
            return False
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        return True

    async def changed(self, since: int) -> int:
        """Wait until the status has changed since version ``since``; returns the new version."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._version > since)
            return self._version

    async def _live(self, restarts: int) -> int:
        """Run the child once; returns its exit code, negative for a signal."""
        # In a process group of its own: Ctrl-C reaches us alone, and we stop the child in order.
        # Its standard input ends when we do, however we end: a child may watch that.
        process = await asyncio.create_subprocess_exec(
            *self._command, stdin=asyncio.subprocess.PIPE, process_group=0
        )
        self._process = process
        try:
            await self._tell(Status(phase=Phase.STARTING, pid=process.pid, restarts=restarts))
            log.info("child.started", pid=process.pid, restarts=restarts)
            async with asyncio.TaskGroup() as group:
                ready = group.create_task(self._announce_when_open(process, restarts))
                code = await self._end_of(process)
                ready.cancel()
            log.warning("child.ended", pid=process.pid, code=code)
            return code
        finally:
            try:
                await self._stop(process)
            finally:  # before 3.11.4 a timeout in a cancelled task raises CancelledError
                self._process = None
                await self._tell(Status(restarts=restarts))

    async def _end_of(self, process: Process) -> int:
        """Wait for the end; a child that was asked to restart and does not is killed."""
        async with asyncio.TaskGroup() as group:
            executioner = group.create_task(self._kill_the_slow(process))
            code = await process.wait()
            executioner.cancel()
        return code

    async def _kill_the_slow(self, process: Process) -> None:
        await self._is_hurried.wait()
        await asyncio.sleep(self._grace.total_seconds())
        log.warning("child.killed", pid=process.pid, after=self._grace.total_seconds())
        with contextlib.suppress(ProcessLookupError):
            process.kill()

    async def _stop(self, process: Process) -> None:
        if process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(self._grace.total_seconds()):
                await process.wait()
        except TimeoutError:
            log.warning("child.killed", pid=process.pid, after=self._grace.total_seconds())
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()

    async def _announce_when_open(self, process: Process, restarts: int) -> None:
        while not await self._is_open():  # noqa: ASYNC110 - another process's port is no event
            await asyncio.sleep(_POLL.total_seconds())
        await self._tell(Status(phase=Phase.RUNNING, pid=process.pid, restarts=restarts))

    async def _is_open(self) -> bool:
        try:
            async with asyncio.timeout(_CONNECT_TIMEOUT.total_seconds()):
                _, writer = await asyncio.open_connection("127.0.0.1", self._port)
        except (OSError, TimeoutError):
            return False
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        return True

    async def _wait_before_start(self, pause: timedelta) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause.total_seconds()):
                await self._is_hurried.wait()

    async def _tell(self, status: Status) -> None:
        async with self._changed:
            self.status = status
            self._version += 1
            self._changed.notify_all()
