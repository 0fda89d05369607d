"""The databases: how they are opened, and how their errors are told.

SQLite has two engines: one connection that writes, whose transactions begin with BEGIN IMMEDIATE
(a deferred one that reads first and writes then fails at once under load, busy timeout or not),
and readers that cannot write. PostgreSQL has one pool for both.
"""

import os
import sqlite3
from pathlib import Path

from sqlalchemy import URL, create_engine, event, make_url
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.exc import OperationalError as Operational
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot import ConfigError, StoreBusyError, StoreError, StoreSettings
from state.sql.databases import READERS, Database, Lite, Postgres

BUSY_SECONDS = 5
"""How long a statement waits for somebody else's lock before the store counts as busy."""

STATEMENT_SECONDS = 15
POOL_SECONDS = 15
POSTGRES_CONNECTIONS = 10  # a replica; replicas times this stay below max_connections (100)

_SYNCHRONOUS = {"OFF", "NORMAL", "FULL", "EXTRA"}
_DRIVERS = ("sqlite+aiosqlite", "postgresql+asyncpg")

# PostgreSQL's error codes (appendix A of its manual): a lock or the server was not to be had.
_BUSY_CODES = {"55P03", "57014", "57P01", "57P02", "57P03", "53300", "40001", "40P01", "25P03"}
_RETRY_CODES = {"40001", "40P01"}


def read_url(settings: StoreSettings) -> URL:
    """Read and check the database's URL."""
    try:
        url = make_url(settings.url)
    except ArgumentError as error:
        raise ConfigError(
            "state.url: this is no database URL; write sqlite+aiosqlite:///bot.db or "
            "postgresql+asyncpg://user:password@host/db"
        ) from error
    if url.drivername not in _DRIVERS:
        raise ConfigError(
            f"state.url: {url.drivername!r} is not supported; use {' or '.join(_DRIVERS)}"
        )
    return url


def sqlite_file(url: URL) -> Path | None:
    """Tell the file of an SQLite URL; None on PostgreSQL."""
    return Path(url.database or "") if url.drivername.startswith("sqlite") else None


def open_database(settings: StoreSettings) -> Database:
    """Make the engines; nothing connects before the first transaction."""
    url = read_url(settings)
    path = sqlite_file(url)
    if path is None:
        return _open_postgres(url)
    if settings.synchronous.upper() not in _SYNCHRONOUS:
        raise ConfigError(
            f"state.synchronous: {settings.synchronous!r} is unknown; "
            f"use one of {', '.join(sorted(_SYNCHRONOUS))}"
        )
    check_file(url, path)
    return _open_sqlite(url, settings.synchronous.upper())


def check_file(url: URL, path: Path) -> None:
    """Find what is wrong with an SQLite file before SQLite says it less clearly."""
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise ConfigError("state.url: names no file; write sqlite+aiosqlite:///bot.db")
    if path.is_dir():
        raise ConfigError(f"state.url: {path} is a folder; name a file in it")
    if not path.parent.is_dir():
        raise ConfigError(f"state.url: the folder {path.parent} is missing; create it")
    if path.exists() and not os.access(path, os.R_OK | os.W_OK):
        raise ConfigError(f"state.url: {path} cannot be written; give this user the right to")
    if not os.access(path.parent, os.W_OK):
        raise ConfigError(
            f"state.url: the folder {path.parent} cannot be written, and SQLite keeps its log "
            "beside the file; give this user the right to"
        )


def _open_sqlite(url: URL, synchronous: str) -> Lite:
    url = url.set(drivername="sqlite+pysqlite")

    def engine(size: int, *pragmas: str, begin: str) -> Engine:
        made = create_engine(
            url,
            pool_size=size,
            max_overflow=0,
            connect_args={
                "isolation_level": None, "timeout": BUSY_SECONDS, "check_same_thread": False,
            },
        )  # fmt: skip

        @event.listens_for(made, "connect")
        def _prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
            cursor = connection.cursor()
            for pragma in (f"busy_timeout = {BUSY_SECONDS * 1000}", *pragmas):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()

        @event.listens_for(made, "begin")
        def _begin(connection: Connection) -> None:
            connection.exec_driver_sql(begin)

        return made

    writing = ("journal_mode = WAL", f"synchronous = {synchronous}", "foreign_keys = ON")
    return Lite(
        writer=engine(1, *writing, begin="BEGIN IMMEDIATE"),
        reader=engine(READERS, "query_only = ON", begin="BEGIN"),
    )


def _open_postgres(url: URL) -> Postgres:
    limits = {
        "application_name": "threadline",
        "statement_timeout": str(STATEMENT_SECONDS * 1000),
        "lock_timeout": str(BUSY_SECONDS * 1000),
        "idle_in_transaction_session_timeout": str(STATEMENT_SECONDS * 1000),
    }
    try:
        made = create_async_engine(
            url,
            pool_size=POSTGRES_CONNECTIONS,
            max_overflow=0,
            pool_timeout=POOL_SECONDS,
            pool_pre_ping=True,
            connect_args={
                "timeout": BUSY_SECONDS,
                "command_timeout": STATEMENT_SECONDS + BUSY_SECONDS,
                "server_settings": limits,
            },
        )
    except ModuleNotFoundError as error:
        raise ConfigError(
            "state.url: PostgreSQL needs the driver asyncpg; pip install 'threadline[postgres]'"
        ) from error
    return Postgres(made)


def code_of(error: BaseException) -> str:
    """Tell PostgreSQL's code of an error; empty where there is none.

    asyncpg raises its own errors while connecting, SQLAlchemy wraps those of statements.
    """
    cause = getattr(error, "orig", None) or error
    return str(getattr(cause, "sqlstate", None) or "")


def is_drivers(error: Exception) -> bool:
    """Tell whether an error comes from the database or the way to it."""
    return isinstance(error, SQLAlchemyError | OSError) or code_of(error) != ""


def is_conflict(error: BaseException) -> bool:
    """Tell whether two transactions met and running this one again will do."""
    return isinstance(error, DBAPIError) and code_of(error) in _RETRY_CODES


def translated(error: Exception) -> StoreError:
    """Say a driver's error in our words; the statement's values are left out."""
    match error:
        case PoolTimeout():
            return StoreBusyError("the database has no free connection; try again")
        case Operational(orig=sqlite3.OperationalError() as cause):
            return StoreBusyError(f"the database is busy or cannot be used: {cause}")
        case _ if code_of(error) in _BUSY_CODES or code_of(error).startswith("08"):
            return StoreBusyError(f"the database is busy ({code_of(error)}); try again")
        case Operational() | DBAPIError(connection_invalidated=True):
            return StoreBusyError("the database went away; try again")
        case OSError():  # TimeoutError among them
            return StoreBusyError("the database cannot be reached; try again")
        case _:
            return StoreError(f"the database failed: {type(error).__name__} {code_of(error)}")
