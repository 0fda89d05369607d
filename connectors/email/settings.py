"""The table ``[connectors.NAME]`` of an e-mail address, and what can be wrong in it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot import ConfigError, Secret, is_loopback

MIN_SECRET = 16
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}", re.ASCII)
_PLACE = re.compile(r"(?P<host>[^\s]+):(?P<port>[0-9]{1,5})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailSettings:
    """The table ``[connectors.NAME]`` of an e-mail address.

    Attributes:
        address: the bot's own; mail to any other is refused.
        secret: at least 16 characters, made up; marks our mails, so that answers to them count.
        smtp: ``HOST:PORT`` of the server that takes our mail; 587 for STARTTLS, 465 for TLS.
        smtp_tls: ``none`` on loopback only.
        smtp_user: empty where the server asks for none.
        smtp_password: beside ``smtp_user``.
        sender: the name that customers see beside the address.
        subject: of mails that answer none.
        webhook_user: of the provider's parse webhook, as HTTP basic authentication.
        webhook_password: without it no webhook is taken.
        listen: ``HOST:PORT`` of the SMTP listener; empty: none.
        listen_certificate: PEM; with ``listen_key`` needed off loopback.
        listen_key: PEM.
        relays: IP addresses of mail servers whose Authentication-Results count on the listener.
        authserv_id: whose Authentication-Results are believed (RFC 8601); empty: nobody's.
        max_message_bytes: of one mail on the listener.
        most_mails: of one sender within ten minutes; more are kept as dead letters.
    """

    address: str
    secret: Secret
    smtp: str
    smtp_tls: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: Secret | None = None
    sender: str = ""
    subject: str = "A message for you"
    webhook_user: str = "threadline"
    webhook_password: Secret | None = None
    listen: str = ""
    listen_certificate: Path | None = None
    listen_key: Path | None = None
    relays: tuple[str, ...] = ("127.0.0.1", "::1")
    authserv_id: str = ""
    max_message_bytes: int = 10 * 1024 * 1024
    most_mails: int = 60

    def problems(self) -> Iterable[str]:
        """List what cannot work, for `threadline check`, too."""
        return _problems(self)


def split_address(given: str) -> tuple[str, int]:
    """Give host and port of ``HOST:PORT``; raises ValueError where they are none."""
    found = _PLACE.fullmatch(given)
    if found is None or not 0 <= int(found["port"]) < 65536:
        raise ValueError(given)
    return found["host"].strip("[]"), int(found["port"])


def _is_here(host: str) -> bool:
    return is_loopback(f"//[{host}]" if ":" in host else f"//{host}")


def check_settings(name: str, settings: EmailSettings) -> None:
    """Raise ConfigError with everything that is wrong."""
    problems = [f"connectors.{name}.{problem}" for problem in settings.problems()]
    if problems:
        raise ConfigError(*problems)


def _problems(settings: EmailSettings) -> Iterator[str]:
    if _ADDRESS.fullmatch(settings.address) is None:
        yield "address: is no e-mail address; write it as bot@shop.example"
    if len(settings.secret.reveal()) < MIN_SECRET:
        yield f"secret: is shorter than {MIN_SECRET} characters; make up a longer one"
    if settings.smtp_tls not in {"starttls", "tls", "none"}:
        yield 'smtp_tls: is none of "starttls", "tls" and "none"; leave it out for "starttls"'
    yield from _server_problems(settings)
    if settings.most_mails < 1:
        yield "most_mails: must be at least 1; leave it out for 60"
    if settings.listen:
        yield from _listener_problems(settings)


def _server_problems(settings: EmailSettings) -> Iterator[str]:
    try:
        host, _ = split_address(settings.smtp)
    except ValueError:
        yield 'smtp: is not of the form HOST:PORT; write it as "smtp.example.com:587"'
        return
    if settings.smtp_tls == "none" and not _is_here(host):
        yield 'smtp_tls: mail would go in clear; leave it out, "none" is for this machine only'


def _listener_problems(settings: EmailSettings) -> Iterator[str]:
    try:
        host, _ = split_address(settings.listen)
    except ValueError:
        yield 'listen: is not of the form HOST:PORT; write it as "127.0.0.1:2525"'
        return
    has_certificate = settings.listen_certificate is not None and settings.listen_key is not None
    if not _is_here(host) and not has_certificate:
        yield "listen: off this machine mail must come over TLS; add listen_certificate, listen_key"
