"""How often somebody may do something."""

from collections import deque


class Window:
    """Counts within a sliding window, by key; forgets keys that have been silent for one."""

    def __init__(self, *, limit: int, seconds: float) -> None:
        self._limit = limit
        self._seconds = seconds
        self._times: dict[str, deque[float]] = {}
        self._swept = 0.0

    def wait(self, key: str, now: float) -> float:
        """Count one more, or tell how many seconds are missing until one more may be counted.

        ``now`` is monotonic; 0.0 says that it was counted.
        """
        self._sweep(now)
        times = self._times.setdefault(key, deque())
        while times and times[0] <= now - self._seconds:
            times.popleft()
        if len(times) >= self._limit:
            return times[0] + self._seconds - now if times else self._seconds
        times.append(now)
        return 0.0

    def _sweep(self, now: float) -> None:
        if now - self._swept < self._seconds:
            return
        self._swept = now
        oldest = now - self._seconds
        self._times = {
            key: times for key, times in self._times.items() if times and times[-1] > oldest
        }
