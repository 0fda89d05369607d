"""Updates that the bot has not taken yet, whichever way it takes them."""

import asyncio
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.telegram.emulator.refusals import ApiError

MAX_UPDATES = 100
MAX_POLL_SECONDS = 50
"""tdlib/telegram-bot-api, Client.h: LONG_POLL_MAX_TIMEOUT."""

LEFT_OUT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds that a bot gets only when it names them (Bot API, setWebhook)."""

_TERMINATED = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)


@dataclass(slots=True, kw_only=True, eq=False)
class Update:
    """One update; ``body`` is what a webhook gets, the same every time.

    ``queue`` is the chat whose updates wait behind each other. ``tried`` is set after the first
    delivery, and at once where the update has to wait behind one that failed.
    """

    id: int
    queue: int
    body: bytes
    content: Mapping[str, Any]
    born: float
    tried: asyncio.Event = field(default_factory=asyncio.Event)


class Backlog:
    """Waiting updates in the order of their ids."""

    def __init__(self) -> None:
        self.waiting: list[Update] = []
        self.allowed: frozenset[str] | None = None
        # Random as after a week of silence (Bot API, Update): a new emulator must not repeat the
        # ids that a bot with an older database remembers.
        self._next_id = secrets.randbelow(2**30) + 1
        self._stir = asyncio.Event()
        self._polls = 0

    def put(self, queue: int, kind: str, item: Mapping[str, Any]) -> Update | None:
        """Append an update; None if the bot does not want this kind."""
        wanted = kind not in LEFT_OUT if self.allowed is None else kind in self.allowed
        if not wanted:
            return None
        update_id = self._next_id
        self._next_id += 1
        content = {"update_id": update_id, kind: item}
        update = Update(
            id=update_id,
            queue=queue,
            body=json.dumps(content).encode(),
            content=content,
            born=asyncio.get_running_loop().time(),
        )
        self.waiting.append(update)
        self._wake()
        return update

    def head(self, queue: int) -> Update | None:
        """Find the oldest update of a queue."""
        return next((update for update in self.waiting if update.queue == queue), None)

    def remove(self, update: Update) -> None:
        """Take an update out: delivered, or given up."""
        self.waiting = [other for other in self.waiting if other is not update]
        update.tried.set()
        self._wake()

    def clear(self) -> None:
        """Drop everything."""
        for update in self.waiting:
            update.tried.set()
        self.waiting = []
        self._wake()

    def close(self) -> None:
        """End the polls that wait."""
        self._polls += 1
        self._wake()

    async def moved(self) -> None:
        """Wait for the next change."""
        await self._stir.wait()

    async def poll(self, *, offset: int, limit: int, seconds: float) -> Sequence[Mapping[str, Any]]:
        """Answer getUpdates: confirm what is below ``offset``, then wait for more.

        A negative offset keeps so many of the newest. Raises ApiError 409 in a call that waits
        when another one comes.
        """
        self._confirm(offset)
        self._polls += 1
        mine = self._polls
        self._wake()
        try:
            async with asyncio.timeout(min(seconds, MAX_POLL_SECONDS)):
                while not self.waiting:
                    await self._stir.wait()
                    if mine != self._polls:
                        raise ApiError(409, _TERMINATED)
        except TimeoutError:
            return []
        limit = limit if 1 <= limit <= MAX_UPDATES else MAX_UPDATES
        return [update.content for update in self.waiting[:limit]]

    def _confirm(self, offset: int) -> None:
        kept = self.waiting
        if offset < 0:
            kept = self.waiting[offset:]
        elif offset > 0:
            kept = [update for update in self.waiting if update.id >= offset]
        if len(kept) != len(self.waiting):
            self.waiting = list(kept)
            self._wake()

    def _wake(self) -> None:
        self._stir.set()
        self._stir = asyncio.Event()
