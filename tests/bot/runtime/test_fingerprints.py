from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import Context, action
from bot.runtime.fingerprints import hash_of, masked, request_hash

ARGUMENTS = st.dictionaries(
    st.text(max_size=8), st.one_of(st.integers(), st.text(max_size=8), st.none()), max_size=4
)


@action
async def plain(ctx: Context, order: str, pin: str) -> None: ...


@action(mask=["pin"])
async def secret(ctx: Context, order: str, pin: str) -> None: ...


@given(ARGUMENTS, ARGUMENTS)
def test_only_equal_arguments_have_equal_hashes(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert (hash_of(one) == hash_of(other)) is (one == other)


def test_the_order_of_arguments_does_not_count() -> None:
    assert hash_of({"a": 1, "b": 2}) == hash_of({"b": 2, "a": 1})


def test_a_hash_is_the_same_in_every_process_and_release() -> None:
    arguments = {"day": date(2026, 11, 18), "price": Decimal("12.50"), "guests": 4}

    assert hash_of(arguments) == (
        "325575d059ba3f8c79dd5ed0261d3b098db81caf29708f1e9ee694276a00cb08"
    )


async def test_without_masked_arguments_the_plain_hash_is_kept() -> None:
    given_ = {"order": "A7", "pin": "1234"}

    assert await request_hash(plain, "k", given_) == hash_of(given_)


async def test_with_masked_arguments_the_hash_is_slow_and_salted_with_the_key() -> None:
    given_, other = {"order": "A7", "pin": "1234"}, {"order": "A7", "pin": "1235"}

    kept = await request_hash(secret, "k1", given_)

    assert kept.startswith("scrypt:")
    assert kept == await request_hash(secret, "k1", given_)
    assert kept != await request_hash(secret, "k1", other)
    assert kept != await request_hash(secret, "k2", given_)


@pytest.mark.parametrize(("made", "pin"), [(plain, "1234"), (secret, "•••")])
def test_the_ledger_gets_masked_arguments_blotted_out(made: Any, pin: str) -> None:
    assert masked(made, {"order": "A7", "pin": "1234"}) == {"order": "A7", "pin": pin}
