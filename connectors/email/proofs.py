"""Who wrote a mail: marks on our own mails, and a provider's word on the sender's domain. Pure.

A ``From`` proves nothing. What is proved speaks in the conversation of its address; what is not
gets a conversation of its own, whose answers go to the address that it claims: a forger never
reads them, and can speak in nobody's dialog. The mark on our answers carries that conversation
on, once its reader replies.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot import Secret

OWN = ""
"""The thread of those who are proved: their address is their id."""

_ID = re.compile(r"<([^<>\s]{1,900})>")
_MARK = re.compile(r"tl\.([0-9a-f]{16}|0)\.([0-9a-f]{16})\.([0-9a-f]{32})", re.ASCII)
_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"\s*(dkim|dmarc)\s*=\s*pass\b(.*)", re.ASCII | re.IGNORECASE | re.DOTALL)
_PROPERTY = re.compile(
    r"(header\.(?:d|i|from))\s*=\s*\"?@?(?:[^\s;@\"]*@)?([^\s;\"]+)", re.IGNORECASE
)
_SENDGRID = re.compile(r"@([^\s:,{}]+)\s*:\s*pass\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Makes and finds the Message-IDs that prove that a reply answers a mail of ours."""

    secret: Secret
    domain: str

    def mark(self, address: str, thread: str, content: str) -> str:
        """Make the Message-ID of a mail; the same for the same content, so that it counts once."""
        unique = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        return f"<tl.{thread or 0}.{unique}.{self._proof(address, thread, unique)}@{self.domain}>"

    def find(self, address: str, ids: Sequence[str]) -> tuple[str, str] | None:
        """Find the newest of our marks among Message-IDs: its thread, and itself.

        A mark counts for the address that it was sent to, and for no other.
        """
        for one in reversed(ids):
            found = _MARK.match(one.strip("<>"))
            if found is None:
                continue
            thread = OWN if found[1] == "0" else found[1]
            if hmac.compare_digest(found[3], self._proof(address, thread, found[2])):
                return thread, one
        return None

    def _proof(self, address: str, thread: str, unique: str) -> str:
        told = f"{address.lower()}\0{thread}\0{unique}".encode("utf-8", "surrogatepass")
        digest = hmac.new(self.secret.reveal().encode(), told, hashlib.sha256)
        return digest.hexdigest()[:32]


def ids_of(*headers: str) -> tuple[str, ...]:
    """List the Message-IDs in some headers, in order."""
    return tuple(f"<{found}>" for header in headers for found in _ID.findall(header[:20_000]))


def is_proved(sender: str, results: Sequence[str], authserv_id: str) -> bool:
    """Tell whether the topmost results of a server that we trust name the sender's domain.

    RFC 8601: that server takes away what others write in its name.
    """
    wanted = authserv_id.lower()
    for result in results:
        plain = result[:20_000]
        for _ in range(3):  # comments may hold comments
            plain = _COMMENT.sub(" ", plain)
        server, _, rest = plain.partition(";")
        if wanted and server.split()[:1] and server.split()[0].lower() == wanted:
            return any(_names(sender, clause) for clause in rest.split(";"))
    return False


def is_signed_for(sender: str, dkim: str) -> bool:
    """Tell whether SendGrid's field ``dkim`` names the sender's domain: ``{@x.example : pass}``."""
    return any(_covers(domain, sender) for domain in _SENDGRID.findall(dkim[:2_000]))


def _names(sender: str, clause: str) -> bool:
    found = _RESULT.match(clause)
    if found is None:
        return False
    wanted = {"dkim": {"header.d", "header.i"}, "dmarc": {"header.from"}}[found[1].lower()]
    return any(
        name.lower() in wanted and _covers(domain, sender)
        for name, domain in _PROPERTY.findall(found[2])
    )


def _covers(domain: str, sender: str) -> bool:
    """Tell whether a domain is the sender's, or one that it is part of."""
    own, signed = sender.rpartition("@")[2].lower(), domain.lower().rstrip(".")
    return "." in signed and (own == signed or own.endswith(f".{signed}"))
