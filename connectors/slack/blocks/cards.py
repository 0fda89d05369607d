"""Cards as Slack's blocks: a headline, words and a picture.

A picture is fetched by Slack's own servers, over https, from where they can reach it: any other
becomes a link. Limits are those of Slack's Block Kit reference (2026).
"""

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from bot import ShownCard, shortened, units
from connectors.slack.blocks.controls import Json, plain
from connectors.slack.blocks.words import words

MAX_TITLE = 150
MAX_URL = 3000
MAX_ALT = 2000
PICTURE_BLOCK = "picture"
"""The ``block_id`` of a card's picture."""

_PRIVATE_ENDS = (".local", ".localhost", ".internal", ".lan", ".home.arpa")


def card_blocks(card: ShownCard) -> Iterator[Json]:
    """Draw a card."""
    if card.title.strip() and units(card.title) <= MAX_TITLE:
        yield {"type": "header", "text": plain(card.title)}
    else:
        yield from words(card.title)
    picture = card.image if card.image and is_public(card.image) else None
    link = "" if picture else card.image or ""
    yield from words("\n".join(filter(None, [card.text, link])))
    if picture:
        yield {
            "type": "image",
            "block_id": PICTURE_BLOCK,
            "image_url": picture,
            "alt_text": shortened(card.title.strip() or "…", MAX_ALT),
        }


def without_picture(post: Json) -> Json | None:
    """Show a picture's address instead of it; None where there is no picture.

    Slack refuses a whole message whose picture it cannot fetch.
    """
    blocks = post.get("blocks", ())
    if not any(block.get("block_id") == PICTURE_BLOCK for block in blocks):
        return None
    left = [
        told
        for block in blocks
        for told in (
            words(block["image_url"]) if block.get("block_id") == PICTURE_BLOCK else [block]
        )
    ]
    return {**post, "blocks": left}


def is_public(url: str) -> bool:
    """Tell whether Slack's servers can probably fetch an address."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme != "https" or not host or units(url) > MAX_URL or not url.isprintable():
        return False
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host.strip(".") and not host.endswith(_PRIVATE_ENDS)
