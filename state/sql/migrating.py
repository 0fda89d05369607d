"""The schema's revision in a database, and the newest; Alembic is imported only when behind."""

from pathlib import Path

import aiosqlite
import sqlalchemy
from sqlalchemy import inspect, text

from bot import BotError, ConfigError, StoreError, StoreSettings
from state.sql.connections import Connection
from state.sql.engine import (
    code_of,
    open_database,
    read_url,
    sqlite_file,
)
from state.sql.schema import REVISION
from state.sql.transactions import Transactions

_REFUSED = {"28000", "28P01", "3D000"}  # authorisation, password, database (appendix A)
_VERSIONS = "alembic_version"
_LOCK = 0x7468_7265_6164  # any number that is ours: replicas that start together take turns


async def current(settings: StoreSettings) -> tuple[str | None, str]:
    """Tell the database's revision (None: there is no schema yet) and the newest."""
    async with Transactions(open_database(settings)) as transactions:
        return await check_usable(transactions), REVISION


async def upgrade(settings: StoreSettings) -> None:
    """Bring the schema up to date; an SQLite file with a schema is copied first."""
    async with Transactions(open_database(settings)) as transactions:
        await upgrade_with(settings, transactions)


async def downgrade(settings: StoreSettings, revision: str) -> None:
    """Take the schema back to an older revision; ``base`` removes it."""
    async with Transactions(open_database(settings)) as transactions:
        await _run(transactions, revision, down=True)


async def check_usable(transactions: Transactions) -> str | None:
    """Read the revision in a transaction that could write; tells what is wrong if it cannot."""
    try:
        return await transactions.write("schema.check", read_revision)
    except StoreError as error:
        raise _unusable(error) from error


async def upgrade_with(settings: StoreSettings, transactions: Transactions) -> None:
    """Bring the schema of an opened database up to date."""
    known = await check_usable(transactions)
    if known == REVISION:
        return
    path = sqlite_file(read_url(settings))
    if known is not None and path is not None:
        await _copy(path, path.with_name(f"{path.name}.before-{REVISION}"))
    await _run(transactions, "head", down=False)


async def read_revision(connection: Connection) -> str | None:
    """Read the revision; None where there is no schema."""
    return await connection.run_sync(_read_revision)


async def _run(transactions: Transactions, revision: str, *, down: bool) -> None:
    async def work(connection: Connection) -> None:
        await connection.run_sync(lambda it: _migrate(it, revision, down=down))

    await transactions.write("schema.downgrade" if down else "schema.upgrade", work)


def _read_revision(connection: sqlalchemy.Connection) -> str | None:
    if not inspect(connection).has_table(_VERSIONS):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {_VERSIONS}"))  # noqa: S608 - a constant
    revision: str | None = found.scalar_one_or_none()
    return revision


def _migrate(connection: sqlalchemy.Connection, revision: str, *, down: bool) -> None:
    from alembic import command  # noqa: PLC0415 - 0.2 s at each start for nothing, otherwise
    from alembic.config import Config  # noqa: PLC0415 - as above

    if connection.dialect.name == "postgresql":
        # A migration may take longer than a statement of every day.
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    if down:
        command.downgrade(config, revision)
    else:
        command.upgrade(config, revision)


async def _copy(path: Path, target: Path) -> None:
    """Copy a database with what stands in its log; complete, or not there."""
    partial = target.with_name(f"{target.name}.part")
    partial.unlink(missing_ok=True)
    async with aiosqlite.connect(path) as source:
        await source.execute("VACUUM INTO ?", (str(partial),))
    partial.replace(target)


def _unusable(error: StoreError) -> BotError:
    """Tell what is wrong with a database that cannot even be looked at."""
    cause = error.__cause__ or error
    said = str(getattr(cause, "orig", None) or cause)
    if "not a database" in said or "malformed" in said:
        return ConfigError("state.url: the file is not an SQLite database; name another file")
    if "unable to open" in said or "readonly" in said:
        return ConfigError("state.url: the file cannot be written; give this user the right to")
    if code_of(cause) in _REFUSED:
        return ConfigError(
            "state.url: PostgreSQL refused user, password or database; correct the URL"
        )
    return error
