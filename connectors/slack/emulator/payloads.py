"""The bodies of Slack's webhooks, as complete as Slack sends them."""

import json
import secrets
import uuid
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bot import Body
from connectors.slack.emulator.shown import Pressable
from connectors.slack.emulator.workspace import APP, BOT_USER, TEAM, TEAM_DOMAIN, Json, Message

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A body that is delivered, as often as needed, unchanged.

    ``content`` is what it holds, for those who look at it; ``is_retried`` is true for events.
    """

    body: bytes
    content_type: str
    content: Body = field(default_factory=dict)
    is_retried: bool = False


def event(kind: str, message: Message, *, channel_type: str) -> Webhook:
    """Tell the app that somebody wrote."""
    written = message.as_json() | {"type": kind, "channel": message.channel}
    written["event_ts"] = message.ts
    if not message.is_bot:
        written["client_msg_id"] = str(uuid.uuid4())
    if kind == "message":
        written["channel_type"] = channel_type
    envelope: Json = {
        "token": "deprecated",
        "team_id": TEAM,
        "context_team_id": TEAM,
        "context_enterprise_id": None,
        "api_app_id": APP,
        "event": written,
        "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": int(float(message.ts)),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{secrets.token_urlsafe(24)}",
    }
    body = json.dumps(envelope).encode()
    return Webhook(body=body, content_type="application/json", content=envelope, is_retried=True)


def command(message: Message, *, response_url: str, trigger: str) -> Webhook:
    """Tell the app that somebody typed a slash command."""
    typed, _, rest = message.text.partition(" ")
    is_direct = message.channel.startswith("D")
    fields = {
        "token": "deprecated",
        "team_id": TEAM,
        "team_domain": TEAM_DOMAIN,
        "channel_id": message.channel,
        "channel_name": "directmessage" if is_direct else message.channel.lower(),
        "user_id": message.user,
        "user_name": message.user.lower(),
        "command": typed,
        "text": rest,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger,
    }
    return Webhook(body=urlencode(fields).encode(), content_type=FORM, content=fields)


def block_actions(
    message: Message, pressed: Pressable, person: str, *, response_url: str, trigger: str, ts: str
) -> Webhook:
    """Tell the app that somebody pressed something."""
    hidden = message.visible_to is not None
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": hidden,
    }
    if message.thread_ts is not None:
        container["thread_ts"] = message.thread_ts
    payload: Json = {
        "type": "block_actions",
        "user": {
            "id": person,
            "username": person.lower(),
            "name": person.lower(),
            "team_id": TEAM,
        },
        "api_app_id": APP,
        "token": "deprecated",
        "container": container,
        "trigger_id": trigger,
        "team": {"id": TEAM, "domain": TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": message.channel, "name": "directmessage"},
        "state": {"values": {}},
        "response_url": response_url,
        "actions": [_action(pressed, ts)],
    }
    if not hidden:  # of an ephemeral message Slack sends no copy
        payload["message"] = message.as_json()
    body = urlencode({"payload": json.dumps(payload)}).encode()
    return Webhook(body=body, content_type=FORM, content=payload)


def view_submission(view: Body, values: Body, person: str, *, trigger: str) -> Webhook:
    """Tell the app that somebody sent a modal."""
    payload: Json = {
        "type": "view_submission",
        "team": {"id": TEAM, "domain": TEAM_DOMAIN},
        "user": {
            "id": person,
            "username": person.lower(),
            "name": person.lower(),
            "team_id": TEAM,
        },
        "api_app_id": APP,
        "token": "deprecated",
        "trigger_id": trigger,
        "view": {**view, "state": {"values": values}, "previous_view_id": None, "external_id": ""},
        "response_urls": [],
        "is_enterprise_install": False,
        "enterprise": None,
    }
    body = urlencode({"payload": json.dumps(payload)}).encode()
    return Webhook(body=body, content_type=FORM, content=payload)


def _action(pressed: Pressable, ts: str) -> Json:
    kept = {key: pressed.element[key] for key in ("type", "action_id") if key in pressed.element}
    action: Json = {**kept, "block_id": pressed.block_id, "action_ts": ts}
    if pressed.option is None:
        shown = ("text", "value", "url", "style")
        return action | {key: pressed.element[key] for key in shown if key in pressed.element}
    return action | {"selected_option": pressed.option}
