"""What closing a question costs the database."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.ext.asyncio import create_async_engine

from bot import Store, StoreSettings
from bot.testing.contracts.store_bench import NOW, address, answer, message, opened, record
from bot.testing.contracts.store_edits import ask, closing, send
from state.sql import open_store
from state.sql.databases import Lite
from state.sql.schema import outbox
from state.sql.transactions import Transactions
from state.sql.turns import SqlTurns

SLACK = address("slack", "alice")


@pytest.fixture
async def store(migrated_sqlite_url: str) -> AsyncIterator[Store]:
    async with open_store(StoreSettings(url=migrated_sqlite_url, synchronous="OFF")) as store:
        yield store


def writer_of(store: Store) -> Engine:
    assert isinstance(store.turns, SqlTurns)
    transactions: Transactions = store.turns._transactions
    database = transactions._database
    assert isinstance(database, Lite)
    return database.writer


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """List the statements that write transactions make."""
    seen: list[str] = []

    def see(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    engine = writer_of(store)
    event.listen(engine, "before_cursor_execute", see)
    yield seen
    event.remove(engine, "before_cursor_execute", see)


async def test_a_turn_that_closes_a_question_asks_the_database_once_more(store: Store) -> None:
    await ask(store)
    await send(store)
    kept = await record(store, message("plain"))
    plain = answer(await opened(store, kept.conversation), "Good.")
    with counted(store) as usual:
        await store.turns.commit(plain, now=NOW)
    turn = await closing(store, SLACK, "Good.")

    with counted(store) as statements:
        await store.turns.commit(turn, now=NOW)

    assert len(statements) == len(usual) + 1


async def test_where_a_question_stands_is_found_by_an_index(
    store: Store, migrated_sqlite_url: str
) -> None:
    await ask(store)
    engine = create_async_engine(migrated_sqlite_url)
    query = select(outbox.c.id).where(outbox.c.prompt.in_(["q1", "q2"]))
    plain = str(query.compile(compile_kwargs={"literal_binds": True}))

    async with engine.connect() as connection:
        plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {plain}")
        steps = [str(row) for row in plan]
    await engine.dispose()

    assert any("ix_outbox_prompt" in step for step in steps)
