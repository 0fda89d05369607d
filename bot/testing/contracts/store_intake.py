"""What a store must do with what comes in."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import StoreError
from bot.model.conversation import room_scope
from bot.model.ids import ConnectorName, EventId, account_of
from bot.model.messages import Address, Profile, Tap
from bot.ports.connectors import Unreadable
from bot.ports.stores import Store
from bot.testing.contracts.store_bench import (
    NOW,
    SECOND,
    OpenStore,
    address,
    message,
    opened,
    record,
    reply,
)

TAP = Tap(token="q1.0", label="Yes")  # noqa: S106 - what a button carries, no secret


class IntakeContract:
    """Messages are kept once, in order, with their customer."""

    async def test_a_redelivered_message_is_kept_once(self, store: Store) -> None:
        first = await record(store, message("e1", text="one"))
        again = await record(store, message("e1", text="one"), now=NOW + SECOND)

        assert not first.duplicate
        assert again == replace(first, duplicate=True)
        assert await store.log.head(first.conversation) == 1

    async def test_a_message_redelivered_at_once_is_kept_once(self, store: Store) -> None:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(record(store, message("e1"))) for _ in range(8)]

        kept = [task.result() for task in tasks]
        assert sum(not one.duplicate for one in kept) == 1
        assert len({one.inbox for one in kept}) == 1

    async def test_equal_event_ids_of_two_accounts_are_two_messages(self, store: Store) -> None:
        one = await record(store, message("e1", address("slack")))
        other = await record(store, message("e1", address("telegram")))

        assert not other.duplicate
        assert one.conversation != other.conversation

    async def test_a_first_message_from_many_sides_makes_one_customer(self, store: Store) -> None:
        senders = [address(place=f"place{number}") for number in range(8)]
        async with asyncio.TaskGroup() as group:
            for number, sender in enumerate(senders):
                group.create_task(record(store, message(f"e{number}", sender)))

        customer = await store.customers.customer_of(senders[0])
        assert customer is not None
        assert set(customer.addresses) == set(senders)

    async def test_fifty_messages_at_once_are_numbered_without_a_gap(self, store: Store) -> None:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(record(store, message(f"e{n}"))) for n in range(50)]

        seqs = [task.result().seq for task in tasks]
        conversation = tasks[0].result().conversation
        facts = await store.log.read(conversation, after=0, limit=100)
        assert sorted(seqs) == list(range(1, 51))
        assert [fact.seq for fact in facts] == list(range(1, 51))

    async def test_a_batch_stays_in_order(self, store: Store) -> None:
        texts = [f"line {number}" for number in range(5)]
        batch = [message(text, text=text) for text in texts]

        kept = await record(store, *batch)

        facts = await store.log.read(kept.conversation, after=0, limit=9)
        assert [fact.body["text"] for fact in facts] == texts

    async def test_a_message_is_in_the_log_with_what_the_sender_called_it(
        self, store: Store
    ) -> None:
        written = replace(message("e1", text="hi"), client_id="c7", profile=Profile(name="Al"))
        kept = await record(store, written)

        (fact,) = await store.log.read(kept.conversation, after=0, limit=9)
        told = {key: fact.body[key] for key in ("id", "role", "text", "client_id", "name")}
        assert told == {
            "id": kept.message_id,
            "role": "user",
            "text": "hi",
            "client_id": "c7",
            "name": "Al",
        }

    async def test_a_tap_is_logged_by_its_label(self, store: Store) -> None:
        kept = await record(store, replace(message("e1", text=""), tap=TAP))

        (fact,) = await store.log.read(kept.conversation, after=0, limit=9)
        assert fact.body["text"] == "Yes"

    async def test_a_phone_number_finds_the_customer_of_another_user_id(self, store: Store) -> None:
        account = account_of("whatsapp", "1")
        known = Address(account=account, user="bsuid", place="a", phone="39333")
        numbered = Address(account=account, user="39333", place="b", phone="39333")

        first = await record(store, message("e1", known))
        second = await record(store, message("e2", numbered))

        assert second.conversation == first.conversation

    async def test_a_user_id_that_was_a_phone_number_is_found_by_it(self, store: Store) -> None:
        account = account_of("whatsapp", "1")
        old = Address(account=account, user="39333", place="39333")
        new = Address(account=account, user="bsuid", place="bsuid", phone="39333")

        first = await record(store, message("e1", old))
        second = await record(store, message("e2", new))

        assert second.conversation == first.conversation

    async def test_a_profile_is_kept_and_not_overwritten(self, store: Store) -> None:
        profile = Profile(name="Al", locale="it", time_zone="Europe/Rome")
        await record(store, replace(message("e1"), profile=profile))
        await record(store, replace(message("e2"), profile=Profile(name="X", locale="de")))

        customer = await store.customers.customer_of(address())
        assert customer is not None
        told = Profile(name=customer.name, locale=customer.locale, time_zone=customer.time_zone)
        assert told == profile

    async def test_a_room_has_a_conversation_for_each_customer(self, store: Store) -> None:
        private = await record(store, message("e1"))
        room = await record(store, replace(message("e2"), room="C1"))
        again = await record(store, replace(message("e3"), room="C1"))
        bob = await record(store, replace(message("e4", address(user="bob")), room="C1"))

        assert room.conversation == again.conversation
        assert len({private.conversation, room.conversation, bob.conversation}) == 3
        snapshot = await opened(store, room.conversation)
        assert snapshot.scope == room_scope("slack", "C1")

    async def test_who_waits_longest_comes_first(self, store: Store) -> None:
        late = await record(store, message("e1", address(user="late")), now=NOW + SECOND)
        early = await record(store, message("e2", address(user="early")), now=NOW)

        ready = await store.inbox.ready(now=NOW + SECOND, limit=9)
        assert list(ready) == [early.conversation, late.conversation]

    async def test_a_message_that_fails_five_times_is_dead_and_the_next_one_goes_on(
        self, store: Store
    ) -> None:
        poison = await record(store, message("e1", text="poison"))
        await record(store, message("e2", text="fine"))

        deaths = [await store.inbox.fail(poison.inbox, reason="no", most=5) for _ in range(5)]

        assert deaths == [False, False, False, False, True]
        snapshot = await opened(store, poison.conversation)
        assert snapshot.entry.event == message("e2", text="fine")
        (letter,) = await store.outbox.letters(states=["dead"], limit=9)
        assert (letter.id, letter.direction, letter.connector) == (poison.inbox, "in", "slack")

    async def test_a_dead_message_can_be_tried_again_or_given_up(self, store: Store) -> None:
        first = await record(store, message("e1"))
        second = await record(store, message("e2"))
        for kept in (first, second):
            assert await store.inbox.fail(kept.inbox, reason="no", most=1)

        assert await store.outbox.retry(first.inbox)
        assert await store.outbox.drop(second.inbox)

        assert (await opened(store, first.conversation)).entry.attempts == 0
        assert not await store.outbox.letters(states=["dead"], limit=9)
        assert not await store.outbox.retry(second.inbox)
        assert not await store.outbox.drop("no such letter")

    async def test_what_nobody_can_read_is_a_dead_letter_once(self, store: Store) -> None:
        event = Unreadable(
            account=account_of("slack"), event_id=EventId("e9"), reason="odd", body=b"\xff{"
        )

        counts = [await store.inbox.bury([event], now=NOW) for _ in range(2)]

        assert counts == [1, 0]
        (letter,) = await store.outbox.letters(states=["dead"], limit=9)
        assert letter.reason == "odd"
        assert not await store.outbox.retry(letter.id)

    async def test_a_done_message_is_still_known_a_week_later_and_forgotten_after_eight_days(
        self, store: Store
    ) -> None:
        kept = await record(store, message("e1"))
        await reply(store, kept.conversation)

        after_a_week, after_nine_days = NOW + timedelta(days=7), NOW + timedelta(days=9)

        await store.upkeep.purge(now=after_a_week)
        assert (await record(store, message("e1"), now=after_a_week)).duplicate
        assert await store.upkeep.purge(now=after_nine_days) == 1
        assert not (await record(store, message("e1"), now=after_nine_days)).duplicate

    async def test_figures_tell_what_waits(self, store: Store) -> None:
        await record(store, message("e1"))
        dead = await record(store, message("e2", address(user="bob")))
        await store.inbox.fail(dead.inbox, reason="no", most=1)

        health = await store.upkeep.health(now=NOW + 7 * SECOND)

        assert health.migrated
        assert health.inbox_oldest == {"slack": 7.0}
        assert health.outbox_oldest == {}
        assert health.dead_letters == 1

    async def test_a_shelf_keeps_values_until_they_expire(self, store: Store) -> None:
        shelf = store.upkeep.shelf(ConnectorName("web"))
        await shelf.put("k", {"a": [1, None]}, expires=NOW + SECOND)
        await shelf.put("stays", {"b": 1})
        await shelf.put("stays", {"b": 2})
        await store.upkeep.health(now=NOW)

        assert await shelf.get("k") == {"a": [1, None]}
        assert await store.upkeep.shelf(ConnectorName("other")).get("k") is None

        await store.upkeep.health(now=NOW + SECOND)
        assert await shelf.get("k") is None
        assert await shelf.get("stays") == {"b": 2}
        await shelf.remove("stays")
        assert await shelf.get("stays") is None

    async def test_who_keeps_a_first_value_at_once_is_given_the_same(self, store: Store) -> None:
        shelf = store.upkeep.shelf(ConnectorName("web"))
        async with asyncio.TaskGroup() as group:
            kept = [group.create_task(shelf.keep("key", {"by": n})) for n in range(5)]

        told = [one.result() for one in kept]
        assert told == [told[0]] * 5
        assert await shelf.get("key") == told[0]
        assert await shelf.keep("key", {"by": "somebody else"}) == told[0]

    async def test_what_was_recorded_is_there_after_a_restart(self, open_store: OpenStore) -> None:
        async with open_store() as store:
            kept = await record(store, message("e1", text="still here"))

        async with open_store() as store:
            snapshot = await opened(store, kept.conversation)
            assert snapshot.entry.event == message("e1", text="still here")

    async def test_a_closed_store_says_so(self, open_store: OpenStore) -> None:
        async with open_store() as store:
            pass

        with pytest.raises(StoreError, match="closed"):
            await record(store, message("e1"))
