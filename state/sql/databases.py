"""How transactions are carried out: on SQLite in threads, on PostgreSQL in greenlets; whole ones.

SQLite's writer takes all transactions that wait for it into one commit, each in a savepoint of its
own: what one of them does wrong is its own matter, and the disk is waited for once.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, copy_context
from typing import Protocol, TypeAlias, TypeVar, cast

from sqlalchemy.engine import Connection, Engine
from sqlalchemy.ext.asyncio import AsyncEngine

T = TypeVar("T")
Steps: TypeAlias = Callable[[Connection], T]

READERS = 4

MOST_AT_ONCE = 64
"""Transactions in one commit: the first of them waits for the last."""


class Database(Protocol):
    """Carries transactions out, each from its beginning to its commit or rollback."""

    async def write(self, steps: Steps[T]) -> T:
        """Run steps in a transaction that writes; durable when it returns."""
        ...

    async def read(self, steps: Steps[T]) -> T:
        """Run steps in a transaction that only reads."""
        ...

    async def dispose(self) -> None:
        """Close every connection; without it the process would not end."""
        ...


class Postgres:
    """One pool; a transaction runs in one greenlet, in which the driver's waiting is hidden."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine

    async def write(self, steps: Steps[T]) -> T:
        """See `Database.write`."""
        async with self.engine.begin() as connection:
            return await connection.run_sync(steps)

    async def read(self, steps: Steps[T]) -> T:
        """See `Database.read`."""
        return await self.write(steps)

    async def dispose(self) -> None:
        """See `Database.dispose`."""
        await self.engine.dispose()


class Lite:
    """One writing connection in a thread of its own, and readers in theirs."""

    def __init__(self, writer: Engine, reader: Engine) -> None:
        self.writer = writer
        self._reader = reader
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._reading = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._waiting: deque[_Job] = deque()

    async def write(self, steps: Steps[T]) -> T:
        """See `Database.write`."""
        job = _Job(steps, copy_context())
        self._waiting.append(job)
        loop = asyncio.get_running_loop()
        # Each who waits calls once, and the first call may find the jobs of all: never too few.
        await loop.run_in_executor(self._writing, self._write_waiting)
        return cast("T", job.result())

    async def read(self, steps: Steps[T]) -> T:
        """See `Database.read`."""

        def transaction() -> T:
            with self._reader.begin() as connection:
                return steps(connection)

        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._reading, copy_context().run, transaction)

    async def dispose(self) -> None:
        """See `Database.dispose`."""
        loop = asyncio.get_running_loop()
        for threads, engine in ((self._writing, self.writer), (self._reading, self._reader)):
            await loop.run_in_executor(threads, engine.dispose)
            threads.shutdown()

    def _write_waiting(self) -> None:
        """In the writer's thread: commit what waits, or as much of it as one commit should hold."""
        jobs = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_AT_ONCE))]
        if not jobs:
            return
        try:
            with self.writer.begin() as connection:
                _carry_out(jobs, connection)
        except BaseException as error:  # noqa: BLE001 - told to all whose work it undid
            for job in jobs:
                job.fail(error)


class _Job:
    """A transaction that waits for the writer, and then what became of it."""

    def __init__(self, steps: Steps[object], inside: Context) -> None:
        self._steps = steps
        self._inside = inside
        self._value: object = None
        self._error: BaseException | None = None

    def carry_out(self, connection: Connection) -> None:
        self._value = self._inside.run(self._steps, connection)

    def fail(self, error: BaseException) -> None:
        self._error = self._error or error

    def result(self) -> object:
        if self._error is not None:
            raise self._error
        return self._value


def _carry_out(jobs: Sequence[_Job], connection: Connection) -> None:
    """Carry jobs out within one transaction; one alone needs no savepoint, its error ends all."""
    if len(jobs) == 1:
        jobs[0].carry_out(connection)
        return
    for job in jobs:
        try:
            with connection.begin_nested():
                job.carry_out(connection)
        except Exception as error:
            job.fail(error)
            if not _in_transaction(connection):  # a full disk undoes more than the savepoint
                raise


def _in_transaction(connection: Connection) -> bool:
    driver = connection.connection.driver_connection
    return isinstance(driver, sqlite3.Connection) and driver.in_transaction
