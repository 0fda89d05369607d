"""`threadline sync`: the app's manifest, handed to Slack or printed for its page."""

import json
from collections.abc import Sequence
from typing import Any

from aiohttp import ClientSession

from bot import ConnectorError, Menu
from connectors.slack.install.manifest import left_out, manifest, merged, public_url_of
from connectors.slack.sending.calls import Calls
from connectors.slack.settings import SlackSettings, transport_of

PASTE = "paste this at api.slack.com/apps (Create New App, or the app's App Manifest)"


async def sync_app(
    name: str, settings: SlackSettings, menu: Menu, http: ClientSession, *, dry_run: bool
) -> Sequence[str]:
    """Make the app what the bot needs; without a configuration token, print its manifest.

    Raises:
        ConnectorError: Slack refused, or could not be told where the bot is.
    """
    if transport_of(settings).kind == "webhook" and not public_url_of(settings, menu):
        raise ConnectorError(
            "Slack must be told where the bot is: set [server] public_url to an address that it"
            " reaches, or app_token for Socket Mode"
        )
    ours = manifest(name, settings, menu)
    notes = [f"/{one}: Slack's menu has no room for it" for one in left_out(menu)]
    if settings.config_token is None:
        return [*notes, f"{PASTE}:\n{_printed(ours)}"]
    calls = Calls(http, api_url=settings.api_url, token=settings.config_token)
    app = {"app_id": settings.app_id}
    told = await calls.method("apps.manifest.export", app)
    theirs = told.get("manifest")
    wanted = merged(ours, theirs if isinstance(theirs, dict) else {})
    if wanted == theirs:
        return [*notes, f"app {settings.app_id} is up to date"]
    if dry_run:
        return [*notes, f"apps.manifest.update {settings.app_id} would get:\n{_printed(wanted)}"]
    given = {**app, "manifest": json.dumps(wanted)}
    await calls.method("apps.manifest.validate", given)
    changed = await calls.method("apps.manifest.update", given)
    is_less = changed.get("permissions_updated") is True
    again = ["its scopes have changed: install it again"] if is_less else []
    return [*notes, f"app {settings.app_id} is updated", *again]


def _printed(manifest: dict[str, Any]) -> str:
    return json.dumps(manifest, indent=2, ensure_ascii=False)
