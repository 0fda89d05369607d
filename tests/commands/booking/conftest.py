"""The bookings' database, once on SQLite and once on PostgreSQL."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.postgres import fresh_database, serve_postgres


@pytest.fixture(scope="session")
def bookings_server() -> Iterator[str]:
    with serve_postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def server(request: pytest.FixtureRequest) -> str | None:
    # a plain fixture, because starting a server needs a loop of its own
    return None if request.param == "sqlite" else str(request.getfixturevalue("bookings_server"))


@pytest.fixture
async def url(server: str | None, tmp_path: Path) -> AsyncIterator[str]:
    if server is None:
        yield f"sqlite+aiosqlite:///{tmp_path}/services.db"
        return
    async with fresh_database(server) as fresh:
        yield fresh
