"""A mail as bytes → its parts; only the lenient half of the standard library is used. Pure.

`email.policy.default` reads headers strictly and raises IndexError or AttributeError on some; what
strangers send must be read or kept, so headers are taken as text and decoded here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.policy import Compat32, Policy
from email.utils import collapse_rfc2231_value, getaddresses

from typing_extensions import override

MAX_PARTS = 200
"""Of one mail; what has more was not written by a person."""

_FEW_LINES = 10_000

MAX_HEADER = 2_000
"""Characters: the standard library takes the square of a header's length to decode it."""

MAX_IDS = 20_000
_LISTS_OF_IDS = frozenset({"references", "in-reply-to", "authentication-results"})
"""Headers that may be long, and are never decoded."""

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}", re.ASCII)
"""ASCII only: not every server on the way back takes others (RFC 6531)."""


class MalformedError(Exception):
    """These bytes are no mail of anybody's."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail whose headers can be asked for without surprises."""

    message: Message

    def header(self, name: str) -> str:
        """Give a header's words, decoded, on one line; empty where there is none."""
        return _decoded(str(self.message.get(name, "")))

    def headers(self, name: str) -> list[str]:
        """Give every header of this name as it is written, the topmost first."""
        return [_on_one_line(str(value)) for value in self.message.get_all(name, [])]

    @property
    def sender(self) -> tuple[str, str]:
        """The name and the address of ``From``; of several there is none."""
        raw = [str(value) for value in self.message.get_all("From", [])]
        try:
            found = [(name, address) for name, address in getaddresses(raw[:2]) if address]
        except RecursionError:  # a comment within a comment within …
            return "", ""
        if len(raw) != 1 or len(found) != 1 or _ADDRESS.fullmatch(found[0][1]) is None:
            return "", ""
        return _decoded(found[0][0]), found[0][1].lower()

    def parts(self) -> Iterator[Message]:
        """Go through the parts that hold no others."""
        for number, part in enumerate(self.message.walk()):
            if number >= MAX_PARTS:
                return
            if not part.is_multipart():
                yield part


def read_mail(raw: bytes) -> Mail:
    """Read a mail; raises MalformedError where there is none."""
    try:
        mail = Mail(parsed(raw))
        next(mail.parts(), None)
    except (ValueError, LookupError, RecursionError, AttributeError, TypeError) as error:
        raise MalformedError(f"not a mail: {type(error).__name__}") from error
    if not mail.sender[1]:
        raise MalformedError("a mail without one sender")
    return mail


class _Short(Compat32):
    """Reads headers as ever, but none that is longer than `MAX_HEADER`."""

    @override
    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[: MAX_IDS if name.lower() in _LISTS_OF_IDS else MAX_HEADER]


_SHORT = _Short()


def parsed(raw: bytes) -> Message:
    """Part a mail or a form; raises MalformedError where it has more parts than `MAX_PARTS`.

    Or more lines, for so many parts within parts: each line is compared with the boundary of each.
    """
    if raw.lower().count(b"multipart/") * raw.count(b"\n") > 2 * len(raw) + _FEW_LINES:
        raise MalformedError("more parts than a mail program writes")
    count = 0

    def part(policy: Policy = _SHORT) -> Message:
        nonlocal count
        count += 1
        if count > MAX_PARTS:
            raise MalformedError("more parts than a person writes")
        return Message(policy)

    return message_from_bytes(raw, part, policy=_SHORT)


def words_of(part: Message) -> str:
    """Decode a part's text, whatever its charset says."""
    data = bytes_of(part)
    charset = str(part.get_param("charset") or "utf-8")
    try:
        return clean(data.decode(charset, "replace"))
    except (LookupError, ValueError):
        return clean(data.decode("utf-8", "replace"))


def bytes_of(part: Message) -> bytes:
    """Give a part's bytes, decoded."""
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def name_of(part: Message) -> str:
    """Give the file name of a part; empty where it has none."""
    for header, key in (("content-disposition", "filename"), ("content-type", "name")):
        try:
            value = part.get_param(key, header=header)
            if value:
                return _decoded(collapse_rfc2231_value(value))
        except (LookupError, ValueError, TypeError):
            continue
    return ""


def clean(text: str) -> str:
    """Replace what no database keeps."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def _decoded(value: str) -> str:
    """Decode the encoded words of a header (RFC 2047); what is none stays as it is."""
    try:
        pieces = decode_header(value) if len(value) <= MAX_HEADER else [(value, None)]
    except (HeaderParseError, ValueError):
        pieces = [(value, None)]
    return _on_one_line("".join(_piece(text, charset) for text, charset in pieces))


def _on_one_line(value: str) -> str:
    return " ".join(clean(value).split())


def _piece(text: bytes | str, charset: str | None) -> str:
    if isinstance(text, str):
        return text
    try:
        return text.decode(charset or "utf-8", "replace")
    except (LookupError, ValueError):
        return text.decode("utf-8", "replace")
