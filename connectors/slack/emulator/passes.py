"""What Slack gives away for a while: response URLs and triggers."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

RESPONSE_URL_SECONDS = 30 * 60
RESPONSE_URL_USES = 5
TRIGGER_SECONDS = 3


@dataclass(slots=True, kw_only=True)
class ResponseUrl:
    """Where a command or a tap may be answered without a token."""

    channel: str
    person: str
    message: str | None
    expires: float
    uses: int = 0


@dataclass(slots=True, kw_only=True)
class Trigger:
    """What a press or a command gives the right to: one view for who pressed."""

    person: str
    expires: float
    is_used: bool = False


class Passes:
    """Gives out response URLs and triggers, and takes them back when their time is over."""

    def __init__(self, base_url: str, pace: float, now: Callable[[], float]) -> None:
        self._base_url = base_url
        self._pace = pace
        self._now = now
        self._urls: dict[str, ResponseUrl] = {}
        self._triggers: dict[str, Trigger] = {}

    def open_url(
        self, kind: str, *, team: str, channel: str, person: str, message: str | None = None
    ) -> str:
        """Give out a response URL; ``kind`` is ``commands`` or ``actions``."""
        path = f"{kind}/{team}/{secrets.randbelow(10**12)}/{secrets.token_urlsafe(18)}"
        expires = self._now() + RESPONSE_URL_SECONDS * self._pace
        self._urls[path] = ResponseUrl(
            channel=channel, person=person, message=message, expires=expires
        )
        return f"{self._base_url}/{path}"

    def use_url(self, path: str) -> ResponseUrl | str:
        """Use a response URL once; gives Slack's word where that is not possible."""
        found = self._urls.get(path)
        if found is None or found.expires < self._now():
            return "expired_url"
        if found.uses >= RESPONSE_URL_USES:
            return "used_url"
        found.uses += 1
        return found

    def open_trigger(self, person: str) -> str:
        """Give out a trigger: a view may be opened with it for this person, once, very soon."""
        trigger = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        # a laptop needs its time however fast the platform's clock runs
        expires = self._now() + TRIGGER_SECONDS * max(self._pace, 0.5)
        self._triggers[trigger] = Trigger(person=person, expires=expires)
        return trigger

    def use_trigger(self, trigger: str) -> tuple[str, str]:
        """Use a trigger: the person, or else Slack's word for why that is not possible."""
        found = self._triggers.get(trigger)
        if found is None:
            return "", "invalid_trigger_id"
        if found.is_used:
            return "", "exchanged_trigger_id"
        if found.expires < self._now():
            return "", "expired_trigger_id"
        found.is_used = True
        return found.person, ""
