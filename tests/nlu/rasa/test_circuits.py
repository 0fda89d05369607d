"""When a server is left alone; see `nlu.rasa.circuits`."""

import pytest
from structlog.testing import capture_logs

from bot import Breaker
from nlu.rasa.circuits import Circuit


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def circuit(hand: Hand) -> Circuit:
    return Circuit(engine="rasa", limits=Breaker(failures=2, pause=30), clock=hand)


def fail(circuit: Circuit, times: int = 1) -> None:
    for _ in range(times):
        with circuit.passing():
            circuit.failed("timeout")


def test_it_opens_after_failures_in_a_row_and_lets_one_through_after_the_pause(
    circuit: Circuit, hand: Hand
) -> None:
    fail(circuit, 2)
    opened = circuit.is_open()
    hand.seconds = 30.0

    with circuit.passing():
        assert circuit.is_open()
        circuit.succeeded()

    assert opened
    assert not circuit.is_open()


def test_a_trial_that_fails_opens_it_for_another_pause(circuit: Circuit, hand: Hand) -> None:
    fail(circuit, 2)
    hand.seconds = 31.0
    fail(circuit)
    hand.seconds = 60.0

    assert circuit.is_open()


def test_a_success_in_between_starts_the_count_anew(circuit: Circuit) -> None:
    fail(circuit)
    circuit.succeeded()
    fail(circuit)

    assert not circuit.is_open()


def test_a_trial_that_is_cut_off_leaves_the_next_one_its_chance(
    circuit: Circuit, hand: Hand
) -> None:
    fail(circuit, 2)
    hand.seconds = 30.0

    with pytest.raises(TimeoutError), circuit.passing():
        raise TimeoutError

    assert not circuit.is_open()


def test_an_outage_is_told_when_it_begins_and_when_it_ends(circuit: Circuit) -> None:
    with capture_logs() as logs:
        fail(circuit, 5)
        circuit.succeeded()
        circuit.succeeded()

    assert [one["event"] for one in logs] == ["engine.lost", "engine.recovered"]
