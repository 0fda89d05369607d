"""Which token speaks for an account: the app's own, or that of an installation."""

import asyncio
from datetime import timedelta

import structlog
from aiohttp import ClientSession

from bot import (
    AccountId,
    Body,
    ConnectorError,
    PermanentSendError,
    Secret,
    StoreError,
    TransientSendError,
)
from connectors.slack.install.installs import Installation, Installs
from connectors.slack.sending.calls import Calls
from connectors.slack.settings import SlackSettings
from connectors.slack.wire import text_at

log = structlog.get_logger()

RENEWED_BEFORE = timedelta(hours=2)
"""A rotated token lives twelve hours; slack_sdk's rotator renews it two hours before its end."""


class Tokens:
    """Finds tokens, and renews those that expire where the app has token rotation."""

    def __init__(
        self, name: str, settings: SlackSettings, installs: Installs, http: ClientSession
    ) -> None:
        self._name = name
        self._settings = settings
        self._installs = installs
        self._http = http
        self._home: str | None = None
        self._renewing = asyncio.Lock()

    async def token_of(self, account: AccountId) -> Secret:
        """Find the token for an account.

        Raises:
            ConnectorError: the app is not installed there, or Slack cannot be asked.
        """
        own = self._settings.bot_token
        if own is not None and not self._settings.installs:
            return own
        workspace = account.partition("/")[2]
        try:
            found = await self._installs.find(workspace)
            if found is not None:
                return (await self._fresh(found)).token
        except StoreError as error:
            raise TransientSendError(f"no token while the store is away: {error}") from error
        if own is not None and workspace == await self._home_of(own):
            return own
        raise PermanentSendError(
            f"the Slack app is not installed there (any more): install it at /{self._name}/install"
        )

    async def _home_of(self, own: Secret) -> str:
        """Ask once which workspace ``bot_token`` is of."""
        if self._home is None:
            told = await self._calls(own).method("auth.test", {})
            organisation = told.get("is_enterprise_install") is True
            self._home = text_at(told, "enterprise_id" if organisation else "team_id")
        return self._home

    async def _fresh(self, found: Installation) -> Installation:
        """Renew a token that ends soon; an old one is used for as long as it lives."""
        if not self._is_due(found):
            return found
        async with self._renewing:
            again = await self._installs.find(found.workspace) or found
            if not self._is_due(again):
                return again
            try:
                renewed = await self._renewed(again)
            except ConnectorError as error:
                log.warning("token.unrenewed", workspace=again.workspace, error=str(error))
                return again
            await self._installs.keep(renewed)
            return renewed

    def _is_due(self, found: Installation) -> bool:
        return (
            found.expires_at is not None
            and found.refresh is not None
            and found.expires_at - self._installs.now() < RENEWED_BEFORE
        )

    async def _renewed(self, old: Installation) -> Installation:
        wanted = {
            **client_of(self._settings),
            "grant_type": "refresh_token",
            "refresh_token": old.refresh.reveal() if old.refresh else "",
        }
        told = await self._calls(None).method("oauth.v2.access", wanted)
        renewed = installed(told, self._installs)
        if renewed is None:
            raise PermanentSendError("the answer brings no token")
        return Installation(
            workspace=old.workspace,
            token=renewed.token,
            app=old.app,
            name=old.name,
            installed_at=old.installed_at,
            refresh=renewed.refresh,
            expires_at=renewed.expires_at,
        )

    def _calls(self, token: Secret | None) -> Calls:
        return Calls(self._http, api_url=self._settings.api_url, token=token)


def client_of(settings: SlackSettings) -> dict[str, str]:
    """Name the app to ``oauth.v2.access``, with its proof."""
    secret = settings.client_secret
    return {
        "client_id": settings.client_id,
        "client_secret": "" if secret is None else secret.reveal(),
    }


def installed(told: Body, installs: Installs) -> Installation | None:
    """Read what ``oauth.v2.access`` answers (Slack: Installing with OAuth, Token rotation, 2026).

    None where it brings no token of a bot.
    """
    token, now = text_at(told, "access_token"), installs.now()
    if not token or text_at(told, "token_type") not in {"", "bot"}:
        return None
    organisation = told.get("is_enterprise_install") is True
    holder = "enterprise" if organisation else "team"
    seconds, refresh = told.get("expires_in"), text_at(told, "refresh_token")
    rotates = type(seconds) is int and bool(refresh)
    return Installation(
        workspace=text_at(told, holder, "id"),
        token=Secret(token),
        app=text_at(told, "app_id"),
        name=text_at(told, holder, "name"),
        installed_at=now,
        refresh=Secret(refresh) if rotates else None,
        expires_at=now + timedelta(seconds=seconds) if type(seconds) is int and rotates else None,
    )
