from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import create_async_engine

from bot import (
    ConnectorName,
    CustomerId,
    LinkCode,
    OutboundMessage,
    Outgoing,
    Profile,
    Receipt,
    Settled,
    Store,
    StoreSettings,
    TimerSet,
)
from bot.crashpoints import arm
from bot.testing.contracts.store_bench import (
    LEASE,
    NOW,
    SECOND,
    address,
    answer,
    claim,
    effect,
    leased,
    message,
    record,
)
from state.sql import open_store
from state.sql.schema import metadata

CANARY = "canary-7f3a"
PLACES = {"customer.name", "timeline.body", "effect.arguments", "effect.result"}
"""Where a customer's words may stand once they were answered (answers aside: the state)."""


@pytest.fixture
async def store(sqlite_url: str) -> AsyncIterator[Store]:
    async with open_store(StoreSettings(url=sqlite_url, synchronous="OFF")) as store:
        yield store


async def whole_turn(store: Store) -> None:
    """Let a message of a named customer be answered with an effect and a delivered reply."""
    said = replace(message("e1", text=CANARY), profile=Profile(name=CANARY))
    kept = await record(store, said)
    held = await leased(store, kept.conversation)
    await store.turns.renew(held, until=NOW + LEASE)
    booked = replace(effect("k1", kept.conversation), arguments={"for": CANARY})
    await store.ledger.start(booked, held)
    await store.ledger.settle(Settled(key="k1", state="done", result=CANARY), held)
    reply = Outgoing(
        address=address(), message=OutboundMessage(text=CANARY), hints={"quote": CANARY}
    )
    turn = replace(answer(held), outgoing=[reply], timers=[TimerSet(due=NOW, name="later")])
    await store.turns.commit(turn, now=NOW)
    ((entry, _),) = await claim(store)
    await store.outbox.postpone(entry, due=NOW, reason="429")
    await store.outbox.sent(entry, Receipt(provider_id="p1"), now=NOW)


async def test_what_was_done_leaves_personal_data_in_its_four_places_only(
    store: Store, sqlite_url: str
) -> None:
    await whole_turn(store)

    engine = create_async_engine(sqlite_url)
    async with engine.connect() as connection:
        found = {
            f"{table.name}.{column.name}"
            for table in metadata.sorted_tables
            for column in table.columns
            for (value,) in await connection.execute(select(column))
            if CANARY in str(value)
        }
    await engine.dispose()
    assert found == PLACES


async def test_every_verb_that_writes_passes_a_pair_of_crash_points(store: Store) -> None:
    seen: list[str] = []
    arm(seen.append)
    try:
        await whole_turn(store)
        await store.timers.fire(now=NOW, limit=1)
        await store.upkeep.purge(now=NOW + SECOND)
        await store.upkeep.shelf(ConnectorName("web")).put("k", {})
        customer = await store.customers.customer_of(address())
        await store.customers.keep_code(
            LinkCode(
                hash="h",
                address=address(),
                customer=customer.id if customer else CustomerId(""),
                expires=NOW,
            )
        )
        await store.customers.redeem("h", address(), now=NOW)
    finally:
        arm(None)

    verbs = [point.removesuffix(".before_commit") for point in seen[::2]]
    assert seen[1::2] == [f"{verb}.after_commit" for verb in verbs]
    assert verbs == [
        "inbox.record",
        "turns.lease",
        "turns.renew",
        "ledger.start",
        "ledger.settle",
        "turns.commit",
        "outbox.claim",
        "outbox.postpone",
        "outbox.sent",
        "timers.fire",
        "upkeep.purge",
        "shelf.put",
        "customers.keep_code",
        "customers.redeem",
    ]
