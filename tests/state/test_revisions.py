"""A database of every released schema goes up with all that is in it, and down again."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.ext.asyncio import create_async_engine

from bot import (
    ConnectorName,
    Emitted,
    LinkCode,
    OutboundMessage,
    Outgoing,
    Profile,
    Settled,
    State,
    StoreSettings,
    TimerSet,
)
from bot.testing.contracts.store_bench import (
    NOW,
    SECOND,
    address,
    answer,
    effect,
    emit,
    frame,
    leased,
    message,
    opened,
    parked,
    prompt,
    put_state,
    record,
)
from bot.testing.contracts.store_linking import customer_id, join
from state.sql import current, migrating, open_store, upgrade
from state.sql.engine import open_database
from state.sql.migrating import downgrade
from state.sql.schema import REVISION, metadata
from state.sql.transactions import Transactions

pytestmark = pytest.mark.timeout(120)

NEW_TABLES = {"miss", "switch", "waiting"}
NEW_COLUMNS = {
    "address": {"heard_at", "opened_at", "shut_at", "is_room"},
    "outbox": {"seq", "edits"},
}
FIRST = {
    table.name: [c for c in table.columns if c.name not in NEW_COLUMNS.get(table.name, ())]
    for table in metadata.sorted_tables
    if table.name not in NEW_TABLES
}


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest) -> str:
    name = "sqlite_url" if request.param == "sqlite" else "empty_postgres_url"
    url: str = request.getfixturevalue(name)
    return url


async def go_up_to(url: str, revision: str) -> None:
    async with Transactions(open_database(StoreSettings(url=url))) as transactions:
        await migrating._run(transactions, revision, down=False)


async def shape(url: str) -> dict[str, list[str]]:
    """Describe the tables as the database does."""
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(
                lambda it: {
                    name: [
                        *(f"{c['name']} {c['type']} {c['nullable']}" for c in found),
                        *sorted(
                            f"{i['name']} {i['column_names']} {i['unique']}"
                            for i in inspect(it).get_indexes(name)
                        ),
                    ]
                    for (_, name), found in inspect(it).get_multi_columns().items()
                }
            )
    finally:
        await engine.dispose()


async def dump(url: str) -> dict[str, list[str]]:
    """Read all rows, as far as the first schema had room for them."""
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return {
                name: sorted(str(row) for row in await connection.execute(select(*columns)))
                for name, columns in FIRST.items()
            }
    finally:
        await engine.dispose()


async def live(url: str) -> None:
    """Let a bot of the first schema live: only what comes and goes leaves a table empty.

    What is written today is taken back to the first schema; that this is the one that was
    released, the test of going back tells.
    """
    async with open_store(StoreSettings(url=url)) as store:
        home = await store.customers.locate(address(), now=NOW)
        state = State(frames=(frame("f1", home),), prompts=(prompt("p1", home),))
        await put_state(store, address(), state, "e1")
        await record(store, replace(message("e2"), profile=Profile(name="Alice")))
        held = await leased(store, home)
        await store.ledger.start(effect("k1", home), held)
        await store.ledger.settle(Settled(key="k1", state="done", result=7), held)
        said = Outgoing(address=address(), message=OutboundMessage(text="Booked."))
        turn = replace(answer(held), outgoing=[said], timers=[TimerSet(due=NOW, name="later")])
        await store.turns.commit(turn, now=NOW)
        await join(store, address(), address("telegram", "7"), "join")
        code = LinkCode(
            hash="h", address=address(), customer=await customer_id(store, address()), expires=NOW
        )
        await store.customers.keep_code(code)
        await store.customers.redeem("wrong", address("web"), now=NOW)
        await store.upkeep.shelf(ConnectorName("web")).put("k", {"v": 1})
        await record(store, message("open"))
    await downgrade(StoreSettings(url=url), "0001")


async def test_a_database_of_the_first_schema_goes_up_without_loss_and_lives_on(
    empty_url: str,
) -> None:
    settings = StoreSettings(url=empty_url)
    await live(empty_url)
    before = await dump(empty_url)
    assert [name for name, rows in before.items() if not rows] == ["early_report"]

    await upgrade(settings)

    assert await current(settings) == (REVISION, REVISION)
    assert await dump(empty_url) == before
    async with open_store(replace(settings, upgrade=False)) as store:
        snapshot = await opened(store, await store.customers.locate(address(), now=NOW))
        assert [one.id for one in snapshot.state.frames] == ["f1"]
        state = State(frames=(*snapshot.state.frames, parked("f2", snapshot.conversation)))
        await store.turns.commit(answer(snapshot), now=NOW)
        await put_state(store, address(), state, "e9")
        await emit(store, address("web"), Emitted(id="t1:0", event="paid"))
        woken = await opened(store, snapshot.conversation)
        assert woken.entry.event.event_id == "happened:t1:0:f2"
        await store.upkeep.switch("book", on=False)
        assert list(await store.timers.fire(now=NOW + SECOND, limit=9)) == [woken.conversation]


async def test_a_database_goes_back_to_the_first_schema_with_what_that_knew(
    empty_url: str,
) -> None:
    settings = StoreSettings(url=empty_url)
    await go_up_to(empty_url, "0001")
    first = await shape(empty_url)
    await live(empty_url)
    before = await dump(empty_url)
    await upgrade(settings)
    grown = await shape(empty_url)
    assert grown.keys() - first.keys() == NEW_TABLES
    for name, columns in NEW_COLUMNS.items():
        kept = {line.split()[0] for line in grown[name]} - {line.split()[0] for line in first[name]}
        assert kept >= columns

    await downgrade(settings, "0001")

    assert await shape(empty_url) == first
    assert await dump(empty_url) == before
    await upgrade(settings)
    assert await dump(empty_url) == before


async def test_an_sqlite_file_of_the_first_schema_is_copied_before_it_goes_up(
    sqlite_url: str, tmp_path: Path
) -> None:
    await live(sqlite_url)
    before = await dump(sqlite_url)

    async with open_store(StoreSettings(url=sqlite_url)):
        pass

    copy = tmp_path / f"store.db.before-{REVISION}"
    assert await dump(f"sqlite+aiosqlite:///{copy}") == before
    with closing(sqlite3.connect(copy)) as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
