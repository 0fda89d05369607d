"""A transaction's connection: statements are awaited, but never wait for the loop.

A transaction's steps are coroutines, so that one that has nothing but statements to await can be
told from one that waits for the world while it holds locks. They are carried out in one go: on
SQLite in the writer's thread, on PostgreSQL in one greenlet, where the driver's waiting is hidden.
So a message costs one change of threads, not four a statement.
"""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar, cast, overload

import sqlalchemy
from sqlalchemy import CursorResult, Dialect, Executable
from sqlalchemy.engine.interfaces import _CoreAnyExecuteParams
from sqlalchemy.sql.selectable import TypedReturnsRows

T = TypeVar("T")
R = TypeVar("R", bound=tuple[Any, ...])


class Connection:
    """What the steps of a transaction speak through."""

    def __init__(self, connection: sqlalchemy.Connection) -> None:
        self._connection = connection

    @property
    def dialect(self) -> Dialect:
        """Tell which database it is."""
        return self._connection.dialect

    @overload
    async def execute(
        self, statement: TypedReturnsRows[R], parameters: _CoreAnyExecuteParams | None = None
    ) -> CursorResult[R]: ...

    @overload
    async def execute(
        self, statement: Executable, parameters: _CoreAnyExecuteParams | None = None
    ) -> CursorResult[Any]: ...

    async def execute(
        self, statement: Executable, parameters: _CoreAnyExecuteParams | None = None
    ) -> CursorResult[Any]:
        """Carry a statement out; its rows are there at once."""
        return self._connection.execute(statement, parameters)

    async def run_sync(self, function: Callable[[sqlalchemy.Connection], T]) -> T:
        """Call what wants SQLAlchemy's own connection, as migrations do."""
        return function(self._connection)


def carried_out(work: Callable[[Connection], Awaitable[T]], connection: sqlalchemy.Connection) -> T:
    """Run a transaction's steps to their end; they may await their connection and nothing else."""
    steps = cast("Coroutine[Any, Any, T]", work(Connection(connection)))
    try:
        steps.send(None)
    except StopIteration as ended:
        return cast("T", ended.value)
    steps.close()
    raise RuntimeError("a transaction waited for something that is not its database")
