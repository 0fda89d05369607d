"""Wake-ups within the process: hints only, the sweep is the truth."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from bot.model.ids import ConversationId


class Bell:
    """Something that may have happened since the last wait."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake whoever waits, or the next one who does."""
        self._rung.set()

    async def wait(self) -> None:
        """See `bot.ports.lines.Changes.wait`."""
        await self._rung.wait()
        self._rung.clear()

    async def wait_at_most(self, seconds: float) -> None:
        """Wait for the next ring, or for the time to pass."""
        try:
            async with asyncio.timeout(seconds):
                await self.wait()
        except TimeoutError:
            return


class Hub:
    """Tells stations and open sockets that there may be work."""

    def __init__(self) -> None:
        self.turns = Bell()
        self.delivery = Bell()
        self._watchers: dict[ConversationId, set[Bell]] = defaultdict(set)

    def grown(self, conversations: Sequence[ConversationId]) -> None:
        """Tell that the logs of conversations have grown, and perhaps their inboxes."""
        self.turns.ring()
        self.delivery.ring()
        for conversation in conversations:
            for bell in self._watchers.get(conversation, ()):
                bell.ring()

    @asynccontextmanager
    async def changes(self, conversation: ConversationId) -> AsyncIterator[Bell]:
        """Subscribe to a conversation's log."""
        bell = Bell()
        self._watchers[conversation].add(bell)
        try:
            yield bell
        finally:
            watchers = self._watchers[conversation]
            watchers.discard(bell)
            if not watchers:
                del self._watchers[conversation]
