"""Mails as persons and machines write them."""

from email.message import EmailMessage
from email.policy import SMTP

from bot import Secret, account_of
from connectors.email.proofs import Marks
from connectors.email.wire import Mailbox

BOT = "bot@shop.test"
ANN = "ann@example.test"
MARKS = Marks(secret=Secret("a secret of sixteen"), domain="shop.test")
BOX = Mailbox(account=account_of("mail", BOT), address=BOT, marks=MARKS, authserv_id="mx.shop.test")


def written(text: str = "hello", sender: str = ANN, **headers: str) -> bytes:
    """Write a mail; names of headers with _ for -."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"Ann <{sender}>"
    mail["To"] = BOT
    mail["Message-ID"] = headers.pop("message_id", "<one@example.test>")
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


def bounce(recipient: str, message_id: str, status: str = "5.1.1", action: str = "failed") -> bytes:
    """Write a report of a mail that was not delivered (RFC 3464)."""
    return (
        "From: MAILER-DAEMON@mx.example.test\r\nTo: bot@shop.test\r\n"
        "Auto-Submitted: auto-replied\r\nMessage-ID: <b@mx>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\r\n\r\n'
        "--B\r\n\r\nIt did not work.\r\n"
        "--B\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.test\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\n\r\n"
        "--B\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {message_id}\r\nSubject: Hello\r\n\r\n--B--\r\n"
    ).encode()
