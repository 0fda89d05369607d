"""A mail → a message of a customer, a report of a bounce, or nothing. Pure."""

import hashlib
from dataclasses import dataclass, field, replace
from email.message import Message

from bot import (
    AccountId,
    Address,
    Attachment,
    DeliveryReport,
    EventId,
    InboundMessage,
    Profile,
    Reach,
    Reported,
    attachment_of,
)
from connectors.email.arrivals import Arrival
from connectors.email.automatic import read_bounce, why_automatic
from connectors.email.mails import Mail, bytes_of, name_of, read_mail
from connectors.email.proofs import OWN, Marks, ids_of, is_proved, is_signed_for
from connectors.email.replies import text_of

MAX_FILES = 20
MAX_REFERENCES = 10
MAX_SUBJECT = 200
GONE = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1")
"""Enhanced status codes of addresses that are none (RFC 3463): nothing more goes there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """Whose mail is read: the account, the bot's own address, and what it trusts."""

    account: AccountId
    address: str
    marks: Marks
    authserv_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a mail comes to.

    Attributes:
        message: a customer's, without its attachments.
        files: what came with it, as bytes by hash; to be kept before the message is.
        reports: what a bounce says of a mail of ours.
        news: that an address is none any more.
        passed_over: why nothing is made of it.
    """

    message: InboundMessage | None = None
    files: dict[str, bytes] = field(default_factory=dict)
    reports: tuple[DeliveryReport, ...] = ()
    news: tuple[Reach, ...] = ()
    passed_over: str = ""


def read_letter(arrival: Arrival, box: Mailbox) -> Letter:
    """Read a mail; raises MalformedError where it is none."""
    mail = read_mail(arrival.raw)
    if bounce := read_bounce(mail):
        return _bounced(box, *bounce)
    if mail.sender[1] == box.address.lower():
        return Letter(passed_over="own mail")
    if reason := why_automatic(mail, arrival.returns_to):
        return Letter(passed_over=reason)
    files = {hashlib.sha256(data).hexdigest(): data for data in map(bytes_of, _files(mail))}
    return Letter(message=_message(mail, arrival, box), files=files)


def _message(mail: Mail, arrival: Arrival, box: Mailbox) -> InboundMessage:
    name, address = mail.sender
    own_id = ids_of(mail.header("Message-ID"))[:1]
    answers = ids_of(mail.header("References"), mail.header("In-Reply-To"))
    marked = box.marks.find(address, answers)
    subject = mail.header("Subject")[:MAX_SUBJECT]
    unique = "\0".join([address, *own_id]).encode() if own_id else arrival.raw
    event_id = EventId(hashlib.sha256(unique).hexdigest()[:32])
    if marked is not None:
        thread = marked[0]
    else:
        thread = OWN if _is_genuine(mail, arrival, box) else event_id[:16]
    references = " ".join([*answers[-MAX_REFERENCES:], *own_id])
    return InboundMessage(
        event_id=event_id,
        sender=Address(
            account=box.account, user=f"{address}/{thread}" if thread else address, place=address
        ),
        text=text_of(mail, is_reply=bool(answers)),
        attachments=tuple(_described(part) for part in _files(mail)),
        profile=Profile(name=name[:100] or None),
        hints={"message_id": "".join(own_id), "references": references, "subject": subject},
    )


def _is_genuine(mail: Mail, arrival: Arrival, box: Mailbox) -> bool:
    """Tell whether somebody whom we trust vouches for the sender's domain."""
    sender = mail.sender[1]
    if arrival.dkim and is_signed_for(sender, arrival.dkim):
        return True
    results = mail.headers("Authentication-Results")
    return arrival.is_relayed and is_proved(sender, results, box.authserv_id)


def _files(mail: Mail) -> list[Message]:
    """List the parts that a person attached; a picture that the page shows is part of the page."""
    found = []
    for part in mail.parts():
        disposition = part.get_content_disposition()
        is_shown = disposition != "attachment" and part.get("Content-ID") is not None
        if not is_shown and (disposition == "attachment" or name_of(part)):
            found.append(part)
    return found[:MAX_FILES]


def _described(part: Message) -> Attachment:
    data = bytes_of(part)
    described = attachment_of(
        hashlib.sha256(data).hexdigest(),
        mime=part.get_content_type(),
        name=name_of(part),
        called="attachment",
        size=len(data),
    )
    return replace(described, size=len(data))


def _bounced(box: Mailbox, recipient: str, status: str, ids: list[str]) -> Letter:
    """Believe a bounce only with our mark in it: anybody could send one."""
    marked = box.marks.find(recipient, ids)
    if marked is None:
        return Letter(passed_over="a bounce of nobody's mail")
    thread, message_id = marked
    report = DeliveryReport(
        account=box.account, provider_id=message_id, state=Reported.FAILED, reason=status
    )
    user = f"{recipient}/{thread}" if thread else recipient
    gone = Reach(account=box.account, user=user, is_open=False)
    return Letter(reports=(report,), news=(gone,) if status in GONE else ())
