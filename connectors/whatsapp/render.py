"""Render a message as bodies for ``POST /{phone_number_id}/messages``; pure.

Limits: Meta's OpenAPI of the Business Messaging API v23.0, text 4096 from its prose. Lengths are
counted in UTF-16 units, the strictest reading of "characters".
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import assert_never

from bot import (
    Address,
    Body,
    Capabilities,
    Catalogue,
    Fitted,
    Layout,
    Option,
    OutboundMessage,
    fit,
    units,
    with_names,
)
from connectors.whatsapp.cards import PLACE, Extras, link_action, picture_message, split_off
from connectors.whatsapp.kinds import CAPTIONED, kind_of
from connectors.whatsapp.markup import plain

CAPABILITIES = Capabilities(
    max_text=4096,
    max_buttons=3,
    max_button_label=20,
    max_rows=10,
    max_row_label=24,
    max_row_description=72,
    max_text_with_options=1024,
    links=True,
    files=True,
    max_caption=1024,
    cards=True,
    controls=frozenset({PLACE}),
    typing=True,
    reads=True,
    receipts=True,
    window=timedelta(hours=24),
)

WORDS = Catalogue.beside(__file__)
CHOOSE = "Choose"  # opens a list; at most 20 characters
BLANK = "…"  # an interactive message must have a body, also where the answer has no words

# Cards and the one link are split off before; what is left of links is written into the text.
_IN_TEXT = replace(CAPABILITIES, links=False, cards=False, controls=frozenset())
WITHOUT_OPTIONS = replace(_IN_TEXT, max_buttons=0, max_rows=0)
_INTERACTIVE = replace(WITHOUT_OPTIONS, max_text=1024)
_MAX_CALLBACK_DATA = 512


def render(message: OutboundMessage, to: Address, client_id: str = "") -> Sequence[Body]:
    """Make the requests that show a message, in order; none if there is nothing to show.

    One that brings a file holds it under ``file``: it has to be uploaded first, and its id put
    into the request (`with_media`).

    Args:
        message: What to show.
        to: To whom.
        client_id: Comes back in the delivery reports as ``biz_opaque_callback_data``.
    """
    message, extras = split_off(message, is_private=not is_group(to))
    takeable = with_names(message, lambda file: kind_of(file) is not None)
    parts = _fitted(takeable, _capabilities(message.options, extras, to))
    contents = _drawn([content for part in parts for content in _contents(part)], extras)
    return [{**envelope(to, client_id), **content} for content in contents]


def envelope(to: Address, client_id: str) -> Body:
    """Make what every request says, whatever its content."""
    made = {"messaging_product": "whatsapp", **_recipient(to)}
    if client_id:
        made["biz_opaque_callback_data"] = client_id[:_MAX_CALLBACK_DATA]
    return made


def with_media(body: Body, media_id: str) -> Body:
    """Put the id of an uploaded file into its request."""
    kind = body["type"]
    plain = {key: value for key, value in body.items() if key != "file"}
    return {**plain, kind: {"id": media_id, **body[kind]}}


def is_group(to: Address) -> bool:
    """Tell whether an address is in a group."""
    return to.place not in {to.user, to.phone}


def _recipient(to: Address) -> dict[str, str]:
    """Tell how to reach an address.

    The phone goes first, and only in ``to``: Meta accepts a business-scoped id there and drops
    the message.
    """
    if is_group(to):
        return {"recipient_type": "group", "to": to.place}
    phone = to.phone or (to.user if to.user.isdigit() else None)
    key, value = ("to", phone) if phone else ("recipient", to.user)
    return {"recipient_type": "individual", key: value}


def _capabilities(options: Sequence[Option], extras: Extras, to: Address) -> Capabilities:
    """Tell what can be shown.

    Groups have no buttons, Meta refuses titles that are equal, and only rows have descriptions.
    """
    if extras.link or extras.asks_place:
        return _INTERACTIVE
    titles = {option.label.strip() for option in options}
    tokens = {option.token for option in options}
    are_clear = len(titles) == len(tokens) == len(options) and "" not in titles
    on_one_line = not any("\n" in option.label for option in options)
    if is_group(to) or not (are_clear and on_one_line):
        return WITHOUT_OPTIONS
    if any(option.description for option in options):
        return replace(_IN_TEXT, max_buttons=0)
    return _IN_TEXT


def _fitted(message: OutboundMessage, capabilities: Capabilities) -> Sequence[Fitted]:
    """Fit a message and break the markup in it, which makes a text at most three times as long."""
    shown = _plainly(message, capabilities, share=1)
    for share in (2, 3):
        if all(units(part.text) <= _limit(part, capabilities) for part in shown):
            break
        shown = _plainly(message, capabilities, share=share)
    return shown


def _plainly(
    message: OutboundMessage, capabilities: Capabilities, *, share: int
) -> Sequence[Fitted]:
    smaller = replace(
        capabilities,
        max_text=capabilities.max_text // share,
        max_text_with_options=_limit_with_options() // share,
        max_caption=CAPABILITIES.max_caption // share,
    )
    return [replace(part, text=plain(part.text)) for part in fit(message, smaller)]


def _limit(part: Fitted, capabilities: Capabilities) -> int:
    if part.file is not None:
        return CAPABILITIES.max_caption
    return _limit_with_options() if part.options else capabilities.max_text


def _limit_with_options() -> int:
    return CAPABILITIES.max_text_with_options or CAPABILITIES.max_text


def _contents(part: Fitted) -> Iterator[Body]:
    if part.file is None:
        if part.text.strip() or part.options:
            yield _content(part)
        return
    kind = kind_of(part.file) or "document"
    if part.text and kind not in CAPTIONED:
        yield _content(replace(part, file=None))
    caption = {"caption": part.text} if part.text and kind in CAPTIONED else {}
    named = {"filename": part.file.name} if kind == "document" else {}
    yield {"type": kind, kind: {**caption, **named}, "file": part.file}


def _content(part: Fitted) -> Body:
    match part.layout:
        case Layout.NONE | Layout.NUMBERED:
            return {"type": "text", "text": {"body": part.text, "preview_url": False}}
        case Layout.BUTTONS:
            return _interactive("button", part, {"buttons": [_button(o) for o in part.options]})
        case Layout.LIST:
            rows = [_row(option) for option in part.options]
            button = WORDS.text(part.locale, "Choose")
            return _interactive("list", part, {"button": button, "sections": [{"rows": rows}]})
        case _:
            assert_never(part.layout)


def _drawn(contents: Sequence[Body], extras: Extras) -> Sequence[Body]:
    """Draw what stands beside the words on the last message that can take it."""
    if extras.link is not None or extras.asks_place:
        *first, last = contents or [{"text": {"body": ""}}]
        contents = [*first, _with_action(last["text"]["body"], extras)]
    if extras.picture is not None:
        return _pictured(contents, extras.picture)
    if extras.header:
        return _headed(contents, {"type": "text", "text": extras.header})
    return contents


def _with_action(text: str, extras: Extras) -> Body:
    body = {"text": text if text.strip() else BLANK}
    kind, action = "location_request_message", {"name": "send_location"}
    if extras.link is not None:
        kind, action = "cta_url", dict(link_action(extras.link))
    return {"type": "interactive", "interactive": {"type": kind, "body": body, "action": action}}


def _pictured(contents: Sequence[Body], address: str) -> Sequence[Body]:
    """Show a picture on top of the buttons, else above its words, else by itself."""
    match contents:
        case [*_, {"interactive": {"type": "button" | "cta_url"}}]:
            return _headed(contents, {"type": "image", "image": {"link": address}})
        case [{"type": "text", "text": {"body": text}}] if units(text) <= CAPABILITIES.max_caption:
            return [picture_message(address, text)]
        case _:
            return [picture_message(address, ""), *contents]


def _headed(contents: Sequence[Body], header: Body) -> Sequence[Body]:
    match contents:
        case [*first, {"interactive": {**interactive}, **rest}]:
            return [*first, {**rest, "interactive": {**interactive, "header": header}}]
        case _:
            title = header.get("text", "")
            words = {"type": "text", "text": {"body": title, "preview_url": False}}
            return [words, *contents] if title else contents


def _interactive(kind: str, part: Fitted, action: Body) -> Body:
    body = {"text": part.text if part.text.strip() else BLANK}
    return {"type": "interactive", "interactive": {"type": kind, "body": body, "action": action}}


def _button(option: Option) -> Body:
    return {"type": "reply", "reply": {"id": option.token, "title": option.label}}


def _row(option: Option) -> Body:
    row = {"id": option.token, "title": option.label}
    return {**row, "description": option.description} if option.description.strip() else row
