"""What an operator counts, in Prometheus' terms."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.ports.stores import Health
from bot.runtime.refusals import Refusal


class Metrics:
    """The figures of one bot; a registry of its own, so that two bots can live in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.messages = Counter(
            "threadline_messages", "Messages.", ["connector", "direction"], registry=self.registry
        )
        self.duplicates = Counter(
            "threadline_duplicates", "Events that were known already.", ["connector"],
            registry=self.registry,
        )  # fmt: skip
        self.rejected = Counter(
            "threadline_rejected_requests", "Requests that were not genuine.", ["connector"],
            registry=self.registry,
        )  # fmt: skip
        self.dead_letters = Counter(
            "threadline_dead_letters", "Messages given up.", ["connector", "direction"],
            registry=self.registry,
        )  # fmt: skip
        self.refusals = Counter(
            "threadline_refusals", "Attempts to send that were refused, or spared.",
            ["connector", "class"], registry=self.registry,
        )  # fmt: skip
        self.reports = Counter(
            "threadline_delivery_reports", "What platforms told later of messages.",
            ["connector", "state"], registry=self.registry,
        )  # fmt: skip
        self.failed_turns = Counter(
            "threadline_failed_turns", "Turns that raised.", registry=self.registry
        )
        self.handoffs = Counter(
            "threadline_handoffs", "Times a person was asked for.", registry=self.registry
        )
        self.turn_seconds = Histogram(
            "threadline_turn_seconds", "From the message's arrival to its turn's commit.",
            registry=self.registry,
        )  # fmt: skip
        self.inbox_oldest = Gauge(
            "threadline_inbox_oldest_seconds", "Age of the oldest open row.", ["connector"],
            registry=self.registry,
        )  # fmt: skip
        self.outbox_oldest = Gauge(
            "threadline_outbox_oldest_seconds", "Age of the oldest unsent row.", ["connector"],
            registry=self.registry,
        )  # fmt: skip

        self.dead_letters_kept = Gauge(
            "threadline_dead_letters_kept", "Dead letters that wait for an operator.",
            registry=self.registry,
        )  # fmt: skip

    def observe(self, health: Health, connectors: list[str]) -> None:
        """Take over the store's figures; a connector without waiting rows counts 0."""
        self.dead_letters_kept.set(health.dead_letters)
        for name in connectors:
            for direction in ("in", "out"):
                # a series that begins at 0 shows its first increase, one that is missing does not
                self.dead_letters.labels(name, direction)
                self.messages.labels(name, direction)
            for refusal in Refusal:
                self.refusals.labels(name, refusal.value)
            self.inbox_oldest.labels(name).set(health.inbox_oldest.get(name, 0.0))
            self.outbox_oldest.labels(name).set(health.outbox_oldest.get(name, 0.0))

    def text(self) -> bytes:
        """Write all figures in Prometheus' text format."""
        return generate_latest(self.registry)
