"""Messages as lines of a terminal. Pure."""

import re

from bot import Capabilities, OutboundMessage, fit

CAPABILITIES = Capabilities(max_text=100_000)
"""Text only: options are numbered, links are written out."""

# escape sequences could repaint the terminal; tabs and line ends are harmless
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def render(message: OutboundMessage) -> str:
    """Write a message as it is printed, with a line end."""
    texts = [part.text for part in fit(message, CAPABILITIES)]
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", "\n".join(texts)) + "\n"
