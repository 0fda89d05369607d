"""Mail that no person wrote: never answered (RFC 3834), and bounces (RFC 3464). Pure."""

from email.message import Message

from connectors.email.mails import Mail
from connectors.email.proofs import ids_of

MACHINES = frozenset({"mailer-daemon", "postmaster", "no-reply", "noreply", "do-not-reply"})
LISTS = ("List-Id", "List-Unsubscribe", "List-Post")


def why_automatic(mail: Mail, returns_to: str | None) -> str | None:
    """Tell by what a mail shows that a machine sent it; None where a person may have.

    ``returns_to`` is the envelope's sender where it is known.
    """
    submitted = mail.header("Auto-Submitted").partition(";")[0].strip().lower()
    if submitted not in {"", "no"}:
        return "auto-submitted"
    if mail.header("Precedence").strip().lower() in {"bulk", "list", "junk", "auto_reply"}:
        return "precedence"
    if any(mail.header(name) for name in LISTS):
        return "list"
    path = mail.header("Return-Path").strip()
    if returns_to == "" or path == "<>":
        return "null return path"
    if mail.sender[1].partition("@")[0] in MACHINES:
        return "a machine's address"
    is_report = mail.message.get_content_type() == "multipart/report"
    return "report" if is_report or mail.header("X-Autoreply") else None


def read_bounce(mail: Mail) -> tuple[str, str, list[str]] | None:
    """Read a report that a mail was not delivered: to whom, the status, the ids it may be about.

    None where it is no such report, or the mail may still arrive.
    """
    if mail.message.get_content_type() != "multipart/report":
        return None
    fields: dict[str, str] = {}
    ids: list[str] = []
    for part in mail.message.walk():
        match part.get_content_type():
            case "message/delivery-status":
                fields |= _fields(part)
            case "message/rfc822" | "text/rfc822-headers":
                ids += _ids(part)
            case _:
                pass
    if fields.get("action", "").lower() != "failed":
        return None
    recipient = fields.get("final-recipient", "").rpartition(";")[2].strip().lower()
    return recipient, fields.get("status", "5.0.0")[:20], [*ids, *ids_of(mail.header("References"))]


def _fields(part: Message) -> dict[str, str]:
    """Collect the fields of every block; the recipient's stand in the last ones."""
    blocks = part.get_payload()
    found: dict[str, str] = {}
    for block in blocks if isinstance(blocks, list) else []:
        if isinstance(block, Message):
            found |= {name.lower(): str(value)[:500] for name, value in block.items()}
    return found


def _ids(part: Message) -> list[str]:
    inner = part.get_payload()
    if isinstance(inner, list) and inner and isinstance(inner[0], Message):
        return list(ids_of(str(inner[0].get("Message-ID", ""))))
    head = str(inner) if isinstance(inner, str) else ""
    lines = [line for line in head.splitlines()[:200] if line.lower().startswith("message-id:")]
    return list(ids_of(*lines))
