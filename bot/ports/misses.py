"""Where a store keeps what was not read right, and what labels teach."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from bot.model.ids import CustomerId, MissId
from bot.model.misses import Miss, MissGroup, MissState, Taught


class Misses(Protocol):
    """What was not read right, for who trains the engines; turns write it (`TurnResult.missed`)."""

    async def page(
        self, *, states: Collection[MissState], before: MissId | None = None, limit: int
    ) -> Sequence[Miss]:
        """List misses, the newest first; from behind ``before``, the last of an earlier page."""
        ...

    async def groups(self, *, limit: int) -> Sequence[MissGroup]:
        """List open misses by their words, those that were said most often first."""
        ...

    async def count(self) -> Mapping[MissState, int]:
        """Count misses by their state; every state is there."""
        ...

    async def label(
        self, misses: Collection[MissId], meaning: str | None, *, sentence: str | None = None
    ) -> int:
        """Say what misses mean: a command, another meaning, `OUT_OF_SCOPE`; None dismisses them.

        Engines learn ``sentence`` for it, in the notation of examples; without it, each miss's own
        words. One that was labelled before is labelled anew. Returns how many there were.
        """
        ...

    async def reopen(self, misses: Collection[MissId]) -> int:
        """Take labels and dismissals back; returns how many there were."""
        ...

    async def forget(self, customers: Collection[CustomerId]) -> int:
        """Erase all that these customers said, labelled or not; returns how many there were."""
        ...


class Teaching(Protocol):
    """What labelled misses teach; cheap to be asked every second."""

    async def version(self) -> int:
        """Tell a number that grows whenever what is taught changes."""
        ...

    async def sentences(self) -> Sequence[Taught]:
        """List what is taught, each once, in the order in which it was said."""
        ...
