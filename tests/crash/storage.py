"""Where a bot keeps its rows in a run: a file, or a database of a PostgreSQL server."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from tests.postgres import database, fresh_database

PAUSE = 0.05
PATIENCE = 5.0  # PostgreSQL notices within milliseconds that a client was killed


class Storage(Protocol):
    """Makes databases; files in the bot's folder are copied by who makes the folder."""

    def fresh(self, folder: Path, kept: str) -> AbstractAsyncContextManager[str]:
        """Give the URL of a database: empty, or a copy of what `keep` called ``kept``."""
        ...

    async def keep(self, url: str) -> str:
        """Keep a database as it is, for copies; gives its name."""
        ...


class InFiles:
    """SQLite: everything is in the folder."""

    @asynccontextmanager
    async def fresh(self, folder: Path, kept: str) -> AsyncIterator[str]:
        """See `Storage.fresh`."""
        del kept
        yield f"sqlite+aiosqlite:///{folder}/bot.db"

    async def keep(self, url: str) -> str:
        """See `Storage.keep`."""
        return url


class OnServer:
    """PostgreSQL: a database a run, copied from a template by the server."""

    def __init__(self, server: str) -> None:
        self._server = server

    def fresh(self, folder: Path, kept: str) -> AbstractAsyncContextManager[str]:
        """See `Storage.fresh`."""
        del folder
        return fresh_database(self._server, kept or "template0")

    async def keep(self, url: str) -> str:
        """See `Storage.keep`."""
        name = f"kept_{secrets.token_hex(4)}"
        source = url.rpartition("/")[2]
        engine = create_async_engine(
            database(self._server, "postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool
        )
        try:
            async with asyncio.timeout(PATIENCE), engine.connect() as connection:
                while True:
                    try:
                        await connection.exec_driver_sql(
                            f'CREATE DATABASE "{name}" TEMPLATE "{source}"'
                        )
                    except DBAPIError:  # a dead bot's connection is still there
                        await asyncio.sleep(PAUSE)
                    else:
                        return name
        finally:
            await engine.dispose()
