"""An event meets dialogs that move while it is being told."""

from dataclasses import replace

import pytest

from bot import ConversationId, Emitted, State, StoreSettings
from bot.testing.contracts.store_bench import (
    NOW,
    address,
    emitting,
    parked,
    put_state,
    waits_of,
)
from state.sql import open_store
from state.sql.connections import Connection
from state.sql.conversations import lock
from state.sql.engine import open_database
from state.sql.transactions import MovedError, Transactions
from state.sql.waits import find_listeners, move_waits, replace_waits, wake


async def test_a_dialog_that_moved_since_it_was_found_is_looked_for_again(
    migrated_sqlite_url: str,
) -> None:
    settings = StoreSettings(url=migrated_sqlite_url, synchronous="OFF")
    async with open_store(settings) as store:
        home = await store.customers.locate(address(), now=NOW)
        other = await store.customers.locate(address(user="bob"), now=NOW)
        await put_state(store, address(), State(frames=(parked("f1", home),)), "e1")
        happening = await emitting(store, address("web"), Emitted(id="t1:0", event="paid"))

    async def work(connection: Connection) -> list[ConversationId]:
        found = await find_listeners(connection, happening)
        held = await lock(connection, {home})
        await move_waits(connection, home, other)
        with pytest.raises(MovedError):
            await wake(connection, found, held, now=NOW)
        return await wake(connection, found, await lock(connection, {other}), now=NOW)

    async with Transactions(open_database(settings)) as transactions:
        assert await transactions.write("test.wake", work) == [other]


async def test_who_began_to_wait_since_waits_for_what_comes_after(migrated_sqlite_url: str) -> None:
    settings = StoreSettings(url=migrated_sqlite_url, synchronous="OFF")
    async with open_store(settings) as store:
        home = await store.customers.locate(address(), now=NOW)
        await put_state(store, address(), State(frames=(parked("f1", home),)), "e1")
        happening = await emitting(store, address(), Emitted(id="t1:0", event="paid"))
    state = State(frames=(parked("f1", home), parked("f2", home)))

    async def work(connection: Connection) -> list[ConversationId]:
        found = await find_listeners(connection, happening)
        held = await lock(connection, {home})
        grown = replace(happening, state=state, waiting=waits_of(state))
        await replace_waits(connection, grown)
        return await wake(connection, found, held, now=NOW)

    async with Transactions(open_database(settings)) as transactions:
        assert await transactions.write("test.wake", work) == [home]
