import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import create_async_engine

from bot import ConversationId, State, Store, StoreSettings, joined, load_state
from bot.testing.contracts.store_bench import (
    NOW,
    address,
    answer,
    frame,
    message,
    opened,
    parked,
    prompt,
    put_state,
    record,
)
from state.sql import open_store
from state.sql.families import split
from state.sql.schema import metadata

HOST, GUEST = address("slack", "host"), address("telegram", "guest")

moments = st.lists(st.integers(min_value=0, max_value=60), max_size=6).map(sorted)

UNTOUCHED = ("identity", "address", "effect", "shelf", "link_code", "timer", "waiting", "wrong_try")
"""Tables that joining and parting have no business in; the turns' own rows are elsewhere."""


def state_of(origin: ConversationId, frames: Sequence[int], prompts: Sequence[int]) -> State:
    """Make a state as dialogs leave it: the newest last, every other one waiting for an event."""
    make = (frame, parked)
    return State(
        frames=tuple(make[i % 2](f"{origin}-f{i}", origin, m) for i, m in enumerate(frames)),
        prompts=tuple(prompt(f"{origin}-p{i}", origin, m) for i, m in enumerate(prompts)),
    )


@given(moments, moments, moments, moments)
def test_splitting_undoes_joining(
    host_frames: list[int], host_prompts: list[int], frames: list[int], prompts: list[int]
) -> None:
    host = state_of(ConversationId("h"), host_frames, host_prompts)
    guest = state_of(ConversationId("g"), frames, prompts)

    assert split(joined(host, guest), {ConversationId("g")}) == (host, guest)


async def dump(url: str) -> dict[str, list[Any]]:
    """Read every table that joining and parting leave alone, and the pointers."""
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return {
                name: sorted(map(tuple, await connection.execute(select(metadata.tables[name]))))
                for name in (*UNTOUCHED, "customer")
            }
    finally:
        await engine.dispose()


async def states(url: str) -> dict[str, State]:
    engine = create_async_engine(url)
    table = metadata.tables["conversation"]
    try:
        async with engine.connect() as connection:
            found = await connection.execute(select(table.c.id, table.c.state))
            return {row.id: load_state(row.state) for row in found}
    finally:
        await engine.dispose()


async def join_and_part(store: Store) -> None:
    guest = await store.customers.customer_of(GUEST)
    assert guest is not None
    kept = await record(store, message("join", HOST))
    turn = answer(await opened(store, kept.conversation))
    await store.turns.commit(replace(turn, join=guest.id), now=NOW + timedelta(hours=2))
    kept = await record(store, message("part", GUEST))
    turn = answer(await opened(store, kept.conversation))
    await store.turns.commit(replace(turn, part=GUEST), now=NOW + timedelta(hours=2))


async def check_identity(url: str, ages: Sequence[Sequence[int]]) -> None:
    async with open_store(StoreSettings(url=url, synchronous="OFF")) as store:
        for number, whose in enumerate((HOST, GUEST)):
            home = await store.customers.locate(whose, now=NOW)
            state = state_of(home, *ages[2 * number : 2 * number + 2])
            await put_state(store, whose, state, f"e{number}")
        before = await dump(url), await states(url)

        await join_and_part(store)

        assert (await dump(url), await states(url)) == before


@given(moments, moments, moments, moments)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_joining_then_parting_leaves_the_database_as_it_was(
    host_frames: list[int], host_prompts: list[int], frames: list[int], prompts: list[int]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'store.db'}"
        asyncio.run(check_identity(url, (host_frames, host_prompts, frames, prompts)))
