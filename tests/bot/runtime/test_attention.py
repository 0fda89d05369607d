"""What a turn shows while it lasts: once that it was read, then that it takes a while."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
import structlog
from typing_extensions import override

from bot import (
    Address,
    Body,
    ConversationId,
    Customer,
    CustomerId,
    EventId,
    InboundMessage,
    InboxEntry,
    InboxId,
    Signal,
    Snapshot,
    State,
    TraceId,
    TransientSendError,
    account_of,
)
from bot.runtime.attention import Attention, AttentionPace
from bot.testing.fakes import KINDS, FakeConnector

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
ALICE = Address(account=account_of("telegram"), user="7", place="7")
WORDS = InboundMessage(event_id=EventId("e1"), sender=ALICE, text="hello", hints={"message": "m1"})
LATER = Signal(event_id=EventId("t1"), name="expired", payload={}, address=ALICE)
QUICK = AttentionPace(
    after=timedelta(milliseconds=5), again=timedelta(milliseconds=5),
    patience=timedelta(milliseconds=20), most=2,
)  # fmt: skip


def snapshot(event: InboundMessage | Signal = WORDS) -> Snapshot:
    return Snapshot(
        conversation=ConversationId("c"), scope="private", customer=Customer(id=CustomerId("c")),
        version=0, epoch=0, state=State(),
        entry=InboxEntry(
            id=InboxId("i"), event=event, received_at=NOW, shown=None, trace=TraceId("t"),
            attempts=0,
        ),
    )  # fmt: skip


def attentive(*, typing: bool = True, reads: bool = False) -> FakeConnector:
    able = replace(KINDS["telegram"], typing=typing, reads=reads)
    return FakeConnector(kind="telegram", capabilities=able)


def attention(connector: FakeConnector, pace: AttentionPace = QUICK) -> Attention:
    return Attention(connectors={"telegram": connector}, pace=pace)


@dataclass(slots=True)
class Slow(FakeConnector):
    """A platform that does not answer; ``ended`` counts the calls that were broken off."""

    ended: int = 0
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    @override
    async def attend(self, to: Address, hints: Body, *, busy: bool) -> None:
        self.attended.append((to.user, busy))
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.ended += 1


async def until(holds: Callable[[], bool]) -> None:
    """Let what is under way go on."""
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110 - fakes ring no bell
            await asyncio.sleep(0.001)


async def test_a_quick_turn_is_attended_to_once() -> None:
    telegram = attentive()
    one = attention(telegram, AttentionPace())
    async with one.open():
        with one.to(snapshot()):
            pass
        await until(lambda: bool(telegram.attended))

    assert telegram.attended == [("m1", False)]


async def test_a_slow_turn_is_attended_to_again_and_again_until_it_ends() -> None:
    telegram = attentive()
    one = attention(telegram)
    async with one.open():
        with one.to(snapshot()):
            await until(lambda: len(telegram.attended) >= 4)
        told = len(telegram.attended)
        await asyncio.sleep(0.02)
        assert len(telegram.attended) <= told + 1  # the one that was under way

    assert telegram.attended[:4] == [("m1", False), ("m1", True), ("m1", True), ("m1", True)]


@pytest.mark.parametrize(
    ("typing", "reads", "told"),
    [(False, True, [("m1", False)]), (False, False, []), (True, True, [("m1", False)])],
)
async def test_a_platform_is_asked_for_what_it_has(
    *, typing: bool, reads: bool, told: list[tuple[str, bool]]
) -> None:
    telegram = attentive(typing=typing, reads=reads)
    one = attention(telegram)
    async with one.open():
        with one.to(snapshot()):
            await until(lambda: len(telegram.attended) >= len(told))
            await asyncio.sleep(0.02)

    busy = [sign for sign in telegram.attended if sign[1]]
    assert (telegram.attended[: len(told)], bool(busy)) == (told, typing)


async def test_nobody_is_attended_to_for_a_timer_or_before_the_bot_runs() -> None:
    telegram = attentive()
    one = attention(telegram)
    with one.to(snapshot()):
        pass
    async with one.open():
        with one.to(snapshot(LATER)):
            await asyncio.sleep(0.02)

    assert telegram.attended == []


async def test_a_platform_that_fails_is_nothing_but_a_quiet_line() -> None:
    telegram = attentive(reads=True, typing=False)
    telegram.troubles = [TransientSendError("secret words"), RuntimeError("more of them")]
    one = attention(telegram)
    with structlog.testing.capture_logs() as logs:
        async with one.open():
            for _ in range(2):
                with one.to(snapshot()):
                    await asyncio.sleep(0)
                await asyncio.sleep(0.005)

    assert [line["error"] for line in logs] == ["TransientSendError", "RuntimeError"]
    assert all(line["log_level"] == "debug" for line in logs)
    assert "words" not in str(logs)


async def test_a_platform_that_hangs_delays_no_turn_and_no_end() -> None:
    telegram = Slow(kind="telegram", capabilities=attentive().capabilities)
    one = attention(telegram, AttentionPace())
    async with asyncio.timeout(2), one.open():
        with one.to(snapshot()):
            pass
        await telegram.begun.wait()

    assert (telegram.attended, telegram.ended) == ([("7", False)], 1)


async def test_only_so_many_are_attended_to_at_once() -> None:
    telegram = Slow(kind="telegram", capabilities=attentive().capabilities)
    pace = AttentionPace(most=2)
    one = attention(telegram, pace)
    async with one.open():
        for _ in range(5):
            with one.to(snapshot()):
                await asyncio.sleep(0.002)

    assert len(telegram.attended) == 2
