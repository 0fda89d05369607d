"""``apps.manifest.*``: the app's configuration, checked like Slack's page does.

Limits are those of Slack's manifest schema 1 (2026); what a manifest adds beyond them is kept.
"""

import json
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

from bot import Body
from connectors.slack.emulator.methods import ApiError
from connectors.slack.emulator.workspace import APP, Json

_COMMAND = re.compile(r"/[^\s/]{1,31}")
_URL = re.compile(r"https?://\S+")


class Manifests:
    """Holds the manifest of the one app."""

    def __init__(self) -> None:
        self.held: Json = {"display_information": {"name": "Emulated"}}

    def methods(self) -> dict[str, Callable[[Body], Awaitable[Json]]]:
        """Give the methods by name."""
        return {
            "apps.manifest.export": self._export,
            "apps.manifest.update": self._update,
            "apps.manifest.validate": self._validate,
        }

    async def _export(self, given: Body) -> Json:
        _check_app(given)
        return {"manifest": self.held}

    async def _validate(self, given: Body) -> Json:
        _read(given)
        return {}

    async def _update(self, given: Body) -> Json:
        _check_app(given)
        old, self.held = self.held, _read(given)
        changed = _scopes(old) != _scopes(self.held)
        return {"app_id": APP, "permissions_updated": changed}


def _check_app(given: Body) -> None:
    if given.get("app_id") != APP:
        raise ApiError("invalid_app_id")


def _read(given: Body) -> Json:
    try:
        manifest = json.loads(str(given.get("manifest", "")))
    except ValueError as error:
        raise ApiError("invalid_manifest") from error
    if not isinstance(manifest, dict):
        raise ApiError("invalid_manifest")
    problems = [{"message": why, "pointer": at} for at, why in _problems(manifest)]
    if problems:
        raise ApiError("invalid_manifest", errors=problems)
    return manifest


def _problems(manifest: Body) -> Iterator[tuple[str, str]]:
    name = _at(manifest, "display_information", "name")
    if not isinstance(name, str) or not 1 <= len(name) <= 35:
        yield "/display_information/name", "must be 1 to 35 characters"
    is_socket = _at(manifest, "settings", "socket_mode_enabled") is True
    commands = _at(manifest, "features", "slash_commands") or []
    if len(commands) > 50:
        yield "/features/slash_commands", "must be at most 50"
    for number, command in enumerate(commands):
        for key, why in _of_command(command, is_socket=is_socket):
            yield f"/features/slash_commands/{number}/{key}", why
    for part in ("event_subscriptions", "interactivity"):
        wanted = _at(manifest, "settings", part)
        if wanted and not is_socket and not _is_url(_at(wanted, "request_url")):
            yield f"/settings/{part}/request_url", "is required without Socket Mode"


def _of_command(command: Body, *, is_socket: bool) -> Iterator[tuple[str, str]]:
    if not _COMMAND.fullmatch(str(command.get("command", ""))):
        yield "command", "must begin with a slash and have at most 32 characters"
    if not 1 <= len(str(command.get("description", ""))) <= 2000:
        yield "description", "must be 1 to 2000 characters"
    if "usage_hint" in command and not 1 <= len(str(command["usage_hint"])) <= 1000:
        yield "usage_hint", "must be 1 to 1000 characters"
    if not is_socket and not _is_url(command.get("url")):
        yield "url", "is required without Socket Mode"


def _is_url(value: object) -> bool:
    return isinstance(value, str) and _URL.fullmatch(value) is not None


def _scopes(manifest: Body) -> set[str]:
    return set(_at(manifest, "oauth_config", "scopes", "bot") or [])


def _at(body: object, *path: str) -> Any:  # noqa: ANN401 - JSON of any shape
    for key in path:
        body = body.get(key) if isinstance(body, Mapping) else None
    return body
