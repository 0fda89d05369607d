from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from bot import (
    Address,
    ConversationId,
    Customer,
    CustomerId,
    EventId,
    InboundMessage,
    InboxEntry,
    InboxId,
    Outgoing,
    Snapshot,
    StaleTurnError,
    State,
    StoreBusyError,
    TraceId,
    account_of,
)
from bot.dialog.phrases import ENGLISH
from bot.runtime.hub import Hub
from bot.runtime.reports import FIRST, Reports
from bot.testing.fakes import FakeClock

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
ALICE = Address(account=account_of("slack"), user="U1", place="D1")


@dataclass
class Board:
    """Keeps reports as a store does: once for each ordinal of a turn."""

    shown: dict[int, Outgoing] = field(default_factory=dict)
    error: Exception | None = None

    async def report(self, snapshot: Snapshot, outgoing: Outgoing, *, now: datetime) -> None:
        if self.error is not None:
            raise self.error
        self.shown.setdefault(outgoing.ordinal, outgoing)

    @property
    def texts(self) -> list[str]:
        return [one.message.text for one in self.shown.values()]


def snapshot() -> Snapshot:
    message = InboundMessage(
        event_id=EventId("e1"), sender=ALICE, text="/cook", hints={"response_url": "https://x"}
    )
    entry = InboxEntry(
        id=InboxId("1"), event=message, received_at=NOW, shown=None, trace=TraceId("t"), attempts=0
    )
    customer = Customer(id=CustomerId("c"), addresses=(ALICE,))
    return Snapshot(
        conversation=ConversationId("v"), scope="private", customer=customer, version=1, epoch=1,
        state=State(), entry=entry, leased=True,
    )  # fmt: skip


def reports_on(board: Board) -> Reports:
    return Reports(turns=board, clock=FakeClock(NOW), hub=Hub())  # type: ignore[arg-type]  # it reports, no more


async def test_a_report_goes_where_the_answer_goes_and_above_the_ordinals_of_the_commit() -> None:
    board = Board()

    await reports_on(board).show(snapshot(), "It boils.", key="k")

    [(ordinal, shown)] = board.shown.items()
    assert ordinal > FIRST
    assert (shown.address, shown.hints) == (ALICE, {"response_url": "https://x"})


async def test_a_turn_that_runs_again_shows_nothing_twice_and_nothing_less() -> None:
    board = Board()
    first, again = reports_on(board), reports_on(board)
    await first.show(snapshot(), "One.", key="k1")
    await first.show(snapshot(), "One more.", key="k1")

    await again.show(snapshot(), "One.", key="k1")
    await again.show(snapshot(), "Two.", key="k2")

    assert board.texts == ["One.", "One more.", "Two."]


async def test_who_has_heard_something_is_not_reassured() -> None:
    board = Board()
    reports = reports_on(board)
    await reports.show(snapshot(), "It boils.", key="k")

    await reports.reassure(snapshot())

    assert board.texts == ["It boils."]


async def test_who_has_heard_nothing_is_reassured_once() -> None:
    board = Board()
    await reports_on(board).reassure(snapshot())

    await reports_on(board).reassure(snapshot())

    assert board.texts == [ENGLISH.ONE_MOMENT]


async def test_where_the_platform_edits_the_reports_of_a_turn_are_one_message() -> None:
    board = Board()
    reports = reports_on(board)
    reports.edits = True

    await reports.reassure(snapshot())
    await reports.show(snapshot(), "It boils.", key="k1")
    await reports.show(snapshot(), "Nearly there.", key="k2")

    assert [one.edits for one in board.shown.values()] == [None, FIRST, FIRST]


async def test_elsewhere_each_report_is_a_message_of_its_own() -> None:
    board = Board()
    reports = reports_on(board)

    await reports.show(snapshot(), "It boils.", key="k1")
    await reports.show(snapshot(), "Nearly there.", key="k2")

    assert [one.edits for one in board.shown.values()] == [None, None]


async def test_a_store_that_is_busy_costs_the_word_and_no_more() -> None:
    board = Board(error=StoreBusyError("not now"))

    await reports_on(board).show(snapshot(), "It boils.", key="k")

    assert board.texts == []


async def test_a_lost_lease_is_told() -> None:
    with pytest.raises(StaleTurnError):
        await reports_on(Board(error=StaleTurnError("gone"))).reassure(snapshot())
