from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import Breaker, Context, UserError, action
from bot.errors import StaleTurnError
from bot.runtime.breakers import Breakers, Circuit
from bot.testing.fakes import FakeClock

START = datetime(2026, 11, 18, 12, tzinfo=UTC)
LIMITS = Breaker(failures=3, pause=30.0)


class CutOffError(BaseException):
    """Like a cancellation."""


def call(circuit: Circuit, clock: FakeClock, error: BaseException | None = None) -> bool:
    """Make a call if it is let through; tells whether it was."""
    if circuit.is_open(clock.now()):
        return False
    raises: AbstractContextManager[object] = (
        nullcontext() if error is None else pytest.raises(type(error))
    )
    with raises, circuit.watched(clock.now):
        if error is not None:
            raise error
    return True


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(START)


@pytest.fixture
def circuit() -> Circuit:
    return Circuit("pay", LIMITS)


def failing(circuit: Circuit, clock: FakeClock, times: int) -> list[bool]:
    return [call(circuit, clock, OSError()) for _ in range(times)]


def test_it_opens_after_so_many_failures_in_a_row(circuit: Circuit, clock: FakeClock) -> None:
    assert failing(circuit, clock, 4) == [True, True, True, False]


@pytest.mark.parametrize("answer", [None, UserError("Your card was refused.")])
def test_an_answer_of_the_service_begins_the_count_anew(
    circuit: Circuit, clock: FakeClock, answer: Exception | None
) -> None:
    failing(circuit, clock, 2)

    call(circuit, clock, answer)

    assert failing(circuit, clock, 3) == [True, True, True]


@pytest.mark.parametrize("error", [StaleTurnError("gone"), CutOffError()])
def test_what_tells_nothing_of_the_service_does_not_count(
    circuit: Circuit, clock: FakeClock, error: BaseException
) -> None:
    failing(circuit, clock, 2)

    call(circuit, clock, error)

    assert failing(circuit, clock, 2) == [True, False]


def test_after_the_pause_one_call_decides(circuit: Circuit, clock: FakeClock) -> None:
    failing(circuit, clock, 3)
    clock.move(timedelta(seconds=29))
    assert call(circuit, clock) is False
    clock.move(timedelta(seconds=1))

    with circuit.watched(clock.now):
        assert circuit.is_open(clock.now())  # a second one has to wait for the first

    assert failing(circuit, clock, 3) == [True, True, True]


def test_a_trial_that_fails_opens_it_for_another_pause(circuit: Circuit, clock: FakeClock) -> None:
    failing(circuit, clock, 3)
    clock.move(timedelta(seconds=30))

    assert failing(circuit, clock, 2) == [True, False]
    clock.move(timedelta(seconds=30))
    assert call(circuit, clock) is True


def test_a_trial_that_is_cut_off_leaves_the_next_to_decide(
    circuit: Circuit, clock: FakeClock
) -> None:
    failing(circuit, clock, 3)
    clock.move(timedelta(seconds=30))

    assert call(circuit, clock, CutOffError()) is True
    assert call(circuit, clock) is True
    assert failing(circuit, clock, 3) == [True, True, True]


def test_a_clock_that_is_set_back_costs_no_more_than_one_pause(circuit: Circuit) -> None:
    late, early = FakeClock(START + timedelta(hours=1)), FakeClock(START)
    failing(circuit, late, 3)

    assert circuit.is_open(early.now())
    early.move(timedelta(seconds=30))

    assert not circuit.is_open(early.now())


def test_without_limits_it_never_opens(clock: FakeClock) -> None:
    assert all(failing(Circuit("look", None), clock, 50))


def test_each_action_has_a_breaker_of_its_own() -> None:
    @action(breaker=True)
    async def pay(ctx: Context) -> None: ...

    @action(breaker=Breaker(failures=1))
    async def ship(ctx: Context) -> None: ...

    breakers = Breakers()

    assert breakers.of(pay) is breakers.of(pay)
    assert breakers.of(pay) is not breakers.of(ship)
    assert breakers.of(pay).limits == Breaker()


STEPS = st.lists(st.sampled_from(["works", "fails", "refuses", "waits"]), max_size=60)


@given(STEPS)
def test_it_agrees_with_a_plain_model_of_itself(steps: Sequence[str]) -> None:
    clock, circuit = FakeClock(START), Circuit("pay", LIMITS)
    failures, opened = 0, None
    for step in steps:
        if step == "waits":
            clock.move(timedelta(seconds=17))
            continue
        is_open = opened is not None and clock.now() < opened + timedelta(seconds=30)
        error = {"works": None, "fails": OSError(), "refuses": UserError("no")}[step]
        assert call(circuit, clock, error) is not is_open
        if is_open:
            continue
        failures = failures + 1 if step == "fails" else 0
        opened = clock.now() if failures >= 3 else None
