"""What a store must do with an answer that was shown while it was being written."""

from dataclasses import replace

import pytest

from bot.errors import StaleTurnError
from bot.model.delivery import Receipt
from bot.model.ids import ConversationId, OutboxId
from bot.model.messages import OutboundMessage
from bot.ports.records import Outgoing, Snapshot, TurnResult
from bot.ports.stores import Store
from bot.testing.contracts.store_bench import LEASE, NOW, answer, leased, message, record
from bot.testing.contracts.store_edits import SLACK, send, take, told

WHOLE = OutboxId("draft-whole")


def draft(text: str, ordinal: int, edits: int | None = None) -> Outgoing:
    """Write a report of what is still being written."""
    report = OutboundMessage(text=text)
    return Outgoing(address=SLACK, message=report, ordinal=ordinal, edits=edits, fleeting=True)


def whole(held: Snapshot) -> TurnResult:
    """Make the turn that says the whole, in the place of the draft."""
    said = Outgoing(address=SLACK, message=OutboundMessage(text="whole"), edits=1000, id=WHOLE)
    return replace(answer(held), outgoing=[said])


async def began(store: Store) -> tuple[ConversationId, Snapshot]:
    """Begin a turn, and its draft."""
    kept = await record(store, message("e1"))
    held = await leased(store, kept.conversation)
    await store.turns.report(held, draft("half", 1000), now=NOW)
    return kept.conversation, held


class DraftContract:
    """What is half written is kept nowhere; the whole is said once, in its place or anew."""

    async def test_the_log_is_told_of_the_whole_only_under_the_id_it_was_given(
        self, store: Store
    ) -> None:
        conversation, held = await began(store)
        await send(store, slack="m-1")
        await store.turns.report(held, draft("more", 1001, edits=1000), now=NOW)

        await store.turns.commit(whole(held), now=NOW)

        assert await send(store) == [("whole", "m-1")]
        said = [one for one in await told(store, conversation) if one.get("role") == "bot"]
        assert [(one["id"], one["text"]) for one in said] == [(WHOLE, "whole")]
        receipts = [one for one in await told(store, conversation) if "outbox" in one]
        assert (receipts[-1]["outbox"], receipts[-1]["state"]) == (WHOLE, "sent")

    async def test_what_nobody_was_sent_yet_is_never_sent(self, store: Store) -> None:
        _, held = await began(store)

        await store.turns.commit(whole(held), now=NOW)

        assert await send(store) == [("whole", None)]

    async def test_a_draft_that_is_on_its_way_is_edited_when_it_has_arrived(
        self, store: Store
    ) -> None:
        _, held = await began(store)
        (under_way,) = await take(store)

        await store.turns.commit(whole(held), now=NOW)

        assert await take(store) == []  # it waits for what it takes the place of
        await store.outbox.sent(under_way.id, Receipt(provider_id="m-1"), now=NOW)
        assert await send(store) == [("whole", "m-1")]

    async def test_where_the_draft_was_lost_the_whole_is_a_message_of_its_own(
        self, store: Store
    ) -> None:
        _, held = await began(store)
        (under_way,) = await take(store)
        await store.turns.commit(whole(held), now=NOW)

        await store.outbox.dead(under_way.id, reason="refused", now=NOW)

        assert await send(store) == [("whole", None)]

    async def test_where_the_edit_cannot_be_made_the_whole_is_a_message_of_its_own(
        self, store: Store
    ) -> None:
        _, held = await began(store)
        await send(store, slack="m-1")
        await store.turns.commit(whole(held), now=NOW)
        (edit,) = await take(store)

        await store.outbox.forgo(edit.id, reason="too late to edit", now=NOW)

        assert await send(store) == [("whole", None)]

    async def test_an_edit_of_a_draft_that_cannot_be_made_is_left(self, store: Store) -> None:
        _, held = await began(store)
        await send(store, slack="m-1")
        await store.turns.report(held, draft("more", 1001, edits=1000), now=NOW)
        (edit,) = await take(store)

        await store.outbox.forgo(edit.id, reason="too late to edit", now=NOW)

        assert await take(store) == []

    async def test_a_turn_that_runs_again_says_the_whole_once(self, store: Store) -> None:
        conversation, dead = await began(store)
        await send(store, slack="m-1")
        later = NOW + LEASE * 2
        heir = await leased(store, conversation, now=later)
        await store.turns.report(heir, draft("half", 1000), now=later)

        await store.turns.commit(whole(heir), now=later)
        with pytest.raises(StaleTurnError):
            await store.turns.commit(whole(dead), now=later)

        entries = await store.outbox.claim(now=later, until=later + LEASE, limit=20)
        sent = [(entry.message.text, entry.message.replaces) for entry in entries]
        assert sent == [("whole", "m-1")]
