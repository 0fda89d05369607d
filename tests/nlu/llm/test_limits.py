from datetime import date

from bot import Breaker
from nlu.llm.limits import Budget, Circuit

TODAY, TOMORROW = date(2026, 11, 18), date(2026, 11, 19)


def test_a_budget_is_spent_and_new_the_next_day() -> None:
    budget = Budget(100)

    assert [budget.take(60, TODAY), budget.take(60, TODAY), budget.take(40, TODAY)] == [
        True, False, True,
    ]  # fmt: skip
    assert budget.take(100, TOMORROW)


def test_what_a_call_did_not_need_comes_back() -> None:
    budget = Budget(100)
    budget.take(90, TODAY)

    budget.give_back(70, TODAY)

    assert budget.take(80, TODAY)


def test_what_a_call_needed_beyond_its_price_counts() -> None:
    budget = Budget(100)
    budget.take(50, TODAY)

    budget.give_back(-40, TODAY)

    assert not budget.take(11, TODAY)


def test_what_comes_back_after_midnight_is_no_gift_to_the_new_day() -> None:
    budget = Budget(100)
    budget.take(90, TODAY)
    budget.take(90, TOMORROW)

    budget.give_back(90, TODAY)

    assert not budget.take(20, TOMORROW)


def test_a_clock_that_is_set_back_brings_no_second_budget() -> None:
    budget = Budget(100)
    budget.take(90, TOMORROW)

    assert not budget.take(20, TODAY)


def test_no_limit_is_none() -> None:
    assert Budget(0).take(10**9, TODAY)


def test_a_breaker_opens_after_failures_in_a_row_and_only_those() -> None:
    circuit = Circuit(Breaker(failures=2, pause=30.0))

    assert not circuit.failed(0.0)
    circuit.succeeded()
    assert not circuit.failed(1.0)
    assert circuit.admits(1.0)
    assert circuit.failed(2.0)
    assert not circuit.admits(31.9)


def test_after_the_pause_one_call_is_let_through_until_it_is_known_how_it_went() -> None:
    circuit = Circuit(Breaker(failures=1, pause=30.0))
    circuit.failed(0.0)

    assert [circuit.admits(30.0), circuit.admits(30.1)] == [True, False]
    assert circuit.succeeded()
    assert [circuit.admits(30.2), circuit.admits(30.2)] == [True, True]


def test_a_trial_that_fails_means_another_pause_and_no_second_notice() -> None:
    circuit = Circuit(Breaker(failures=3, pause=30.0))
    told = [circuit.failed(0.0) for _ in range(3)]

    circuit.admits(30.0)

    assert told == [False, False, True]
    assert not circuit.failed(31.0)
    assert [circuit.admits(60.9), circuit.admits(61.0)] == [False, True]


def test_a_trial_that_is_never_heard_of_again_does_not_shut_the_server_out() -> None:
    circuit = Circuit(Breaker(failures=1, pause=30.0))
    circuit.failed(0.0)

    assert circuit.admits(30.0)
    assert circuit.admits(60.0)


def test_a_server_that_asks_for_time_gets_it() -> None:
    circuit = Circuit(Breaker(failures=5, pause=30.0))

    assert circuit.failed(0.0, pause=90.0)
    assert [circuit.admits(89.9), circuit.admits(90.0)] == [False, True]
