import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import Store, StoreBusyError, StoreError, StoreSettings
from bot.crashpoints import arm
from bot.testing.contracts.store_bench import address, message, record
from state.sql import open_store
from state.sql.connections import Connection
from state.sql.engine import open_database
from state.sql.transactions import MovedError, Transactions

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
async def sqlite_store(sqlite_url: str) -> AsyncIterator[Store]:
    async with open_store(StoreSettings(url=sqlite_url, synchronous="OFF")) as store:
        yield store


@pytest.fixture
async def postgres_store(postgres_url: str) -> AsyncIterator[Store]:
    async with open_store(StoreSettings(url=postgres_url)) as store:
        yield store


async def cancelled_after(store: Store, event: str, steps: int) -> bool:
    """Cancel a record after so many turns of the loop; tells whether it had ended by then."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(record(store, message(event)))
        for _ in range(steps):
            await asyncio.sleep(0)
        ended = task.done()
        task.cancel()
    return ended


async def check_cancelling(store: Store) -> None:
    for steps in range(40):
        await cancelled_after(store, f"e{steps}", steps)
        async with asyncio.timeout(5):
            await record(store, message(f"after{steps}", address(user="bob")))

    # What was cancelled was kept or not, never half: as many facts as open rows.
    async with asyncio.timeout(10):
        kept = [await record(store, message(f"e{steps}")) for steps in range(40)]
    facts = await store.log.read(kept[0].conversation, after=0, limit=99)
    assert [fact.seq for fact in facts] == list(range(1, 41))


async def test_cancelling_forty_transactions_never_leaves_sqlite_locked(
    sqlite_store: Store,
) -> None:
    await check_cancelling(sqlite_store)


async def test_cancelling_forty_transactions_never_leaves_postgres_locked(
    postgres_store: Store,
) -> None:
    await check_cancelling(postgres_store)


async def test_another_program_can_write_after_cancellations(
    sqlite_store: Store, tmp_path: Path
) -> None:
    for steps in range(10):
        await cancelled_after(sqlite_store, f"e{steps}", steps)
    await record(sqlite_store, message("last"))

    with closing(sqlite3.connect(tmp_path / "store.db", timeout=0)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")


async def test_a_cancelled_caller_does_not_undo_what_it_began(sqlite_url: str) -> None:
    settings = StoreSettings(url=sqlite_url, synchronous="OFF")
    async with open_store(settings) as store:
        await cancelled_after(store, "e1", 2)

    async with open_store(settings) as store:
        assert (await record(store, message("e1"))).duplicate


async def test_closing_waits_for_what_is_under_way_though_the_body_failed(sqlite_url: str) -> None:
    settings = StoreSettings(url=sqlite_url, synchronous="OFF")

    async def body() -> None:
        async with open_store(settings) as store:
            await cancelled_after(store, "e1", 2)
            raise KeyError("body")

    with pytest.raises(KeyError, match="body"):
        await body()

    async with open_store(settings) as store:
        assert (await record(store, message("e1"))).duplicate


async def test_every_commit_has_a_crash_point_before_and_after(sqlite_store: Store) -> None:
    seen: list[str] = []
    arm(seen.append)
    try:
        await record(sqlite_store, message("e1"))
    finally:
        arm(None)

    assert seen == ["inbox.record.before_commit", "inbox.record.after_commit"]


async def test_what_dies_before_the_commit_leaves_nothing(sqlite_store: Store) -> None:
    def die(point: str) -> None:
        if point == "inbox.record.before_commit":
            raise MemoryError(point)

    arm(die)
    try:
        with pytest.raises(MemoryError):
            await record(sqlite_store, message("e1"))
    finally:
        arm(None)

    assert not (await record(sqlite_store, message("e1"))).duplicate


async def test_a_transaction_that_met_another_runs_again(sqlite_url: str) -> None:
    runs = 0

    async def work(connection: Connection) -> int:
        nonlocal runs
        runs += 1
        if runs < 3:
            raise MovedError
        seven: int = (await connection.execute(text("SELECT 7"))).scalar_one()
        return seven

    async with Transactions(open_database(StoreSettings(url=sqlite_url))) as transactions:
        assert await transactions.write("test.move", work) == 7
    assert runs == 3


async def test_a_transaction_that_always_meets_others_is_busy(sqlite_url: str) -> None:
    async def work(connection: Connection) -> None:
        raise MovedError

    async with Transactions(open_database(StoreSettings(url=sqlite_url))) as transactions:
        with pytest.raises(StoreBusyError, match="conflicts"):
            await transactions.write("test.move", work)


async def test_a_drivers_error_is_told_as_ours_without_the_values(sqlite_url: str) -> None:
    async def work(connection: Connection) -> None:
        await connection.execute(text("CREATE TABLE once (x INTEGER NOT NULL)"))
        await connection.execute(text("INSERT INTO once VALUES (:x)"), {"x": None, "y": "secret"})

    async with Transactions(open_database(StoreSettings(url=sqlite_url))) as transactions:
        with pytest.raises(StoreError) as caught:
            await transactions.write("test.fail", work)
    assert not isinstance(caught.value, StoreBusyError)
    assert "secret" not in str(caught.value)


async def test_a_locked_sqlite_file_is_busy(sqlite_store: Store, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "store.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusyError):
            await record(sqlite_store, message("e1"))
        other.execute("ROLLBACK")

    await record(sqlite_store, message("e1"))


async def test_readers_cannot_write(sqlite_url: str) -> None:
    async def work(connection: Connection) -> None:
        await connection.execute(text("CREATE TABLE forbidden (x INTEGER)"))

    async with Transactions(open_database(StoreSettings(url=sqlite_url))) as transactions:
        with pytest.raises(StoreBusyError, match="readonly"):
            await transactions.read(work)


async def test_sqlite_is_opened_safely(sqlite_url: str) -> None:
    async def work(connection: Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return [(await connection.execute(text(f"PRAGMA {name}"))).scalar_one() for name in names]

    async with Transactions(open_database(StoreSettings(url=sqlite_url))) as transactions:
        assert await transactions.write("test.pragmas", work) == ["wal", 2, 1, 5000]


async def test_operators_learn_of_a_database_that_is_not_there() -> None:
    settings = StoreSettings(url="postgresql+asyncpg://postgres@127.0.0.1:1/postgres")
    with pytest.raises(StoreBusyError, match="cannot be reached"):
        async with open_store(settings):
            pass
