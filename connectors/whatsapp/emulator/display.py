"""What WhatsApp's app makes of a text: marks that format are gone, the rest stands as typed."""

import re

_INVISIBLE = "\u200b"
_GAP = r"[\s\u200b]"
_URL = r"(?P<url>https?://\S*[\w/=#&%-])"
_BLOCK = re.compile(rf"{_URL}|```(?!{_GAP})(?P<inside>.+?)(?<!{_GAP})```", re.DOTALL)
_CODE = re.compile(rf"{_URL}|`(?!{_GAP}|`)(?P<inside>[^`\n]+?)(?<!{_GAP})`")
_SPANS = tuple(
    re.compile(rf"{_URL}|(?<![^\W_]){mark}(?!{_GAP})(?P<inside>[^\n]+?)(?<!{_GAP}){mark}(?![^\W_])")
    for mark in (r"\*", "_", "~")
)
_QUOTE = re.compile(r"^>\s", re.MULTILINE)
_BULLET = re.compile(r"^[*-](?=\s)", re.MULTILINE)


def displayed(text: str) -> str:
    """Tell what a person reads: bold and the like are lost in plain text, bullets are dots.

    Zero-width spaces are not seen; a mark beside one does not format.
    """
    for pattern in (_BLOCK, _CODE, *_SPANS):
        text = _without(pattern, text)
    text = _BULLET.sub("•", _QUOTE.sub("", text))
    return text.replace(_INVISIBLE, "")


def _without(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda found: found["url"] or found["inside"], text)
