"""One call of a service, and the calls after it: again only where that is safe."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from math import inf
from random import SystemRandom
from typing import Any, TypeAlias

import structlog

from bot.authoring.actions import Action
from bot.dialog.phrases import Phrases
from bot.errors import StoreError, UnavailableError, UserError
from bot.runtime.breakers import Circuit, Now

log = structlog.get_logger()


class Verdict(Enum):
    """What is known of a call that raised and did not come to its end."""

    NOTHING_DONE = "nothing done"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Happened:
    """The call, or one of its repetitions, did what it should."""

    result: Any


@dataclass(frozen=True, slots=True)
class Missed:
    """The last call raised, and it is not made again."""

    error: Exception
    verdict: Verdict


Make: TypeAlias = Callable[[], Awaitable[Any]]
Judge: TypeAlias = Callable[[], Awaitable[Happened | Verdict]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The time between attempts: how it passes, how much is left, and its jitter.

    ``until`` is a reading of ``moment`` (seconds, monotonic) at which the command's time is over;
    ``chance`` draws from 0 to 1.
    """

    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: Callable[[], float] = SystemRandom().random
    moment: Callable[[], float] = time.monotonic
    until: float = inf

    def draw(self, most: float) -> float | None:
        """Draw a pause up to ``most`` seconds; None where the command's time does not allow it."""
        pause = self.chance() * most
        return pause if self.moment() + pause < self.until else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """The calls that may be made for one effect, undo or look-up."""

    action: Action[..., Any]
    circuit: Circuit
    pace: Pace
    now: Now

    async def make(self, call: Make, judge: Judge, *, known: Verdict) -> Happened | Missed:
        """Call; after an error find out what it did, and call again where nothing can double.

        Args:
            call: makes one call; a `UserError` that it raises is an answer and goes on up.
            judge: finds out what a call did that raised.
            known: what is known before the first call.
        """
        missed = Missed(UnavailableError(Phrases.UNAVAILABLE), known)
        limits = self.action.retry.limits() if self.action.retry else []
        for most in (*limits, None):
            if self.circuit.is_open(self.now()):
                return missed
            try:
                with self.circuit.watched(self.now):
                    return Happened(await call())
            except (UserError, StoreError):
                raise
            except Exception as error:  # noqa: BLE001 - an author's function; judged, then told
                log.warning("call.failed", action=self.action.name, error=type(error).__name__)
                verdict = await judge()
                if isinstance(verdict, Happened):
                    return verdict
                missed = Missed(error, verdict)
            pause = None if most is None else self.pace.draw(most)
            if pause is None or not self._may_repeat(missed.verdict):
                return missed
            await self.pace.sleep(pause)
        return missed

    def _may_repeat(self, verdict: Verdict) -> bool:
        return verdict is Verdict.NOTHING_DONE or self.action.idempotent
