import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine

from bot import ConfigError, StoreSettings
from bot.testing.contracts.store_bench import message, record
from state.sql import current, migrating, open_store, upgrade
from state.sql.migrating import downgrade
from state.sql.schema import REVISION, metadata

MIGRATIONS = Path(migrating.__file__).parent / "migrations"

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest) -> str:
    name = "sqlite_url" if request.param == "sqlite" else "empty_postgres_url"
    url: str = request.getfixturevalue(name)
    return url


async def differences(url: str) -> list[object]:
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(
                lambda it: list(compare_metadata(MigrationContext.configure(it), metadata))
            )
    finally:
        await engine.dispose()


async def test_the_schema_goes_up_and_down_and_up_again(empty_url: str) -> None:
    settings = StoreSettings(url=empty_url)
    assert await current(settings) == (None, REVISION)

    await upgrade(settings)
    assert await current(settings) == (REVISION, REVISION)
    assert await differences(empty_url) == []

    await downgrade(settings, "base")
    assert await current(settings) == (None, REVISION)

    await upgrade(settings)
    async with open_store(settings) as store:
        assert not (await record(store, message("e1"))).duplicate
        assert await store.upkeep.revisions() == (REVISION, REVISION)


def test_the_newest_revision_is_the_one_that_the_code_names() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == REVISION


async def test_a_schema_that_is_behind_is_refused_where_it_may_not_be_upgraded(
    empty_url: str,
) -> None:
    with pytest.raises(ConfigError, match="threadline db upgrade"):
        async with open_store(StoreSettings(url=empty_url, upgrade=False)):
            pass


async def test_upgrading_twice_changes_nothing(empty_url: str) -> None:
    async with open_store(StoreSettings(url=empty_url)) as store:
        await store.upkeep.upgrade()
        assert (await store.upkeep.revisions())[0] == REVISION


def names(folder: Path) -> set[str]:
    """List a folder, without the files that SQLite keeps beside its own."""
    return {path.name for path in folder.iterdir() if path.suffix not in {".db-wal", ".db-shm"}}


async def test_an_sqlite_file_is_copied_before_an_upgrade(sqlite_url: str, tmp_path: Path) -> None:
    settings = StoreSettings(url=sqlite_url)
    async with open_store(settings) as store:
        await record(store, message("e1"))
    assert names(tmp_path) == {"store.db"}
    with closing(sqlite3.connect(tmp_path / "store.db")) as database:
        for table in reversed(metadata.sorted_tables):
            if table.name != "inbox":
                database.execute(f'DROP TABLE "{table.name}"')
        database.execute("ALTER TABLE inbox RENAME TO old_inbox")
        for (index,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        ).fetchall():
            database.execute(f'DROP INDEX "{index}"')
        database.execute("UPDATE alembic_version SET version_num = '0000'")
        database.commit()

    with pytest.raises(Exception, match="0000"):
        await upgrade(settings)

    copy = tmp_path / f"store.db.before-{REVISION}"
    with closing(sqlite3.connect(copy)) as database:
        assert database.execute("SELECT event_id FROM old_inbox").fetchall() == [("e1",)]
    assert names(tmp_path) == {"store.db", copy.name}


def test_alembic_is_not_imported_where_nothing_is_behind(tmp_path: Path) -> None:
    program = f"""
import asyncio, sys
from bot import StoreSettings
from state.sql import open_store
async def main():
    async with open_store(StoreSettings(url="sqlite+aiosqlite:///{tmp_path}/store.db")):
        pass
asyncio.run(main())
print("alembic" in sys.modules)
"""
    outputs = [
        subprocess.run(  # noqa: S603 - ourselves
            [sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=60
        ).stdout.strip()
        for _ in range(2)
    ]
    assert outputs == ["True", "False"]


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("nonsense", "no database URL"),
        ("mysql+aiomysql://host/db", "not supported"),
        ("sqlite+aiosqlite://", "names no file"),
        ("sqlite+aiosqlite:///:memory:", "names no file"),
        ("sqlite+aiosqlite:///{folder}", "is a folder"),
        ("sqlite+aiosqlite:///{folder}/missing/bot.db", "is missing; create it"),
        ("sqlite+aiosqlite:///{folder}/notes.txt", "not an SQLite database"),
        ("sqlite+aiosqlite:///{folder}/readonly.db", "cannot be written"),
    ],
)
async def test_a_url_that_cannot_be_used_names_the_setting_and_the_remedy(
    tmp_path: Path, url: str, problem: str
) -> None:
    (tmp_path / "notes.txt").write_text("not a database at all, but long enough to be read\n" * 40)
    make_readonly(tmp_path / "readonly.db")

    with pytest.raises(ConfigError, match=r"^state\.url: ") as caught:
        async with open_store(StoreSettings(url=url.format(folder=tmp_path))):
            pass
    assert problem in str(caught.value)


def make_readonly(path: Path) -> None:
    """Make a file that SQLite itself opens for reading only, also for root.

    Byte 18 of the header is the version that is needed to write (SQLite's file format, 1.3).
    """
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE x (y)")
        database.commit()
    content = bytearray(path.read_bytes())
    content[18] = 3
    path.write_bytes(content)


async def test_an_unknown_synchronous_is_refused(sqlite_url: str) -> None:
    with pytest.raises(ConfigError, match=r"state\.synchronous"):
        async with open_store(StoreSettings(url=sqlite_url, synchronous="MAYBE")):
            pass


async def test_a_database_that_does_not_exist_is_the_operators_business(
    postgres_url: str,
) -> None:
    with pytest.raises(ConfigError, match="refused"):
        async with open_store(StoreSettings(url=postgres_url + "_missing")):
            pass


async def test_one_schema_serves_two_processes_that_start_together(
    empty_postgres_url: str,
) -> None:
    settings = StoreSettings(url=empty_postgres_url)
    async with open_store(settings) as one, open_store(settings) as other:
        kept = await record(one, message("e1"))
        assert (await record(other, message("e1"))).inbox == kept.inbox
