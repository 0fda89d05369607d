"""Station 1: what connectors received, kept in the inbox before anybody hears that it was."""

from collections.abc import Sequence

import structlog

from bot.model.delivery import DeliveryReport, Reported
from bot.model.ids import ConnectorName
from bot.ports.clock import Clock
from bot.ports.connectors import Received
from bot.ports.lines import Recorded
from bot.ports.stores import Store
from bot.runtime.hub import Hub
from bot.runtime.metrics import Metrics

log = structlog.get_logger()


class Intake:
    """Records what arrives; durable when `accept` returns."""

    def __init__(self, store: Store, clock: Clock, hub: Hub, metrics: Metrics) -> None:
        self._store = store
        self._clock = clock
        self._hub = hub
        self._metrics = metrics

    async def accept(self, connector: ConnectorName, received: Received) -> Sequence[Recorded]:
        """Keep messages, reports, news and dead letters; raises StoreError if it cannot."""
        now = self._clock.now()
        recorded: Sequence[Recorded] = ()
        if received.news:
            # before the messages: whoever is called otherwise must not be a stranger by then
            self._hub.grown(await self._store.customers.learn(received.news, now=now))
        if received.messages:
            recorded = await self._store.inbox.record(received.messages, now=now)
        if received.unreadable:
            buried = await self._store.inbox.bury(received.unreadable, now=now)
            if buried:
                self._metrics.dead_letters.labels(connector, "in").inc(buried)
                log.warning("event.buried", connector=connector, count=buried)
        if received.reports:
            await self._store.outbox.report(received.reports, now=now)
            self._count_reports(connector, received.reports)
        self._count(connector, recorded)
        self._hub.grown([row.conversation for row in recorded])
        return recorded

    def _count_reports(self, connector: ConnectorName, reports: Sequence[DeliveryReport]) -> None:
        for report in reports:
            self._metrics.reports.labels(connector, report.state.value).inc()
            if report.state is Reported.FAILED:
                # why stands in the timeline: the words are the platform's and may name somebody
                log.warning("delivery.failed_later", connector=connector)

    def _count(self, connector: ConnectorName, recorded: Sequence[Recorded]) -> None:
        for row in recorded:
            if row.duplicate:
                self._metrics.duplicates.labels(connector).inc()
            else:
                self._metrics.messages.labels(connector, "in").inc()
