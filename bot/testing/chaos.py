"""What goes wrong between a platform and the bot, drawn by lot from a seed."""

import random
from dataclasses import dataclass, field

MOST_POINTS = 16
"""Crash points that a message passes on its way from intake to the platform, about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chaos:
    """How likely each mischief is, for each message of a person.

    Attributes:
        duplicate: the message is delivered twice in a row.
        reorder: a copy of it arrives again after the next message, wherever that is written.
        drop: the first delivery is lost; the platform delivers it later.
        crash: the bot is killed at some point of the message's way, and started again.
        seed: the same seed throws the same dice; how tasks interleave is not thrown.
    """

    duplicate: float = 0.0
    reorder: float = 0.0
    drop: float = 0.0
    crash: float = 0.0
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What happens to one message; ``crash_after`` counts crash points."""

    duplicate: bool = False
    reorder: bool = False
    drop: bool = False
    crash_after: int | None = None


@dataclass(slots=True)
class Dice:
    """Draws fates and keeps count, for the message of a failed test."""

    chaos: Chaos
    drawn: int = 0
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.chaos.seed)  # noqa: S311 - replayable, not secret

    def draw(self) -> Fate:
        """Draw the fate of the next message."""
        self.drawn += 1
        odds = (self.chaos.duplicate, self.chaos.reorder, self.chaos.drop, self.chaos.crash)
        duplicate, reorder, drop, crash = (self._random.random() < odd for odd in odds)
        points = self._random.randrange(MOST_POINTS)
        return Fate(
            duplicate=duplicate, reorder=reorder, drop=drop, crash_after=points if crash else None
        )

    def told(self) -> str:
        """Tell how to see the same again."""
        return f"chaos: {self.chaos}; {self.drawn} messages were sent"
