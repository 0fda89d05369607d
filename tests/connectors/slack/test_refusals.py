from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import ConnectorError, PermanentSendError, TransientSendError
from connectors.slack.refusals import GoneError, refusal_of


def test_slow_down_tells_for_how_long() -> None:
    refusal = refusal_of(429, "ratelimited", {"Retry-After": "30"})

    assert isinstance(refusal, TransientSendError)
    assert refusal.retry_after == timedelta(seconds=30)


@pytest.mark.parametrize(
    ("status", "error"),
    [(500, ""), (503, "service_unavailable"), (200, "internal_error"), (200, "ratelimited")],
)
def test_slacks_own_failures_pass(status: int, error: str) -> None:
    assert isinstance(refusal_of(status, error, {}), TransientSendError)


@pytest.mark.parametrize(
    "error",
    [
        *("channel_not_found", "invalid_auth", "account_inactive", "is_archived"),
        *("msg_too_long", "invalid_blocks", "no_text", "something_new"),
    ],
)
def test_other_refusals_are_final(error: str) -> None:
    refusal = refusal_of(200, error, {})

    assert isinstance(refusal, PermanentSendError)
    assert error in str(refusal)


def test_a_closed_way_is_told_from_a_bad_message() -> None:
    assert isinstance(refusal_of(200, "channel_not_found", {}), GoneError)
    assert not isinstance(refusal_of(200, "invalid_blocks", {}), GoneError)


@given(st.integers(200, 599), st.text(max_size=40), st.text(max_size=10))
def test_any_answer_is_sorted(status: int, error: str, pause: str) -> None:
    refusal = refusal_of(status, error, {"Retry-After": pause})

    assert isinstance(refusal, ConnectorError)
    assert "\n" not in str(refusal)
