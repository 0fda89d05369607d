"""What `@action` accepts, keeps and refuses."""

from datetime import timedelta
from typing import Any, assert_type

import pytest

from bot import Absent, Breaker, Context, Effect, PluginError, Retrying, action


async def probe(ctx: Context, effect: Effect) -> Absent:
    return Absent()


async def undo(ctx: Context, effect: Effect) -> None: ...


@action
async def bare(ctx: Context, amount: int) -> str:
    """Pay an amount.

    At once.
    """
    return str(amount)


@action(undo=undo, probe=probe, retry=3, breaker=True, timeout=8, key="{order}-{amount}")
async def charge(ctx: Context, order: str, amount: int = 5, pin: str = "") -> float:
    return 1.0


async def in_a_command(ctx: Context) -> None:
    """Never run: what it must be to mypy and pyright."""
    assert_type(await bare(ctx, amount=5), str)
    assert_type(await charge(ctx, order="A7"), float)
    assert_type(await charge.undo(ctx, key="k"), bool)
    async with ctx.saga("both") as saga:
        paid = await saga.do(bare, amount=5)
        charged = await saga.do(charge, order="A7", pin="1")
        await saga.do(charge, order=7)  # type: ignore[arg-type]  # a wrong type is refused
        await saga.do(bare)  # type: ignore[call-arg]  # a missing argument is refused
    assert_type(paid, str)
    assert_type(charged, float)
    await charge(ctx, ordre="A7")  # type: ignore[call-arg]  # a misspelt argument is refused


def test_a_decorator_keeps_what_it_was_given() -> None:
    assert (charge.name, charge.timeout) == ("charge", timedelta(seconds=8))
    assert (charge.retry, charge.breaker) == (Retrying(attempts=3), Breaker())
    assert (bare.retry, bare.breaker, bare.undo_with, bare.probe) == (None, None, None, None)


@pytest.mark.parametrize(
    ("given", "kept"),
    [(None, None), (False, None), (True, Breaker()), (Breaker(failures=1), Breaker(failures=1))],
)
def test_a_breaker_is_asked_for_with_a_word_or_in_detail(
    *, given: Breaker | bool | None, kept: Breaker | None
) -> None:
    made = action(breaker=given)(bare.function)

    assert made.breaker == kept


def test_a_title_is_the_docstrings_first_line_or_the_name() -> None:
    assert bare.title == "Pay an amount"
    assert charge.title == "charge"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"key": "{ordre}"}, "its key names 'ordre', which is no parameter of it; use order"),
        ({"key": "{ctx}"}, "its key names 'ctx', which is no parameter of it; use order, amount"),
        ({"key": "{}"}, "its key names ''"),
        ({"key": "{order"}, "is no template"),
        ({"mask": ["pni"]}, "its mask names 'pni'"),
        ({"key": "{pin}", "mask": ["pin"]}, "'pin', which is masked, and keys are kept in clear"),
        ({"retry": 3}, "may not be called again on a guess"),
    ],
)
def test_what_could_only_go_wrong_later_is_refused_at_once(
    options: dict[str, Any], told: str
) -> None:
    with pytest.raises(PluginError) as refused:
        action(**options)(charge.function)

    assert told in str(refused.value)
    assert f"{__file__}:" in str(refused.value)
    assert "the action charge" in str(refused.value)


@pytest.mark.parametrize("safe", [{"read": True}, {"idempotent": True}, {"probe": probe}])
def test_a_retry_is_accepted_where_nothing_can_double(safe: dict[str, Any]) -> None:
    assert action(retry=2, **safe)(bare.function).retry == Retrying(attempts=2)


def test_a_key_may_look_into_an_argument() -> None:
    made = action(key="{order[0]}-{order.name}-{amount:03}")(charge.function)

    assert made.key == "{order[0]}-{order.name}-{amount:03}"
