"""What every call goes through: the breaker, the budget of the day, and the log."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime

import structlog

from nlu.llm.limits import Budget, Circuit
from nlu.llm.server import Failure
from nlu.llm.settings import LlmSettings

log = structlog.get_logger()

BYTES_PER_TOKEN = 3
"""Fewer than any tokeniser needs for English or JSON (about 4): for paying beforehand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A call that is paid for; ``began`` is a moment of the loop's clock."""

    price: int
    day: date
    began: float


class Meter:
    """Admits calls, settles what they cost, and tells operators; readings and talk share it."""

    def __init__(self, name: str, settings: LlmSettings) -> None:
        self._name = name
        self._budget = Budget(settings.tokens_per_day)
        self._circuit = Circuit(settings.breaker)
        self._is_spent = False

    def admit(self, body: bytes, most: int, now: datetime) -> Ticket | None:
        """Pay for a call beforehand; None where none may be made.

        Args:
            body: what is sent.
            most: tokens that the model may write.
            now: tells the day of the budget.
        """
        began = asyncio.get_running_loop().time()
        day = now.astimezone(UTC).date()
        price = len(body) // BYTES_PER_TOKEN + most
        if not self._circuit.admits(began):
            return None
        if not self._budget.take(price, day):
            self._tell_spent()
            return None
        self._is_spent = False
        return Ticket(price=price, day=day, began=began)

    def failed(self, ticket: Ticket, failure: Failure) -> None:
        """Settle a call that was not answered."""
        self._budget.give_back(0 if failure.may_cost else ticket.price, ticket.day)
        tell = log.error if failure.is_ours else log.warning
        tell("model.failed", engine=self._name, reason=failure.reason)
        now = asyncio.get_running_loop().time()
        if self._circuit.failed(now, pause=failure.pause):
            log.warning("breaker.opened", engine=self._name)

    def succeeded(self, ticket: Ticket, tokens: int | None, event: str = "model.asked") -> None:
        """Settle a call that was answered; ``tokens`` as the server counted them, if it did."""
        used = ticket.price if tokens is None else tokens
        self._budget.give_back(ticket.price - used, ticket.day)
        if self._circuit.succeeded():
            log.info("breaker.closed", engine=self._name)
        seconds = round(asyncio.get_running_loop().time() - ticket.began, 3)
        log.info(event, engine=self._name, tokens=used, seconds=seconds)

    def _tell_spent(self) -> None:
        """Tell once a day that the next engine is asked from now on."""
        if not self._is_spent:
            self._is_spent = True
            log.warning("budget.spent", engine=self._name, tokens=self._budget.per_day)
