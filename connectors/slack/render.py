"""Messages as Slack's Block Kit: values in, JSON out, nothing else.

The words go into a ``rich_text`` block: its text elements carry words as they are, so that
neither ``*stars*`` nor ``<!channel>`` of a customer's mean anything. The top-level ``text`` is
what notifications and screen readers use; there, escaping is what takes the meaning away.

Limits are those of Slack's Block Kit reference (2026).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from bot import Capabilities, Fitted, Layout, Link, Option, OutboundMessage, fit, units
from connectors.slack.mrkdwn import escape
from connectors.slack.views import form_button

MAX_LABEL = 75
MAX_URL = 3000
MAX_ELEMENTS = 25
CAPABILITIES = Capabilities(
    max_text=3000,
    max_buttons=10,
    max_button_label=MAX_LABEL,
    max_rows=100,
    max_row_label=MAX_LABEL,
    max_row_description=MAX_LABEL,
    links=True,
    forms=True,
    files=True,
)

_URL = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]}']")

Json = dict[str, Any]


def render(message: OutboundMessage, *, owner: str = "") -> Sequence[Json]:
    """Write a message as the posts that show it: with ``text`` and ``blocks``, or with a ``file``.

    ``owner`` is the user who alone may open the message's form.
    """
    posts: list[Json] = []
    for part in fit(_with_words_in_text(message), CAPABILITIES):
        if part.file is not None:
            posts.append({"file": part.file})
            continue
        post = _post(part)
        if part.form is not None and message.prompt is not None:
            button = form_button(part.form, message.prompt, owner)
            if button is not None:
                post["blocks"].append({"type": "actions", "elements": [button]})
        posts.append(post)
    return posts


def _with_words_in_text(message: OutboundMessage) -> OutboundMessage:
    """Write into the text what no button can carry: long links, descriptions of buttons."""
    buttons = [link for link in message.links if _fits(link)]
    lines = [f"{link.label}: {link.url}" for link in message.links if not _fits(link)]
    lines += _descriptions(message.options)
    text = "\n".join(filter(None, [message.text, *lines]))
    return replace(message, text=text, links=tuple(buttons))


def _fits(link: Link) -> bool:
    is_web = link.url.startswith(("https://", "http://"))
    return is_web and 0 < units(link.label) <= MAX_LABEL and units(link.url) <= MAX_URL


def _descriptions(options: Sequence[Option]) -> Iterator[str]:
    """Give the descriptions that would be lost: rows have room for them, buttons have not."""
    if len(options) > CAPABILITIES.max_buttons or any(
        units(option.label) > MAX_LABEL for option in options
    ):
        return
    for option in options:
        if option.description:
            yield f"{option.label}: {option.description}"


def _post(fitted: Fitted) -> Json:
    blocks = [*_words(fitted.text), *_choices(fitted), *_links(fitted.links)]
    named = [option.label for option in fitted.options] + [link.label for link in fitted.links]
    return {
        "text": escape(fitted.text if fitted.text.strip() else ", ".join(named)),
        "blocks": blocks,
    }


def _words(text: str) -> Iterator[Json]:
    if text:
        section = {"type": "rich_text_section", "elements": list(_elements(text))}
        yield {"type": "rich_text", "elements": [section]}


def _elements(text: str) -> Iterator[Json]:
    """Cut a text into words and the links in it, which Slack does not find by itself here."""
    end = 0
    for found in _URL.finditer(text):
        if found.start() > end:
            yield {"type": "text", "text": text[end : found.start()]}
        yield {"type": "link", "url": found[0], "text": found[0]}
        end = found.end()
    if end < len(text):
        yield {"type": "text", "text": text[end:]}


def _choices(fitted: Fitted) -> Iterator[Json]:
    match fitted.layout:
        case Layout.BUTTONS:
            yield {
                "type": "actions",
                "elements": [_button(*at) for at in enumerate(fitted.options)],
            }
        case Layout.LIST:
            select = {
                "type": "static_select",
                "action_id": "options",
                "placeholder": _plain("…"),
                "options": [_row(option) for option in fitted.options],
            }
            yield {"type": "actions", "elements": [select]}
        case Layout.NONE | Layout.NUMBERED:
            return


def _button(index: int, option: Option) -> Json:
    return {
        "type": "button",
        "action_id": f"option-{index}",
        "text": _plain(option.label),
        "value": option.token,
    }


def _row(option: Option) -> Json:
    described = {"description": _plain(option.description)} if option.description else {}
    return {"text": _plain(option.label), "value": option.token, **described}


def _links(links: Sequence[Link]) -> Iterator[Json]:
    numbered = list(enumerate(links))
    for start in range(0, len(numbered), MAX_ELEMENTS):
        some = numbered[start : start + MAX_ELEMENTS]
        yield {"type": "actions", "elements": [_link(index, link) for index, link in some]}


def _link(index: int, link: Link) -> Json:
    """Write a link's button; it has no value, which is how its taps are told from answers."""
    return {
        "type": "button",
        "action_id": f"link-{index}",
        "text": _plain(link.label),
        "url": link.url,
    }


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}
