"""Who is running: what a dead owner left is freed at once, not when its time has run out.

On SQLite the file has one owner, and whoever opens the bot holds it. On PostgreSQL every replica
holds an advisory lock in shared mode for as long as it lives; who can have it alone is the only
one there (PostgreSQL documentation, 13.3.5: a session's locks end with the session).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from state.sql.databases import Database, Postgres
from state.sql.engine import is_drivers, translated

KEY = 0x7468726561646C6E
"""The lock's number: the letters of the name, as nobody else's would be by chance."""
TRIES = 5
PAUSE = timedelta(milliseconds=100)


@asynccontextmanager
async def present(database: Database, free: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Be known as running; first call ``free`` if nobody else is.

    Raises:
        StoreError: the database cannot be reached.
    """
    if not isinstance(database, Postgres):
        await free()
        yield
        return
    try:
        opened = await database.engine.connect()
        connection = await opened.execution_options(isolation_level="AUTOCOMMIT")
        await _enter(connection, free)
    except Exception as error:
        if is_drivers(error):
            raise translated(error) from error
        raise
    try:
        yield
    finally:
        await connection.invalidate()  # its locks end with it, however the session ended
        await connection.close()


async def _enter(connection: AsyncConnection, free: Callable[[], Awaitable[None]]) -> None:
    alone = await _is_alone(connection)
    if alone:
        await free()
    await connection.execute(select(func.pg_advisory_lock_shared(KEY)))
    if alone:
        await connection.execute(select(func.pg_advisory_unlock(KEY)))


async def _is_alone(connection: AsyncConnection) -> bool:
    """Try to have the lock alone; a session that was just killed needs a moment to end."""
    for attempt in range(TRIES):
        if attempt:
            await asyncio.sleep(PAUSE.total_seconds())
        if (await connection.execute(select(func.pg_try_advisory_lock(KEY)))).scalar_one():
            return True
    return False
