"""The bodies of Slack's webhooks, as complete as Slack sends them."""

import json
import secrets
import uuid
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import urlencode

from bot import Body
from connectors.slack.emulator.shown import Pressable
from connectors.slack.emulator.workspace import APP, BOT_USER, TEAM, TEAM_DOMAIN, Json, Message

FORM = "application/x-www-form-urlencoded"
Spot: TypeAlias = Message | Body
"""Where something is pressed: a message, or a view."""


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
    return enveloped(written, ts=message.ts)


def changed(old: Message, new: Message | None, *, ts: str) -> Webhook:
    """Tell the app that somebody changed a message, or with ``new`` None, took it back."""
    told: Json = {"type": "message", "channel": old.channel, "hidden": True, "ts": ts}
    told |= {"event_ts": ts, "channel_type": "im" if old.channel.startswith("D") else "channel"}
    told["previous_message"] = old.as_json()
    if new is None:
        told |= {"subtype": "message_deleted", "deleted_ts": old.ts}
    else:
        edited = {"edited": {"user": old.user, "ts": ts}}
        told |= {"subtype": "message_changed", "message": {**new.as_json(), **edited}}
    return enveloped(told, ts=ts)


def home_opened(person: str, channel: str, *, tab: str, view: Body | None, ts: str) -> Webhook:
    """Tell the app that somebody looks at it."""
    told: Json = {"type": "app_home_opened", "user": person, "channel": channel, "tab": tab}
    shown = {} if view is None or tab != "home" else {"view": dict(view)}
    return enveloped({**told, **shown, "event_ts": ts}, ts=ts)


def assistant_started(person: str, channel: str, *, ts: str) -> Webhook:
    """Tell the app that somebody opened a thread with it as an assistant."""
    thread = {"user_id": person, "channel_id": channel, "thread_ts": ts, "context": {}}
    told = {"type": "assistant_thread_started", "assistant_thread": thread, "event_ts": ts}
    return enveloped(told, ts=ts)


def enveloped(told: Json, *, ts: str) -> Webhook:
    """Wrap an event as Slack does."""
    envelope: Json = {
        "token": "deprecated",
        "team_id": TEAM,
        "context_team_id": TEAM,
        "context_enterprise_id": None,
        "api_app_id": APP,
        "event": told,
        "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": int(float(ts)),
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
    spot: Spot,
    pressed: Pressable,
    person: str,
    *,
    held: Body,
    response_url: str,
    trigger: str,
    ts: str,
) -> Webhook:
    """Tell the app that somebody pressed something; ``held`` is what a picker or menu holds."""
    payload = _interaction("block_actions", person) | {
        **_placed(spot),
        "trigger_id": trigger,
        "state": {"values": {}},
        "actions": [{**_action(pressed, ts), **held}],
    }
    if response_url:
        payload["response_url"] = response_url
    return _payload(payload)


def block_suggestion(spot: Spot, pressed: Pressable, person: str, *, typed: str) -> Webhook:
    """Ask the app for the rows of a menu."""
    payload = _interaction("block_suggestion", person) | {
        **_placed(spot),
        "action_id": pressed.element.get("action_id", ""),
        "block_id": pressed.block_id,
        "value": typed,
    }
    return _payload(payload)


def view_submission(view: Body, values: Body, person: str, *, trigger: str) -> Webhook:
    """Tell the app that somebody sent a modal."""
    state = {"state": {"values": values}, "previous_view_id": None, "external_id": ""}
    payload = _interaction("view_submission", person) | {
        "trigger_id": trigger,
        "view": {**view, **state},
        "response_urls": [],
    }
    return _payload(payload)


def _interaction(kind: str, person: str) -> Json:
    name = person.lower()
    return {
        "type": kind,
        "user": {"id": person, "username": name, "name": name, "team_id": TEAM},
        "api_app_id": APP,
        "token": "deprecated",
        "team": {"id": TEAM, "domain": TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _placed(spot: Spot) -> Json:
    """Tell where something stands; of an ephemeral message Slack sends no copy."""
    if not isinstance(spot, Message):
        state: Json = {"state": {"values": {}}}
        return {"container": {"type": "view", "view_id": spot["id"]}, "view": {**spot, **state}}
    hidden = spot.visible_to is not None
    container: Json = {
        "type": "message",
        "message_ts": spot.ts,
        "channel_id": spot.channel,
        "is_ephemeral": hidden,
    }
    if spot.thread_ts is not None:
        container["thread_ts"] = spot.thread_ts
    copy = {} if hidden else {"message": spot.as_json()}
    channel = {"id": spot.channel, "name": "directmessage"}
    return {"container": container, "channel": channel, **copy}


def _payload(content: Json) -> Webhook:
    body = urlencode({"payload": json.dumps(content)}).encode()
    return Webhook(body=body, content_type=FORM, content=content)


def _action(pressed: Pressable, ts: str) -> Json:
    kept = {key: pressed.element[key] for key in ("type", "action_id") if key in pressed.element}
    action: Json = {**kept, "block_id": pressed.block_id, "action_ts": ts}
    if pressed.option is None:
        shown = ("text", "value", "url", "style")
        return action | {key: pressed.element[key] for key in shown if key in pressed.element}
    return action | {"selected_option": pressed.option}
