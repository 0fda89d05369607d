"""Circuit breakers: a service that fails time after time is left alone for a while.

One for each action in each process: what one process learns costs the others a few calls, and
no breaker needs the database.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.authoring.actions import Action
from bot.authoring.endurance import Breaker
from bot.errors import StoreError, UserError

log = structlog.get_logger()
Now = Callable[[], datetime]


@dataclass(slots=True)
class Circuit:
    """Closed: calls go through. Open: none does. After the pause one is let through and decides.

    Without ``limits`` it never opens.
    """

    name: str
    limits: Breaker | None
    _failures: int = 0
    _opened_at: datetime | None = None
    _is_trying: bool = False

    def is_open(self, now: datetime) -> bool:
        """Tell whether a call would not be let through."""
        if self.limits is None or self._opened_at is None:
            return False
        # where the clock was set back, wait no longer than the pause from now
        self._opened_at = min(self._opened_at, now)
        is_over = now >= self._opened_at + timedelta(seconds=self.limits.pause)
        return self._is_trying or not is_over

    @contextmanager
    def watched(self, now: Now) -> Iterator[None]:
        """Learn from a call; ask `is_open` first, with no await in between.

        A refusal is an answer of the service. A call that was cut off from outside tells nothing.
        """
        is_trial = self._opened_at is not None
        self._is_trying = self._is_trying or is_trial
        try:
            yield
        except UserError:
            self._close()
            raise
        except StoreError:
            raise
        except Exception:
            self._count(now(), is_trial=is_trial)
            raise
        else:
            self._close()
        finally:
            if is_trial:
                self._is_trying = False

    def _close(self) -> None:
        if self._opened_at is not None:
            log.info("breaker.closed", action=self.name)
        self._failures, self._opened_at = 0, None

    def _count(self, now: datetime, *, is_trial: bool) -> None:
        self._failures += 1
        if self.limits is None or self._failures < self.limits.failures:
            return
        if is_trial or self._opened_at is None:
            log.warning("breaker.opened", action=self.name, failures=self._failures)
            self._opened_at = now


@dataclass(slots=True)
class Breakers:
    """The circuits of one process."""

    _circuits: dict[Callable[..., Any], Circuit] = field(default_factory=dict)

    def of(self, action: Action[..., Any]) -> Circuit:
        """Find the circuit of an action; two actions of one name have two."""
        if action.breaker is None:
            return Circuit(action.name, None)
        circuit = self._circuits.get(action.function)
        if circuit is None:
            circuit = self._circuits[action.function] = Circuit(action.name, action.breaker)
        return circuit
