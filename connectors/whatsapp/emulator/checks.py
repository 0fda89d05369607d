"""Check requests to send as Meta does: limits, required parts, uniqueness.

After Meta's OpenAPI v23.0 (repaired as its own examples need it). Lengths are counted in UTF-16
units, the strictest reading of "characters".
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from bot import Body, units
from connectors.whatsapp.emulator.refusals import RefusedError

Json: TypeAlias = Any

_RECIPIENT = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")
_MEDIA = frozenset({"audio", "document", "image", "sticker", "video"})
_PLAIN = frozenset({"contacts", "location", "reaction"})
_MAX_TEXT = 4096
_MAX_CAPTION = 1024
_MAX_CALLBACK_DATA = 512


def check_message(body: Body) -> None:
    """Check a request to send; raises RefusedError with the first thing that is wrong."""
    check_product(body)
    if body.get("recipient_type", "individual") not in ("individual", "group"):
        raise RefusedError(100, "recipient_type must be one of individual, group")
    if "to" not in body and "recipient" not in body:
        raise RefusedError(100, "The parameter to or recipient is required.")
    recipient = body.get("recipient", "XX.0")
    if not isinstance(recipient, str) or not _RECIPIENT.fullmatch(recipient):
        raise RefusedError(100, "recipient must be a business-scoped user id")
    if "biz_opaque_callback_data" in body:
        _text(body, "biz_opaque_callback_data", most=_MAX_CALLBACK_DATA)
    _check_content(body)


def check_product(body: Body) -> None:
    """Check what every request must say."""
    if body.get("messaging_product") != "whatsapp":
        raise RefusedError(100, "The parameter messaging_product is required: whatsapp")


def _check_content(body: Body) -> None:
    match body.get("type", "text"):
        case "text":
            text = _object(body, "text")
            _only(text, "text", {"body", "preview_url"})
            _text(text, "body", most=_MAX_TEXT)
        case "interactive":
            _check_interactive(_object(body, "interactive"))
        case str(kind) if kind in _MEDIA:
            media = _object(body, kind)
            if ("id" in media) == ("link" in media):
                raise RefusedError(100, f"{kind} needs one of id, link")
            if "caption" in media:
                _text(media, "caption", most=_MAX_CAPTION)
        case "template":
            template = _object(body, "template")
            _text(template, "name", most=512)
            _text(_object(template, "language"), "code", most=20)
        case str(kind) if kind in _PLAIN and body.get(kind):
            return
        case kind:
            raise RefusedError(131051, f"Message type {kind!r:.40} is not supported.")


def _check_interactive(content: Body) -> None:
    kind = content.get("type")
    _only(content, "interactive", {"type", "header", "body", "footer", "action"})
    _text(_object(content, "body"), "text", most=1024)
    if "footer" in content:
        _text(_object(content, "footer"), "text", most=60)
    if "header" in content:
        _check_header(_object(content, "header"), kind)
    action = _object(content, "action")
    match kind:
        case "button":
            _check_buttons(_list(action, "buttons", most=3))
        case "list":
            _text(action, "button", most=20)
            _check_sections(_list(action, "sections", most=10))
        case "cta_url":
            _check_link(action)
        case "location_request_message":
            _only(content, "interactive", {"type", "body", "action"})
            if action.get("name") != "send_location":
                raise RefusedError(131009, "action name must be send_location")
        case _:
            raise RefusedError(131009, f"Interactive type {kind!r:.40} is not known here.")


def _check_link(action: Body) -> None:
    if action.get("name") != "cta_url":
        raise RefusedError(131009, "action name must be cta_url")
    parameters = _object(action, "parameters")
    _text(parameters, "display_text", most=20)
    if not _text(parameters, "url", most=2000).startswith(("http://", "https://")):
        raise RefusedError(131009, "url must begin with http:// or https://")


def _check_header(header: Body, above: object) -> None:
    match header.get("type"):
        case "text":
            _text(header, "text", most=60)
        case "document" | "image" | "video" as kind if above != "list":
            media = _object(header, kind)
            if ("id" in media) == ("link" in media):
                raise RefusedError(100, f"{kind} needs one of id, link")
        case _:
            raise RefusedError(131009, "header type is not valid")


def _check_buttons(buttons: Sequence[Json]) -> None:
    for button in buttons:
        if not isinstance(button, Mapping) or button.get("type") != "reply":
            raise RefusedError(131009, "Button type must be reply")
        reply = _object(button, "reply")
        _check_id(reply, most=256)
        _text(reply, "title", most=20)
    _check_unique("Button", "id", [button["reply"]["id"] for button in buttons])
    _check_unique("Button", "title", [button["reply"]["title"].strip() for button in buttons])


def _check_sections(sections: Sequence[Json]) -> None:
    rows: list[Json] = []
    for section in sections:
        if not isinstance(section, Mapping):
            raise RefusedError(131009, "section must be an object")
        if len(sections) > 1 or "title" in section:
            _text(section, "title", most=24)
        rows += _list(section, "rows", most=10)
    if len(rows) > 10:
        raise RefusedError(131009, "Total row count exceeds 10")
    for row in rows:
        if not isinstance(row, Mapping):
            raise RefusedError(131009, "row must be an object")
        _check_id(row, most=200)
        _text(row, "title", most=24)
        if "description" in row:
            _text(row, "description", most=72)
    _check_unique("Row", "id", [row["id"] for row in rows])


def _check_id(holder: Body, *, most: int) -> None:
    given = _text(holder, "id", most=most)
    if given != given.strip():
        raise RefusedError(131009, "id must not begin or end with a space")


def _check_unique(what: str, key: str, values: Sequence[str]) -> None:
    if len(set(values)) != len(values):
        raise RefusedError(131009, f"{what} {key}s must be unique")


def _object(holder: Body, key: str) -> Body:
    found = holder.get(key)
    if not isinstance(found, Mapping):
        raise RefusedError(100, f"The parameter {key} is required.")
    return found


def _list(holder: Body, key: str, *, most: int) -> Sequence[Json]:
    found = holder.get(key)
    if not isinstance(found, list) or not 1 <= len(found) <= most:
        raise RefusedError(131009, f"{key}: min 1, max {most}")
    return found


def _text(holder: Body, key: str, *, most: int) -> str:
    found = holder.get(key)
    if not isinstance(found, str) or not found.strip():
        raise RefusedError(100, f"The parameter {key} is required and must have text.")
    if units(found) > most:
        raise RefusedError(100, f"Param {key} must be at most {most} characters long.")
    return found


def _only(holder: Body, name: str, known: set[str]) -> None:
    unexpected = sorted(set(holder) - known)
    if unexpected:
        raise RefusedError(100, f"Unexpected key {unexpected[0]!r:.40} on param {name!r}.")
