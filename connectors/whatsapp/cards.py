"""What a message shows besides words and choices: a card, one link, a request for a place; pure.

Meta, "Interactive messages" and "Interactive Call-to-Action URL Button Messages" (2026): a header
is a text of up to 60 characters or a picture; a list's header is a text only; one button can open
a page, and stands alone.
"""

from dataclasses import dataclass, replace

from bot import Body, Link, OutboundMessage, ShownCard, units

MAX_HEADER = 60
MAX_LINK_LABEL = 20
MAX_URL = 2000

PLACE = "place"
"""The kind of `bot.FormField` that a customer can answer with a button of WhatsApp's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What is drawn beside the words of a message.

    Attributes:
        header: of the interactive message, empty where there is none.
        picture: the address of the card's picture, for a header or a message of its own.
        link: the one button that opens a page.
        asks_place: whether the button that sends one's location stands below.
    """

    header: str = ""
    picture: str | None = None
    link: Link | None = None
    asks_place: bool = False


def split_off(message: OutboundMessage, *, is_private: bool) -> tuple[OutboundMessage, Extras]:
    """Take what can be drawn off a message; all else becomes words of it."""
    link = _button_of(message) if is_private else None
    asks = message.asks is not None and message.asks.kind == PLACE and is_private
    extras = Extras(link=link, asks_place=asks and link is None and _is_bare(message))
    plain = replace(message, asks=None, links=() if link else message.links, card=None)
    if message.card is None:
        return plain, extras
    picture = _picture_of(message.card)
    has_header = bool(message.options or link) and is_private and picture is None
    header = _header_of(message) if has_header else ""
    title = "" if header else message.card.title
    address = message.card.image if picture is None else None
    lines = [message.text, title, message.card.text, address]
    text = "\n".join(line for line in lines if line and line.strip())
    return replace(plain, text=text), replace(extras, header=header, picture=picture)


def picture_message(address: str, caption: str) -> Body:
    """Make the content of a message that is a picture from the web."""
    words = {"caption": caption} if caption.strip() else {}
    return {"type": "image", "image": {"link": address, **words}}


def link_action(link: Link) -> Body:
    """Make the action of a message with one button that opens a page."""
    return {"name": "cta_url", "parameters": {"display_text": link.label, "url": link.url}}


def _is_bare(message: OutboundMessage) -> bool:
    return not (message.options or message.links or message.files or message.card)


def _button_of(message: OutboundMessage) -> Link | None:
    if len(message.links) != 1 or message.options or message.files:
        return None
    (link,) = message.links
    fits = link.label.strip() and "\n" not in link.label and units(link.label) <= MAX_LINK_LABEL
    return link if fits and units(link.url) <= MAX_URL else None


def _header_of(message: OutboundMessage) -> str:
    """Put a title on top where no words come before it."""
    title = message.card.title.strip() if message.card else ""
    is_first = not message.text.strip() and "\n" not in title
    return title if is_first and units(title) <= MAX_HEADER else ""


def _picture_of(card: ShownCard) -> str | None:
    """Find the picture's address if Meta would fetch it; whether it can is told much later."""
    address = card.image or ""
    return address if address.startswith("https://") and units(address) <= MAX_URL else None
