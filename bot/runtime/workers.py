"""The loops of a running bot: turns, delivery, timers, upkeep.

Hints wake them early; the sweep every second never forgets.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from bot.errors import StoreError
from bot.model.delivery import OutboxEntry
from bot.model.ids import AccountId, ConversationId, connector_of
from bot.ports.clock import Clock
from bot.ports.stores import Store
from bot.runtime.attention import Attention
from bot.runtime.delivery import Delivery
from bot.runtime.hub import Bell, Hub
from bot.runtime.stage import Stage
from bot.runtime.switches import Switchboard
from bot.runtime.turns import Outcome

log = structlog.get_logger()
SWEEP = timedelta(seconds=1)
PURGE = timedelta(hours=1)
MOST_TURNS = 16
MOST_SENDS = 50
"""Of all accounts; one alone never takes them all (`MOST_TO_ONE`)."""
DRAIN = timedelta(seconds=8)


class Workers:
    """Owns every loop; `run` ends when `stop` was called and what was begun has finished."""

    def __init__(
        self, *, store: Store, clock: Clock, hub: Hub, stage: Stage, delivery: Delivery,
        board: Switchboard, attention: Attention, learn: Callable[[], Awaitable[None]],
    ) -> None:  # fmt: skip
        self._store = store
        self._clock = clock
        self._hub = hub
        self._stage = stage
        self._delivery = delivery
        self.board = board
        self._attention = attention
        self._learn = learn
        self._stopping = asyncio.Event()
        self._busy: set[ConversationId] = set()
        self._sending = 0
        self._claiming = False
        self._finished = Bell()

    def nudge(self) -> None:
        """Look for work now instead of at the next sweep."""
        self._hub.turns.ring()
        self._hub.delivery.ring()

    def stop(self) -> None:
        """Ask the loops to end after what they are at."""
        self._stopping.set()
        self._hub.turns.ring()
        self._hub.delivery.ring()

    async def run(self) -> None:
        """Work until stopped; turns under way finish, bounded by `DRAIN`."""
        async with self._attention.open(), asyncio.TaskGroup() as group:
            turns = self._loop(lambda: self._turns(group), self._hub.turns.wait_at_most)
            sends = self._loop(lambda: self._send(group), self._hub.delivery.wait_at_most)
            fires = self._loop(self._fire, self._pause)
            looks = self._loop(self.board.refresh, self._pause)
            learns = self._loop(self._learn, self._pause)
            rest = (fires, looks, learns, self._upkeep())
            loops = [group.create_task(one) for one in (turns, sends, *rest)]
            await self._stopping.wait()
            for loop in loops[2:]:
                loop.cancel()
            await self._drain()
            for loop in loops:
                loop.cancel()

    async def idle(self) -> bool:
        """Tell whether nothing is open and nothing is under way here."""
        if self._is_at_work:
            return False
        if await self._store.inbox.ready(now=self._clock.now(), limit=1):
            return False
        due = await self._store.outbox.due(now=self._clock.now())
        if any(self._is_served(account) for account in due):
            return False
        # what was taken up while we looked is neither open nor due any more
        return not self._is_at_work

    @property
    def _is_at_work(self) -> bool:
        return bool(self._busy or self._sending or self._claiming)

    def _is_served(self, account: AccountId) -> bool:
        known = connector_of(account) in self._delivery.connectors
        return known and not self._delivery.is_paused(account)

    async def _drain(self) -> None:
        try:
            async with asyncio.timeout(DRAIN.total_seconds()):
                while self._busy or self._sending:
                    await self._finished.wait()
        except TimeoutError:
            log.warning("shutdown.cut_short", turns=len(self._busy), sends=self._sending)

    async def _loop(
        self, step: Callable[[], Awaitable[None]], wait: Callable[[float], Awaitable[None]]
    ) -> None:
        """Take steps; the database's trouble is waited out, quietly after its first line."""
        failures = 0
        while not self._stopping.is_set():
            try:
                await step()
                failures = 0
            except StoreError as error:
                failures += 1
                if failures == 1:
                    log.warning("store.unreachable", error=str(error))
            await wait(min(SWEEP.total_seconds() * (1 + failures), 5.0))

    async def _pause(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def _turns(self, group: asyncio.TaskGroup) -> None:
        """Start a task for each conversation that has work and none here."""
        ready = await self._store.inbox.ready(now=self._clock.now(), limit=10 * MOST_TURNS)
        for conversation in ready:
            if conversation in self._busy or len(self._busy) >= MOST_TURNS:
                continue
            self._busy.add(conversation)
            group.create_task(self._converse(conversation), name=f"turn:{conversation}")

    async def _converse(self, conversation: ConversationId) -> None:
        outcome = Outcome.DONE
        try:
            while outcome is Outcome.DONE and not self._stopping.is_set():
                outcome = await self._stage.run(conversation)
        except StoreError as error:
            log.warning("turn.store_unreachable", error=str(error))
        finally:
            self._busy.discard(conversation)
            self._finished.ring()
        if outcome is Outcome.NOTHING:
            self._hub.turns.ring()  # what came while we were busy was passed over

    async def _send(self, group: asyncio.TaskGroup) -> None:
        free = MOST_SENDS - self._sending
        if free <= 0:
            return
        self._claiming = True
        try:
            for entry in await self._delivery.claim(free):
                self._sending += 1
                group.create_task(self._deliver(entry), name=f"send:{entry.id}")
        finally:
            self._claiming = False

    async def _deliver(self, entry: OutboxEntry) -> None:
        try:
            await self._delivery.deliver(entry)
        except StoreError as error:
            log.warning("delivery.store_unreachable", error=str(error))
        finally:
            self._sending -= 1
            self._finished.ring()

    async def _fire(self) -> None:
        woken = await self._store.timers.fire(now=self._clock.now(), limit=100)
        if woken:
            self._hub.grown(woken)

    async def _upkeep(self) -> None:
        while True:
            try:
                purged = await self._store.upkeep.purge(now=self._clock.now())
                log.info("store.purged", rows=purged)
            except StoreError as error:
                log.warning("store.purge_failed", error=str(error))
            await asyncio.sleep(PURGE.total_seconds())
