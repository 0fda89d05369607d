"""What a turn finds when it runs again because the first run died; each was found by a crash."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot import Address, LinkCode, Store, StoreSettings, account_of
from state.sql import open_store
from tests.crash.orders import START

HOST = Address(account=account_of("slack", "T1"), user="U1", place="D1")
GUEST = Address(account=account_of("telegram", "1"), user="7", place="7")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """Open a store on a file of its own."""
    url = f"sqlite+aiosqlite:///{tmp_path}/bot.db"
    async with open_store(StoreSettings(url=url, synchronous="OFF")) as opened:
        yield opened


async def keep_code(store: Store) -> LinkCode:
    await store.customers.locate(HOST, now=START)
    customer = await store.customers.customer_of(HOST)
    assert customer is not None
    code = LinkCode(
        hash="h", address=HOST, customer=customer.id, expires=START + timedelta(minutes=10)
    )
    await store.customers.keep_code(code)
    return code


async def test_the_message_that_used_a_code_up_finds_it_again(store: Store) -> None:
    code = await keep_code(store)
    first = await store.customers.redeem("h", GUEST, now=START, event="e1")

    again = await store.customers.redeem("h", GUEST, now=START, event="e1")

    assert first == code
    assert again is not None
    assert (again.hash, again.address, again.customer) == (code.hash, HOST, code.customer)


async def test_no_other_message_uses_the_code_a_second_time(store: Store) -> None:
    await keep_code(store)
    await store.customers.redeem("h", GUEST, now=START, event="e1")

    assert await store.customers.redeem("h", GUEST, now=START, event="e2") is None


async def test_a_wrong_code_is_not_remembered_as_used(store: Store) -> None:
    assert await store.customers.redeem("h", GUEST, now=START, event="e1") is None
    await keep_code(store)

    assert await store.customers.redeem("h", GUEST, now=START, event="e1") is not None
