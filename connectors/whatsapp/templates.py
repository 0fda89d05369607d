"""Say a message by a template, which gets through when free words do not; pure.

Meta, "Templates" (May 2026). A parameter has no line breaks, no tabs and no more than four spaces
in a row, or Meta refuses it; this was not looked up beyond its error text.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot import (
    Address,
    Body,
    OutboundMessage,
    WindowClosedError,
    fit,
    units,
    with_names,
)
from connectors.whatsapp.cards import split_off
from connectors.whatsapp.markup import plain
from connectors.whatsapp.render import WITHOUT_OPTIONS, envelope
from connectors.whatsapp.settings import TEXT, Template

MAX_PARTS = 3
"""A long message is several templates, each of which Meta may charge for."""

_SPACES = re.compile(r"\s+")
_REMEDY = "add a table [connectors.NAME.templates.X] with a template that has no buttons"


def render_template(
    message: OutboundMessage, to: Address, templates: Mapping[str, Template], client_id: str = ""
) -> Sequence[Body]:
    """Make the requests that say a message by a template, in order; every word is in them.

    A template whose buttons are just the message's choices brings them; by any other the choices
    are numbered in the text, and a typed number answers. Files are named.

    Raises:
        WindowClosedError: there is no template for it, or it is too long for one.
    """
    chosen = find_template(message, templates)
    if chosen is None:
        raise WindowClosedError(f"the 24-hour window is closed and no template fits; {_REMEDY}")
    words = _words(replace(message, options=()) if chosen.buttons else message)
    parts = _split(words, chosen)
    if not 0 < len(parts) <= MAX_PARTS:
        raise WindowClosedError(
            f"the 24-hour window is closed, and {len(words)} characters are too many for "
            f"template {chosen.name}; say less"
        )
    # only the last brings the choices: the first would be answered before the rest is read
    bodies = [_body(chosen, part, ()) for part in parts[:-1]]
    tokens = [option.token for option in message.options] if chosen.buttons else []
    return [
        {**envelope(to, client_id), **body} for body in (*bodies, _body(chosen, parts[-1], tokens))
    ]


def find_template(message: OutboundMessage, templates: Mapping[str, Template]) -> Template | None:
    """Choose the template that brings the message's choices as buttons, else one without any."""
    labels = [option.label.strip().casefold() for option in message.options]
    for template in templates.values():
        if labels and labels == [label.strip().casefold() for label in template.buttons]:
            return template
    return next((each for each in templates.values() if not each.buttons), None)


def _words(message: OutboundMessage) -> str:
    """Put all that a message says on one line."""
    said, extras = split_off(message, is_private=False)
    named = with_names(replace(said, form=None), lambda _: False)
    lines = [extras.picture or "", *(part.text for part in fit(named, WITHOUT_OPTIONS))]
    return _SPACES.sub(" ", " ".join(lines)).strip()


def _split(words: str, template: Template) -> Sequence[str]:
    """Split between words so that each part, its markup broken, keeps the limit."""
    parts = _parts(words, template.max_text)
    for share in (2, 3):
        if all(units(part) <= template.max_text for part in parts):
            break
        parts = _parts(words, max(1, template.max_text // share))
    return [part for part in parts if part.strip()]


def _parts(words: str, most: int) -> Sequence[str]:
    limits = replace(WITHOUT_OPTIONS, max_text=most, max_text_with_options=None)
    return [plain(part.text) for part in fit(OutboundMessage(text=words), limits)]


def _body(template: Template, words: str, tokens: Sequence[str]) -> Body:
    texts = [words if value == TEXT else value for value in template.body]
    parameters = [{"type": "text", "text": text} for text in texts]
    buttons = [
        {
            "type": "button",
            "sub_type": "quick_reply",
            "index": str(index),
            "parameters": [{"type": "payload", "payload": token}],
        }
        for index, token in enumerate(tokens)
    ]
    content = {
        "name": template.name,
        "language": {"code": template.language},
        "components": [{"type": "body", "parameters": parameters}, *buttons],
    }
    return {"type": "template", "template": content}
