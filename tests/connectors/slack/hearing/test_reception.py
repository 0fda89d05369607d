"""Bodies that are known to be Slack's, whichever way they came."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import Body, Received
from connectors.slack.hearing.reception import take
from connectors.slack.install.revocations import Revoked, find_revocation

KINDS = st.sampled_from(
    [
        "app_home_opened", "app_mention", "app_rate_limited", "app_uninstalled", "block_actions",
        "block_suggestion", "event_callback", "message", "tokens_revoked", "view_submission",
    ]
)  # fmt: skip
NAMES = st.sampled_from(
    [
        "action_id", "actions", "authorizations", "block_id", "bot", "channel", "event", "id",
        "is_enterprise_install", "private_metadata", "selected_option", "subtype", "tab", "team",
        "tokens", "type", "user", "value", "view",
    ]
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4) | KINDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(NAMES, JSON), KINDS, st.dictionaries(NAMES, JSON), KINDS)
def test_whatever_stands_in_a_body_something_becomes_of_it(
    body: dict[str, Any], kind: str, event: dict[str, Any], event_kind: str
) -> None:
    told = {**body, "type": kind, "event": {**event, "type": event_kind}}

    assert take("shop", told, b"{}") is not None


@pytest.mark.parametrize(
    "event",
    [
        {"type": "app_uninstalled"},
        {"type": "tokens_revoked", "tokens": {"bot": ["U1"]}},
        {"type": "tokens_revoked", "tokens": {"bot": ["U1"], "oauth": ["U2"]}},
    ],
)
def test_a_farewell_tells_from_where_and_since_when(event: Body) -> None:
    body = {"type": "event_callback", "team_id": "T1", "event_time": 60, "event": event}

    found = find_revocation(body)

    assert found == Revoked(workspace="T1", at=datetime(1970, 1, 1, 0, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    "event",
    [
        {"type": ["app_uninstalled"]},
        {"type": "tokens_revoked", "tokens": {"oauth": ["U2"]}},
        {"type": "tokens_revoked", "tokens": ["U2"]},
        {"type": "tokens_revoked"},
        "app_uninstalled",
    ],
)
def test_what_takes_no_bots_token_away_is_no_farewell(event: object) -> None:
    assert find_revocation({"type": "event_callback", "team_id": "T1", "event": event}) is None


def test_a_moment_that_cannot_be_is_none() -> None:
    body = {"type": "event_callback", "event": {"type": "app_uninstalled"}, "event_time": 10**30}

    found = find_revocation(body)

    assert found is not None
    assert found.at is None


def test_a_persons_revoked_token_is_nothing_to_the_customer() -> None:
    event = {"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}}

    assert take("shop", {"type": "event_callback", "event": event}, b"{}") == Received()
