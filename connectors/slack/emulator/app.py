"""The app as Slack knows it: its credentials, and the workspaces that have installed it.

Slack's method pages of ``oauth.v2.access``, ``apps.connections.open`` and "Token rotation" (2026).
"""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from bot import Body
from connectors.slack.emulator.methods import ApiError
from connectors.slack.emulator.workspace import APP, BOT_USER, TEAM, Json

AUTHORIZE = "oauth/v2/authorize"
ROTATED_SECONDS = 12 * 60 * 60

_OF_THE_APP = frozenset({"apps.connections.open"})
_OF_ITS_MAKER = frozenset(
    {"apps.manifest.export", "apps.manifest.update", "apps.manifest.validate"}
)
_OF_NOBODY = frozenset({"oauth.v2.access"})


@dataclass(slots=True, kw_only=True)
class App:
    """Credentials and installs; ``denies`` and ``rotates`` are what persons and makers choose.

    An id that begins with E is an organisation's: the app is then installed for all of it.
    """

    app_token: str = field(default_factory=lambda: f"xapp-1-{APP}-{secrets.token_hex(16)}")
    config_token: str = field(default_factory=lambda: f"xoxe.xoxp-1-{secrets.token_hex(16)}")
    client_id: str = field(default_factory=lambda: f"{secrets.randbelow(10**12)}.1")
    client_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    denies: bool = False
    rotates: bool = False
    tokens: dict[str, str] = field(default_factory=dict)
    _codes: dict[str, str] = field(default_factory=dict)
    _refreshes: dict[str, str] = field(default_factory=dict)

    def install(self, workspace: str) -> str:
        """Let the app into a workspace, or give its token there anew."""
        begin = "xoxe.xoxb" if self.rotates else "xoxb"
        token = f"{begin}-{secrets.token_hex(16)}"
        self.tokens[token] = workspace
        return token

    def uninstall(self, workspace: str) -> None:
        """Let the app out of a workspace: its tokens are worth nothing."""
        self.tokens = {token: at for token, at in self.tokens.items() if at != workspace}

    def check(self, method: str, token: str) -> str:
        """Tell the workspace that a token lets a method into; "" where it needs none.

        Raises:
            ApiError: the token is none, unknown, or of another kind.
        """
        if method in _OF_NOBODY:
            return ""
        if not token:
            raise ApiError("not_authed")
        if method in _OF_THE_APP | _OF_ITS_MAKER:
            right = self.app_token if method in _OF_THE_APP else self.config_token
            if not _same(token, right):
                raise ApiError("not_allowed_token_type" if token in self.tokens else "invalid_auth")
            return ""
        found = self.workspace_of(token)
        if found is None:
            raise ApiError("invalid_auth")
        return found

    def workspace_of(self, token: str) -> str | None:
        """Tell which workspace a bot's token is of."""
        return next((at for known, at in self.tokens.items() if _same(known, token)), None)

    def authorize(self, request: web.Request) -> web.Response:
        """Answer the page where a person allows the app; this one allows it at once."""
        query = request.query
        back = urlsplit(query.get("redirect_uri", ""))
        if query.get("client_id") != self.client_id or not back.scheme or not query.get("scope"):
            return web.Response(status=400, text="invalid client_id, scope or redirect_uri")
        told = {"state": query.get("state", "")}
        if self.denies:
            told["error"] = "access_denied"
        else:
            code = f"{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
            self._codes[code] = query.get("team") or TEAM
            told["code"] = code
        return web.Response(
            status=302, headers={"Location": back._replace(query=urlencode(told)).geturl()}
        )

    def methods(self) -> dict[str, Callable[[Body], Awaitable[Json]]]:
        """Give the methods that need no workspace."""
        return {"oauth.v2.access": self._access}

    async def _access(self, given: Body) -> Json:
        right = _same(str(given.get("client_secret", "")), self.client_secret)
        if given.get("client_id") != self.client_id:
            raise ApiError("invalid_client_id")
        if not right:
            raise ApiError("bad_client_secret")
        if given.get("grant_type") == "refresh_token":
            old = str(given.get("refresh_token", ""))
            workspace = self._refreshes.pop(old, None)  # each is worth one renewal
            refusal = "invalid_refresh_token"
        else:
            workspace = self._codes.pop(str(given.get("code", "")), None)
            refusal = "invalid_code"
        if workspace is None:
            raise ApiError(refusal)
        return self._installed(workspace)

    def _installed(self, workspace: str) -> Json:
        is_organisation = workspace.startswith("E")
        named: Json = {"id": workspace, "name": workspace.lower()}
        answer: dict[str, Any] = {
            "app_id": APP,
            "authed_user": {"id": "U0INSTALLER"},
            "scope": "chat:write,im:history",
            "token_type": "bot",
            "access_token": self.install(workspace),
            "bot_user_id": BOT_USER,
            "team": None if is_organisation else named,
            "enterprise": named if is_organisation else None,
            "is_enterprise_install": is_organisation,
        }
        if self.rotates:
            refresh = f"xoxe-1-{secrets.token_hex(16)}"
            self._refreshes[refresh] = workspace
            answer |= {"refresh_token": refresh, "expires_in": ROTATED_SECONDS}
        return answer


def _same(given: str, right: str) -> bool:
    return secrets.compare_digest(given.encode(), right.encode())
