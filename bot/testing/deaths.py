"""Killing a bot without order, as far as one process can.

From the moment of death every crash point raises: no transaction commits, no service is called, so
whatever the dying code still does leaves no trace. Leases and claims stay behind, as after kill -9.
"""

from dataclasses import dataclass

from bot.crashpoints import arm
from bot.errors import StoreError


class DiedError(StoreError):
    """The bot is dead; the platform gets no 2xx and delivers again."""


@dataclass(slots=True)
class Death:
    """One bot's death: not yet, after so many crash points, or now."""

    after: int | None = None
    is_dead: bool = False

    def strike(self) -> None:
        """Die now."""
        self.is_dead = True
        arm(self.visit)

    def strike_after(self, points: int) -> None:
        """Die when so many crash points have been passed."""
        self.after = points
        arm(self.visit)

    def call_off(self) -> None:
        """Live on, or again."""
        self.after, self.is_dead = None, False
        arm(None)

    def visit(self, point: str) -> None:
        """Pass a crash point; raises DiedError from the moment of death on."""
        if self.after is not None and not self.is_dead:
            self.after -= 1
            self.is_dead = self.after < 0
        if self.is_dead:
            raise DiedError(f"killed at {point}")
