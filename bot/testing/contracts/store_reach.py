"""What a store must know of where customers can be reached."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.model.delivery import DeliveryReport, OutboxEntry, Reach, Receipt, Reported
from bot.model.ids import AccountId, ConversationId
from bot.model.messages import Address, InboundMessage
from bot.ports.stores import Store
from bot.testing.contracts.store_bench import (
    LEASE,
    NOW,
    SECOND,
    address,
    answer,
    claim,
    leased,
    message,
    record,
    reply,
)

HERE = address("telegram", "7", "7")
ROOM = address("telegram", "7", "-100")


def reach(moment: int, *, is_open: bool = False, user: str = "7", place: str | None = "7") -> Reach:
    """Write news of an address, so many seconds after nine."""
    return Reach(
        account=HERE.account, user=user, place=place, is_open=is_open, at=NOW + moment * SECOND
    )


def said(event: str, moment: int, sender: Address = HERE) -> InboundMessage:
    """Write a message that was sent so many seconds after nine."""
    return replace(message(event, sender), sent_at=NOW + moment * SECOND)


async def entries(store: Store, now: datetime = NOW + timedelta(hours=1)) -> list[OutboxEntry]:
    """Claim whatever is due an hour later."""
    return list(await store.outbox.claim(now=now, until=now + LEASE, limit=20))


async def is_shut(store: Store, whose: Address = HERE) -> bool:
    """Tell whether an address is among those where nothing is said unasked."""
    customer = await store.customers.customer_of(whose)
    assert customer is not None, "nobody has this address"
    return whose in customer.aloof


async def receipts(store: Store, conversation: ConversationId) -> list[tuple[str, str]]:
    """List the receipts that the log tells of."""
    facts = await store.log.read(conversation, after=0, limit=99)
    told = [fact.body for fact in facts if fact.kind == "receipt"]
    return [(str(body["state"]), str(body["reason"])) for body in told]


class ReachContract:
    """A shut address gets nothing; whatever is newer opens it again."""

    async def test_a_claim_tells_when_the_customer_was_heard_last(self, store: Store) -> None:
        kept = await record(store, said("e1", 5), now=NOW + 9 * SECOND)
        await record(store, said("e0", 1), now=NOW + 10 * SECOND)  # late
        await reply(store, kept.conversation, "1")

        (entry,) = await entries(store)
        assert (entry.heard_at, entry.is_shut) == (NOW + 5 * SECOND, False)

    async def test_a_message_without_a_moment_was_heard_when_it_came(self, store: Store) -> None:
        ahead = replace(message("e2", address("web")), sent_at=NOW + timedelta(days=1))
        for one in (message("e1"), ahead):
            kept = await record(store, one)
            await reply(store, kept.conversation, "1")

        assert [entry.heard_at for entry in await entries(store)] == [NOW, NOW]

    async def test_what_waits_for_a_shut_address_ends_with_a_reason(self, store: Store) -> None:
        kept = await record(store, said("e1", 0))
        await reply(store, kept.conversation, "1", "2")

        grown = await store.customers.learn([reach(1)], now=NOW + SECOND)

        assert list(grown) == [kept.conversation]
        assert await entries(store) == []
        assert (
            await receipts(store, kept.conversation) == [("failed", "blocked by the customer")] * 2
        )
        assert await store.outbox.letters(states=["dead", "waiting"], limit=9) == []

    async def test_what_is_said_to_a_shut_address_later_is_marked_when_claimed(
        self, store: Store
    ) -> None:
        kept = await record(store, said("e1", 0))
        await store.customers.learn([reach(1)], now=NOW + SECOND)
        await reply(store, kept.conversation, "1")

        (entry,) = await entries(store)
        assert entry.is_shut
        await store.outbox.blocked(entry, now=NOW)
        assert await entries(store) == []
        assert await receipts(store, kept.conversation) == [("failed", "blocked by the customer")]

    async def test_neither_order_nor_repetition_of_news_and_messages_matters(
        self, store: Store
    ) -> None:
        happened: list[InboundMessage | Reach] = [
            said("a", 0),
            reach(1),
            reach(3, is_open=True),
            reach(5),
            said("b", 7),
        ]
        for number, order in enumerate([*itertools.permutations(range(5), 3)][::7]):
            sender = address("telegram", f"u{number}")
            await record(store, said(f"first{number}", -9, sender))
            for step in [*order, order[0]]:
                await self._happens(store, happened[step], sender, number)

            newest = happened[max(order)]
            shut = isinstance(newest, Reach) and not newest.is_open
            assert await is_shut(store, sender) is shut, order

    @staticmethod
    async def _happens(
        store: Store, one: InboundMessage | Reach, sender: Address, number: int
    ) -> None:
        if isinstance(one, Reach):
            news = replace(one, user=sender.user, place=sender.place)
            await store.customers.learn([news], now=NOW)
        else:
            event = message(f"{one.event_id}{number}", sender).event_id
            await record(
                store, replace(one, sender=sender, event_id=event), now=NOW + timedelta(hours=1)
            )

    async def test_a_place_is_shut_for_one_or_for_all(self, store: Store) -> None:
        other = address("telegram", "8", "-100")
        for number, sender in enumerate((HERE, ROOM, other)):
            await record(store, said(f"e{number}", 0, sender))

        await store.customers.learn([reach(1)], now=NOW)
        assert [await is_shut(store, one) for one in (HERE, ROOM, other)] == [True, False, False]
        await store.customers.learn([reach(1, user="", place="-100")], now=NOW)
        assert [await is_shut(store, one) for one in (HERE, ROOM, other)] == [True, True, True]
        await store.customers.learn([reach(2, is_open=True, place=None)], now=NOW)
        assert [await is_shut(store, one) for one in (HERE, ROOM, other)] == [False, False, True]

    async def test_news_of_somebody_unknown_change_nothing(self, store: Store) -> None:
        assert list(await store.customers.learn([reach(1, user="9")], now=NOW)) == []
        assert await store.customers.customer_of(address("telegram", "9", "7")) is None

    async def test_what_is_being_sent_is_left_to_its_sender(self, store: Store) -> None:
        kept = await record(store, said("e1", 0))
        await reply(store, kept.conversation, "1", "2")
        ((entry, _),) = await claim(store)

        await store.customers.learn([reach(1)], now=NOW + SECOND)
        await store.outbox.sent(entry, Receipt(provider_id="p"), now=NOW)

        told = [state for state, _ in await receipts(store, kept.conversation)]
        assert told == ["failed", "sent"]

    async def test_a_refused_message_shuts_its_address_and_ends_what_waits(
        self, store: Store
    ) -> None:
        kept = await record(store, message("e1", HERE))
        await reply(store, kept.conversation, "1", "2", "3")
        (entry,) = await entries(store)

        for _ in range(2):
            await store.outbox.blocked(entry, now=NOW)

        assert await is_shut(store)
        assert await entries(store) == []
        assert len(await receipts(store, kept.conversation)) == 3

    async def test_a_message_that_came_while_the_refused_one_was_sent_keeps_it_open(
        self, store: Store
    ) -> None:
        kept = await record(store, said("e1", 0))
        await reply(store, kept.conversation, "1")
        (entry,) = await entries(store)
        await record(store, said("e2", 1), now=NOW + 2 * SECOND)

        await store.outbox.blocked(entry, now=NOW + 9 * SECOND)

        assert not await is_shut(store)

    async def test_an_address_in_a_room_is_no_place_for_what_nobody_asked(
        self, store: Store
    ) -> None:
        await record(store, replace(said("e1", 0, ROOM), room="-100"))
        await record(store, said("e2", 0))

        customer = await store.customers.customer_of(HERE)
        assert customer is not None
        assert (len(customer.addresses), customer.aloof) == (2, frozenset({ROOM}))

    async def test_nothing_goes_to_accounts_that_are_left_out(self, store: Store) -> None:
        for channel in ("slack", "telegram"):
            kept = await record(store, message("e1", address(channel)))
            await reply(store, kept.conversation, channel)

        found = await store.outbox.claim(
            now=NOW, until=NOW + LEASE, limit=9, without=[AccountId("slack")]
        )
        assert [entry.message.text for entry in found] == ["telegram"]
        assert [text for _, text in await claim(store)] == ["slack"]

    async def test_an_attempt_that_does_not_count_is_not_counted(self, store: Store) -> None:
        kept = await record(store, message("e1"))
        await reply(store, kept.conversation, "1")
        for number in range(4):
            (entry,) = await store.outbox.claim(now=NOW, until=NOW + LEASE, limit=9)
            assert entry.attempts == number // 2
            await store.outbox.postpone(entry.id, due=NOW, reason="429", counts=number % 2 == 1)

    async def test_reports_of_all_states_rise_in_whatever_order(self, store: Store) -> None:
        orders: Sequence[tuple[Reported, ...]] = tuple(itertools.permutations(Reported))
        for number, order in enumerate(orders[::5]):
            kept = await record(store, message(f"e{number}", address(user=f"u{number}")))
            await reply(store, kept.conversation, "1")
            ((entry, _),) = await claim(store)
            await store.outbox.sent(entry, Receipt(provider_id=f"p{number}"), now=NOW)
            for state in order:
                report = DeliveryReport(account="slack", provider_id=f"p{number}", state=state)
                await store.outbox.report([report], now=NOW)

            told = [Reported(state) for state, _ in await receipts(store, kept.conversation)]
            ranks = [
                (Reported.SENT, Reported.FAILED, Reported.DELIVERED, Reported.READ).index(state)
                for state in told
            ]
            assert ranks == sorted(set(ranks)), order
            assert told[-1] is Reported.READ, order

    async def test_a_number_that_was_given_up_leads_to_nobody(self, store: Store) -> None:
        first = replace(address("whatsapp", "it.1", "it.1"), phone="391")
        kept = await record(store, message("e1", first))
        await record(store, message("e2", replace(first, phone="392")))

        other = await record(store, message("e3", replace(first, user="it.2", phone="391")))
        same = await record(store, message("e4", address("whatsapp", "392", "392")))

        assert other.conversation != kept.conversation
        assert same.conversation != kept.conversation  # a user id is no number
        again = await record(store, message("e5", replace(first, user="it.3", phone="392")))
        assert again.conversation == kept.conversation

    async def test_a_turn_for_a_shut_address_is_answered_as_ever(self, store: Store) -> None:
        kept = await record(store, said("e1", 0))
        held = await leased(store, kept.conversation)
        await store.customers.learn([reach(1)], now=NOW + SECOND)

        await store.turns.commit(answer(held, "done"), now=NOW + SECOND)

        assert await store.turns.open(kept.conversation) is None
