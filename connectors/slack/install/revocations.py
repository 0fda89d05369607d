"""Events that take a token away; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot import Body
from connectors.slack.install.installs import event_moment
from connectors.slack.wire import clean, text_at
from connectors.slack.workspaces import workspace_of

UNINSTALLED = frozenset({"app_uninstalled", "app_deleted"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoked:
    """The app's bot is no longer let in: where, and since when."""

    workspace: str
    at: datetime | None


def find_revocation(body: Body) -> Revoked | None:
    """Find an ``app_uninstalled``, or ``tokens_revoked`` that names the bot (Events API, 2026).

    Tokens of persons (``oauth``) are none of ours.
    """
    event = body.get("event")
    if body.get("type") != "event_callback" or not isinstance(event, Mapping):
        return None
    tokens = event.get("tokens")
    is_bots = isinstance(tokens, Mapping) and bool(tokens.get("bot"))
    kind = text_at(event, "type")
    if kind not in UNINSTALLED and not (kind == "tokens_revoked" and is_bots):
        return None
    return Revoked(workspace=clean(workspace_of(body)), at=event_moment(body))
