"""Webhooks on their way to the bot, as Telegram's own server delivers them.

After tdlib/telegram-bot-api, WebhookActor.cpp: each chat has its queue, in order; the first retry
comes at once, then the pause doubles from 2 s up to a random 60-120 s; ``Retry-After`` of the bot's
answer is honoured up to an hour; an update is dropped 24 hours after its event. What fails stays at
the head of its queue; other chats go on. All waits are multiplied by the emulator's pace.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import ClientError, ClientSession, ClientTimeout

from connectors.telegram.emulator.backlog import Backlog, Update
from connectors.telegram.emulator.chats import unix_now
from connectors.telegram.emulator.faults import FaultBox

TIMEOUT = ClientTimeout(total=60)
LIFETIME_SECONDS = 86_400.0
MAX_RETRY_AFTER_SECONDS = 3600.0
MAX_PAUSE_SECONDS = (60.0, 120.0)
MIN_SECONDS = 0.01
"""Shortest pause after the first retry: a pace of 0 must not spin."""


@dataclass(slots=True, kw_only=True)
class Webhook:
    """What setWebhook said, and what getWebhookInfo tells of it.

    ``deliver_to`` is on this machine: what is told of a bot elsewhere goes to the one here.
    """

    url: str
    deliver_to: str
    secret: str = ""
    max_connections: int = 40
    error: str = ""
    error_at: int = 0


@dataclass(frozen=True, slots=True)
class _Outcome:
    delivered: bool
    retry_after: float = 0.0
    answer: bytes = b""


CallBack = Callable[[bytes], None]
"""Makes the call of the API that the answer to a webhook carries."""


class Courier:
    """Delivers the backlog while there is a webhook, one task for each chat that has updates."""

    def __init__(
        self,
        *,
        group: asyncio.TaskGroup,
        session: ClientSession,
        backlog: Backlog,
        faults: FaultBox,
        pace: float,
    ) -> None:
        self.webhook: Webhook | None = None
        self.call_back: CallBack = _ignore
        self._group = group
        self._session = session
        self._backlog = backlog
        self._faults = faults
        self._pace = pace
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._failures: dict[int, int] = {}
        self._random = random.Random(0)  # noqa: S311 - jitter; the same in every test

    async def deliver(self, update: Update | None) -> None:
        """Hand over an update; returns after its first delivery, or if it must wait for others."""
        if update is None or self.webhook is None:
            return
        if self._failures.get(update.queue):
            update.tried.set()
        self._start(update.queue)
        await update.tried.wait()

    def use(self, webhook: Webhook | None) -> None:
        """Deliver to another webhook, or to none."""
        self.webhook = webhook
        self._failures.clear()
        for update in list(self._backlog.waiting):
            if webhook is None:
                update.tried.set()
            else:
                self._start(update.queue)

    def close(self) -> None:
        """Stop all deliveries."""
        self.webhook = None
        for task in self._tasks.values():
            task.cancel()

    async def settled(self) -> None:
        """Wait until nothing waits for delivery."""
        while self.webhook is not None and self._backlog.waiting:
            await self._backlog.moved()

    def _start(self, queue: int) -> None:
        task = self._tasks.get(queue)
        if task is None or task.done():
            name = f"telegram emulator: chat {queue}"
            self._tasks[queue] = self._group.create_task(self._drain(queue), name=name)

    async def _drain(self, queue: int) -> None:
        while (webhook := self.webhook) and (update := self._backlog.head(queue)):
            await asyncio.sleep(self._faults.faults.delay.total_seconds())
            outcome = await self._post(webhook, update)
            if outcome.delivered:
                await self._finish(webhook, update, outcome)
            else:
                await self._fail(queue, outcome)
                self._drop_if_old(update)

    async def _finish(self, webhook: Webhook, update: Update, outcome: _Outcome) -> None:
        self.call_back(outcome.answer)
        self._failures.pop(update.queue, None)
        update.tried.set()
        if self._faults.use_duplicate():
            await self._post(webhook, update)
        self._backlog.remove(update)

    async def _fail(self, queue: int, outcome: _Outcome) -> None:
        failures = self._failures.get(queue, 0)
        self._failures[queue] = failures + 1
        for waiting in self._backlog.waiting:
            if waiting.queue == queue:
                waiting.tried.set()
        await asyncio.sleep(self._pause(failures, outcome.retry_after))

    def _pause(self, failures: int, retry_after: float) -> float:
        if retry_after:
            return max(MIN_SECONDS, min(retry_after, MAX_RETRY_AFTER_SECONDS) * self._pace)
        if not failures:
            return 0.0
        doubled = 2.0 ** min(failures, 10)
        return max(MIN_SECONDS, min(doubled, self._random.uniform(*MAX_PAUSE_SECONDS)) * self._pace)

    def _drop_if_old(self, update: Update) -> None:
        age = asyncio.get_running_loop().time() - update.born
        if age > LIFETIME_SECONDS * max(self._pace, MIN_SECONDS):
            self._backlog.remove(update)

    async def _post(self, webhook: Webhook, update: Update) -> _Outcome:
        headers = {"Content-Type": "application/json"}
        if webhook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = webhook.secret
        try:
            async with self._session.post(
                webhook.deliver_to,
                data=update.body,
                headers=headers,
                timeout=TIMEOUT,
                allow_redirects=False,
            ) as response:
                answer = await response.read()
                if response.ok and response.status < HTTPStatus.MULTIPLE_CHOICES:
                    is_call = response.content_type == "application/json"
                    return _Outcome(delivered=True, answer=answer if is_call else b"")
                webhook.error = f"Wrong response from the webhook: {response.status}"
                asked = response.headers.get("Retry-After", "")
        except (ClientError, OSError, TimeoutError) as error:
            webhook.error = f"Connection failed: {type(error).__name__}"
            asked = ""
        webhook.error_at = unix_now()
        seconds = float(asked) if asked.isascii() and asked.isdigit() else 0.0
        return _Outcome(delivered=False, retry_after=seconds)


def _ignore(_body: bytes) -> None:
    """Make no call."""
