"""Which installation a request came through, for every shape that Slack sends."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import Body
from connectors.slack.workspaces import workspace_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)
KEYS = (
    "authorizations", "enterprise", "enterprise_id", "is_enterprise_install", "team", "team_id",
    "user", "view",
)  # fmt: skip


def authorized(**told: Any) -> list[Body]:
    return [{"team_id": "T1", "enterprise_id": "E1", "is_enterprise_install": False, **told}]


@pytest.mark.parametrize(
    ("body", "workspace"),
    [
        pytest.param({"team_id": "T1"}, "T1", id="an event, or a command"),
        pytest.param({"team": {"id": "T1"}, "user": {"team_id": "T2"}}, "T1", id="a press"),
        pytest.param(
            {"team_id": "T2", "context_team_id": "T1", "authorizations": authorized()},
            "T1",
            id="an event of another workspace in a shared channel",
        ),
        pytest.param(
            {"team_id": "T1", "authorizations": authorized(is_enterprise_install=True)},
            "E1",
            id="an event of an organisation's workspace",
        ),
        pytest.param(
            {"team_id": "T1", "enterprise_id": "E1", "is_enterprise_install": "true"},
            "E1",
            id="a command of an organisation",
        ),
        pytest.param(
            {"team_id": "T1", "enterprise_id": "E1", "is_enterprise_install": "false"},
            "T1",
            id="a command in one workspace of an organisation",
        ),
        pytest.param(
            {
                "team": None,
                "enterprise": {"id": "E1", "name": "e"},
                "is_enterprise_install": True,
                "user": {"id": "W1", "team_id": "T1"},
            },
            "E1",
            id="a press in an organisation",
        ),
        pytest.param(
            {
                "team": {"id": "T2"},
                "user": {"team_id": "T2"},
                "view": {"team_id": "T2", "app_installed_team_id": "T1"},
            },
            "T1",
            id="a form sent by a guest of a shared channel",
        ),
        pytest.param(
            {"team_id": "T1", "is_enterprise_install": True}, "T1", id="an organisation unnamed"
        ),
        pytest.param({"enterprise": {"id": "E1"}}, "E1", id="nothing but the organisation"),
        pytest.param({}, "", id="nothing"),
    ],
)
def test_the_installation_is_found(body: Body, workspace: str) -> None:
    assert workspace_of(body) == workspace


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(KEYS), JSON))
def test_whatever_stands_in_a_body_a_text_is_found(body: dict[str, Any]) -> None:
    assert isinstance(workspace_of(body), str)
