from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import ConnectorError, PermanentSendError, TransientSendError
from connectors.slack.refusals import BlocksError, GoneError, find_refusal, refusal_of


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


@pytest.mark.parametrize(
    ("status", "text", "kind"),
    [
        (200, "ok", None),
        (200, '{"ok": true}', None),
        (200, "", None),
        (200, '{"ok": false, "error": "used_url"}', GoneError),
        (404, "expired_url", GoneError),
        (410, "<html>", GoneError),
        (400, "invalid_blocks", BlocksError),
        (429, "", TransientSendError),
        (502, "<html>bad gateway</html>", TransientSendError),
    ],
)
def test_a_response_urls_answer_is_sorted(
    status: int, text: str, kind: type[ConnectorError] | None
) -> None:
    refusal = find_refusal(status, text, {})

    assert type(refusal) is (kind or type(None))
