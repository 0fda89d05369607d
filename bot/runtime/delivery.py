"""Station 3: outbox to platform, in order per destination; receipts, retries, dead letters."""

import asyncio
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from bot.dialog.phrases import phrases_in
from bot.errors import (
    BlobMissingError,
    BlockedError,
    PermanentSendError,
    StoreError,
    TransientSendError,
    WindowClosedError,
)
from bot.model.capabilities import with_names
from bot.model.delivery import OutboxEntry
from bot.model.ids import AccountId
from bot.model.messages import Address, OutboundMessage, SentFile
from bot.ports.blobs import Blobs
from bot.ports.clock import Clock
from bot.ports.connectors import Connector
from bot.ports.stores import Store
from bot.runtime.hub import Hub
from bot.runtime.metrics import Metrics
from bot.runtime.refusals import Refusal, refusal_of

log = structlog.get_logger()
PATIENCE = timedelta(seconds=20)
FILE_PATIENCE = timedelta(seconds=50)
"""For a message with files: 16 MB take so long where 3 Mbit/s go up."""
CLAIM = timedelta(seconds=60)
"""Longer than any patience: a claim that runs out means that its owner is dead."""
FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=5)
GONE_ON_AFTER = timedelta(seconds=60)
"""A reply held up longer is said where its customer has gone on (architecture.md §4c)."""
MOST_ATTEMPTS = 20
"""About an hour and a quarter of waits; then an operator decides."""
LONGEST_TOLD = timedelta(days=1)
"""So long a platform may tell us to wait, which is no failed attempt; then an operator decides."""
MOST_TO_ONE = 20
"""So many at once to one account; one that hangs must not take every sender."""
WRITE_FIRST = "it can go out once the customer has written again, or as a template"
MOST_EDITS = 3
"""So often an edit is tried: what comes after it is waiting, and matters more."""
LONGEST_EDIT = timedelta(seconds=30)
"""An edit that the platform wants to take later than that is left."""


@dataclass(slots=True, kw_only=True)
class Delivery:
    """Sends what is due; at least once, one at a time to each destination.

    ``paused`` are accounts whose platform wants nothing at all before a moment, ``resting`` are
    destinations where it wants nothing; each replica of the bot learns that by itself.
    """

    store: Store
    blobs: Blobs
    connectors: Mapping[str, Connector]
    clock: Clock
    hub: Hub
    metrics: Metrics
    labels: Mapping[str, str] = field(default_factory=dict)
    busy: set[Address] = field(default_factory=set)
    paused: dict[AccountId, datetime] = field(default_factory=dict)
    resting: dict[Address, datetime] = field(default_factory=dict)

    def is_paused(self, account: AccountId) -> bool:
        """Tell whether nothing goes to an account for now."""
        return account in self.paused and self.paused[account] > self.clock.now()

    async def claim(self, limit: int) -> list[OutboxEntry]:
        """Take the heads of destinations that nobody here is sending to."""
        now = self.clock.now()
        self.paused = {account: end for account, end in self.paused.items() if end > now}
        self.resting = {address: end for address, end in self.resting.items() if end > now}
        at_once = Counter(address.account for address in self.busy)
        crowded = {account for account, count in at_once.items() if count >= MOST_TO_ONE}
        entries = await self.store.outbox.claim(
            now=now, until=now + CLAIM, limit=min(limit, MOST_TO_ONE), busy=tuple(self.busy),
            without={*self.paused, *crowded},
        )  # fmt: skip
        self.busy.update(entry.address for entry in entries)
        return list(entries)

    async def deliver(self, entry: OutboxEntry) -> None:
        """Send one message and mark what became of it."""
        try:
            with structlog.contextvars.bound_contextvars(trace=entry.trace, outbox=entry.id):
                await self._send(entry)
        finally:
            self.busy.discard(entry.address)
            self.hub.delivery.ring()

    async def _send(self, entry: OutboxEntry) -> None:
        name = entry.address.connector
        connector = self.connectors.get(name)
        if connector is None:
            await self._bury(entry, f"there is no connector called {name} any more")
            return
        if _is_edit(entry) and not connector.capabilities.edits:
            await self._bury(entry, "the platform does not edit any more")
            return
        if entry.is_shut:
            await self._blocked(entry)
            return
        if await self._rests(entry):
            return
        patience = FILE_PATIENCE if entry.message.files else PATIENCE
        try:
            async with asyncio.timeout(patience.total_seconds()):
                message = await self._with_bytes(entry.message, connector)
                receipt = await connector.send(message, entry.address, _hints(entry))
        except Exception as error:  # noqa: BLE001 - sorted, and logged where it is none of ours
            await self._refused(entry, error)
        else:
            await self.store.outbox.sent(entry.id, receipt, now=self.clock.now())
            if _is_edit(entry):
                return  # no message, and no word in any log
            self.metrics.messages.labels(name, "out").inc()
            self.hub.grown([entry.conversation])

    async def _rests(self, entry: OutboxEntry) -> bool:
        """Hold back what overtook a message that was told to wait.

        A letter that an operator brought back is at the head, or what stood behind an edit that
        was left.
        """
        until = self.resting.get(entry.address)
        if until is None or until <= self.clock.now():
            return False
        reason = "the platform wants nothing there yet"
        await self.store.outbox.postpone(entry.id, due=until, reason=reason, counts=False)
        return True

    async def _with_bytes(self, message: OutboundMessage, connector: Connector) -> OutboundMessage:
        """Read the files for a connector that sends them; one that is gone is named in the text."""
        if not message.files or not connector.capabilities.files:
            return message
        files: list[SentFile] = []
        for file in message.files:
            try:
                files.append(replace(file, data=await self.blobs.get(file.blob)))
            except BlobMissingError as error:
                log.error("file.missing", reason=str(error))  # noqa: TRY400 - the reason is enough
                files.append(file)
            except StoreError as error:
                raise TransientSendError(str(error)) from error
        return with_names(replace(message, files=tuple(files)), lambda file: bool(file.data))

    async def _refused(self, entry: OutboxEntry, error: Exception) -> None:
        """Do what the class of a refusal asks for."""
        match error:
            case BlockedError():
                await self._blocked(entry)
                return  # counted there
            case WindowClosedError():
                await self._bury(entry, f"{error}; {WRITE_FIRST}")
            case PermanentSendError():
                await self._bury(entry, str(error))
            case TransientSendError():
                await self._postpone(entry, str(error), told=error.retry_after, wide=error.wide)
            case TimeoutError():
                await self._postpone(entry, "the platform did not answer in time")
            case _:
                log.error("delivery.raised", exc_info=error)
                await self._postpone(entry, f"the connector raised {type(error).__name__}")
        self._count(entry, refusal_of(error))

    async def _blocked(self, entry: OutboxEntry) -> None:
        """Send nothing more to where the customer has shut the bot out."""
        log.info("delivery.blocked", connector=entry.address.connector)
        self._count(entry, Refusal.BLOCKED)
        self.hub.grown(await self.store.outbox.blocked(entry, now=self.clock.now()))

    def _count(self, entry: OutboxEntry, refusal: Refusal) -> None:
        self.metrics.refusals.labels(entry.address.connector, refusal.value).inc()

    async def _postpone(
        self, entry: OutboxEntry, reason: str, *, told: timedelta | None = None, wide: bool = False
    ) -> None:
        """Try again when the platform has ``told`` us to, else after a while."""
        wait = back_off(entry.attempts) if told is None else told
        due = self.clock.now() + wait
        if told is not None:
            self.resting[entry.address] = due
        if wide:
            account = entry.address.account
            self.paused[account] = max(due, self.paused.get(account, due))
        if self._is_hopeless(entry, told):
            await self._bury(entry, f"given up after {entry.attempts + 1} attempts: {reason}")
            return
        if self.clock.now() - entry.created_at > GONE_ON_AFTER and await self._moved(entry):
            return
        log.warning("delivery.postponed", reason=reason, seconds=wait.total_seconds(), wide=wide)
        counts = told is None or _is_edit(entry)
        await self.store.outbox.postpone(entry.id, due=due, reason=reason, counts=counts)

    def _is_hopeless(self, entry: OutboxEntry, told: timedelta | None) -> bool:
        """Tell whether to give up; being told to wait is no failure, but not for ever."""
        if _is_edit(entry):
            return entry.attempts + 1 >= MOST_EDITS or (told or timedelta()) > LONGEST_EDIT
        if told is not None:
            return self.clock.now() - entry.created_at > LONGEST_TOLD
        return entry.attempts + 1 >= MOST_ATTEMPTS

    async def _moved(self, entry: OutboxEntry) -> bool:
        """Say it where the customer has gone on, instead of a channel that is down."""
        if _is_edit(entry):
            return False
        label = self.labels.get(entry.address.connector, entry.address.connector)
        phrases = phrases_in(entry.message.locale)
        note = phrases.tell("I could not reach you on {where}.", where=phrases.of(label))
        if entry.message.prompt is None:
            told = with_names(entry.message, lambda _: False).text
            note = f"{note} {phrases.tell('I wanted to say: {told}', told=told)}"
        woken = await self.store.outbox.move_on(entry.id, note=note, now=self.clock.now())
        if woken:
            log.info("delivery.moved_on", connector=entry.address.connector)
            self.hub.grown(woken)
        return bool(woken)

    async def _bury(self, entry: OutboxEntry, reason: str) -> None:
        """End what will never go out; nobody need look after an edit, for its message is there."""
        if _is_edit(entry):
            log.warning("edit.forgone", reason=reason)
            await self.store.outbox.forgo(entry.id, reason=reason, now=self.clock.now())
            return
        log.error("delivery.failed", reason=reason)
        self.metrics.dead_letters.labels(entry.address.connector, "out").inc()
        await self.store.outbox.dead(entry.id, reason=reason, now=self.clock.now())


def _hints(entry: OutboxEntry) -> dict[str, str]:
    heard = {} if entry.heard_at is None else {"heard_at": entry.heard_at.isoformat()}
    return {**entry.hints, **heard, "client_id": entry.id}


def _is_edit(entry: OutboxEntry) -> bool:
    return entry.message.replaces is not None


def back_off(attempts: int) -> timedelta:
    """Wait twice as long after each attempt, up to a limit, with jitter of half of it."""
    longest = min(FIRST_WAIT * int(2 ** min(attempts, 20)), LONGEST_WAIT)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, not a secret
