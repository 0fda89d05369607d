"""What Slack's app shows of a message: the words, and what can be pressed.

Written without a look at the connector's renderer, so that a mistake there cannot hide here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot import Body, Seen

_MARKED = re.compile(r"<([^<>]*)>")
_STYLED = re.compile(r"(?<![\w*_~`])([*_~`])(?!\s)([^\n]+?)(?<!\s)\1(?![\w*_~`])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressable:
    """A button, or a row of a menu; ``element`` is the one that holds it."""

    label: str
    block_id: str
    element: Body
    option: Body | None = None


def words_shown(text: str, blocks: Sequence[Body]) -> str:
    """Tell the words on the screen: those of the blocks, or of the text where there are none."""
    if not blocks:
        return plain(text)
    return "\n".join(filter(None, (_block_words(block) for block in blocks)))


def pressables(blocks: Sequence[Body]) -> Sequence[Pressable]:
    """Tell what can be pressed, in the order shown."""
    return [found for block in blocks for found in _in_block(block)]


def home_seen(view: Body) -> Seen:
    """Tell what a home tab shows."""
    return Seen(
        id=view["id"],
        role="bot",
        text=words_shown("", view["blocks"]),
        buttons=tuple(pressed.label for pressed in pressables(view["blocks"])),
        raw=view,
    )


def plain(text: str) -> str:
    """Read mrkdwn as its reader does: without the marks."""
    unmarked = _MARKED.sub(_marked, _STYLED.sub(r"\2", text))
    return unmarked.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def escaped(text: str) -> str:
    """Write what a person typed as Slack puts it on the wire, web addresses marked as such."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"https?://[^\s&|]+(?:&amp;[^\s&|]+)*", r"<\g<0>>", safe)


def _marked(found: re.Match[str]) -> str:
    target, _, label = found[1].partition("|")
    if target[:1] in {"@", "#"}:
        return f"{target[0]}{label}" if label else target
    if target[:1] == "!":
        return label or f"@{target[1:]}"
    return label or target


def _block_words(block: Body) -> str:
    match block.get("type"):
        case "rich_text":
            return "".join(_rich(element) for element in block.get("elements", ()))
        case "section" | "header":
            texts = [block.get("text"), *block.get("fields", ())]
            return "\n".join(_object_words(text) for text in texts if text)
        case "image":
            return f"\N{FRAME WITH PICTURE} {block.get('alt_text', '')}"
        case "context":
            return " ".join(_object_words(e) for e in block.get("elements", ()) if "text" in e)
        case "markdown":
            return str(block.get("text", ""))
        case _:
            return ""


def _object_words(text: Body) -> str:
    words = str(text.get("text", ""))
    return plain(words) if text.get("type") == "mrkdwn" else words


def _rich(element: Body) -> str:
    marks = {"user": ("@", "user_id"), "channel": ("#", "channel_id"), "broadcast": ("@", "range")}
    match element.get("type"):
        case "text":
            return str(element.get("text", ""))
        case "link":
            return str(element.get("text") or element.get("url", ""))
        case "emoji":
            return f":{element.get('name', '')}:"
        case str(kind) if kind in marks:
            mark, key = marks[kind]
            return f"{mark}{element.get(key, '')}"
        case _:
            return "".join(_rich(inner) for inner in element.get("elements", ()))


def _in_block(block: Body) -> Iterator[Pressable]:
    elements = block.get("elements", ()) if block.get("type") == "actions" else ()
    accessory = block.get("accessory")
    for element in [*elements, *([accessory] if isinstance(accessory, Mapping) else [])]:
        yield from _in_element(str(block.get("block_id", "")), element)


def _in_element(block_id: str, element: Body) -> Iterator[Pressable]:
    match element.get("type"):
        case "button":
            yield Pressable(label=element["text"]["text"], block_id=block_id, element=element)
        case "datepicker" | "timepicker" | "external_select":
            label = element.get("placeholder", {}).get("text") or str(element["type"])
            yield Pressable(label=label, block_id=block_id, element=element)
        case "static_select" | "overflow":
            for option in element.get("options", ()):
                label = option["text"]["text"]
                yield Pressable(label=label, block_id=block_id, element=element, option=option)
        case _:
            return
