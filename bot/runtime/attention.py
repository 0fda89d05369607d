"""Showing customers that their message was read and that an answer is under way; best effort.

Nothing waits for it, nothing fails by it, and nothing of it is kept.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from bot.model.messages import InboundMessage
from bot.ports.connectors import Attending, Connector
from bot.ports.records import Snapshot

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionPace:
    """How often and how long; ``busy`` is shown ``after`` so long, and ``again`` so often.

    Telegram's typing ends after 5 s (Bot API, sendChatAction), WhatsApp's after about 25.
    """

    after: timedelta = timedelta(seconds=1)
    again: timedelta = timedelta(seconds=4.5)
    patience: timedelta = timedelta(seconds=5)
    most: int = 32


@dataclass(slots=True, kw_only=True)
class Attention:
    """Attends to the messages of turns under way, at most so many at once.

    Where none is `open`, as in tests of one turn and while a bot is shutting down, it does nothing.
    """

    connectors: Mapping[str, Connector]
    pace: AttentionPace = field(default_factory=AttentionPace)
    _group: asyncio.TaskGroup | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Attend while the context lasts; what is left at its end is dropped."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            try:
                yield
            finally:
                self._group = None
                for task in self._tasks:
                    task.cancel()

    @contextmanager
    def to(self, snapshot: Snapshot) -> Iterator[None]:
        """Attend to what a turn answers, for as long as it takes; never to timers and signals."""
        done = self._begin(snapshot)
        try:
            yield
        finally:
            done.set()

    def _begin(self, snapshot: Snapshot) -> asyncio.Event:
        done, event = asyncio.Event(), snapshot.entry.event
        if self._group is None or len(self._tasks) >= self.pace.most:
            return done
        if not isinstance(event, InboundMessage):
            return done
        connector = self.connectors.get(event.sender.connector)
        if connector is None or not isinstance(connector, Attending):
            return done
        able = connector.capabilities
        if able.typing or able.reads:
            work = self._attend(connector, event, done if able.typing else None)
            task = self._group.create_task(work, name="attention")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return done

    async def _attend(
        self, connector: Attending, message: InboundMessage, done: asyncio.Event | None
    ) -> None:
        """Show it once, and as long as the turn takes again and again where that can be shown."""
        await self._show(connector, message, busy=False)
        pause = self.pace.after
        while done is not None and not await _within(done, pause):
            async with asyncio.TaskGroup() as group:
                # an answer must not be followed by a sign that it is being written
                showing = group.create_task(self._show(connector, message, busy=True))
                await _within(done, self.pace.again)
                showing.cancel()
            pause = timedelta(0)

    async def _show(self, connector: Attending, message: InboundMessage, *, busy: bool) -> None:
        try:
            async with asyncio.timeout(self.pace.patience.total_seconds()):
                await connector.attend(message.sender, message.hints, busy=busy)
        except Exception as error:  # noqa: BLE001 - best effort, whatever a connector raises
            name = message.sender.connector
            log.debug("attention.failed", connector=name, error=type(error).__name__)


async def _within(done: asyncio.Event, pause: timedelta) -> bool:
    """Tell whether it happens before a while has passed."""
    try:
        async with asyncio.timeout(pause.total_seconds()):
            await done.wait()
    except TimeoutError:
        return False
    return True
