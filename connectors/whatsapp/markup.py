"""Keep WhatsApp from formatting plain text; pure.

WhatsApp formats ``*bold* _italic_ ~struck~ `code` ```block```` and lines that begin with ``> ``,
``- `` or ``* ``. It knows no escape; what helps is a zero-width space on both sides of a mark,
since a mark formats only where no space is on its inner side. The rules are Meta's help page in
our words; that every app honours the zero-width space was not tried on a device.
"""

import re
from collections.abc import Iterator

ZERO_WIDTH = "\u200b"

_LINE = re.compile(r"[^\n]+")
_LINE_MARK = re.compile(r"^[*>-](?=\s)", re.MULTILINE)
_URL = re.compile(r"https?://\S*[\w/=#&%-]")  # what may stand after an address is no part of it


def plain(text: str) -> str:
    """Break marks where they would format; without zero-width spaces the text is the same.

    Addresses of pages are left whole: they are no markup and would not open any more.
    """
    whole = {at for url in _URL.finditer(text) for at in range(*url.span())}
    marks = set(_inline(text)) - whole
    starts = {found.start() for found in _LINE_MARK.finditer(text)}
    return "".join(
        f"{ZERO_WIDTH}{letter}{ZERO_WIDTH}"
        if at in marks
        else f"{ZERO_WIDTH}{letter}"
        if at in starts
        else letter
        for at, letter in enumerate(text)
    )


def _inline(text: str) -> Iterator[int]:
    """Find the marks within lines that may format: all of a kind, once two of it pair up."""
    if text.count("`") > 1:
        yield from (at for at, letter in enumerate(text) if letter == "`")
    for line in _LINE.finditer(text):
        for mark in "*_~":
            places = [at for at in range(*line.span()) if text[at] == mark]
            openers = [at for at in places if _opens(text, at)]
            closers = [at for at in places if _closes(text, at)]
            if openers and closers and openers[0] < closers[-1]:
                yield from {*openers, *closers}


def _opens(text: str, at: int) -> bool:
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return not before.isalnum() and bool(after) and not after.isspace()


def _closes(text: str, at: int) -> bool:
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return bool(before) and not before.isspace() and not after.isalnum()
