"""Mail out: one connection for each, over aiosmtplib."""

import re
from datetime import timedelta
from email.message import EmailMessage

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from bot import BlockedError, ConnectorError, PermanentSendError, TransientSendError, crashpoint
from connectors.email.settings import EmailSettings, split_address
from connectors.email.wire import GONE

PATIENCE = 20.0
"""Seconds for each step; RFC 5321 allows minutes, and the outbox tries again."""

GREYLISTED = timedelta(minutes=1)
"""Before the next attempt where a server said 4xx: it tells no time of its own."""

_STATUS = re.compile(r"\b([45]\.\d{1,3}\.\d{1,3})\b")


async def post(mail: EmailMessage, to: str, settings: EmailSettings) -> None:
    """Hand a mail over; raises what `bot.Connector.send` raises."""
    host, port = split_address(settings.smtp)
    password = settings.smtp_password
    server = SMTP(
        hostname=host,
        port=port,
        use_tls=settings.smtp_tls == "tls",
        start_tls=settings.smtp_tls == "starttls",
        username=settings.smtp_user or None,
        password=password.reveal() if password else None,
        timeout=PATIENCE,
    )
    try:
        await server.connect()
        crashpoint("email.send.before")
        await server.sendmail(settings.address, [to], mail.as_bytes())
        crashpoint("email.send.after")
    except (SMTPException, OSError) as error:  # from None: a server may repeat what it was sent
        raise _refusal(error) from None
    finally:
        server.close()  # without QUIT, which would be waited for: what was said is said


def _refusal(error: Exception) -> ConnectorError:
    match error:
        case SMTPAuthenticationError(code=code) if code >= 500:
            return PermanentSendError("the mail server refused user and password; renew them")
        case SMTPRecipientsRefused(recipients=[SMTPRecipientRefused() as first, *_]):
            return _refused(first.code, first.message)
        case SMTPResponseException(code=code, message=message):
            return _refused(code, message)
        case _:
            return TransientSendError(f"the mail server cannot be reached: {type(error).__name__}")


def _refused(code: int, message: str) -> ConnectorError:
    """Sort an answer; of its words only the enhanced status is told, the rest may be anything."""
    found = _STATUS.search(message)
    status = found[1] if found else ""
    told = f"{code} {status}".strip()
    if status in GONE:
        return BlockedError(f"there is no such mailbox: {told}")
    if code >= 500:
        return PermanentSendError(f"the mail server refused the mail: {told}")
    return TransientSendError(f"the mail server says later: {told}", retry_after=GREYLISTED)
