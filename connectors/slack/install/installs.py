"""Installations of the app, and the states of those under way: durable, on the connector's shelf.

The values are as safe as the database: tokens stand in it as they are (docs/operating.md).
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from bot import Body, ConnectorError, Line, Secret

STATE_LIFETIME = timedelta(minutes=10)
"""What slack-bolt gives, too."""

_SECOND = timedelta(seconds=1)  # ``event_time`` has no parts of one


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """The app in one workspace, or in all of an organisation.

    ``workspace`` is the id that `workspace_of` finds. ``refresh`` and ``expires_at`` are there with
    token rotation only.
    """

    workspace: str
    token: Secret
    app: str = ""
    name: str = field(default="", repr=False)
    installed_at: datetime
    refresh: Secret | None = None
    expires_at: datetime | None = None

    def as_body(self) -> Body:
        """Write it as it is kept."""
        expires = None if self.expires_at is None else self.expires_at.isoformat()
        return {
            "workspace": self.workspace,
            "token": self.token.reveal(),
            "app": self.app,
            "name": self.name,
            "installed_at": self.installed_at.isoformat(),
            "refresh": None if self.refresh is None else self.refresh.reveal(),
            "expires_at": expires,
        }


def read_installation(body: Body) -> Installation:
    """Read what `Installation.as_body` wrote."""
    refresh, expires = body["refresh"], body["expires_at"]
    return Installation(
        workspace=body["workspace"],
        token=Secret(body["token"]),
        app=body["app"],
        name=body["name"],
        installed_at=datetime.fromisoformat(body["installed_at"]),
        refresh=None if refresh is None else Secret(refresh),
        expires_at=None if expires is None else datetime.fromisoformat(expires),
    )


class NotAttachedError(ConnectorError):
    """The app's installations were asked for where no store is open."""


class Installs:
    """Keeps installations; needs the line, which a connector gets before anything arrives."""

    def __init__(self) -> None:
        self._line: Line | None = None

    def attach(self, line: Line) -> None:
        """Take the line."""
        self._line = line

    def now(self) -> datetime:
        """Tell the time."""
        return self._attached().clock.now()

    async def find(self, workspace: str) -> Installation | None:
        """Find an installation."""
        body = await self._attached().shelf.get(_key(workspace))
        return None if body is None else read_installation(body)

    async def keep(self, installation: Installation) -> None:
        """Keep an installation, in place of an older one of the same workspace."""
        await self._attached().shelf.put(_key(installation.workspace), installation.as_body())

    async def remove(self, workspace: str, *, told_at: datetime | None) -> bool:
        """Forget an installation that Slack told of at a moment; tells whether there was one.

        Slack repeats events: what is newer than the telling was installed again, and stays.
        """
        found = await self.find(workspace)
        if found is None or (told_at is not None and found.installed_at > told_at + _SECOND):
            return False
        await self._attached().shelf.remove(_key(workspace))
        return True

    async def open_state(self) -> str:
        """Make the state of an installation that begins: used once, and soon."""
        state = secrets.token_urlsafe(24)
        until = self.now() + STATE_LIFETIME
        kept = {"until": until.isoformat()}
        await self._attached().shelf.put(_state_key(state), kept, expires=until)
        return state

    async def use_state(self, state: str) -> bool:
        """Take a state back; False where it is unknown, used or too old."""
        shelf, key = self._attached().shelf, _state_key(state)
        kept = await shelf.get(key)
        if kept is None:
            return False
        await shelf.remove(key)
        # a shelf may judge expiry by an older clock
        return datetime.fromisoformat(kept["until"]) > self.now()

    def _attached(self) -> Line:
        if self._line is None:
            raise NotAttachedError("no store is open: installations cannot be looked up")
        return self._line


def event_moment(body: Mapping[str, object]) -> datetime | None:
    """Read when Slack noticed an event."""
    seconds = body.get("event_time")
    if type(seconds) is not int:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _key(workspace: str) -> str:
    return f"install:{workspace}"


def _state_key(state: str) -> str:
    """Name a state by its hash: what is kept opens nothing."""
    return f"state:{sha256(state.encode('utf-8', 'surrogatepass')).hexdigest()}"
