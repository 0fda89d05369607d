"""What a store must do with what was shown and is to be shown otherwise."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.errors import StaleTurnError
from bot.model.delivery import OutboxEntry, Receipt
from bot.model.ids import ConnectorName, ConversationId, OutboxId, PromptId
from bot.model.messages import Address, Link, Option, OutboundMessage
from bot.ports.records import Outgoing, Retired, TurnResult
from bot.ports.stores import Store
from bot.testing.contracts.store_bench import (
    LEASE,
    NOW,
    SECOND,
    address,
    answer,
    leased,
    message,
    opened,
    record,
)
from bot.testing.contracts.store_linking import join, part

SLACK, TELEGRAM = address("slack", "alice"), address("telegram", "7")
EDITS = (ConnectorName("slack"), ConnectorName("telegram"))
QUESTION = OutboundMessage(
    text="Which day?", prompt=PromptId("q1"), links=(Link(label="Menu", url="https://x.example"),),
    options=tuple(Option(token=f"q1.{n}", label=day) for n, day in enumerate(("Today", "Later"))),
)  # fmt: skip
CLOSED = "Which day?\n✓ Today"


async def ask(store: Store, to: Address = SLACK, event: str = "ask") -> ConversationId:
    """Let a turn ask a question at an address."""
    kept = await record(store, message(event, to))
    asked = Outgoing(address=to, message=QUESTION)
    turn = replace(answer(await opened(store, kept.conversation)), outgoing=[asked])
    await store.turns.commit(turn, now=NOW)
    return kept.conversation


async def closing(store: Store, sender: Address, *texts: str, event: str = "answer") -> TurnResult:
    """Make the turn that answers the question, and says something."""
    kept = await record(store, message(event, sender))
    turn = answer(await opened(store, kept.conversation), *texts)
    return replace(turn, retired=[Retired(prompt=PromptId("q1"), mark="✓ Today", on=EDITS)])


async def close(store: Store, sender: Address = SLACK, *texts: str, event: str = "answer") -> None:
    """Let a turn answer the question."""
    await store.turns.commit(await closing(store, sender, *texts, event=event), now=NOW)


async def take(store: Store) -> list[OutboxEntry]:
    """Claim what may go out."""
    return list(await store.outbox.claim(now=NOW, until=NOW + LEASE, limit=20))


async def send(store: Store, **ids: str | None) -> list[tuple[str, str | None]]:
    """Send until nothing is due: texts, with what they replace; ``ids`` are the platform's."""
    sent: list[tuple[str, str | None]] = []
    while entries := await take(store):
        for entry in entries:
            sent.append((entry.message.text, entry.message.replaces))
            given = ids.get(entry.address.connector, f"p-{len(sent)}")
            await store.outbox.sent(entry.id, Receipt(provider_id=given), now=NOW)
    return sent


async def told(store: Store, conversation: ConversationId) -> list[Mapping[str, object]]:
    """Read what the log says of messages and receipts."""
    facts = await store.log.read(conversation, after=0, limit=99)
    return [fact.body for fact in facts if fact.kind in {"message", "receipt"}]


class EditContract:
    """A question that is over is edited where it stands, behind what goes there before."""

    async def test_an_answered_question_is_edited_by_the_platforms_id(self, store: Store) -> None:
        await ask(store)
        await send(store, slack="m-1")

        await close(store)

        (edit,) = await take(store)
        assert edit.message == OutboundMessage(
            text=CLOSED, links=QUESTION.links, replaces="m-1"
        )  # fmt: skip
        assert edit.address == SLACK

    async def test_an_edit_goes_behind_what_its_turn_says(self, store: Store) -> None:
        await ask(store)
        await send(store, slack="m-1")

        await close(store, SLACK, "What time?")

        assert await send(store) == [("What time?", None), (CLOSED, "m-1")]

    async def test_every_showing_is_edited_on_every_channel_that_edits(self, store: Store) -> None:
        await join(store, SLACK, TELEGRAM, "join")
        web = address("web", "w1")
        await join(store, SLACK, web, "join-web")
        for number, to in enumerate((SLACK, TELEGRAM, web, SLACK)):
            await ask(store, to, f"ask-{number}")
        await send(store, slack="m-1", telegram="m-2", web="m-3")

        await close(store, web)

        expected = [(CLOSED, "m-1"), (CLOSED, "m-1"), (CLOSED, "m-2")]
        assert sorted(await send(store)) == expected

    async def test_an_edit_tells_the_log_nothing(self, store: Store) -> None:
        home = await ask(store)
        await send(store)
        turn = await closing(store, SLACK)
        before = await told(store, home)

        await store.turns.commit(turn, now=NOW)
        await send(store)

        assert await told(store, home) == before
        assert await store.outbox.letters(states=("waiting", "dead"), limit=9) == []

    async def test_what_still_waits_goes_out_as_edited(self, store: Store) -> None:
        home = await ask(store)

        await close(store)

        (entry,) = await take(store)
        assert entry.message == OutboundMessage(text=CLOSED, links=QUESTION.links)
        await store.outbox.sent(entry.id, Receipt(provider_id="m-1"), now=NOW)
        assert await take(store) == []
        await record(store, message("next"))
        assert (await opened(store, home)).entry.shown is None  # nobody is asked this any more

    async def test_an_edit_waits_behind_a_question_that_is_being_sent(self, store: Store) -> None:
        await ask(store)
        (asked,) = await take(store)

        await close(store)

        assert await take(store) == []
        await store.outbox.sent(asked.id, Receipt(provider_id="m-9"), now=NOW)
        assert await send(store) == [(CLOSED, "m-9")]

    async def test_where_the_platform_gave_no_id_what_comes_behind_goes_on(
        self, store: Store
    ) -> None:
        await ask(store)
        (asked,) = await take(store)
        await close(store, SLACK)
        kept = await record(store, message("next"))
        await store.turns.commit(answer(await opened(store, kept.conversation), "hi"), now=NOW)

        await store.outbox.sent(asked.id, Receipt(provider_id=None), now=NOW)

        assert await send(store) == [("hi", None)]
        assert await store.outbox.letters(states=("waiting", "dead"), limit=9) == []

    async def test_a_dead_question_that_is_sent_after_all_has_no_buttons(
        self, store: Store
    ) -> None:
        await ask(store)
        (asked,) = await take(store)
        await store.outbox.dead(asked.id, reason="refused", now=NOW)

        await close(store)

        assert await take(store) == []
        assert await store.outbox.retry(asked.id)
        assert await send(store) == [(CLOSED, None)]

    async def test_an_edit_that_cannot_be_made_is_no_letter_and_stops_nothing(
        self, store: Store
    ) -> None:
        home = await ask(store)
        await send(store)
        await close(store)
        (edit,) = await take(store)
        kept = await record(store, message("next"))
        await store.turns.commit(answer(await opened(store, kept.conversation), "hi"), now=NOW)
        before = await told(store, home)

        await store.outbox.forgo(edit.id, reason="too old", now=NOW)

        assert await told(store, home) == before
        assert [text for text, _ in await send(store)] == ["hi"]
        assert await store.outbox.letters(states=("waiting", "dead"), limit=9) == []

    async def test_a_message_is_never_forgone(self, store: Store) -> None:
        await ask(store)
        (asked,) = await take(store)

        await store.outbox.forgo(asked.id, reason="no", now=NOW)

        assert [one.id for one in await store.outbox.letters(states=("waiting",), limit=9)] == [
            asked.id
        ]

    async def test_a_stale_turn_edits_nothing(self, store: Store) -> None:
        await ask(store)
        await send(store)
        late = await closing(store, SLACK)
        await store.turns.commit(answer(late.snapshot), now=NOW)

        with pytest.raises(StaleTurnError):
            await store.turns.commit(late, now=NOW)

        assert await take(store) == []

    async def test_a_channel_that_was_parted_does_not_learn_the_answer(self, store: Store) -> None:
        await join(store, SLACK, TELEGRAM, "join")
        await ask(store, SLACK, "ask-1")
        await ask(store, TELEGRAM, "ask-2")
        await send(store, slack="m-1", telegram="m-2")
        await part(store, TELEGRAM, "part")

        await close(store, SLACK)

        assert await send(store) == [(CLOSED, "m-1")]

    async def test_an_edit_does_not_count_as_shown(self, store: Store) -> None:
        home = await ask(store)
        await send(store)
        await close(store)
        await send(store)

        await record(store, message("next"))

        assert (await opened(store, home)).entry.shown == "q1"

    async def test_a_failed_edit_is_tried_again_and_then_made_once(self, store: Store) -> None:
        await ask(store)
        await send(store, slack="m-1")
        await close(store)
        (edit,) = await take(store)

        await store.outbox.postpone(edit.id, due=NOW, reason="busy")

        assert await send(store) == [(CLOSED, "m-1")]
        assert await take(store) == []


def progress(text: str, ordinal: int, edits: int | None = None) -> Outgoing:
    """Write a report; ``edits`` is the ordinal of the one whose place it takes."""
    report = OutboundMessage(text=text)
    return Outgoing(address=SLACK, message=report, ordinal=ordinal, edits=edits)


class ReportEditContract:
    """A report may take the place of an earlier one of its turn."""

    async def test_a_report_edits_the_one_before(self, store: Store) -> None:
        kept = await record(store, message("e1"))
        held = await leased(store, kept.conversation)
        await store.turns.report(held, progress("one", 1000), now=NOW)
        assert await send(store, slack="m-1") == [("one", None)]

        await store.turns.report(held, progress("two", 1001, edits=1000), now=NOW)

        assert await send(store) == [("two", "m-1")]
        await store.turns.commit(answer(held, "done"), now=NOW)
        assert await send(store) == [("done", None)]
        texts = [body["text"] for body in await told(store, kept.conversation) if "text" in body]
        assert texts == ["hello", "one", "done"]

    async def test_what_was_not_sent_yet_says_the_newest_at_once(self, store: Store) -> None:
        kept = await record(store, message("e1"))
        held = await leased(store, kept.conversation)

        await store.turns.report(held, progress("one", 1000), now=NOW)
        for ordinal in (1001, 1002):
            await store.turns.report(held, progress(str(ordinal), ordinal, edits=1000), now=NOW)

        assert await send(store) == [("1002", None)]

    async def test_only_the_newest_of_waiting_edits_is_made(self, store: Store) -> None:
        kept = await record(store, message("e1"))
        held = await leased(store, kept.conversation)
        await store.turns.report(held, progress("one", 1000), now=NOW)
        await send(store, slack="m-1")

        for ordinal in (1001, 1002, 1003):
            await store.turns.report(held, progress(str(ordinal), ordinal, edits=1000), now=NOW)

        assert await send(store) == [("1003", "m-1")]

    async def test_a_turn_that_runs_again_edits_nothing_twice(self, store: Store) -> None:
        kept = await record(store, message("e1"))
        dead = await leased(store, kept.conversation)
        await store.turns.report(dead, progress("one", 1000), now=NOW)
        await send(store, slack="m-1")
        await store.turns.report(dead, progress("two", 1001, edits=1000), now=NOW)
        await send(store)

        later = NOW + LEASE + SECOND
        heir = await leased(store, kept.conversation, now=later)
        await store.turns.report(heir, progress("two", 1001), now=later)
        await store.turns.report(heir, progress("three", 1002, edits=1001), now=later)

        entries = await store.outbox.claim(now=later, until=later + LEASE, limit=20)
        sent = [(entry.message.text, entry.message.replaces) for entry in entries]
        assert sent == [("three", "m-1")]  # what it edits is itself an edit of the first

    async def test_where_the_first_is_gone_the_next_is_a_message_of_its_own(
        self, store: Store
    ) -> None:
        kept = await record(store, message("e1"))
        held = await leased(store, kept.conversation)
        await store.turns.report(held, progress("one", 1000), now=NOW)
        (first,) = await take(store)
        await store.outbox.dead(OutboxId(first.id), reason="refused", now=NOW)

        await store.turns.report(held, progress("two", 1001, edits=1000), now=NOW)
        await store.turns.report(held, progress("lost", 1002, edits=1999), now=NOW)

        assert await send(store) == [("two", None), ("lost", None)]
