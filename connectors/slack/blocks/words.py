"""Words as a block whose text means nothing but itself."""

import re
from collections.abc import Iterator

from connectors.slack.blocks.controls import Json

_URL = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]}']")


def words(text: str) -> Iterator[Json]:
    """Write a text; nothing where there is none."""
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
