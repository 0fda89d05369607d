"""What a store must do with what is said before a turn ends, and with operators' switches."""

import asyncio
from dataclasses import replace

import pytest

from bot.errors import StaleTurnError, StoreError
from bot.model.delivery import Receipt
from bot.model.ids import ConversationId, PromptId
from bot.model.messages import OutboundMessage
from bot.ports.records import Outgoing, Snapshot
from bot.ports.stores import Store
from bot.testing.contracts.store_bench import (
    LEASE,
    NOW,
    SECOND,
    OpenStore,
    address,
    answer,
    claim,
    leased,
    message,
    opened,
    record,
)


def report(text: str, ordinal: int = 1000) -> Outgoing:
    """Write a message that goes out before its turn ends."""
    return Outgoing(address=address(), message=OutboundMessage(text=text), ordinal=ordinal)


async def said(store: Store, conversation: ConversationId) -> list[str]:
    """List what the log tells that the bot said."""
    facts = await store.log.read(conversation, after=0, limit=99)
    return [str(fact.body["text"]) for fact in facts if fact.body.get("role") == "bot"]


async def send_all(store: Store) -> list[str]:
    """Send until nothing is due; returns the texts in the order of sending."""
    texts: list[str] = []
    while claimed := await claim(store):
        for entry, text in claimed:
            texts.append(text)
            await store.outbox.sent(entry, Receipt(provider_id=f"p-{text}"), now=NOW)
    return texts


class ReportContract:
    """What is reported goes out at once, before the answer, and never a second time."""

    async def test_a_report_goes_out_while_the_turn_is_under_way(self, store: Store) -> None:
        kept = await record(store, message("e1"))
        held = await leased(store, kept.conversation)

        await store.turns.report(held, report("one moment"), now=NOW)

        assert await send_all(store) == ["one moment"]
        await store.turns.commit(answer(held, "done"), now=NOW)
        assert await send_all(store) == ["done"]
        assert await said(store, kept.conversation) == ["one moment", "done"]

    async def test_reports_go_before_the_answers_of_their_turn(self, store: Store) -> None:
        kept = await record(store, message("e1"))
        held = await leased(store, kept.conversation)
        for ordinal, text in enumerate(("one moment", "nearly there"), 1000):
            await store.turns.report(held, report(text, ordinal), now=NOW)
        await store.turns.commit(answer(held, "done", "anything else?"), now=NOW)

        assert await send_all(store) == ["one moment", "nearly there", "done", "anything else?"]

    async def test_a_turn_that_runs_again_reports_nothing_twice(self, store: Store) -> None:
        kept = await record(store, message("e1"))
        dead = await leased(store, kept.conversation)
        await store.turns.report(dead, report("one moment"), now=NOW)
        assert await send_all(store) == ["one moment"]

        later = NOW + LEASE + SECOND
        heir = await leased(store, kept.conversation, now=later)
        await store.turns.report(heir, report("one moment, again"), now=later)
        await store.turns.report(heir, report("nearly there", 1001), now=later)
        await store.turns.commit(answer(heir, "done"), now=later)

        assert await said(store, kept.conversation) == ["one moment", "nearly there", "done"]

    async def test_nothing_is_reported_without_the_lease(self, store: Store) -> None:
        kept = await record(store, message("e1"))
        outside = await opened(store, kept.conversation)
        gone = await leased(store, kept.conversation)
        later = NOW + LEASE + SECOND
        heir = await leased(store, kept.conversation, now=later)

        for snapshot in (outside, gone):
            with pytest.raises(StaleTurnError):
                await store.turns.report(snapshot, report("no"), now=later)
        await store.turns.commit(answer(heir), now=later)
        with pytest.raises(StaleTurnError):
            await store.turns.report(heir, report("too late"), now=later)
        assert await said(store, kept.conversation) == []
        assert await claim(store, now=later) == []

    async def test_one_report_that_is_made_twice_at_once_is_one(self, store: Store) -> None:
        kept = await record(store, message("e1"))
        held = await leased(store, kept.conversation)

        async with asyncio.TaskGroup() as group:
            for ordinal in (1000, 1000, 1001, 1001):
                one = report(f"part {ordinal}", ordinal)
                group.create_task(store.turns.report(held, one, now=NOW))

        assert sorted(await send_all(store)) == ["part 1000", "part 1001"]

    async def test_a_report_and_a_takeover_at_once_leave_no_half(self, store: Store) -> None:
        for number in range(8):
            kept = await record(store, message(f"e{number}", address(user=f"u{number}")))
            held = await leased(store, kept.conversation)
            seen = await opened(store, kept.conversation)
            later = NOW + LEASE + SECOND

            async with asyncio.TaskGroup() as group:
                attempt = group.create_task(_is_taken(store, held, "hold on"))
                group.create_task(store.turns.lease(seen, now=later, until=later + LEASE))

            expected = ["hold on"] if attempt.result() else []
            assert await said(store, kept.conversation) == expected

    async def test_a_report_asks_nothing_and_keeps_to_its_ordinals(self, store: Store) -> None:
        kept = await record(store, message("e1"))
        held = await leased(store, kept.conversation)
        question = OutboundMessage(text="Which day?", prompt=PromptId("q1"))

        with pytest.raises(StoreError):
            await store.turns.report(held, replace(report(""), message=question), now=NOW)
        with pytest.raises(StoreError):
            await store.turns.report(held, report("hello", ordinal=0), now=NOW)
        await store.turns.commit(answer(held, "done"), now=NOW)
        assert await said(store, kept.conversation) == ["done"]


class SwitchContract:
    """What an operator switched stays so, for everybody."""

    async def test_nothing_is_switched_at_first(self, store: Store) -> None:
        assert dict(await store.upkeep.switches()) == {}

    async def test_a_switch_keeps_its_last_position(self, store: Store) -> None:
        for on in (False, True, False):
            await store.upkeep.switch("book", on=on)
        await store.upkeep.switch("uber ride", on=True)

        assert dict(await store.upkeep.switches()) == {"book": False, "uber ride": True}

    async def test_a_switch_is_seen_by_others_and_outlives_them(
        self, open_store: OpenStore
    ) -> None:
        async with open_store() as one, open_store() as other:
            assert dict(await other.upkeep.switches()) == {}
            await one.upkeep.switch("book", on=False)
            assert dict(await other.upkeep.switches()) == {"book": False}

        async with open_store() as heir:
            assert dict(await heir.upkeep.switches()) == {"book": False}

    async def test_two_who_switch_at_once_leave_one_position(self, store: Store) -> None:
        async with asyncio.TaskGroup() as group:
            for number in range(8):
                group.create_task(store.upkeep.switch("book", on=number % 2 == 0))

        assert list(await store.upkeep.switches()) == ["book"]


async def _is_taken(store: Store, held: Snapshot, text: str) -> bool:
    """Report under a lease, unless it is lost."""
    try:
        await store.turns.report(held, report(text), now=NOW)
    except StaleTurnError:
        return False
    return True
