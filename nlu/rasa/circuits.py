"""Leaves a server alone that fails time after time, and tells once that it is away."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog

from bot import Breaker

log = structlog.get_logger()


@dataclass(slots=True, kw_only=True)
class Circuit:
    """Closed: sentences go through. Open: none does. After the pause one decides for all.

    ``clock`` is monotonic, in seconds.
    """

    engine: str
    limits: Breaker
    clock: Callable[[], float]
    _failures: int = field(default=0, init=False)
    _opened_at: float | None = field(default=None, init=False)
    _is_trying: bool = field(default=False, init=False)

    def is_open(self) -> bool:
        """Tell whether a sentence would not be let through."""
        if self._opened_at is None:
            return False
        return self._is_trying or self.clock() < self._opened_at + self.limits.pause

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Let a sentence through; ask `is_open` first, with no await in between."""
        is_trial = self._opened_at is not None
        self._is_trying = self._is_trying or is_trial
        try:
            yield
        finally:  # a sentence that was cut off from outside tells nothing
            if is_trial:
                self._is_trying = False

    def succeeded(self) -> None:
        """Learn that the server answers."""
        if self._failures:
            log.info("engine.recovered", engine=self.engine, failures=self._failures)
        self._failures, self._opened_at = 0, None

    def failed(self, reason: str) -> None:
        """Learn that it does not; only the first failure of an outage is told."""
        if not self._failures:
            log.warning("engine.lost", engine=self.engine, reason=reason)
        self._failures += 1
        if self._failures >= self.limits.failures:
            self._opened_at = self.clock()
