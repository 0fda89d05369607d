"""Deliver webhooks: batches of what waits, redelivery with growing pauses, faults on request."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from connectors.whatsapp.emulator.webhooks import Update

# Meta retries "with decreasing frequency" for up to 7 days; the steps are not published.
FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=7)
MOST_IN_ONE_BODY = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """What the delivery asks of the emulator's faults, at each body."""

    is_doubled: Callable[[], bool]
    delay: Callable[[], timedelta]


@dataclass(slots=True)
class _Waiting:
    update: Update
    tried: asyncio.Event = field(default_factory=asyncio.Event)


class Courier:
    """Delivers updates in order, as one body where several wait.

    What was not answered 2xx is delivered again in the same bytes, behind what came meanwhile:
    WhatsApp keeps no order.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Update]], bytes],
        post: Callable[[bytes], Awaitable[bool]],
        weather: Weather,
        pace: float,
    ) -> None:
        self._write = write
        self._post = post
        self._weather = weather
        self._pace = pace
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue()
        self._pending = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def put(self, *updates: Update) -> asyncio.Event:
        """Take updates; the event is set once the last of them was tried for the first time."""
        waiting = [_Waiting(update) for update in updates]
        for one in waiting:
            self._queue.put_nowait(one)
        self._pending += len(waiting)
        self._idle.clear()
        return waiting[-1].tried

    async def settled(self) -> None:
        """Wait until nothing is under way or to be delivered again."""
        await self._idle.wait()

    async def run(self) -> None:
        """Deliver until cancelled."""
        async with asyncio.TaskGroup() as redeliveries:
            while True:
                batch = await self._next()
                body = self._write([waiting.update for waiting in batch])
                times = 2 if self._weather.is_doubled() else 1
                answered = [await self._attempt(body) for _ in range(times)]
                if any(answered):
                    self._finish(len(batch))
                else:
                    redeliveries.create_task(self._redeliver(body, len(batch)))
                for waiting in batch:
                    waiting.tried.set()

    async def _next(self) -> Sequence[_Waiting]:
        batch = [await self._queue.get()]
        while not self._queue.empty() and len(batch) < MOST_IN_ONE_BODY:
            batch.append(self._queue.get_nowait())
        return batch

    async def _attempt(self, body: bytes) -> bool:
        delay = self._weather.delay()
        if delay:
            await asyncio.sleep(delay.total_seconds())
        return await self._post(body)

    async def _redeliver(self, body: bytes, count: int) -> None:
        for pause in pauses():
            await asyncio.sleep(pause.total_seconds() * self._pace)
            if await self._attempt(body):
                break
        self._finish(count)

    def _finish(self, count: int) -> None:
        self._pending -= count
        if self._pending == 0:
            self._idle.set()


def pauses() -> Iterator[timedelta]:
    """Tell the pauses before each redelivery: doubled up to an hour, a week in all."""
    pause, waited = FIRST_PAUSE, timedelta()
    while waited + pause <= GIVE_UP_AFTER:
        yield pause
        waited += pause
        pause = min(pause * 2, LONGEST_PAUSE)
