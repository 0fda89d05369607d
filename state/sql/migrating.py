"""The schema's revision in a database, and the newest; Alembic is imported only when behind."""

import asyncio
import contextlib
import sqlite3
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from bot import ConfigError, StoreSettings
from state.sql.engine import (
    Engines,
    code_of,
    is_drivers,
    open_engines,
    read_url,
    sqlite_file,
    translated,
)
from state.sql.schema import REVISION

_VERSIONS = "alembic_version"
_LOCK = 0x7468_7265_6164  # any number that is ours: replicas that start together take turns


async def current(settings: StoreSettings) -> tuple[str | None, str]:
    """Tell the database's revision (None: there is no schema yet) and the newest."""
    async with contextlib.AsyncExitStack() as stack:
        engines = open_engines(settings)
        stack.push_async_callback(engines.dispose)
        return await revision_of(engines), REVISION


async def upgrade(settings: StoreSettings) -> None:
    """Bring the schema up to date; an SQLite file with a schema is copied first."""
    async with contextlib.AsyncExitStack() as stack:
        engines = open_engines(settings)
        stack.push_async_callback(engines.dispose)
        await upgrade_with(settings, engines)


async def downgrade(settings: StoreSettings, revision: str) -> None:
    """Take the schema back to an older revision; ``base`` removes it."""
    async with contextlib.AsyncExitStack() as stack:
        engines = open_engines(settings)
        stack.push_async_callback(engines.dispose)
        async with engines.writer.begin() as connection:
            await connection.run_sync(lambda it: _migrate(it, revision, down=True))


async def revision_of(engines: Engines) -> str | None:
    """Read the revision of an opened database."""
    try:
        async with engines.writer.begin() as connection:
            return await connection.run_sync(_read_revision)
    except Exception as error:
        if not is_drivers(error):
            raise
        raise _unusable(error) from error


async def upgrade_with(settings: StoreSettings, engines: Engines) -> None:
    """Bring the schema of an opened database up to date."""
    known = await revision_of(engines)
    if known == REVISION:
        return
    path = sqlite_file(read_url(settings))
    if known is not None and path is not None:
        await asyncio.to_thread(_copy, path, path.with_name(f"{path.name}.before-{REVISION}"))
    try:
        async with engines.writer.begin() as connection:
            await connection.run_sync(lambda it: _migrate(it, "head", down=False))
    except (SQLAlchemyError, OSError) as error:
        raise translated(error) from error


def _read_revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_VERSIONS):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {_VERSIONS}"))  # noqa: S608 - a constant
    revision: str | None = found.scalar_one_or_none()
    return revision


def _migrate(connection: Connection, revision: str, *, down: bool) -> None:
    from alembic import command  # noqa: PLC0415 - 0.2 s at each start for nothing, otherwise
    from alembic.config import Config  # noqa: PLC0415 - as above

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    if down:
        command.downgrade(config, revision)
    else:
        command.upgrade(config, revision)


def _copy(path: Path, target: Path) -> None:
    """Copy a database with what stands in its log; complete, or not there."""
    partial = target.with_name(f"{target.name}.part")
    partial.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(path)) as source:
        source.execute("VACUUM INTO ?", (str(partial),))
    partial.replace(target)


def _unusable(error: Exception) -> Exception:
    """Tell what is wrong with a database that cannot even be looked at."""
    said = str(getattr(error, "orig", None) or error)
    if "not a database" in said or "malformed" in said:
        return ConfigError("state.url: the file is not an SQLite database; name another file")
    if "unable to open" in said or "readonly" in said:
        return ConfigError("state.url: the file cannot be written; give this user the right to")
    if code_of(error) in {"28000", "28P01", "3D000"}:
        return ConfigError(
            "state.url: PostgreSQL refused user, password or database; correct the URL"
        )
    return translated(error)
