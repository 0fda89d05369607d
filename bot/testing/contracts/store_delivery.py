"""What a store must do with what goes out."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.model.delivery import DeliveryReport, Receipt, Reported
from bot.model.ids import ConversationId, OutboxId, PromptId
from bot.model.messages import OutboundMessage
from bot.ports.records import Outgoing
from bot.ports.stores import Store
from bot.testing.contracts.store_bench import (
    LEASE,
    NOW,
    SECOND,
    address,
    answer,
    claim,
    message,
    opened,
    record,
    reply,
)


async def send_all(store: Store, most: int = 20) -> list[str]:
    """Send until nothing is due; returns the texts in the order of sending."""
    texts: list[str] = []
    while claimed := await claim(store, limit=most):
        for entry, text in claimed:
            texts.append(text)
            await store.outbox.sent(entry, Receipt(provider_id=f"p-{text}"), now=NOW)
    return texts


async def states(store: Store, conversation: ConversationId) -> list[str]:
    """List what receipts the log tells of."""
    facts = await store.log.read(conversation, after=0, limit=99)
    return [str(fact.body["state"]) for fact in facts if fact.kind == "receipt"]


async def say(store: Store, *texts: str, channel: str = "slack", event: str = "e1") -> OutboxId:
    """Let a turn say something; returns the id of the first row."""
    kept = await record(store, message(event, address(channel)))
    await reply(store, kept.conversation, *texts)
    facts = await store.log.read(kept.conversation, after=0, limit=99)
    return OutboxId(next(str(f.body["id"]) for f in facts if f.body.get("role") == "bot"))


class DeliveryContract:
    """Replies go out in order towards each destination, and their fate is kept."""

    async def test_replies_to_one_destination_go_out_in_order(self, store: Store) -> None:
        await say(store, "1", "2", "3")
        await say(store, "4", event="e2")

        assert [text for _, text in await claim(store)] == ["1"]
        assert await claim(store) == []

    async def test_all_of_them_go_out_one_after_another(self, store: Store) -> None:
        await say(store, "1", "2", "3")

        assert await send_all(store) == ["1", "2", "3"]

    async def test_one_destination_never_waits_for_another(self, store: Store) -> None:
        slow = await say(store, "slow 1", "slow 2", channel="slack")
        await say(store, "quick 1", "quick 2", channel="telegram")
        assert {text for _, text in await claim(store)} == {"slow 1", "quick 1"}
        await store.outbox.postpone(slow, due=NOW + timedelta(hours=1), reason="down")

        later = NOW + LEASE + SECOND
        assert [text for _, text in await claim(store, now=later)] == ["quick 1"]

    async def test_a_busy_destination_is_left_out(self, store: Store) -> None:
        await say(store, "a", channel="slack")
        await say(store, "b", channel="telegram")

        entries = await store.outbox.claim(
            now=NOW, until=NOW + LEASE, limit=9, busy=[address("slack")]
        )
        assert [entry.message.text for entry in entries] == ["b"]

    async def test_at_most_so_many_destinations_are_claimed(self, store: Store) -> None:
        for number in range(5):
            await say(store, "x", channel=f"channel{number}")

        assert len(await claim(store, limit=3)) == 3
        assert len(await claim(store, limit=3)) == 2

    async def test_four_senders_never_claim_the_same_row(self, store: Store) -> None:
        for number in range(12):
            await say(store, f"text {number}", channel=f"channel{number}")

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(claim(store)) for _ in range(4)]

        claimed = [text for task in tasks for _, text in task.result()]
        claimed += [text for _, text in await claim(store)]
        assert sorted(claimed) == sorted(f"text {number}" for number in range(12))

    async def test_a_claim_that_ran_out_is_claimed_again(self, store: Store) -> None:
        await say(store, "1")
        first = await claim(store)

        assert await claim(store, now=NOW + LEASE + SECOND) == first

    async def test_a_postponed_row_counts_its_attempts_and_holds_back_the_next(
        self, store: Store
    ) -> None:
        entry = await say(store, "1", "2")
        await claim(store)
        await store.outbox.postpone(entry, due=NOW + 5 * SECOND, reason="429")

        assert await claim(store, now=NOW + 4 * SECOND) == []
        (again,) = await store.outbox.claim(now=NOW + 5 * SECOND, until=NOW + LEASE, limit=9)
        assert (again.id, again.attempts, again.message.text) == (entry, 1, "1")

    async def test_a_dead_row_does_not_block_the_next(self, store: Store) -> None:
        entry = await say(store, "1", "2")
        await claim(store)
        await store.outbox.dead(entry, reason="blocked", now=NOW)

        assert [text for _, text in await claim(store)] == ["2"]
        letters = await store.outbox.letters(states=["dead", "waiting"], limit=9)
        told = [(one.direction, one.state, one.reason) for one in letters]
        assert sorted(told) == [("out", "dead", "blocked"), ("out", "waiting", "")]

    async def test_a_dead_row_can_be_tried_again(self, store: Store) -> None:
        entry = await say(store, "1")
        await store.outbox.dead(entry, reason="blocked", now=NOW)

        assert await store.outbox.retry(entry)
        assert await claim(store) == [(entry, "1")]
        assert not await store.outbox.retry(entry)

    async def test_a_sent_row_is_not_sent_again(self, store: Store) -> None:
        kept = await record(store, message("e1"))
        await reply(store, kept.conversation, "1")
        ((entry, _),) = await claim(store)
        for _ in range(2):
            await store.outbox.sent(entry, Receipt(provider_id="p1"), now=NOW)

        assert await claim(store, now=NOW + LEASE + SECOND) == []
        assert await states(store, kept.conversation) == ["sent"]

    async def test_a_message_in_the_log_has_the_id_of_its_row(self, store: Store) -> None:
        entry = await say(store, "1")

        assert await claim(store) == [(entry, "1")]

    async def test_reports_only_ever_rise(self, store: Store) -> None:
        kept = await record(store, message("e1"))
        await reply(store, kept.conversation, "1")
        await send_all(store)

        for state in (Reported.READ, Reported.DELIVERED, Reported.READ, Reported.SENT):
            report = DeliveryReport(account="slack", provider_id="p-1", state=state)
            await store.outbox.report([report], now=NOW)

        assert await states(store, kept.conversation) == ["sent", "read"]

    async def test_a_failure_is_kept_with_its_reason(self, store: Store) -> None:
        kept = await record(store, message("e1"))
        await reply(store, kept.conversation, "1")
        await send_all(store)
        report = DeliveryReport(
            account="slack", provider_id="p-1", state=Reported.FAILED, reason="131047"
        )
        await store.outbox.report([report, report], now=NOW)

        facts = await store.log.read(kept.conversation, after=0, limit=99)
        assert await states(store, kept.conversation) == ["sent", "failed"]
        assert facts[-1].body["reason"] == "131047"

    async def test_a_report_that_overtakes_its_receipt_is_not_lost(self, store: Store) -> None:
        kept = await record(store, message("e1"))
        await reply(store, kept.conversation, "1")
        for state in (Reported.SENT, Reported.DELIVERED, Reported.SENT):
            report = DeliveryReport(account="slack", provider_id="p-1", state=state)
            await store.outbox.report([report], now=NOW)

        await send_all(store)

        assert await states(store, kept.conversation) == ["sent", "delivered"]

    async def test_a_message_knows_the_question_that_was_shown_when_it_came(
        self, store: Store
    ) -> None:
        kept = await record(store, message("e1"))
        question = OutboundMessage(text="Which day?", prompt=PromptId("q1"))
        snapshot = await opened(store, kept.conversation)
        outgoing = [Outgoing(address=address(), message=question)]
        await store.turns.commit(replace(answer(snapshot), outgoing=outgoing), now=NOW)

        await record(store, message("before"))
        await claim(store)
        await record(store, message("after"))

        shown = []
        for _ in range(2):
            entry = (await opened(store, kept.conversation)).entry
            shown.append(entry.shown)
            await reply(store, kept.conversation)
        assert shown == [None, "q1"]

    async def test_sent_rows_are_forgotten_after_thirty_days(self, store: Store) -> None:
        kept = await record(store, message("e1"))
        await reply(store, kept.conversation, "1")
        await send_all(store)

        assert await store.upkeep.purge(now=NOW + timedelta(days=29)) == 1  # the inbox row
        assert await store.upkeep.purge(now=NOW + timedelta(days=31)) == 1
        assert await store.log.head(kept.conversation) == 4
