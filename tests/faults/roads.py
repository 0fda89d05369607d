"""The way of deliveries from a platform to the bot, and what happens on it."""

import asyncio
import random
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import ClientError, ClientSession, web

from tests.faults.platforms import Platform, numbers_in
from tests.faults.troubles import Mishap, never

HOP_BY_HOP = frozenset({"Host", "Content-Length", "Connection", "Transfer-Encoding"})
MOST_IN_ONE = 4
MOST_TRIES = 20
MOST_MISHAPS = 2
"""With one delivery: Slack gives up after four."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A delivery as the platform made it."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True, kw_only=True)
class Road:
    """Brings deliveries to the bot; what it took first counts as the order of a chat.

    Attributes:
        platform: whose deliveries they are.
        url: where the bot listens.
        secrets: the platform's settings, to sign anew.
        coming: what happens to the next deliveries.
        now: the bot's clock.
        is_shut: nothing gets through for now; what comes is kept and brought by `clear`.
        taken: numbers in the order in which the bot took them, and when by its clock.
        mishaps: how often what happened.
        retried: how many were brought again.
        batches: how many bodies carried more than one.
    """

    platform: Platform
    url: str
    http: ClientSession
    secrets: Mapping[str, str] = field(default_factory=dict)
    coming: deque[Mishap | None] = field(default_factory=deque)
    is_shut: bool = False
    taken: dict[int, datetime] = field(default_factory=dict)
    now: Callable[[], datetime] = never
    mishaps: Counter[Mishap] = field(default_factory=Counter)
    retried: int = 0
    batches: int = 0
    _kept: list[Parcel] = field(default_factory=list)
    _last: Parcel | None = None
    _hurt: Counter[bytes] = field(default_factory=Counter)
    _one_by_one: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def meet(self, request: web.Request) -> web.StreamResponse:
        """Bring a delivery to the bot, or not."""
        headers = {key: text for key, text in request.headers.items() if key not in HOP_BY_HOP}
        path = request.match_info["path"]
        parcel = Parcel(path=path, headers=headers, body=await request.read())
        self._last = parcel
        mishap = self._draw(parcel)
        if self.is_shut or mishap is Mishap.LATE:
            self._kept.append(parcel)
            return web.Response()
        match mishap:
            case Mishap.REFUSED:
                return web.Response(status=503)
            case Mishap.CUT:
                return _cut(request)
            case Mishap.UNHEARD:
                await self._bring(parcel)
                return _cut(request)
            case _:
                status, body, content_type = await self._bring(parcel)
                return web.Response(status=status, body=body, content_type=content_type)

    async def push(self, body: bytes) -> int:
        """Bring a body that the platform signs like the last one; tells the status."""
        return (await self._bring(self._signed(self._latest, body, 0)))[0]

    async def clear(self, dice: random.Random) -> None:
        """Bring what was kept: shuffled, in batches, some of it again with other headers."""
        self.is_shut = False
        kept, self._kept = self._kept, []
        dice.shuffle(kept)
        for batch in _cut_up(kept, dice):
            for body in self.platform.merge([one.body for one in batch]):
                await self._deliver(self._signed(batch[0], body, 0))
                if dice.random() < 0.4:
                    self.retried += 1
                    await self._deliver(self._signed(batch[0], body, 1))
        for parcel in dice.sample(kept, len(kept) // 3):
            self.retried += 1
            await self._deliver(self._signed(parcel, parcel.body, 2))

    def _draw(self, parcel: Parcel) -> Mishap | None:
        """Tell what happens; seldom enough that no platform gives up."""
        if not self.coming or self._hurt[parcel.body] >= MOST_MISHAPS:
            return None
        mishap = self.coming.popleft()
        if mishap is not None:
            self._hurt[parcel.body] += 1
            self.mishaps[mishap] += 1
        return mishap

    @property
    def _latest(self) -> Parcel:
        assert self._last is not None
        return self._last

    def _signed(self, like: Parcel, body: bytes, retry: int) -> Parcel:
        headers = self.platform.sign(self.secrets, like.headers, body, retry)
        return Parcel(path=like.path, headers=headers, body=body)

    async def _deliver(self, parcel: Parcel) -> None:
        """Bring it until it was taken, as every platform does for a while."""
        for _ in range(MOST_TRIES):
            status, _, _ = await self._bring(parcel)
            if status < 300:
                return
        raise AssertionError(f"the bot does not take a delivery of {parcel.path}")

    async def _bring(self, parcel: Parcel) -> tuple[int, bytes, str]:
        url = f"{self.url}/{self.platform.kind}/{parcel.path}"
        try:
            async with (
                self._one_by_one,  # or nobody could tell in which order they were taken
                self.http.post(url, data=parcel.body, headers=parcel.headers) as answer,
            ):
                body = await answer.read()
                if answer.status < 300:
                    self._note(parcel.body)
                return answer.status, body, answer.content_type
        except (ClientError, OSError, TimeoutError):
            return 502, b"", "text/plain"

    def _note(self, body: bytes) -> None:
        numbers = numbers_in(body, of_bot=False)
        self.batches += len(numbers) > 1
        for number in numbers:
            self.taken.setdefault(number, self.now())


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


def _cut_up(kept: Sequence[Parcel], dice: random.Random) -> Iterator[Sequence[Parcel]]:
    """Cut what waits into batches; a path has its own."""
    left = list(kept)
    while left:
        most = dice.randint(1, MOST_IN_ONE)
        yield left[:most]
        del left[:most]
