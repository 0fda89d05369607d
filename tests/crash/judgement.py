"""What is wrong after a run, by what customers saw and what the databases hold."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeAlias

from tests.crash.evidence import Evidence
from tests.crash.people import Customer, once, plain

Transcript: TypeAlias = Mapping[str, Sequence[tuple[str, tuple[str, ...]]]]
CHANNELS = ("slack", "telegram", "whatsapp", "web")
BOOKED = ("2026-11-19", "19:00:00.000000", 5, "inside")
MAY_REPEAT = frozenset(
    {
        # a platform's receipt may come, and be kept, before our mark is
        "outbox.report.after_commit",
        "outbox.report.before_commit",
        "outbox.sent.before_commit",
        "slack.send.after",
        "telegram.send.after",
        "whatsapp.send.after",
    }
)
"""Deaths between a platform's yes and our mark.

Only these put a second copy on a screen where one thing happens at a time.
"""


def transcript(customer: Customer) -> Transcript:
    """Tell what a customer saw on each channel, without what is random in it."""
    return {name: [plain(one) for one in customer.screen(name)] for name in CHANNELS}


def judged(
    customers: Sequence[Customer],
    evidence: Evidence,
    *,
    expected: Transcript | None,
    may_repeat: Collection[str],
) -> Iterator[str]:
    """Tell everything that is wrong."""
    yield from evidence.open_ends()
    yield from evidence.asked_twice()
    wanted = [BOOKED] * len(customers)
    if expected is not None and evidence.bookings != wanted:
        yield f"bookings {evidence.bookings} instead of {wanted}"
    if evidence.slots % max(1, len(evidence.bookings)):
        yield f"{evidence.slots} slots for {len(evidence.bookings)} bookings"
    yield from _misplaced(customers, evidence)
    if expected is not None:
        for customer in customers:
            yield from _differences(transcript(customer), expected, may_repeat=may_repeat)


def _misplaced(customers: Sequence[Customer], evidence: Evidence) -> Iterator[str]:
    """Tell what a platform shows in another order than the outbox's, or not at all."""
    reached: dict[tuple[str, ...], int] = {}
    for row in evidence.outbox:
        channel, provider_id = row["account"].partition("/")[0], row["provider_id"]
        if not provider_id:
            continue
        places = [
            position
            for customer in customers
            for position, seen in enumerate(customer.history(channel))
            if seen.id == provider_id
            and (channel == "whatsapp" or row["user"] == customer.users[channel])
        ]
        destination = (row["conversation"], row["account"], row["user"], row["place"])
        if not places:
            yield f"{row['n']} to {channel} is marked as sent and was never shown"
        elif places[0] <= reached.get(destination, -1):
            yield f"{row['n']} to {channel} stands before what was sent earlier"
        reached[destination] = places[0] if places else reached.get(destination, -1)


def _differences(
    shown: Transcript, expected: Transcript, *, may_repeat: Collection[str]
) -> Iterator[str]:
    for channel, wanted in expected.items():
        seen = once(shown[channel]) if channel in may_repeat else list(shown[channel])
        if seen != list(wanted):
            yield f"{channel} showed {seen} instead of {list(wanted)}"
