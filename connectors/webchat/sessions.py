"""Sessions: a browser's right to a conversation, kept hashed on the connector's shelf."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import AccountId, Address, Line, Profile
from connectors.webchat.settings import SESSION_LIFETIME

_RENEWED_AFTER = timedelta(days=1)
_LONGEST_TOKEN = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A browser that we know; ``visitor`` is its user and its place in addresses."""

    visitor: str
    locale: str | None
    time_zone: str | None
    created: datetime
    seen: datetime

    @property
    def profile(self) -> Profile:
        """What the browser tells of its user."""
        return Profile(locale=self.locale, time_zone=self.time_zone)

    @property
    def expires(self) -> datetime:
        """Tell when the session ends if nobody comes."""
        return self.seen + SESSION_LIFETIME

    def address(self, account: AccountId) -> Address:
        """Tell where the visitor is reached."""
        return Address(account=account, user=self.visitor, place=self.visitor)


async def find_session(line: Line, token: str) -> Session | None:
    """Find the session of a token and keep it alive."""
    if not token or len(token) > _LONGEST_TOKEN or not token.isascii():
        return None
    value = await line.shelf.get(_key(token))
    if value is None:
        return None
    session = Session(
        visitor=str(value["visitor"]),
        locale=value.get("locale"),
        time_zone=value.get("time_zone"),
        created=datetime.fromisoformat(value["created"]),
        seen=datetime.fromisoformat(value["seen"]),
    )
    now = line.clock.now()
    if now >= session.expires:
        return None
    if now - session.seen < _RENEWED_AFTER:
        return session
    return await _keep(line, token, replace(session, seen=now))


async def open_session(line: Line, profile: Profile) -> tuple[str, Session]:
    """Make a session for a new visitor: its token (256 random bits, kept nowhere) and itself."""
    now = line.clock.now()
    token = secrets.token_urlsafe(32)
    session = Session(
        visitor=secrets.token_urlsafe(12),
        locale=profile.locale,
        time_zone=profile.time_zone,
        created=now,
        seen=now,
    )
    return token, await _keep(line, token, session)


async def update_session(line: Line, token: str, session: Session, profile: Profile) -> Session:
    """Keep a locale or a zone that the browser tells anew."""
    locale = profile.locale or session.locale
    time_zone = profile.time_zone or session.time_zone
    if (locale, time_zone) == (session.locale, session.time_zone):
        return session
    return await _keep(line, token, replace(session, locale=locale, time_zone=time_zone))


async def _keep(line: Line, token: str, session: Session) -> Session:
    value = {
        "visitor": session.visitor,
        "locale": session.locale,
        "time_zone": session.time_zone,
        "created": session.created.isoformat(),
        "seen": session.seen.isoformat(),
    }
    await line.shelf.put(_key(token), value, expires=session.expires)
    return session


def _key(token: str) -> str:
    return f"session:{hashlib.sha256(token.encode()).hexdigest()}"
