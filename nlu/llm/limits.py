"""What keeps a model from costing too much: a budget of tokens, and a circuit breaker."""

from dataclasses import dataclass
from datetime import date

from bot import Breaker


@dataclass(slots=True)
class Budget:
    """The tokens of a day, in one process; ``per_day`` 0 is no limit.

    A call is paid beforehand at the most that it can cost, so that calls at the same time do not
    overdraw; what it did not need comes back.
    """

    per_day: int
    spent: int = 0
    day: date = date.min

    def take(self, tokens: int, day: date) -> bool:
        """Pay for a call; False where there is not enough left."""
        if day > self.day:
            self.day, self.spent = day, 0
        if self.per_day and self.spent + tokens > self.per_day:
            return False
        self.spent += tokens
        return True

    def give_back(self, tokens: int, day: date) -> None:
        """Take back what a call of that day did not need; negative where it needed more."""
        if day == self.day:
            self.spent = max(0, self.spent - tokens)


@dataclass(slots=True)
class Circuit:
    """Leaves a server alone that fails time after time; moments are seconds of the loop's clock."""

    limits: Breaker
    _in_a_row: int = 0
    _until: float | None = None

    def admits(self, now: float) -> bool:
        """Tell whether a call may be made; after the pause one is, and decides how to go on."""
        if self._until is None:
            return True
        if now < self._until:
            return False
        self._until = (
            now + self.limits.pause
        )  # the others wait for this one, or for a pause if it is lost
        return True

    def succeeded(self) -> bool:
        """Note that a call was answered; tells whether the circuit was open until now."""
        was_open = self._until is not None
        self._in_a_row, self._until = 0, None
        return was_open

    def failed(self, now: float, *, pause: float | None = None) -> bool:
        """Note that a call failed; tells whether the circuit opened by that.

        Args:
            now: the moment.
            pause: what the server asked for; then it opens at once.
        """
        was_open = self._until is not None
        self._in_a_row += 1
        if pause is not None or was_open or self._in_a_row >= self.limits.failures:
            self._until = now + max(self.limits.pause, pause or 0.0)
        return self._until is not None and not was_open
