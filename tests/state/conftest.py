"""Databases for tests of the store."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot import StoreSettings
from state.sql import open_store
from state.sql.schema import metadata
from tests.postgres import copy_database, fresh_database, make_template, serve_postgres, sweep


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with serve_postgres() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    return asyncio.run(make_template(postgres_server, open_store))


@pytest.fixture
async def postgres_url(postgres_server: str, postgres_template: str) -> AsyncIterator[str]:
    async with fresh_database(postgres_server, postgres_template) as url:
        yield url


@pytest.fixture
async def empty_postgres_url(postgres_server: str) -> AsyncIterator[str]:
    async with fresh_database(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def kept_postgres_url(postgres_server: str, postgres_template: str) -> str:
    return asyncio.run(copy_database(postgres_server, postgres_template))


@pytest.fixture
async def swept_postgres_url(kept_postgres_url: str) -> AsyncIterator[str]:
    """Give an empty store; for tests that leave its schema alone.

    A database of its own costs a test four times as much as taking the rows away.
    """
    yield kept_postgres_url
    await sweep(kept_postgres_url, [table.name for table in reversed(metadata.sorted_tables)])


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("template") / "store.db"
    asyncio.run(_migrate(f"sqlite+aiosqlite:///{path}"))
    return path.read_bytes()


@pytest.fixture
def migrated_sqlite_url(sqlite_template: bytes, sqlite_url: str, tmp_path: Path) -> str:
    """Give an empty store; migrated once a process."""
    (tmp_path / "store.db").write_bytes(sqlite_template)
    return sqlite_url


async def _migrate(url: str) -> None:
    async with open_store(StoreSettings(url=url, synchronous="OFF")):
        pass


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'store.db'}"
