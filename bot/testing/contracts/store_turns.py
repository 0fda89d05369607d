"""What a store must do with turns, leases, effects and timers."""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import EffectMismatchError, StaleTurnError
from bot.model.conversation import PRIVATE, State, room_scope
from bot.model.ids import BlobId, ConversationId, EventId, FrameId, InboxId
from bot.model.messages import SentFile
from bot.ports.records import Posted, Settled, Signal, TimerSet
from bot.ports.stores import Store
from bot.testing.contracts.store_bench import (
    LEASE,
    NOW,
    SECOND,
    OpenStore,
    Workers,
    address,
    answer,
    effect,
    frame,
    leased,
    message,
    opened,
    put_state,
    record,
    reply,
    state_of,
)


class TurnContract:
    """A turn counts once, or not at all."""

    async def test_four_workers_answer_every_message_once_and_in_order(self, store: Store) -> None:
        expected: dict[str, list[InboxId]] = defaultdict(list)
        for number in range(48):
            sender = address(user=f"user{number % 6}")
            kept = await record(store, message(f"e{number}", sender))
            expected[kept.conversation].append(kept.inbox)

        workers = Workers(store)
        await workers.run(4)

        answered: dict[str, list[InboxId]] = defaultdict(list)
        for conversation, entry in workers.done:
            answered[conversation].append(entry)
        assert answered == expected

    async def test_a_state_comes_back_as_it_was_written(self, store: Store) -> None:
        conversation = await store.customers.locate(address(), now=NOW)
        state = State(frames=(frame("f1", conversation),))

        await put_state(store, address(), state, "e1")

        assert await state_of(store, conversation, address()) == state

    async def test_a_conversation_without_open_rows_has_nothing_to_do(self, store: Store) -> None:
        kept = await record(store, message("e1"))
        await reply(store, kept.conversation)

        assert await store.turns.open(kept.conversation) is None
        assert list(await store.inbox.ready(now=NOW, limit=9)) == []

    async def test_a_look_finds_the_private_conversation_first_and_writes_nothing(
        self, store: Store
    ) -> None:
        bob = address(user="bob")
        assert await store.turns.look(bob) == []
        assert await store.customers.customer_of(bob) is None
        rooms = [replace(message(f"e{n}", bob), room=f"C{n}") for n in range(2)]
        kept = [await record(store, room, now=NOW + n * SECOND) for n, room in enumerate(rooms)]
        private = await record(store, message("e9", bob), now=NOW - SECOND)

        looked = await store.turns.look(bob)

        expected = [private, *reversed(kept)]
        assert [one.conversation for one in looked] == [one.conversation for one in expected]
        assert [one.scope for one in looked] == [
            PRIVATE, room_scope("slack", "C1"), room_scope("slack", "C0"),
        ]  # fmt: skip
        assert (await opened(store, private.conversation)).entry.id == private.inbox
        assert looked == await store.turns.look(bob)

    async def test_the_second_of_two_turns_is_stale_and_leaves_no_trace(self, store: Store) -> None:
        kept = await record(store, message("e1"))
        first = await opened(store, kept.conversation)
        second = await opened(store, kept.conversation)

        await store.turns.commit(answer(first, "first"), now=NOW)
        with pytest.raises(StaleTurnError):
            await store.turns.commit(answer(second, "second"), now=NOW)

        facts = await store.log.read(kept.conversation, after=0, limit=9)
        said = [fact.body["text"] for fact in facts if fact.kind == "message"]
        assert said == ["hello", "first"]

    async def test_files_that_are_kept_are_told_before_the_answer(self, store: Store) -> None:
        kept = await record(store, message("e1"))
        file = SentFile(blob=BlobId("0" * 64), name="me.png", mime="image/png", size=7)
        turn = answer(await opened(store, kept.conversation), "nice")

        await store.turns.commit(replace(turn, kept=[file]), now=NOW)

        facts = await store.log.read(kept.conversation, after=0, limit=9)
        assert [fact.kind for fact in facts] == ["message", "kept", "message", "turn"]
        assert facts[1].body["files"] == [
            {"blob": "0" * 64, "name": "me.png", "mime": "image/png", "size": 7}
        ]
        assert facts[1].body["message"] == kept.message_id
        assert facts[1].body["connector"] == address().connector

    async def test_nobody_commits_while_another_holds_the_lease(self, store: Store) -> None:
        kept = await record(store, message("e1"))
        outside = await opened(store, kept.conversation)
        inside = await leased(store, kept.conversation)

        assert list(await store.inbox.ready(now=NOW, limit=9)) == []
        with pytest.raises(StaleTurnError):
            await store.turns.commit(answer(outside, "no"), now=NOW)
        with pytest.raises(StaleTurnError):
            await store.turns.lease(outside, now=NOW, until=NOW + LEASE)
        await store.turns.commit(answer(inside, "yes"), now=NOW)

    async def test_an_abandoned_lease_is_taken_over_once_it_ran_out(self, store: Store) -> None:
        kept = await record(store, message("e1"))
        gone = await leased(store, kept.conversation)
        later = NOW + LEASE + SECOND

        assert list(await store.inbox.ready(now=later, limit=9)) == [kept.conversation]
        heir = await leased(store, kept.conversation, now=later)
        with pytest.raises(StaleTurnError):
            await store.turns.commit(answer(gone, "late"), now=later)
        with pytest.raises(StaleTurnError):
            await store.turns.renew(gone, until=later + LEASE)
        await store.turns.release(gone)
        await store.turns.commit(answer(heir, "mine"), now=later)

    async def test_a_turn_without_a_lease_fences_off_one_that_ran_out(self, store: Store) -> None:
        kept = await record(store, message("e1"))
        await record(store, message("e2"))
        gone = await leased(store, kept.conversation)
        later = NOW + LEASE + SECOND
        await reply(store, kept.conversation, "quick", now=later)

        with pytest.raises(StaleTurnError):
            await store.turns.commit(answer(gone, "late"), now=later)
        with pytest.raises(StaleTurnError):
            await store.ledger.start(effect("k1", kept.conversation), gone)

    async def test_a_lease_can_be_prolonged_and_given_back(self, store: Store) -> None:
        kept = await record(store, message("e1"))
        held = await leased(store, kept.conversation)
        await store.turns.renew(held, until=NOW + 2 * LEASE)

        assert list(await store.inbox.ready(now=NOW + LEASE + SECOND, limit=9)) == []
        await store.turns.release(held)
        assert list(await store.inbox.ready(now=NOW, limit=9)) == [kept.conversation]

    async def test_a_killed_worker_leaves_a_lease_that_the_next_start_clears(
        self, open_store: OpenStore
    ) -> None:
        async with open_store() as store:
            kept = await record(store, message("e1"))
            killed = await leased(store, kept.conversation)
            await store.ledger.start(effect("k1", kept.conversation), killed)

        async with open_store() as store:
            await store.upkeep.free_leases()
            assert list(await store.inbox.ready(now=NOW, limit=9)) == [kept.conversation]
            heir = await leased(store, kept.conversation)
            known = await store.ledger.start(effect("k1", kept.conversation), heir)
            assert (known.state, known.fresh) == ("started", False)
            with pytest.raises(StaleTurnError):
                await store.turns.commit(answer(killed), now=NOW)

    async def test_an_effect_starts_once_and_its_result_is_remembered(self, store: Store) -> None:
        kept = await record(store, message("e1"))
        held = await leased(store, kept.conversation)
        started = await store.ledger.start(effect("k1", kept.conversation), held)
        done = Settled(key="k1", state="done", result={"ref": [1, "a"]})
        await store.turns.commit(replace(answer(held), settled=[done]), now=NOW)

        await record(store, message("e2"))
        again = await leased(store, kept.conversation)
        known = await store.ledger.start(effect("k1", kept.conversation), again)

        assert (started.fresh, known.fresh) == (True, False)
        assert (known.state, known.result) == ("done", {"ref": [1, "a"]})
        with pytest.raises(EffectMismatchError):
            await store.ledger.start(effect("k1", kept.conversation, "5 at eight"), again)

    @pytest.mark.parametrize("state", ["failed", "undone"])
    async def test_the_key_of_an_effect_that_did_not_last_is_free(
        self, store: Store, state: str
    ) -> None:
        kept = await record(store, message("e1"))
        held = await leased(store, kept.conversation)
        await store.ledger.start(effect("k1", kept.conversation), held)
        await store.ledger.settle(Settled(key="k1", state=state), held)

        again = await store.ledger.start(effect("k1", kept.conversation, "other"), held)

        assert (again.fresh, again.attempts, again.state) == (True, 2, "started")
        found = await store.ledger.find("k1")
        assert found == again
        assert await store.ledger.find("nothing") is None

    async def test_an_effect_that_another_conversation_is_at_is_under_way(
        self, store: Store
    ) -> None:
        kept = await record(store, message("e1"))
        other = await record(store, message("e2", sender=address(user="bob")))
        held, waiting = (
            await leased(store, kept.conversation),
            await leased(store, other.conversation),
        )
        await store.ledger.start(effect("k1", kept.conversation), held)
        wanted = replace(effect("k1", other.conversation), frame=FrameId("other"))

        meanwhile = await store.ledger.start(wanted, waiting)
        await store.turns.commit(answer(held), now=NOW)
        left_behind = await store.ledger.start(wanted, waiting)

        assert (meanwhile.state, meanwhile.under_way) == ("started", True)
        assert (left_behind.state, left_behind.under_way) == ("started", False)

    async def test_no_effect_starts_without_the_lease(self, store: Store) -> None:
        kept = await record(store, message("e1"))
        snapshot = await opened(store, kept.conversation)

        with pytest.raises(StaleTurnError):
            await store.ledger.start(effect("k1", kept.conversation), snapshot)
        assert await store.ledger.find("k1") is None

    async def test_an_effect_is_settled_with_the_start_of_the_next(self, store: Store) -> None:
        kept = await record(store, message("e1"))
        held = await leased(store, kept.conversation)
        await store.ledger.start(effect("k1", kept.conversation), held)
        done = Settled(key="k1", state="done", result=7)

        await store.ledger.start(effect("k2", kept.conversation), held, settled=[done])

        found = await store.ledger.find("k1")
        assert found is not None
        assert (found.state, found.result) == ("done", 7)

    async def test_a_due_timer_becomes_one_open_row(self, store: Store) -> None:
        kept = await record(store, message("e1"))
        timer = TimerSet(due=NOW + timedelta(hours=1), name="remind", payload={"n": 1})
        result = replace(answer(await opened(store, kept.conversation)), timers=[timer])
        await store.turns.commit(result, now=NOW)
        due = NOW + timedelta(hours=1)

        assert list(await store.timers.fire(now=due - SECOND, limit=9)) == []
        assert list(await store.timers.fire(now=due, limit=9)) == [kept.conversation]
        assert list(await store.timers.fire(now=due, limit=9)) == []

        event = (await opened(store, kept.conversation)).entry.event
        assert isinstance(event, Signal)
        assert (event.name, event.payload, event.address) == ("remind", {"n": 1}, address())

    async def test_a_posted_signal_opens_a_row_at_the_other_address_once(
        self, store: Store
    ) -> None:
        bob = address("telegram", "bob")
        signal = Signal(event_id=EventId("ask-1"), name="asked", payload={}, address=bob)
        kept = await record(store, message("e1"), message("e2"))
        wake: list[ConversationId] = []
        for _ in range(2):
            result = answer(await opened(store, kept.conversation))
            posted = replace(result, posted=[Posted(to=bob, signal=signal)])
            wake = list(await store.turns.commit(posted, now=NOW))

        theirs = await store.customers.locate(bob, now=NOW)
        assert wake == [kept.conversation, theirs]
        assert (await opened(store, theirs)).entry.event == signal
        await reply(store, theirs, "ok")
        assert await store.turns.open(theirs) is None

    async def test_preferences_become_the_profile(self, store: Store) -> None:
        kept = await record(store, message("e1"))
        result = answer(await opened(store, kept.conversation))
        preferences = {"locale": "it", "channel": "telegram"}
        await store.turns.commit(replace(result, preferences=preferences), now=NOW)

        customer = await store.customers.customer_of(address())
        assert customer is not None
        assert customer.locale == "it"
        assert customer.profile == preferences

    async def test_a_turn_leaves_its_trail_in_the_log(self, store: Store) -> None:
        kept = await record(store, message("e1"))
        snapshot = await opened(store, kept.conversation)
        await store.turns.commit(replace(answer(snapshot), trail={"engine": "rules"}), now=NOW)

        facts = await store.log.read(kept.conversation, after=1, limit=9)
        (turn,) = [fact for fact in facts if fact.kind == "turn"]
        assert turn.body["engine"] == "rules"
        assert turn.trace == snapshot.entry.trace

    async def test_the_log_is_read_from_both_ends(self, store: Store) -> None:
        kept = await record(store, *(message(f"e{number}") for number in range(6)))

        upwards = await store.log.read(kept.conversation, after=2, limit=2)
        newest = await store.log.before(kept.conversation, seq=6, limit=2)

        assert [fact.seq for fact in upwards] == [3, 4]
        assert [fact.seq for fact in newest] == [4, 5]
        assert await store.log.head(kept.conversation) == 6
        ((listed, scope, used),) = await store.log.conversations(limit=9)
        assert (listed, scope, used) == (kept.conversation, "private", NOW)
