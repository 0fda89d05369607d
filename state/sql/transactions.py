"""The unit-of-work runner: every transaction is a task of its own.

A caller may be cancelled at any await. A transaction may not: cancelling one in the middle can
leave SQLite's write lock held for good. So the transaction runs in a task that belongs to the
opened store, the caller waits for it behind a shield, and closing the store waits for the tasks.
Time limits are the drivers' (lock, statement, pool), never a cancellation.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Generic, Self, TypeAlias, TypeVar

from bot import StoreBusyError, StoreError, crashpoint
from state.sql.connections import Connection, carried_out
from state.sql.databases import Database
from state.sql.engine import is_conflict, is_drivers, translated

T = TypeVar("T")
Work: TypeAlias = Callable[[Connection], Awaitable[T]]

ATTEMPTS = 5
"""How often a transaction is run again after it met another one."""


class MovedError(Exception):
    """A customer was joined or parted between look-up and lock: run the transaction again."""


@dataclass(frozen=True, slots=True)
class _Outcome(Generic[T]):
    value: T


class Transactions:
    """Runs transactions, each in a task of its own, until it is closed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._group = asyncio.TaskGroup()
        self._closing = False

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        # The body's error is not told to the group: it would cancel what is under way.
        self._closing = True
        try:
            await self._group.__aexit__(None, None, None)
        finally:
            await self._database.dispose()

    async def write(self, verb: str, work: Work[T]) -> T:
        """Run ``work`` in a transaction that writes; durable when it returns.

        ``verb`` names its crash points. ``work`` may be called more than once.
        """

        async def steps(connection: Connection) -> T:
            value = await work(connection)
            crashpoint(f"{verb}.before_commit")
            return value

        async def transaction() -> T:
            value = await self._database.write(lambda it: carried_out(steps, it))
            crashpoint(f"{verb}.after_commit")
            return value

        return await self._run(transaction)

    async def read(self, work: Work[T]) -> T:
        """Run ``work`` in a transaction that only reads."""

        async def transaction() -> T:
            return await self._database.read(lambda it: carried_out(work, it))

        return await self._run(transaction)

    async def _run(self, transaction: Callable[[], Awaitable[T]]) -> T:
        if self._closing:
            raise StoreError("the store is closed; open it again")
        task = self._group.create_task(_settle(transaction))
        outcome = await asyncio.shield(task)
        if isinstance(outcome, _Outcome):
            return outcome.value
        raise outcome


async def _settle(transaction: Callable[[], Awaitable[T]]) -> _Outcome[T] | Exception:
    """Run a transaction and hand back what became of it; a task that raised would end the group."""
    try:
        return _Outcome(await _attempt(transaction))
    except Exception as error:  # noqa: BLE001 - carried to the caller, who raises it
        return error


async def _attempt(transaction: Callable[[], Awaitable[T]]) -> T:
    for _ in range(ATTEMPTS):
        try:
            return await transaction()
        except MovedError:
            continue
        except Exception as error:
            if not is_drivers(error):
                raise
            if not is_conflict(error):
                raise translated(error) from error
    raise StoreBusyError("the database had too many conflicts; try again")
