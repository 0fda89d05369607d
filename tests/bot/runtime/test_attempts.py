from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import Absent, Breaker, Context, Effect, Retrying, UnavailableError, UserError, action
from bot.errors import StaleTurnError
from bot.runtime.attempts import Attempts, Happened, Missed, Pace, Verdict
from bot.runtime.breakers import Circuit
from bot.testing.fakes import FakeClock

NOTHING, UNCLEAR = Verdict.NOTHING_DONE, Verdict.UNCLEAR


@dataclass
class Time:
    """A time that passes only while somebody sleeps."""

    now: float = 100.0
    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class Calls:
    """Calls that raise what is on the list, and then work."""

    errors: list[Exception] = field(default_factory=list)
    made: int = 0
    verdict: Happened | Verdict = UNCLEAR

    async def call(self) -> str:
        self.made += 1
        if self.errors:
            raise self.errors.pop(0)
        return "worked"

    async def judge(self) -> Happened | Verdict:
        return self.verdict


def lost(times: int) -> list[Exception]:
    return [ConnectionError("lost") for _ in range(times)]


async def probe(ctx: Context, effect: Effect) -> Absent:
    return Absent()


def attempts(time: Time, *, until: float = 1000.0, **options: Any) -> Attempts:
    @action(**{"probe": probe, **options})
    async def pay(ctx: Context) -> str:
        return ""

    pace = Pace(sleep=time.sleep, chance=lambda: 1.0, moment=lambda: time.now, until=until)
    clock = FakeClock(datetime(2026, 11, 18, tzinfo=UTC))
    return Attempts(action=pay, circuit=Circuit("pay", pay.breaker), pace=pace, now=clock.now)


async def made(how: Attempts, calls: Calls, known: Verdict = NOTHING) -> Happened | Missed:
    return await how.make(calls.call, calls.judge, known=known)


async def test_pauses_grow_up_to_the_longest() -> None:
    time, calls = Time(), Calls(lost(5), verdict=NOTHING)

    outcome = await made(attempts(time, retry=Retrying(attempts=6, first=1, most=5)), calls)

    assert outcome == Happened("worked")
    assert time.slept == [1, 2, 4, 5, 5]


async def test_without_a_retry_there_is_one_call() -> None:
    time, calls = Time(), Calls(lost(1), verdict=NOTHING)

    outcome = await made(attempts(time), calls)

    assert isinstance(outcome, Missed)
    assert (outcome.verdict, calls.made, time.slept) == (NOTHING, 1, [])


@pytest.mark.parametrize(
    ("idempotent", "verdict", "calls_made"),
    [(False, UNCLEAR, 1), (True, UNCLEAR, 3), (False, NOTHING, 3), (True, NOTHING, 3)],
)
async def test_a_call_is_made_again_only_where_it_cannot_double(
    *, idempotent: bool, verdict: Verdict, calls_made: int
) -> None:
    calls = Calls(lost(9), verdict=verdict)

    outcome = await made(attempts(Time(), retry=3, idempotent=idempotent), calls)

    assert isinstance(outcome, Missed)
    assert (calls.made, outcome.verdict) == (calls_made, verdict)


async def test_what_the_probe_finds_is_the_result() -> None:
    calls = Calls(lost(1), verdict=Happened("found"))

    assert await made(attempts(Time(), retry=3), calls) == Happened("found")
    assert calls.made == 1


async def test_the_commands_time_is_not_exceeded_by_a_pause() -> None:
    time, calls = Time(now=100.0), Calls(lost(9), verdict=NOTHING)

    outcome = await made(attempts(time, until=104.0, retry=Retrying(attempts=9, first=1)), calls)

    assert isinstance(outcome, Missed)
    assert (time.slept, time.now) == ([1, 2], 103.0)


@pytest.mark.parametrize("error", [UserError("no"), StaleTurnError("gone")])
async def test_a_refusal_and_a_lost_lease_go_up_at_once(error: Exception) -> None:
    calls = Calls([error])

    with pytest.raises(type(error)):
        await made(attempts(Time(), retry=3, idempotent=True), calls)

    assert calls.made == 1


async def test_an_open_breaker_lets_no_call_through() -> None:
    how = attempts(Time(), breaker=Breaker(failures=1))
    await made(how, Calls(lost(1)))

    calls = Calls()
    outcome = await made(how, calls, UNCLEAR)

    assert isinstance(outcome, Missed)
    assert isinstance(outcome.error, UnavailableError)
    assert (outcome.verdict, calls.made) == (UNCLEAR, 0)


async def test_a_breaker_that_opens_in_between_ends_the_attempts_with_the_services_error() -> None:
    calls = Calls(lost(9), verdict=NOTHING)

    outcome = await made(attempts(Time(), retry=9, breaker=Breaker(failures=2)), calls)

    assert isinstance(outcome, Missed)
    assert isinstance(outcome.error, ConnectionError)
    assert calls.made == 2


@given(
    st.integers(min_value=1, max_value=200),
    st.floats(min_value=0, max_value=1e6),
    st.floats(min_value=0, max_value=1e6),
)
def test_no_limit_of_a_pause_exceeds_the_longest_or_shrinks(
    count: int, first: float, most: float
) -> None:
    limits = Retrying(attempts=count, first=first, most=most).limits()

    assert len(limits) == count - 1
    assert all(0 <= limit <= most for limit in limits)
    assert limits == sorted(limits)


@given(st.floats(min_value=0, max_value=100))
def test_jitter_takes_any_part_of_the_pause(most: float) -> None:
    pace = Pace()

    drawn = pace.draw(most)

    assert drawn is not None
    assert 0 <= drawn <= most


@pytest.mark.parametrize("wrong", [{"attempts": 0}, {"first": -1.0}, {"most": -0.1}])
def test_a_retry_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="retry"):
        Retrying(**wrong)


@pytest.mark.parametrize("wrong", [{"failures": 0}, {"pause": -1.0}])
def test_a_breaker_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="breaker"):
        Breaker(**wrong)
