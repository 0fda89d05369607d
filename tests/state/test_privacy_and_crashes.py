from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import create_async_engine

from bot import (
    ConnectorName,
    CustomerId,
    Emitted,
    LinkCode,
    Moved,
    OutboundMessage,
    Outgoing,
    Profile,
    Reach,
    Receipt,
    Settled,
    State,
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
    emit,
    emitting,
    leased,
    message,
    opened,
    parked,
    put_state,
    record,
    waits_of,
)
from bot.testing.contracts.store_misses import missed
from state.sql import open_store
from state.sql.schema import metadata

CANARY = "canary-7f3a"
PLACES = {"customer.name", "timeline.body", "effect.arguments", "effect.result", "miss.body"}
"""Where a customer's words may stand once they were answered (answers aside: the state)."""


@pytest.fixture
async def store(migrated_sqlite_url: str) -> AsyncIterator[Store]:
    async with open_store(StoreSettings(url=migrated_sqlite_url, synchronous="OFF")) as store:
        yield store


async def whole_turn(store: Store) -> None:
    """Let a message of a named customer be answered with an effect and a delivered reply."""
    said = replace(message("e1", text=CANARY), profile=Profile(name=CANARY))
    kept = await record(store, said)
    held = await leased(store, kept.conversation)
    await store.turns.renew(held, until=NOW + LEASE)
    progress = Outgoing(address=address(), message=OutboundMessage(text=CANARY), ordinal=1000)
    await store.turns.report(held, progress, now=NOW)
    booked = replace(effect("k1", kept.conversation), arguments={"for": CANARY})
    await store.ledger.start(booked, held)
    await store.ledger.settle(Settled(key="k1", state="done", result=CANARY), held)
    reply = Outgoing(
        address=address(), message=OutboundMessage(text=CANARY), hints={"quote": CANARY}
    )
    state = State(frames=(parked("f1", kept.conversation, key="order-1"),))
    happened = Emitted(id="t1:0", event="paid", key="order-1", data={"for": CANARY})
    turn = replace(answer(held), outgoing=[reply], timers=[TimerSet(due=NOW, name="later")])
    turn = replace(turn, state=state, waiting=waits_of(state), missed=[missed("m1", CANARY)])
    await store.turns.commit(turn, now=NOW)
    await emit(store, address(user="shop"), happened)
    told = await opened(store, kept.conversation)
    await store.turns.commit(answer(told, to=address()), now=NOW)
    while claimed := await claim(store):
        ((entry, _),) = claimed
        await store.outbox.postpone(entry, due=NOW, reason="429")
        await store.outbox.sent(entry, Receipt(provider_id=f"p-{entry}"), now=NOW)


async def test_what_was_done_leaves_personal_data_in_its_five_places_only(
    store: Store, migrated_sqlite_url: str
) -> None:
    await whole_turn(store)

    engine = create_async_engine(migrated_sqlite_url)
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
        await store.upkeep.switch("book", on=False)
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
        gone = Reach(account=address().account, user="alice", is_open=False)
        await store.customers.learn([gone], now=NOW + SECOND)
        await record(store, message("e9", address("web")))
        home = await store.customers.locate(address("web"), now=NOW)
        await store.turns.commit(answer(await opened(store, home), "no"), now=NOW)
        (entry,) = await store.outbox.claim(now=NOW, until=NOW + LEASE, limit=1)
        await store.outbox.blocked(entry, now=NOW)
    finally:
        arm(None)

    verbs = [point.removesuffix(".before_commit") for point in seen[::2]]
    assert seen[1::2] == [f"{verb}.after_commit" for verb in verbs]
    assert list(dict.fromkeys(verbs)) == [
        "inbox.record",
        "turns.lease",
        "turns.renew",
        "turns.report",
        "ledger.start",
        "ledger.settle",
        "turns.commit",
        "outbox.claim",
        "outbox.postpone",
        "outbox.sent",
        "timers.fire",
        "upkeep.purge",
        "shelf.put",
        "upkeep.switch",
        "customers.keep_code",
        "customers.redeem",
        "customers.learn",
        "outbox.blocked",
    ]


def die_at(point: str) -> Callable[[str], None]:
    """End what passes a point, as a kill would: nothing after it happens."""

    def visit(passed: str) -> None:
        if passed == point:
            raise MemoryError(point)

    return visit


@pytest.mark.parametrize("side", ["before", "after"])
async def test_a_report_is_there_once_whenever_its_turn_dies(store: Store, side: str) -> None:
    kept = await record(store, message("e1"))
    progress = Outgoing(address=address(), message=OutboundMessage(text="wait"), ordinal=1000)
    arm(die_at(f"turns.report.{side}_commit"))
    try:
        with pytest.raises(MemoryError):
            await store.turns.report(await leased(store, kept.conversation), progress, now=NOW)
    finally:
        arm(None)
    await store.upkeep.free_leases()

    again = await leased(store, kept.conversation)
    await store.turns.report(again, progress, now=NOW)
    await store.turns.commit(answer(again, "done"), now=NOW)

    facts = await store.log.read(kept.conversation, after=0, limit=9)
    said = [fact.body["text"] for fact in facts if fact.kind == "message"]
    assert said == ["hello", "wait", "done"]


@pytest.mark.parametrize("side", ["before", "after"])
async def test_an_event_is_told_once_whenever_its_turn_dies(store: Store, side: str) -> None:
    home = await store.customers.locate(address(), now=NOW)
    state = State(frames=(parked("f1", home),))
    await put_state(store, address(), state, "e1")
    happening = await emitting(store, address("web"), Emitted(id="t1:0", event="paid"))
    arm(die_at(f"turns.commit.{side}_commit"))
    try:
        with pytest.raises(MemoryError):
            await store.turns.commit(happening, now=NOW)
    finally:
        arm(None)

    told_already = await store.turns.open(home) is not None
    assert told_already is (side == "after")
    if not told_already:
        await store.turns.commit(happening, now=NOW)
    assert (await opened(store, home)).entry.event.event_id == "happened:t1:0:f1"
    await store.turns.commit(answer(await opened(store, home), to=address()), now=NOW)
    assert await store.turns.open(home) is None


@pytest.mark.parametrize("side", ["before", "after"])
async def test_a_switch_is_thrown_whole_or_not(store: Store, side: str) -> None:
    arm(die_at(f"upkeep.switch.{side}_commit"))
    try:
        with pytest.raises(MemoryError):
            await store.upkeep.switch("book", on=False)
    finally:
        arm(None)

    assert dict(await store.upkeep.switches()) == ({} if side == "before" else {"book": False})


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("verb", ["customers.learn", "outbox.blocked"])
async def test_an_address_is_shut_whole_or_not(store: Store, side: str, verb: str) -> None:
    kept = await record(store, message("e1"))
    await store.turns.commit(answer(await opened(store, kept.conversation), "1", "2"), now=NOW)
    gone = Reach(account=address().account, user="alice", is_open=False)

    async def shut() -> None:
        if verb == "customers.learn":
            await store.customers.learn([gone], now=NOW + SECOND)
        else:
            (entry,) = await store.outbox.claim(now=NOW, until=NOW + LEASE, limit=1)
            await store.outbox.blocked(entry, now=NOW)

    arm(die_at(f"{verb}.{side}_commit"))
    try:
        with pytest.raises(MemoryError):
            await shut()
    finally:
        arm(None)
    await store.upkeep.free_leases()

    customer = await store.customers.customer_of(address())
    assert customer is not None
    left = await store.outbox.letters(states=["waiting"], limit=9)
    assert (len(customer.aloof), len(left)) == ((0, 2) if side == "before" else (1, 0))


@pytest.mark.parametrize("side", ["before", "after"])
async def test_an_address_moves_whole_or_not(store: Store, side: str) -> None:
    kept = await record(store, message("e1"))
    new = address(user="ann")
    news = Moved(account=new.account, user="alice", new_user="ann")
    arm(die_at(f"customers.learn.{side}_commit"))
    try:
        with pytest.raises(MemoryError):
            await store.customers.learn([news], now=NOW)
    finally:
        arm(None)

    for _ in range(2):
        moved = (await opened(store, kept.conversation)).customer.addresses == (new,)
        assert moved is (side == "after")
        await store.customers.learn([news], now=NOW)
        side = "after"
