"""Slack's dialect: what must be escaped, and what its messages carry instead of words.

Slack's document "Formatting message text": only ``&``, ``<`` and ``>`` are escaped; whatever
stands between ``<`` and ``>`` is a mention, a channel, a command or a link.
"""

import re

_MARKED = re.compile(r"<([^<>]*)>|&(amp|lt|gt);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}
_LEADING_MENTION = re.compile(r"\s*<@([A-Z0-9]+)(?:\|[^<>]*)?>[\s,:]*")


def escape(text: str) -> str:
    """Write a text so that Slack shows it and finds no mention or link in it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """Read a text of Slack's as the person who typed it saw it."""
    return _MARKED.sub(_plain, text)


def without_mention(text: str, bot: str | None) -> str:
    """Take away the mention that a text begins with, if it is the bot's or the bot is unknown."""
    found = _LEADING_MENTION.match(text)
    if found is None or bot not in {None, found[1]}:
        return text
    return text[found.end() :]


def _plain(found: re.Match[str]) -> str:
    if found[2] is not None:
        return _ENTITIES[found[2]]
    target, _, label = found[1].partition("|")
    label = _entities(label)
    match target[:1]:
        case "@" | "#":
            return f"{target[0]}{label}" if label else target
        case "!":
            return label or f"@{target[1:].partition('^')[0]}"
        case _:
            return _link(_entities(target), label)


def _link(url: str, label: str) -> str:
    """Give a link as typed: Slack puts a label beside what it found to be a link by itself."""
    if not label:
        return url
    bare = url.partition(":")[2].removeprefix("//").rstrip("/")
    if label.rstrip("/") in {url.rstrip("/"), bare}:
        return label
    return f"{label} ({url})"


def _entities(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
