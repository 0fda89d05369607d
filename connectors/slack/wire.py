"""Slack's requests as messages: bytes in, values out, nothing else."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl

from bot import (
    Address,
    Body,
    EventId,
    FormFilled,
    InboundMessage,
    Profile,
    Received,
    Tap,
    Unreadable,
    account_of,
)
from connectors.slack.blocks.controls import ANSWER_ACTION, picked
from connectors.slack.blocks.mrkdwn import unescape, without_mention
from connectors.slack.blocks.views import FORM_ACTION, HOME_ACTION
from connectors.slack.contents import attachments_of, links_of
from connectors.slack.kinds import (
    SILENT_BODIES,
    SILENT_EVENTS,
    SILENT_INTERACTIONS,
    SILENT_SUBTYPES,
    WORDS,
)
from connectors.slack.workspaces import workspace_of

MAX_FORM_FIELDS = 100
Pressed = Tap | FormFilled | str
"""What a press says: a button's token, an answer that was picked, or words of the home tab."""


class MalformedError(ValueError):
    """A genuine body that is not what Slack's documents describe; says where."""


def is_ssl_check(raw: bytes) -> bool:
    """Tell Slack's test of the certificate, which it does not sign and which says nothing."""
    return b"ssl_check=1" in raw.split(b"&") and b"payload" not in raw and b"{" not in raw[:1]


def read_body(raw: bytes) -> dict[str, Any]:
    """Read a body: JSON of the Events API, or a form of a command or an interaction.

    Raises:
        MalformedError: it is neither.
    """
    try:
        text = raw.decode()
        if text[:1] in {"{", "[", '"'}:
            return _as_object(json.loads(text))
        fields = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FORM_FIELDS))
        return _as_object(json.loads(fields["payload"])) if "payload" in fields else {**fields}
    except MalformedError:
        raise
    except (ValueError, RecursionError) as error:
        raise MalformedError(f"neither JSON nor a form: {type(error).__name__}") from error


def parse(name: str, body: Body, raw: bytes) -> Received:
    """Turn a body into what it holds; unknown and broken ones become unreadable."""
    try:
        return Received(messages=tuple(_messages(name, body, raw)))
    except MalformedError as error:
        return unreadable(name, body, raw, reason=str(error))


def unreadable(name: str, body: Body, raw: bytes, *, reason: str) -> Received:
    """Keep a genuine body that nobody understood."""
    event_id = EventId(text_at(body, "event_id") or digest(raw))
    account = account_of(name, _team(body))
    letter = Unreadable(account=account, event_id=event_id, reason=reason, body=raw)
    return Received(unreadable=(letter,))


def text_at(body: Body, *path: str) -> str:
    """Read a text, cleaned of what no database keeps; empty where there is none."""
    value: object = body
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    if not isinstance(value, str):
        return ""
    return clean(value)


def clean(text: str) -> str:
    """Take out what JSON may hold: halves of surrogate pairs, and NUL, which PostgreSQL refuses."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "")


def _messages(name: str, body: Body, raw: bytes) -> list[InboundMessage]:
    kind = text_at(body, "type")
    if kind == "event_callback":
        return _event(name, body, raw)
    if kind == "block_actions":
        return _taps(name, body, raw)
    if text_at(body, "command"):
        return [_command(name, body, raw)]
    if kind in SILENT_INTERACTIONS or kind in SILENT_BODIES:
        return []
    raise MalformedError(f"unknown kind of request: {_quoted(kind)}")


def _event(name: str, body: Body, raw: bytes) -> list[InboundMessage]:
    event = body.get("event")
    if not isinstance(event, Mapping):
        raise MalformedError("an event_callback without an event")
    kind, subtype = text_at(event, "type"), text_at(event, "subtype")
    if text_at(event, "bot_id") or kind in SILENT_EVENTS:
        return []
    match kind:
        case "message" if subtype in SILENT_SUBTYPES or not is_direct(event):
            return []
        case "message" if subtype in WORDS:
            return [spoken(name, body, event, raw)]
        case "app_mention":
            return [_mention(name, body, event, raw)]
        case _:
            raise MalformedError(f"unknown kind of event: {_quoted(kind)} {_quoted(subtype)}")


def is_direct(event: Body) -> bool:
    """Tell whether something was written in the app's own direct message."""
    kind = text_at(event, "channel_type")
    return kind == "im" or (not kind and text_at(event, "channel").startswith("D"))


def spoken(name: str, body: Body, event: Body, raw: bytes) -> InboundMessage:
    """Make the message of what somebody wrote in the app's direct message."""
    thread = text_at(event, "thread_ts")
    return InboundMessage(
        event_id=_event_id(body, raw),
        sender=sender_of(name, body, text_at(event, "user"), text_at(event, "channel")),
        text=_said(text_at(event, "text"), event),
        attachments=attachments_of(event),
        sent_at=moment(text_at(event, "ts")),
        hints={"thread_ts": thread} if thread else {},
    )


def _mention(name: str, body: Body, event: Body, raw: bytes) -> InboundMessage:
    room = _room(text_at(event, "channel"), text_at(event, "thread_ts"))
    said = without_mention(text_at(event, "text"), _own_user(body))
    return InboundMessage(
        event_id=_event_id(body, raw),
        sender=sender_of(name, body, text_at(event, "user"), room),
        text=_said(said, event),
        attachments=attachments_of(event),
        room=room,
        sent_at=moment(text_at(event, "ts")),
        hints={"room": room},
    )


def _said(text: str, event: Body) -> str:
    """Read the words, and under them the addresses of files that are not Slack's."""
    return "\n".join(filter(None, [unescape(text), *map(clean, links_of(event))]))


def _command(name: str, body: Body, raw: bytes) -> InboundMessage:
    channel, url = text_at(body, "channel_id"), text_at(body, "response_url")
    given = unescape(text_at(body, "text"))
    typed = text_at(body, "command")
    trigger = text_at(body, "trigger_id")
    return InboundMessage(
        event_id=EventId(trigger or digest(url.encode() or raw)),
        sender=sender_of(name, body, text_at(body, "user_id"), channel),
        text=f"{typed} {given}" if given.strip() else typed,
        profile=Profile(name=text_at(body, "user_name") or None),
        hints=_hints(response_url=url, channel=channel, command="1"),
    )


def _taps(name: str, body: Body, raw: bytes) -> list[InboundMessage]:
    actions = body.get("actions")
    if not isinstance(actions, list) or not actions:
        raise MalformedError("block_actions without actions")
    found = [(action, _pressed(action)) for action in actions if isinstance(action, Mapping)]
    return [
        tapped(name, body, raw, action=action, said=said)
        for action, said in found
        if said is not None
    ]


def _pressed(action: Body) -> Pressed | None:
    """Read a press; None where it opened a link, cleared a picker, or is none of ours."""
    name, block = text_at(action, "action_id"), text_at(action, "block_id")
    match text_at(action, "type"):
        case "button" if name == FORM_ACTION:
            return None  # see connectors.slack.hearing.modals
        case "button" if name.startswith(HOME_ACTION):
            return text_at(action, "value") or None
        case "button" if text_at(action, "value"):
            return Tap(token=text_at(action, "value"), label=text_at(action, "text", "text"))
        case "datepicker" | "timepicker" if name == ANSWER_ACTION:
            return picked(block, _first(action, ("selected_date",), ("selected_time",)))
        case "static_select" | "external_select" | "overflow":
            return _chosen(action)
        case _:
            return None


def _chosen(action: Body) -> Tap | None:
    token = text_at(action, "selected_option", "value")
    label = text_at(action, "selected_option", "text", "text")
    return Tap(token=token, label=label) if token else None


def tapped(name: str, body: Body, raw: bytes, *, action: Body, said: Pressed) -> InboundMessage:
    """Make the message of a press, with where it was made.

    The home tab is in no channel: what is pressed there is answered in the direct message.
    """
    channel, thread, room = _stands_in(body)
    is_home = isinstance(said, str)
    trigger, stamp = text_at(body, "trigger_id"), text_at(action, "action_ts")
    message = text_at(body, "container", "message_ts") or text_at(body, "message", "ts")
    hints = _hints(
        response_url=text_at(body, "response_url"),
        message_ts=message,
        channel=channel,
        room=room or "",
        thread_ts=thread if room is None else "",
        home="1" if is_home else "",
    )
    return InboundMessage(
        event_id=EventId(f"{trigger}:{stamp}" if trigger else digest(raw)),
        sender=sender_of(name, body, text_at(body, "user", "id"), room or channel),
        text=said if isinstance(said, str) else "",
        tap=said if isinstance(said, Tap) else None,
        form=said if isinstance(said, FormFilled) else None,
        room=room,
        profile=Profile(name=_named(body)),
        sent_at=moment(stamp),
        hints=hints,
    )


def place_of(body: Body) -> str:
    """Tell where a press was made: a room or its thread, or what only one person sees."""
    channel, _, room = _stands_in(body)
    return room or channel


def _stands_in(body: Body) -> tuple[str, str, str | None]:
    """Tell the channel and thread of an interaction, and the room where others see it, too."""
    channel = _first(body, ("channel", "id"), ("container", "channel_id"))
    if text_at(body, "view", "type") == "home":
        channel = text_at(told_in(body), "place")
    thread = _first(body, ("container", "thread_ts"), ("message", "thread_ts"))
    hidden = _flag(body, "container", "is_ephemeral")
    return channel, thread, None if hidden or channel.startswith("D") else _room(channel, thread)


def told_in(body: Body) -> Body:
    """Read what a view of ours was given to bring back; MalformedError where it is not that."""
    try:
        told = json.loads(text_at(body, "view", "private_metadata"))
    except (ValueError, RecursionError) as error:
        raise MalformedError("a view without its metadata") from error
    if not isinstance(told, dict):
        raise MalformedError("a view whose metadata is no object")
    return told


def sender_of(name: str, body: Body, user: str, place: str) -> Address:
    """Tell who sent a request and where; MalformedError where it does not say."""
    if not user:
        raise MalformedError("nobody is named as the sender")
    if not place:
        raise MalformedError("no channel is named")
    return Address(account=account_of(name, _team(body)), user=user, place=place)


def _team(body: Body) -> str:
    """Tell the installation that a request came through."""
    return clean(workspace_of(body))


def _named(body: Body) -> str | None:
    return _first(body, ("user", "username"), ("user", "name")) or None


def _own_user(body: Body) -> str | None:
    """Tell the bot's user id, which an event names as the reason why it was sent."""
    authorizations = body.get("authorizations")
    if isinstance(authorizations, list) and authorizations:
        first = authorizations[0]
        return text_at(first, "user_id") or None if isinstance(first, Mapping) else None
    return None


def _room(channel: str, thread: str) -> str:
    return f"{channel}:{thread}" if channel and thread else channel


def _event_id(body: Body, raw: bytes) -> EventId:
    return EventId(text_at(body, "event_id") or digest(raw))


def moment(stamp: str) -> datetime | None:
    """Read Slack's timestamps: seconds since 1970 with six decimals."""
    try:
        return datetime.fromtimestamp(float(stamp), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _flag(body: Body, *path: str) -> bool:
    value: object = body
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value is True


def _first(body: Body, *paths: tuple[str, ...]) -> str:
    return next(filter(None, (text_at(body, *path) for path in paths)), "")


def _hints(**given: str) -> dict[str, str]:
    return {key: value for key, value in given.items() if value}


def digest(raw: bytes) -> str:
    """Name a body that brings no id."""
    return sha256(raw).hexdigest()


def _quoted(kind: str) -> str:
    return repr(kind[:60])


def _as_object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise MalformedError("a body that is no object")
    return value
