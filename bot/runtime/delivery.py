"""Station 3: outbox to platform, in order per destination; receipts, retries, dead letters."""

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

import structlog

from bot.errors import BlobMissingError, PermanentSendError, StoreError, TransientSendError
from bot.model.capabilities import with_names
from bot.model.delivery import OutboxEntry
from bot.model.messages import Address, OutboundMessage, SentFile
from bot.ports.blobs import Blobs
from bot.ports.clock import Clock
from bot.ports.connectors import Connector
from bot.ports.stores import Store
from bot.runtime.hub import Hub
from bot.runtime.metrics import Metrics

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


@dataclass(slots=True, kw_only=True)
class Delivery:
    """Sends what is due; at least once, one at a time to each destination."""

    store: Store
    blobs: Blobs
    connectors: Mapping[str, Connector]
    clock: Clock
    hub: Hub
    metrics: Metrics
    labels: Mapping[str, str] = field(default_factory=dict)
    busy: set[Address] = field(default_factory=set)

    async def claim(self, limit: int) -> list[OutboxEntry]:
        """Take the heads of destinations that nobody here is sending to."""
        now = self.clock.now()
        entries = await self.store.outbox.claim(
            now=now, until=now + CLAIM, limit=limit, busy=tuple(self.busy)
        )
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
        hints = {**entry.hints, "client_id": entry.id}
        patience = FILE_PATIENCE if entry.message.files else PATIENCE
        try:
            async with asyncio.timeout(patience.total_seconds()):
                message = await self._with_bytes(entry.message, connector)
                receipt = await connector.send(message, entry.address, hints)
        except PermanentSendError as error:
            await self._bury(entry, str(error))
        except TransientSendError as error:
            await self._postpone(entry, str(error), error.retry_after)
        except TimeoutError:
            await self._postpone(entry, "the platform did not answer in time", None)
        except Exception as error:
            log.exception("delivery.raised", connector=name)
            await self._postpone(entry, f"the connector raised {type(error).__name__}", None)
        else:
            await self.store.outbox.sent(entry.id, receipt, now=self.clock.now())
            self.metrics.messages.labels(name, "out").inc()
            self.hub.grown([entry.conversation])

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

    async def _postpone(
        self, entry: OutboxEntry, reason: str, retry_after: timedelta | None
    ) -> None:
        if entry.attempts + 1 >= MOST_ATTEMPTS:
            await self._bury(entry, f"given up after {MOST_ATTEMPTS} attempts: {reason}")
            return
        if self.clock.now() - entry.created_at > GONE_ON_AFTER and await self._moved(entry):
            return
        wait = retry_after or back_off(entry.attempts)
        log.warning("delivery.postponed", reason=reason, seconds=wait.total_seconds())
        due = self.clock.now() + wait
        await self.store.outbox.postpone(entry.id, due=due, reason=reason)

    async def _moved(self, entry: OutboxEntry) -> bool:
        """Say it where the customer has gone on, instead of a channel that is down."""
        label = self.labels.get(entry.address.connector, entry.address.connector)
        note = f"I could not reach you on {label}."
        if entry.message.prompt is None:
            told = with_names(entry.message, lambda _: False).text
            note = f"{note} I wanted to say: {told}"
        woken = await self.store.outbox.move_on(entry.id, note=note, now=self.clock.now())
        if woken:
            log.info("delivery.moved_on", connector=entry.address.connector)
            self.hub.grown(woken)
        return bool(woken)

    async def _bury(self, entry: OutboxEntry, reason: str) -> None:
        log.error("delivery.failed", reason=reason)
        self.metrics.dead_letters.labels(entry.address.connector, "out").inc()
        await self.store.outbox.dead(entry.id, reason=reason, now=self.clock.now())


def back_off(attempts: int) -> timedelta:
    """Wait twice as long after each attempt, up to a limit, with jitter of half of it."""
    longest = min(FIRST_WAIT * int(2 ** min(attempts, 20)), LONGEST_WAIT)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, not a secret
