"""The table ``[connectors.NAME]`` of a web chat."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from bot import Secret
from connectors.webchat.origins import is_pattern

SESSION_LIFETIME = timedelta(days=90)
"""How long a browser that stays away is still known; each use counts anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """What stands in the header of the widget; the title also signs the bot's messages."""

    title: str = "Chat"
    subtitle: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The table ``[connectors.NAME.limits]``.

    Attributes:
        frame_bytes: the largest frame or body a client may send; beyond it 1009 or 413.
        text: code points in one message.
        sends: messages within ``sends_seconds`` by one session.
        sessions: new sessions within a minute from one network address.
        replay: missed events that are replayed; with more of them only the ``tail`` is.
        tail: newest events that a client without a past is shown.
        tabs: sockets of one session; the oldest gives way.
        unsent_bytes: what may wait for a reader that is too slow.
        hello_seconds: how long a new socket may stay silent.
    """

    frame_bytes: int = 64 * 1024
    text: int = 4_000
    sends: int = 20
    sends_seconds: int = 10
    sessions: int = 30
    replay: int = 200
    tail: int = 50
    tabs: int = 8
    unsent_bytes: int = 1024 * 1024
    hello_seconds: float = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class WebChatSettings:
    """The table ``[connectors.NAME]`` of a web chat.

    Attributes:
        allowed_origins: pages that may talk to us: ``self``, ``https://shop.example`` or
            ``*.example.org``; scheme, host and port must match exactly.
        identity_secret: kept for the host site's identity tokens; none are accepted yet.
        site_key: what a client that is no browser must show in ``X-Threadline-Site-Key``.
    """

    allowed_origins: tuple[str, ...] = ("self",)
    identity_secret: Secret | None = None
    site_key: Secret | None = None
    brand: Brand = field(default_factory=Brand)
    limits: Limits = field(default_factory=Limits)

    def problems(self) -> Iterable[str]:
        """List what cannot work, for `threadline check`."""
        for pattern in self.allowed_origins:
            if not is_pattern(pattern):
                yield (
                    f'allowed_origins: "{pattern}" is the origin of no page; write "self", '
                    '"https://shop.example" or "*.example.org", without a path'
                )
