"""The pair rate: how fast one number may write to one person.

Meta, "Throughput": about one message every 6 seconds, and bursts are allowed; how large is not
published precisely, so whoever switches it on says it.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

EVERY = timedelta(seconds=6)


@dataclass(slots=True, kw_only=True)
class PairRate:
    """A bucket for each pair, refilled by one each ``every``; off while ``burst`` is 0."""

    every: timedelta
    burst: int = 0
    _left: dict[tuple[str, str], tuple[float, datetime]] = field(default_factory=dict)

    def take(self, pair: tuple[str, str], now: datetime) -> bool:
        """Use up one message; False where there is none left."""
        if self.burst == 0:
            return True
        left, since = self._left.get(pair, (float(self.burst), now))
        refilled = min(float(self.burst), left + (now - since) / self.every)
        self._left[pair] = (refilled - 1 if refilled >= 1 else refilled, now)
        return refilled >= 1
