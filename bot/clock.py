"""The only reader of the wall clock."""

from datetime import UTC, datetime


class SystemClock:
    """See `bot.ports.Clock`."""

    def now(self) -> datetime:
        """Tell the time in UTC."""
        return datetime.now(UTC)
