from hypothesis import given
from hypothesis import strategies as st

from connectors.webchat.rates import Window


@given(st.lists(st.integers(min_value=0, max_value=5), max_size=60))
def test_no_window_ever_holds_more_than_the_limit(gaps: list[int]) -> None:
    window, now, counted = Window(limit=3, seconds=10), 100, []
    for gap in gaps:
        now += gap
        if not window.wait("somebody", now):
            counted.append(now)

    assert len(counted) >= min(len(gaps), 3)
    for start in counted:
        assert len([t for t in counted if start <= t < start + 10]) <= 3


def test_who_waits_as_told_may_go_on() -> None:
    window = Window(limit=2, seconds=10)
    first = [window.wait("a", 0.0), window.wait("a", 4.0)]

    wait = window.wait("a", 5.0)

    assert first == [0.0, 0.0]
    assert wait == 5.0
    assert window.wait("a", 5.0 + wait) == 0.0


def test_one_does_not_count_for_another_and_silence_is_forgotten() -> None:
    window = Window(limit=1, seconds=10)
    for n in range(100):
        assert window.wait(f"visitor {n}", 0.0) == 0.0

    window.wait("late", 60.0)

    assert list(window._times) == ["late"]
