"""A message → one mail: plain text, the same as a page, and files. Pure."""

import html
import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr

from bot import Address, Body, Capabilities, Catalogue, OutboundMessage, fit
from connectors.email.proofs import Marks

CAPABILITIES = Capabilities(max_text=100_000, files=True, max_caption=100_000)
"""Options are numbered, links are written out: mail programs make them live."""

MAX_SUBJECT = 200
_UNPRINTABLE = re.compile("[\0-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_PAGE = '<html><body><p style="white-space: pre-wrap">{}</p></body></html>\n'


WORDS = Catalogue.beside(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What stands on every mail of ours."""

    address: str
    name: str
    subject: str
    marks: Marks


def render(message: OutboundMessage, to: Address, hints: Body, head: Letterhead) -> EmailMessage:
    """Write a mail; its Message-ID is the same whenever the same message is tried again."""
    text = _UNPRINTABLE.sub(
        "\N{REPLACEMENT CHARACTER}",
        "\n".join(part.text for part in fit(message, CAPABILITIES) if part.text),
    )
    thread = to.user[len(to.place) + 1 :]
    content = "\0".join([str(hints.get("client_id", "")), text, *(f.blob for f in message.files)])
    mail = EmailMessage(policy=SMTP)
    mail["From"] = formataddr((_line(head.name), head.address))
    mail["To"] = to.place
    mail["Subject"] = _subject(hints, WORDS.text(message.locale, head.subject))
    mail["Message-ID"] = head.marks.mark(to.place, thread, content)
    if answered := _line(str(hints.get("message_id", ""))):
        mail["In-Reply-To"] = answered
        mail["References"] = _line(str(hints.get("references", ""))) or answered
    mail["Auto-Submitted"] = "auto-replied" if answered else "auto-generated"  # RFC 3834
    mail["X-Auto-Response-Suppress"] = "All"  # the same for Exchange
    mail.set_content(text, cte="base64")
    mail.add_alternative(_PAGE.format(html.escape(text)), subtype="html", cte="base64")
    _attach(mail, message)
    return mail


def is_empty(message: OutboundMessage) -> bool:
    """Tell whether there is nothing to send."""
    parts = fit(message, CAPABILITIES)
    return not any(part.text.strip() or part.file for part in parts)


def _attach(mail: EmailMessage, message: OutboundMessage) -> None:
    for file in message.files:
        kind, _, subtype = file.mime.partition("/")
        mail.add_attachment(
            file.data, maintype=kind or "application", subtype=subtype or "octet-stream",
            filename=file.name,
        )  # fmt: skip


def _subject(hints: Body, otherwise: str) -> str:
    asked = _line(str(hints.get("subject", "")))[:MAX_SUBJECT]
    if not asked:
        return _line(otherwise) if not hints.get("message_id") else "Re:"
    return asked if asked.lower().startswith("re:") else f"Re: {asked}"


def _line(text: str) -> str:
    """Write words on one line: what a customer wrote must not become a header."""
    return " ".join(_UNPRINTABLE.sub(" ", text).split())
