"""Installs by a browser: ``GET /NAME/install`` and ``GET /NAME/oauth_redirect``.

Slack, "Installing with OAuth" (2026). Written here instead of taken from slack-bolt, whose flow
writes codes into its log, quotes no address and reads the clock by itself.
"""

import hmac
import html
import re
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlencode

import structlog

from bot import (
    ConnectorError,
    PermanentSendError,
    Received,
    WebhookRequest,
    WebhookResponse,
)
from connectors.slack.install.installs import STATE_LIFETIME, Installs
from connectors.slack.install.manifest import SCOPES
from connectors.slack.install.tokens import client_of, installed
from connectors.slack.sending.calls import Calls
from connectors.slack.settings import SlackSettings

INSTALL, REDIRECT = "install", "oauth_redirect"
MAX_CODE = 400
"""Characters; Slack's are about 90."""

_TEAM = re.compile(r"[TE][A-Z0-9]{1,30}", re.ASCII)
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # the code stands in the address
    "X-Content-Type-Options": "nosniff",
}

log = structlog.get_logger()


class InstallPages:
    """Answers the two pages; an installation counts once it is on the shelf."""

    def __init__(
        self, name: str, settings: SlackSettings, installs: Installs, calls: Calls
    ) -> None:
        self._name = name
        self._settings = settings
        self._installs = installs
        self._calls = calls
        # api_url is https://slack.com/api/; what a browser opens stands beside it
        self._site = settings.api_url.rstrip("/").removesuffix("/api")

    async def answer(self, request: WebhookRequest) -> Received:
        """Answer a request for one of the pages."""
        if request.path == INSTALL:
            return Received(response=await self._begin(request))
        return Received(response=await self._end(request))

    async def _begin(self, request: WebhookRequest) -> WebhookResponse:
        state = await self._installs.open_state()
        wanted = {"client_id": self._settings.client_id, "scope": ",".join(SCOPES), "state": state}
        team = request.query.get("team", "")
        if _TEAM.fullmatch(team):
            wanted["team"] = team
        wanted |= self._where()
        headers = {
            **_HEADERS,
            "Location": f"{self._site}/oauth/v2/authorize?{urlencode(wanted)}",
            "Set-Cookie": self._cookie(state, int(STATE_LIFETIME.total_seconds())),
        }
        return WebhookResponse(status=HTTPStatus.FOUND, headers=headers)

    async def _end(self, request: WebhookRequest) -> WebhookResponse:
        query = request.query
        if not await self._is_ours(query.get("state", ""), request.headers):
            return self._failed(
                "This installation began in another browser, was finished before, or took longer"
                " than ten minutes."
            )
        if query.get("error") == "access_denied":
            return self._failed("You have not allowed it, so nothing was installed.", HTTPStatus.OK)
        code = query.get("code", "")
        if not 0 < len(code) <= MAX_CODE:
            return self._failed("Slack did not say that the app may be installed.")
        return await self._install(code)

    async def _install(self, code: str) -> WebhookResponse:
        wanted = {**client_of(self._settings), "code": code, **self._where()}
        try:
            told = await self._calls.method("oauth.v2.access", wanted)
        except PermanentSendError as error:
            log.warning("app.not_installed", connector=self._name, error=str(error))
            return self._failed("Slack did not accept the installation.")
        except ConnectorError as error:
            log.warning("app.not_installed", connector=self._name, error=str(error))
            return self._failed("Slack did not answer.", HTTPStatus.SERVICE_UNAVAILABLE)
        found = installed(told, self._installs)
        if found is None or not found.workspace:
            return self._failed("Slack gave the app no bot in this workspace.")
        await self._installs.keep(found)
        log.info("app.installed", connector=self._name, workspace=found.workspace)
        return self._installed(found.workspace, found.app)

    async def _is_ours(self, state: str, headers: Mapping[str, str]) -> bool:
        """Tell whether this browser began, here and lately; a state is used up by it."""
        kept = _cookies(headers.get("cookie", "")).get(self._cookie_name, "")
        if not state or not hmac.compare_digest(_bytes(state), _bytes(kept)):
            return False
        return await self._installs.use_state(state)

    def _where(self) -> dict[str, str]:
        """Name where Slack leads the browser back to; the app's first address if we do not know."""
        public = self._settings.public_url.rstrip("/")
        return {"redirect_uri": f"{public}/{self._name}/{REDIRECT}"} if public else {}

    @property
    def _cookie_name(self) -> str:
        return f"threadline-{self._name}-install"

    def _cookie(self, value: str, seconds: int) -> str:
        secure = "; Secure" if self._settings.public_url.startswith("https://") else ""
        kept = f"Path=/{self._name}/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
        return f"{self._cookie_name}={value}; {kept}"

    def _installed(self, workspace: str, app: str) -> WebhookResponse:
        team = {"team": workspace} if workspace.startswith("T") else {}
        link = f"{self._site}/app_redirect?{urlencode({'app': app, **team})}"
        text = f'<h1>Installed</h1><p><a href="{html.escape(link)}">Open the app in Slack</a></p>'
        return self._page(text, HTTPStatus.OK)

    def _failed(self, why: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> WebhookResponse:
        again = f'<a href="/{html.escape(self._name)}/{INSTALL}">Begin again</a>'
        return self._page(f"<h1>Not installed</h1><p>{html.escape(why)}</p><p>{again}</p>", status)

    def _page(self, text: str, status: HTTPStatus) -> WebhookResponse:
        page = (
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>Slack</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"{text}</html>\n"
        )
        headers = {**_HEADERS, "Set-Cookie": self._cookie("", 0)}
        return WebhookResponse(
            status=status, body=page.encode(), content_type="text/html", headers=headers
        )


def _cookies(header: str) -> dict[str, str]:
    pairs = (part.strip().partition("=") for part in header.split(";")[:100])
    return {name: value.strip('"') for name, _, value in pairs}


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
