"""The newest moment that anybody told the store.

A store has no clock: its verbs are handed "now". The shelf's are not, and whether a value has
expired must not be judged by another clock than the one that set its expiry.
"""

from datetime import datetime


class Watch:
    """Remembers the newest "now"."""

    def __init__(self) -> None:
        self._newest: datetime | None = None

    def see(self, now: datetime) -> None:
        """Take note of a moment."""
        if self._newest is None or now > self._newest:
            self._newest = now

    @property
    def newest(self) -> datetime | None:
        """The newest moment seen; None before the first."""
        return self._newest
