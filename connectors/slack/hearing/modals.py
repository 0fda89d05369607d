"""Presses of a form's button, and forms that were sent: bytes in, values out, nothing else."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot import (
    Address,
    Body,
    EventId,
    FormFilled,
    InboundMessage,
    PromptId,
    Received,
    Tap,
    WebhookResponse,
)
from connectors.slack import wire
from connectors.slack.blocks.controls import DATE, TIME
from connectors.slack.blocks.views import CALLBACK, FORM_ACTION, MAX_INPUT, Json, modal, read_offer

MAX_METADATA = 3000
MISSING = "Please fill this in."
_READABLE = {
    "datepicker": (DATE, "Please pick a day."),
    "timepicker": (TIME, "Please pick a time."),
    "number_input": (re.compile(r"-?\d{1,40}([.,]\d{1,20})?", re.ASCII), "Please give a number."),
    "email_text_input": (re.compile(r"[^@\s]+@[^@\s]+"), "Please give an e-mail address."),
}
"""What an element's answer looks like, and what is said where it does not; Slack's own app checks
the same before it sends. Everything else is checked by the dialog, which tells it in the chat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """Somebody wants a form: the view to open, or None where it is not theirs or unreadable.

    ``instead`` is the message that asks its question again where the view cannot be opened.
    """

    trigger: str
    view: Json | None
    instead: InboundMessage


def find_press(name: str, body: Body, raw: bytes) -> Press | None:
    """Find a press of a form's button in an interaction."""
    actions = body.get("actions")
    if wire.text_at(body, "type") != "block_actions" or not isinstance(actions, list):
        return None
    for action in actions:
        if isinstance(action, Mapping) and wire.text_at(action, "action_id") == FORM_ACTION:
            return _press(name, body, raw, action)
    return None


def find_submission(name: str, body: Body, raw: bytes) -> Received | None:
    """Read a form that was sent; None where the view is none of ours.

    What is required and empty, or no day or number, comes back to the person at once, and nothing
    is recorded.
    """
    view = body.get("view")
    is_sent = wire.text_at(body, "type") == "view_submission" and isinstance(view, Mapping)
    if not is_sent or wire.text_at(body, "view", "callback_id") != CALLBACK:
        return None
    try:
        wrong = _wrong(body)
        if wrong:
            return Received(response=_answer(response_action="errors", errors=wrong))
        message = _filled(name, body, raw)
    except wire.MalformedError as error:
        return wire.unreadable(name, body, raw, reason=str(error))
    return Received(messages=(message,), response=_answer(response_action="clear"))


def _press(name: str, body: Body, raw: bytes, action: Body) -> Press | None:
    offer = read_offer(wire.text_at(action, "value"))
    tap = Tap(token=f"{offer.prompt}.form", label=wire.text_at(action, "text", "text"))
    try:
        instead = wire.tapped(name, body, raw, action=action, said=tap)
    except wire.MalformedError:
        return None  # the parser of taps keeps it
    is_theirs = offer.form is not None and offer.owner == instead.sender.user
    view = modal(offer.form, _metadata(offer.prompt, instead)) if offer.form and is_theirs else None
    return Press(trigger=wire.text_at(body, "trigger_id"), view=view, instead=instead)


def _metadata(prompt: PromptId, pressed: InboundMessage) -> str:
    """Write what the submission will not tell by itself: the question, and where it stands."""
    told = {
        "prompt": prompt,
        "place": pressed.sender.place,
        "room": pressed.room,
        "hints": dict(pressed.hints),
    }
    text = json.dumps(told)
    return text if len(text) <= MAX_METADATA else json.dumps({**told, "hints": {}})


def _filled(name: str, body: Body, raw: bytes) -> InboundMessage:
    told = wire.told_in(body)
    user, place = wire.text_at(body, "user", "id"), wire.text_at(told, "place")
    view = wire.text_at(body, "view", "id")
    given = told.get("hints")
    hints = given if isinstance(given, Mapping) else {}
    address: Address = wire.sender_of(name, body, user, place)
    return InboundMessage(
        # a view is closed by its submission: sent again, it is the same one
        event_id=EventId(f"view:{view}" if view else wire.digest(raw)),
        sender=address,
        form=FormFilled(prompt=PromptId(wire.text_at(told, "prompt")), values=_values(body)),
        room=wire.text_at(told, "room") or None,
        hints={key: wire.text_at(hints, key) for key in hints},
    )


def _values(body: Body) -> dict[str, str]:
    """Read what stands in the fields, by field; empty ones are left out."""
    view = body.get("view")
    state = view.get("state") if isinstance(view, Mapping) else None
    blocks = state.get("values") if isinstance(state, Mapping) else None
    if not isinstance(blocks, Mapping):
        return {}
    words = {
        str(name): _words(held)
        for name, inputs in blocks.items()
        if isinstance(inputs, Mapping)
        for held in inputs.values()
        if isinstance(held, Mapping)
    }
    return {name: text for name, text in words.items() if text.strip()}


def _words(held: Body) -> str:
    """Read one field's words by the kind of its element."""
    match wire.text_at(held, "type"):
        case "datepicker":
            found = wire.text_at(held, "selected_date")
        case "timepicker":
            found = wire.text_at(held, "selected_time")
        case "static_select" | "external_select" | "radio_buttons":
            found = wire.text_at(held, "selected_option", "value")
        case _:
            found = wire.text_at(held, "value")
    return found[:MAX_INPUT]


def _wrong(body: Body) -> dict[str, str]:
    """Name the fields that are empty or cannot be read, by block, with what to say there."""
    view = body.get("view")
    blocks = view.get("blocks") if isinstance(view, Mapping) else None
    filled = _values(body)
    asked = [block for block in blocks or () if isinstance(block, Mapping)]
    wrong: dict[str, str] = {}
    for block in asked:
        name, kind = wire.text_at(block, "block_id"), wire.text_at(block, "element", "type")
        if name not in filled:
            wrong |= {} if _is_optional(block) else {name: MISSING}
        elif kind in _READABLE and not _READABLE[kind][0].fullmatch(filled[name]):
            wrong[name] = _READABLE[kind][1]
    return wrong


def _is_optional(block: Body) -> bool:
    return wire.text_at(block, "type") != "input" or block.get("optional") is True


def _answer(**body: object) -> WebhookResponse:
    text = json.dumps(body).encode()
    return WebhookResponse(status=200, body=text, content_type="application/json")
