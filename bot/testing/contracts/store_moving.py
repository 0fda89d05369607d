"""What a store must do when a platform calls an address otherwise from now on."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import StaleTurnError
from bot.model.conversation import State, room_scope
from bot.model.customers import Customer
from bot.model.delivery import Moved, Reach, Receipt
from bot.model.ids import ConversationId, EventId
from bot.model.messages import Address, InboundMessage
from bot.ports.records import Emitted, Posted, Signal, TimerSet, TurnResult
from bot.ports.stores import LinkCode, Store
from bot.testing.contracts.store_bench import (
    LEASE,
    NOW,
    SECOND,
    Workers,
    address,
    answer,
    claim,
    effect,
    emit,
    frame,
    leased,
    message,
    opened,
    parked,
    prompt,
    put_state,
    record,
    reply,
    waits_of,
)
from bot.testing.contracts.store_linking import customer_id, join

OLD = address("whatsapp", "old", "old")
NEW = address("whatsapp", "new", "new")
GROUP = address("telegram", "7", "-1")
SUPER = address("telegram", "7", "-100")
NEWS = Moved(account=OLD.account, user="old", new_user="new")
MIGRATED = Moved(account=GROUP.account, place="-1", new_place="-100")


def spoken(event: str, sender: Address) -> InboundMessage:
    """Write a message into a room."""
    return replace(message(event, sender), room=sender.place)


async def customer(store: Store, whose: Address) -> Customer:
    """Read the customer of an address."""
    found = await store.customers.customer_of(whose)
    assert found is not None, "nobody has this address"
    return found


async def moved(store: Store, *news: Moved) -> list[ConversationId]:
    """Tell a store the same news twice, as platforms do."""
    grown = list(await store.customers.learn(news, now=NOW))
    await store.customers.learn(news, now=NOW)
    return grown


async def asked(store: Store, whose: Address, event: str = "asked") -> ConversationId:
    """Leave a dialog with a question that was asked at an address."""
    home = await store.customers.locate(whose, now=NOW)
    question = replace(prompt("p1", home), to=(whose.account, whose.user, whose.place))
    state = State(frames=(frame("f1", home),), prompts=(question,))
    return await put_state(store, whose, state, event)


@dataclass(slots=True)
class Bustle:
    """Customers who write while their platform renames them and senders send."""

    store: Store
    homes: set[ConversationId] = field(default_factory=set)

    @staticmethod
    async def together(*works: Coroutine[Any, Any, None]) -> None:
        """Let all of it happen at once."""
        async with asyncio.TaskGroup() as group:
            for work in works:
                group.create_task(work)

    async def writes(self, sender: Address) -> None:
        """Let somebody write four messages."""
        for number in range(4):
            kept = await record(self.store, message(f"{sender.user}-{number}", sender))
            self.homes.add(kept.conversation)

    async def answers(self) -> None:
        """Answer whatever is open."""
        await Workers(self.store).run(2)

    async def sends(self, times: int = 3) -> None:
        """Send what may go out."""
        for _ in range(times):
            for entry, _ in await claim(self.store):
                await self.store.outbox.sent(entry, Receipt(provider_id=entry), now=NOW)

    async def renames(self) -> None:
        """Rename somebody back and forth; half of the times they shut the bot out."""
        for old, new in [("old", "new"), ("new", "old")] * 2:
            news = Moved(account=OLD.account, user=old, new_user=new)
            at = NOW + SECOND
            shut = Reach(account=OLD.account, user=new, is_open=old == "new", at=at)
            await self.store.customers.learn([news, shut], now=NOW)

    async def logged(self) -> tuple[int, set[str], set[str]]:
        """Tell how many messages came, which were said, and which have a receipt."""
        logs = [await self.store.log.read(one, after=0, limit=999) for one in self.homes]
        facts = [fact for log in logs for fact in log]
        words = [fact for fact in facts if fact.kind == "message"]
        said = {str(fact.body["id"]) for fact in words if fact.body["role"] == "bot"}
        told = {str(fact.body["outbox"]) for fact in facts if fact.kind == "receipt"}
        return len(words) - len(said), said, told


class MoveContract:
    """Whoever is called otherwise is who they were, and their dialog goes on."""

    async def test_a_dialog_goes_on_under_the_new_name(self, store: Store) -> None:
        home = await asked(store, OLD)

        assert await moved(store, NEWS) == [home]

        kept = await record(store, message("e2", NEW))
        snapshot = await opened(store, home)
        assert kept.conversation == home
        assert [one.id for one in snapshot.state.frames] == ["f1"]
        assert snapshot.state.prompts[0].to == (NEW.account, NEW.user, NEW.place)
        assert snapshot.customer.addresses == (NEW,)
        assert await store.customers.customer_of(OLD) is None

    async def test_what_waits_to_be_sent_goes_to_the_new_name_in_order(self, store: Store) -> None:
        kept = await record(store, message("e1", OLD))
        await reply(store, kept.conversation, "1", "2")
        await moved(store, NEWS)
        await record(store, message("e2", NEW))
        await reply(store, kept.conversation, "3")

        sent: list[tuple[Address, str]] = []
        for number in range(3):
            now = NOW + number * SECOND
            (entry,) = await store.outbox.claim(now=now, until=now + LEASE, limit=9)
            sent.append((entry.address, entry.message.text))
            await store.outbox.dead(entry.id, reason="", now=now)
        assert sent == [(NEW, "1"), (NEW, "2"), (NEW, "3")]

    async def test_there_and_back_again_keeps_the_order_too(self, store: Store) -> None:
        kept = await record(store, message("e1", OLD))
        await reply(store, kept.conversation, "0")
        ((sent, _),) = await claim(store)
        await store.outbox.dead(sent, reason="", now=NOW)
        await moved(store, NEWS)
        await record(store, message("e2", NEW))
        await reply(store, kept.conversation, "1", "2")

        await moved(store, replace(NEWS, user="new", new_user="old"))

        (entry,) = await store.outbox.claim(now=NOW, until=NOW + LEASE, limit=9)
        assert (entry.address, entry.message.text) == (OLD, "1")

    async def test_a_message_that_waits_is_answered_at_the_new_name(self, store: Store) -> None:
        kept = await record(store, message("e1", OLD))
        await moved(store, NEWS)

        event = (await opened(store, kept.conversation)).entry.event
        assert isinstance(event, InboundMessage)
        assert event.sender == NEW
        assert (await record(store, message("e1", OLD))).duplicate

    async def test_a_turn_under_way_counts_for_nothing_and_runs_again(self, store: Store) -> None:
        kept = await record(store, message("e1", OLD))
        held = await leased(store, kept.conversation)
        await moved(store, NEWS)

        with pytest.raises(StaleTurnError):
            await store.turns.commit(answer(held, "booked"), now=NOW)
        await store.turns.release(held)
        await reply(store, kept.conversation, "booked")
        ((_, text),) = await claim(store)
        assert text == "booked"

    async def test_timers_and_dialogs_that_wait_go_to_the_new_name(self, store: Store) -> None:
        kept = await record(store, message("e1", OLD))
        state = State(frames=(parked("f1", kept.conversation),))
        turn = answer(await opened(store, kept.conversation))
        timers = [TimerSet(due=NOW, name="later")]
        turn = replace(turn, state=state, waiting=waits_of(state), timers=timers)
        await store.turns.commit(turn, now=NOW)

        await moved(store, NEWS)
        await emit(store, address("web"), Emitted(id="t1:0", event="paid"))
        await store.timers.fire(now=NOW + SECOND, limit=9)

        where: list[Address | None] = []
        for _ in range(2):
            snapshot = await opened(store, kept.conversation)
            assert isinstance(snapshot.entry.event, Signal)
            where.append(snapshot.entry.event.address)
            await store.turns.commit(answer(snapshot, to=NEW), now=NOW)
        assert where == [NEW, NEW]

    async def test_a_signal_that_waits_goes_to_the_new_name(self, store: Store) -> None:
        home = await store.customers.locate(OLD, now=NOW)
        kept = await record(store, message("e1", address("web")))
        signal = Signal(event_id=EventId("told:1"), name="told", payload={}, address=OLD)
        turn = answer(await opened(store, kept.conversation))
        posted = replace(turn, posted=[Posted(to=OLD, signal=signal)])
        await store.turns.commit(posted, now=NOW)

        await moved(store, NEWS)

        event = (await opened(store, home)).entry.event
        assert isinstance(event, Signal)
        assert event.address == NEW

    async def test_codes_and_wrong_tries_are_the_new_name_s(self, store: Store) -> None:
        home = await store.customers.locate(OLD, now=NOW)
        code = LinkCode(
            hash="h", address=OLD, customer=await customer_id(store, OLD),
            expires=NOW + timedelta(minutes=10),
        )  # fmt: skip
        await store.customers.keep_code(code)
        for _ in range(5):
            await store.customers.redeem("wrong", OLD, now=NOW)

        await moved(store, NEWS)

        assert await store.customers.locked_until(NEW, now=NOW) == NOW + timedelta(minutes=15)
        redeemed = await store.customers.redeem("h", address("slack"), now=NOW)
        assert redeemed is not None
        assert redeemed.address == NEW
        assert await store.customers.locate(NEW, now=NOW) == home

    async def test_a_stranger_by_the_new_name_becomes_who_they_were(self, store: Store) -> None:
        home = await asked(store, OLD)
        stranger = await record(store, message("e2", NEW))  # overtook the news

        await moved(store, NEWS)

        assert (await customer(store, NEW)).addresses == (NEW,)
        event = (await opened(store, home)).entry.event
        assert event.event_id == "e2"
        assert await store.turns.open(stranger.conversation) is None
        assert (await record(store, message("e3", NEW))).conversation == home

    async def test_a_stranger_by_the_old_name_becomes_who_they_are(self, store: Store) -> None:
        home = await asked(store, NEW)
        await record(store, message("late", OLD))

        await moved(store, NEWS)

        assert (await customer(store, NEW)).addresses == (NEW,)
        assert (await opened(store, home)).entry.event.event_id == "late"

    async def test_a_stranger_s_turn_under_way_counts_for_nothing(self, store: Store) -> None:
        home = await asked(store, OLD)
        stranger = await record(store, message("e2", NEW))
        seen = await opened(store, stranger.conversation)

        await moved(store, NEWS)

        with pytest.raises(StaleTurnError):
            await store.turns.commit(answer(seen, "hello"), now=NOW)
        await reply(store, home, "hello again")
        assert [text for _, text in await claim(store)] == ["hello again"]

    @pytest.mark.parametrize("what", ["dialog", "effect", "link"])
    async def test_nobody_who_has_something_is_joined_without_proof(
        self, store: Store, what: str
    ) -> None:
        await asked(store, OLD)
        other = await record(store, message("e2", NEW))
        turn: TurnResult = answer(await opened(store, other.conversation))
        match what:
            case "dialog":
                state = State(frames=(frame("f2", other.conversation),))
                await store.turns.commit(replace(turn, state=state), now=NOW)
            case "effect":
                held = await leased(store, other.conversation)
                await store.ledger.start(effect("k1", other.conversation), held)
            case _:
                await store.turns.commit(turn, now=NOW)
                await join(store, address("slack"), NEW, "joined")

        assert await moved(store, NEWS) == []

        assert OLD in (await customer(store, OLD)).addresses
        assert await customer_id(store, OLD) != await customer_id(store, NEW)

    async def test_two_names_of_one_customer_become_one(self, store: Store) -> None:
        home = await asked(store, OLD)
        await join(store, OLD, NEW, "joined")

        await moved(store, NEWS)

        assert (await customer(store, NEW)).addresses == (NEW,)
        assert (await record(store, message("e3", NEW))).conversation == home

    async def test_a_linked_customer_keeps_the_other_channels(self, store: Store) -> None:
        home = await asked(store, address("slack"))
        await join(store, address("slack"), OLD, "joined")

        await moved(store, NEWS)

        assert (await record(store, message("e3", NEW))).conversation == home
        assert set((await customer(store, NEW)).addresses) == {address("slack"), NEW}

    async def test_a_name_that_was_given_up_leads_to_nobody(self, store: Store) -> None:
        old = replace(OLD, phone="391")
        home = (await record(store, message("e1", old))).conversation
        await moved(store, replace(NEWS, new_phone="392"))

        again = await record(store, message("e2", old))
        assert again.conversation != home
        third = replace(address("whatsapp", "third", "third"), phone="392")
        assert (await record(store, message("e3", third))).conversation == home

    async def test_a_number_alone_may_change(self, store: Store) -> None:
        home = (await record(store, message("e1", replace(OLD, phone="391")))).conversation
        await moved(store, Moved(account=OLD.account, user="old", new_phone="392"))

        third = replace(address("whatsapp", "third", "third"), phone="392")
        assert (await record(store, message("e2", third))).conversation == home

    async def test_a_group_that_migrates_takes_its_dialogs_along(self, store: Store) -> None:
        kept = await record(store, spoken("e1", GROUP))
        state = State(frames=(frame("f1", kept.conversation),))
        turn = answer(await opened(store, kept.conversation), "here")
        await store.turns.commit(replace(turn, state=state), now=NOW)
        other = replace(GROUP, user="8")
        await record(store, spoken("e2", other))

        await moved(store, MIGRATED)

        again = await record(store, spoken("e3", SUPER))
        snapshot = await opened(store, again.conversation)
        assert again.conversation == kept.conversation
        assert (snapshot.scope, len(snapshot.state.frames)) == (room_scope("telegram", "-100"), 1)
        entries = await store.outbox.claim(now=NOW, until=NOW + LEASE, limit=9)
        assert [entry.address for entry in entries] == [SUPER]
        assert await store.customers.customer_of(other) is None
        assert await store.customers.customer_of(replace(SUPER, user="8")) is not None

    async def test_a_group_where_something_was_said_already_goes_on_with_both(
        self, store: Store
    ) -> None:
        before = (await record(store, spoken("e1", GROUP))).conversation
        state = State(frames=(frame("f1", before),))
        turn = answer(await opened(store, before))
        timers = [TimerSet(due=NOW, name="later")]
        await store.turns.commit(replace(turn, state=state, timers=timers), now=NOW)
        await record(store, spoken("waits", GROUP))
        after = (await record(store, spoken("e2", SUPER))).conversation

        await moved(store, MIGRATED)

        assert (await opened(store, after)).entry.event.event_id == "e2"
        await reply(store, after)
        snapshot = await opened(store, after)
        event = snapshot.entry.event
        assert isinstance(event, InboundMessage)
        assert (event.event_id, event.room, event.sender) == ("waits", "-100", SUPER)
        assert [one.id for one in snapshot.state.frames] == ["f1"]
        assert await store.turns.open(before) is None
        assert list(await store.timers.fire(now=NOW, limit=9)) == [after]

    async def test_news_of_nobody_in_particular_change_nothing(self, store: Store) -> None:
        await record(store, message("e1", OLD))

        assert await moved(store, Moved(account=OLD.account, new_user="new")) == []
        assert (await customer(store, OLD)).addresses == (OLD,)

    async def test_news_amid_messages_and_senders_lose_nothing(self, store: Store) -> None:
        bustle = Bustle(store)
        written = bustle.writes(OLD), bustle.writes(address("slack"))
        await bustle.together(*written, bustle.renames(), bustle.sends(), bustle.sends())
        await bustle.together(bustle.answers(), bustle.renames(), bustle.sends(), bustle.sends())
        await bustle.answers()
        await bustle.sends(12)

        heard, said, told = await bustle.logged()
        assert (heard, len(said)) == (8, 8)
        assert told == said
