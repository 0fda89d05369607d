"""What somebody wrote, without what they quote. Pure."""

import itertools
import re
from email.message import Message
from html.parser import HTMLParser

from mailparser_reply import EmailReplyParser
from typing_extensions import override

from connectors.email.mails import Mail, words_of

MAX_READ = 2_000
"""Characters of a reply that are searched for quotes.

The library's patterns take time by the cube of the text and of its lines: measured, 17 seconds for
4,000 on one line, under 20 ms within these bounds.
"""

MAX_LINE = 150
MAX_PAGE = 16_000

MAX_TEXT = 100_000
LANGUAGES = ["en", "de", "fr", "it", "es", "nl", "pl", "sv", "da", "ja"]
_SIGNATURE = re.compile(r"\n-- ?\n.*\Z|\A-- ?\n.*\Z", re.DOTALL)
_SENT_FROM = re.compile(r"\n(?:Sent from my|Get Outlook for|Von meinem|Inviato da) [^\n]{1,60}\Z")
_BREAKS = frozenset({"br", "p", "div", "tr", "li", "h1", "h2", "h3", "blockquote", "hr"})
_UNSEEN = frozenset({"style", "script", "head", "title", "blockquote"})


def text_of(mail: Mail, *, is_reply: bool) -> str:
    """Give the words of a mail; of a reply only what is new, of an empty one the subject."""
    plain, html = _first(mail, "text/plain"), _first(mail, "text/html")
    if plain is not None:
        text = _unflowed(words_of(plain), plain)
    else:
        text = _plain(words_of(html)) if html is not None else ""
    text = text.replace("\r\n", "\n")[:MAX_TEXT].strip()
    if is_reply:
        return _new_words(text)
    return _SIGNATURE.sub("", text).strip() or mail.header("Subject")


def _new_words(text: str) -> str:
    """Cut off what is quoted; the library sees few and short lines only (see `MAX_READ`)."""
    lines = re.sub(r"\n{3,}", "\n\n", text).split("\n")
    long = {f"\ufffc{n}\ufffc": line for n, line in enumerate(lines) if len(line) > MAX_LINE}
    marks = {line: mark for mark, line in long.items()}
    short = [marks.get(line, line) for line in lines]
    sizes = itertools.accumulate(len(line) + 1 for line in short)
    count = sum(size <= MAX_READ for size in sizes)
    seen = "\n".join(short[:count])
    found = str(EmailReplyParser(languages=LANGUAGES).parse_reply(text=seen) or "").rstrip()
    kept = [long.get(line, line) for line in found.split("\n")]
    if found == seen.rstrip():  # nothing is quoted so far
        kept += itertools.takewhile(lambda line: not line.startswith(">"), lines[count:])
    while kept and (kept[-1].startswith(">") or not kept[-1].strip()):
        kept.pop()  # a quotation at the end that nobody introduces
    return _SENT_FROM.sub("", _SIGNATURE.sub("", "\n".join(kept))).strip()


def _first(mail: Mail, kind: str) -> Message | None:
    for part in mail.parts():
        is_file = part.get_content_disposition() == "attachment" or part.get_filename()
        if part.get_content_type() == kind and not is_file:
            return part
    return None


def _unflowed(text: str, part: Message) -> str:
    """Join the lines that a mail program broke (RFC 3676): those that end with a space."""
    if str(part.get_param("format") or "").lower() != "flowed":
        return text
    joined = ""
    for line in text.replace("\r\n", "\n").split("\n"):
        unstuffed = line.removeprefix(" ")
        joined += unstuffed if unstuffed.endswith(" ") and unstuffed != "-- " else f"{unstuffed}\n"
    return joined


class _Words(HTMLParser):
    """Collects the words of a page; what it quotes is left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._unseen = 0

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in _UNSEEN
        if tag in _BREAKS:
            self.words.append("\n")

    @override
    def handle_endtag(self, tag: str) -> None:
        self._unseen = max(0, self._unseen - (tag in _UNSEEN))

    @override
    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.words.append(" ".join(data.split()) + (" " if data[-1:].isspace() else ""))


def _plain(html: str) -> str:
    words = _Words()
    words.feed(html[:MAX_PAGE])
    words.close()
    lines = [line.strip() for line in "".join(words.words).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
