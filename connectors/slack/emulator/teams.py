"""Several workspaces with one app: whose token reaches whom, and what requests say of it.

Persons and channels are of the first workspace until they are moved. Requests are made for that one
(`connectors.slack.emulator.payloads`) and rewritten for those who live elsewhere.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from urllib.parse import urlencode

from bot import Body
from connectors.slack.emulator.payloads import Webhook
from connectors.slack.emulator.workspace import TEAM, Json


class Teams:
    """Knows who lives where; ``organisations`` tells of a workspace which one has it."""

    def __init__(self) -> None:
        self._at: dict[str, str] = {}
        self.organisations: dict[str, str] = {}

    def move(self, name: str, team: str, *, organisation: str = "") -> None:
        """Let a person or a channel live in a workspace."""
        self._at[name] = team
        if organisation:
            self.organisations[team] = organisation

    def of(self, name: str) -> str:
        """Tell the workspace of a person, a channel or a person's direct message."""
        return self._at.get(name) or self._at.get(name.removeprefix("D"), TEAM)

    def is_reached(self, workspace: str, given: Body) -> bool:
        """Tell whether a token of a workspace reaches all that a method's parameters name."""
        teams = {self.of(name) for name in _named(given)}
        return all(workspace in {team, self.organisations.get(team)} for team in teams)

    def addressed(self, webhook: Webhook) -> Webhook:
        """Write a request as it comes from the workspace of whom it tells."""
        team = next((self.of(name) for name in _told(webhook.content)), "")
        return self.of_team(webhook, team) if team else webhook

    def of_team(self, webhook: Webhook, team: str) -> Webhook:
        """Write a request as it comes from a workspace."""
        organisation = self.organisations.get(team, "")
        if team == TEAM and not organisation:
            return webhook
        content: Json = json.loads(json.dumps(webhook.content).replace(TEAM, team))
        if organisation:
            content |= _org_wide(content, organisation)
        return replace(webhook, content=content, body=_written(webhook, content))


def _org_wide(content: Body, organisation: str) -> Json:
    """Say that the app is installed for the whole organisation."""
    if "command" in content:
        return {"is_enterprise_install": "true", "enterprise_id": organisation}
    if content.get("type") == "event_callback":
        told = {"enterprise_id": organisation, "is_enterprise_install": True}
        first = {**content["authorizations"][0], **told}
        return {"enterprise_id": organisation, "authorizations": [first]}
    named = {"id": organisation, "name": organisation.lower()}
    return {"is_enterprise_install": True, "enterprise": named, "team": None}


def _written(webhook: Webhook, content: Body) -> bytes:
    if webhook.content_type == "application/json":
        return json.dumps(content).encode()
    is_command = "command" in content
    return urlencode(content if is_command else {"payload": json.dumps(content)}).encode()


def _named(given: Body) -> Iterator[str]:
    for key in ("channel", "channel_id", "user", "users", "user_id"):
        if isinstance(given.get(key), str) and given[key]:
            yield given[key]


def _told(content: Body) -> Iterator[str]:
    """Name the place of a request, or else the person."""
    event = content.get("event")
    for holder in (event if isinstance(event, Mapping) else {}, content):
        for key in ("channel", "channel_id", "user", "user_id"):
            value = holder.get(key)
            name = value.get("id") if isinstance(value, Mapping) else value
            if isinstance(name, str) and name:
                yield name
