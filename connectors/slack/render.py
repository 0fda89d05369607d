"""Messages as Slack's Block Kit: values in, JSON out, nothing else.

The words go into a ``rich_text`` block: its text elements carry words as they are, so that
neither ``*stars*`` nor ``<!channel>`` of a customer's mean anything. The top-level ``text`` is
what notifications and screen readers use; there, escaping is what takes the meaning away.

Limits are those of Slack's Block Kit reference (2026).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot import (
    Capabilities,
    Fitted,
    Layout,
    Link,
    Option,
    OutboundMessage,
    PromptId,
    fit,
    units,
)
from connectors.slack.blocks.cards import card_blocks
from connectors.slack.blocks.controls import KINDS, MAX_ROWS, Json, menu, picker, plain
from connectors.slack.blocks.mrkdwn import escape
from connectors.slack.blocks.views import form_button
from connectors.slack.blocks.words import words

__all__ = ["CAPABILITIES", "Json", "render"]

MAX_LABEL = 75
MAX_URL = 3000
MAX_ELEMENTS = 25
MAX_SEARCHED = 5000
"""Choices of one question that are searched; more than a person wants to know of."""
CAPABILITIES = Capabilities(
    max_text=3000,
    max_buttons=10,
    max_button_label=MAX_LABEL,
    max_rows=MAX_ROWS,
    max_row_label=MAX_LABEL,
    max_row_description=MAX_LABEL,
    links=True,
    forms=True,
    files=True,
    cards=True,
    controls=KINDS,
    edits=True,
    ephemeral=True,
    typing=True,  # in the threads of an assistant: see connectors.slack.hearing.status
)
SEARCHING = replace(CAPABILITIES, max_rows=MAX_SEARCHED)
"""Where somebody finds the rows of a long menu."""


def render(message: OutboundMessage, *, owner: str = "", searches: bool = False) -> Sequence[Json]:
    """Write a message as the posts that show it: with ``text`` and ``blocks``, or with a ``file``.

    ``owner`` is the user who alone may open the message's form; ``searches`` tells that somebody
    answers where rows of a long menu are searched.
    """
    can = SEARCHING if searches and message.prompt is not None else CAPABILITIES
    parts = fit(_with_words_in_text(message, can), can)
    return [
        {"file": part.file}
        if part.file is not None
        else _post(part, message.prompt, owner=owner, searches=searches)
        for part in parts
    ]


def _with_words_in_text(message: OutboundMessage, can: Capabilities) -> OutboundMessage:
    """Write into the text what no button can carry: long links, descriptions of buttons."""
    buttons = [link for link in message.links if _fits(link)]
    lines = [f"{link.label}: {link.url}" for link in message.links if not _fits(link)]
    lines += _descriptions(message.options, can)
    text = "\n".join(filter(None, [message.text, *lines]))
    return replace(message, text=text, links=tuple(buttons))


def _fits(link: Link) -> bool:
    is_web = link.url.startswith(("https://", "http://"))
    return is_web and 0 < units(link.label) <= MAX_LABEL and units(link.url) <= MAX_URL


def _descriptions(options: Sequence[Option], can: Capabilities) -> Iterator[str]:
    """Give the descriptions that would be lost: rows have room for them, buttons have not."""
    if len(options) > can.max_buttons or any(units(option.label) > MAX_LABEL for option in options):
        return
    for option in options:
        if option.description:
            yield f"{option.label}: {option.description}"


def _post(fitted: Fitted, prompt: PromptId | None, *, owner: str, searches: bool) -> Json:
    card, links = fitted.card, fitted.links
    blocks = [
        *words(fitted.text),
        *(card_blocks(card) if card is not None else ()),
        *_choices(fitted, prompt),
        *_links(links),
    ]
    if prompt is not None:
        blocks += _asked(fitted, prompt, owner, searches=searches)
    told = [fitted.text, *((card.title, card.text) if card is not None else ())]
    text = "\n".join(line for line in told if line.strip())
    named = [option.label for option in fitted.options] + [link.label for link in links]
    return {"text": escape(text or ", ".join(named)), "blocks": blocks}


def _asked(fitted: Fitted, prompt: PromptId, owner: str, *, searches: bool) -> Iterator[Json]:
    """Draw what answers the question in one go: a picker, the button of a form."""
    shown = picker(fitted.asks, prompt, fitted.locale) if fitted.asks is not None else None
    if shown is not None:
        yield shown
    form = fitted.form
    button = None if form is None else form_button(form, prompt, owner, searches=searches)
    if button is not None:
        yield {"type": "actions", "elements": [button]}


def _choices(fitted: Fitted, prompt: PromptId | None) -> Iterator[Json]:
    match fitted.layout:
        case Layout.BUTTONS:
            yield {
                "type": "actions",
                "elements": [_button(*at) for at in enumerate(fitted.options)],
            }
        case Layout.LIST:
            yield menu(fitted.options, prompt, fitted.locale)
        case Layout.NONE | Layout.NUMBERED:
            return


def _button(index: int, option: Option) -> Json:
    return {
        "type": "button",
        "action_id": f"option-{index}",
        "text": plain(option.label),
        "value": option.token,
    }


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
        "text": plain(link.label),
        "url": link.url,
    }
