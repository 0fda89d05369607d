"""What a store must do with people: codes, joining and parting."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import StaleTurnError
from bot.model.conversation import State
from bot.model.ids import ConversationId, CustomerId
from bot.model.messages import Address
from bot.ports.records import Signal, TimerSet
from bot.ports.stores import LinkCode, Store
from bot.testing.contracts.store_bench import (
    NOW,
    SECOND,
    address,
    answer,
    frame,
    leased,
    message,
    opened,
    prompt,
    put_state,
    record,
    reply,
    state_of,
)

HOST = address("slack", "alice")
GUEST = address("telegram", "7")
THIRD = address("whatsapp", "39333")


async def customer_id(store: Store, whose: Address) -> CustomerId:
    """Tell the root customer of an address."""
    customer = await store.customers.customer_of(whose)
    assert customer is not None, "nobody has this address"
    return customer.id


async def join(store: Store, host: Address, guest: Address, event: str) -> list[ConversationId]:
    """Join the guest into the host's conversation by a turn of the host."""
    await store.customers.locate(guest, now=NOW)
    kept = await record(store, message(event, host))
    result = answer(await opened(store, kept.conversation))
    joining = replace(result, join=await customer_id(store, guest))
    return list(await store.turns.commit(joining, now=NOW))


async def part(store: Store, whose: Address, event: str) -> list[ConversationId]:
    """Part an address by a turn that it asks for."""
    kept = await record(store, message(event, whose))
    result = answer(await opened(store, kept.conversation))
    return list(await store.turns.commit(replace(result, part=whose), now=NOW))


async def with_frames(store: Store, whose: Address, *minutes: int) -> ConversationId:
    """Leave open dialogs and questions in somebody's private conversation."""
    home = await store.customers.locate(whose, now=NOW)
    state = State(
        frames=tuple(frame(f"{whose.user}-f{minute}", home, minute) for minute in minutes),
        prompts=tuple(prompt(f"{whose.user}-p{minute}", home, minute) for minute in minutes),
    )
    return await put_state(store, whose, state, f"frames-{whose.user}")


def code(name: str, minutes: int = 10) -> LinkCode:
    """Make a code of the host's."""
    expires = NOW + timedelta(minutes=minutes)
    return LinkCode(hash=name, address=HOST, customer=CustomerId(""), expires=expires)


async def keep_code(store: Store, name: str, minutes: int = 10) -> LinkCode:
    """Keep a code of the host's."""
    await store.customers.locate(HOST, now=NOW)
    kept = replace(code(name, minutes), customer=await customer_id(store, HOST))
    await store.customers.keep_code(kept)
    return kept


class LinkContract:
    """Nothing but proof joins two people, and parting undoes it exactly."""

    async def test_a_code_counts_once_though_two_redeem_it_at_once(self, store: Store) -> None:
        kept = await keep_code(store, "h1")
        await store.customers.locate(GUEST, now=NOW)

        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(store.customers.redeem("h1", one, now=NOW))
                for one in (GUEST, THIRD)
            ]

        assert sorted([task.result() for task in tasks], key=bool) == [None, kept]

    async def test_a_code_that_ran_out_or_was_replaced_is_no_good(self, store: Store) -> None:
        await keep_code(store, "old", minutes=1)
        assert await store.customers.redeem("old", GUEST, now=NOW + timedelta(minutes=1)) is None
        await keep_code(store, "first")
        second = await keep_code(store, "second")

        assert await store.customers.redeem("first", GUEST, now=NOW) is None
        assert await store.customers.redeem("second", GUEST, now=NOW) == second

    async def test_five_wrong_tries_lock_an_address_for_a_quarter_of_an_hour(
        self, store: Store
    ) -> None:
        kept = await keep_code(store, "right", minutes=60)
        for _ in range(5):
            assert await store.customers.locked_until(GUEST, now=NOW) is None
            assert await store.customers.redeem("wrong", GUEST, now=NOW) is None

        end = NOW + timedelta(minutes=15)
        assert await store.customers.locked_until(GUEST, now=NOW) == end
        assert await store.customers.redeem("right", GUEST, now=end - SECOND) is None
        assert await store.customers.locked_until(THIRD, now=NOW) is None
        assert await store.customers.locked_until(GUEST, now=end) is None
        assert await store.customers.redeem("right", GUEST, now=end) == kept

    async def test_ten_tries_at_once_are_not_more_than_five(self, store: Store) -> None:
        kept = await keep_code(store, "right")

        async with asyncio.TaskGroup() as group:
            for number in range(10):
                group.create_task(store.customers.redeem(f"wrong{number}", GUEST, now=NOW))

        assert await store.customers.redeem("right", GUEST, now=NOW) is None
        assert await store.customers.redeem("right", THIRD, now=NOW) == kept

    async def test_a_hundred_wrong_tries_a_minute_pause_everybody(self, store: Store) -> None:
        kept = await keep_code(store, "right", minutes=60)
        for number in range(100):
            visitor = address("web", f"visitor{number}")
            await store.customers.redeem("wrong", visitor, now=NOW)

        end = NOW + timedelta(minutes=1)
        assert await store.customers.locked_until(GUEST, now=NOW) == end
        assert await store.customers.redeem("right", GUEST, now=NOW) is None
        assert await store.customers.redeem("right", GUEST, now=end) == kept

    async def test_joined_customers_are_one(self, store: Store) -> None:
        home, away = await with_frames(store, HOST, 1, 4), await with_frames(store, GUEST, 2, 5)
        root, guest = await customer_id(store, HOST), await customer_id(store, GUEST)

        woken = await join(store, HOST, GUEST, "join")

        customer = await store.customers.customer_of(GUEST)
        assert customer is not None
        assert (customer.ids, set(customer.addresses)) == ((root, guest), {HOST, GUEST})
        assert set(woken) == {home, away}
        assert await store.customers.locate(GUEST, now=NOW) == home
        state = await state_of(store, home, GUEST)
        assert [one.id for one in state.frames] == ["alice-f1", "7-f2", "alice-f4", "7-f5"]
        assert [one.id for one in state.prompts] == ["alice-p1", "7-p2", "alice-p4", "7-p5"]
        (fact,) = await store.log.before(away, seq=99, limit=1)
        assert (fact.kind, fact.body) == ("linked", {"to": home})

    async def test_a_look_at_either_address_finds_what_is_open(self, store: Store) -> None:
        conversation = await with_frames(store, HOST, 1)
        await join(store, HOST, GUEST, "e1")

        (looked,) = await store.turns.look(GUEST)

        assert looked.conversation == conversation
        assert [one.id for one in looked.state.frames] == ["alice-f1"]
        assert looked.customer.addresses == (HOST, GUEST)
        assert isinstance(looked.entry.event, Signal)
        assert (looked.entry.event.name, looked.entry.event.address) == ("looked", GUEST)

    async def test_parting_gives_everything_back(self, store: Store) -> None:
        home, away = await with_frames(store, HOST, 1, 4), await with_frames(store, GUEST, 2, 5)
        before = await state_of(store, home, HOST), await state_of(store, away, GUEST)
        await join(store, HOST, GUEST, "join")

        woken = await part(store, GUEST, "part")

        assert set(woken) == {home, away}
        after = [await store.customers.locate(one, now=NOW) for one in (HOST, GUEST)]
        assert after == [home, away]
        assert await _state(store, home, HOST) == before[0]
        assert await _state(store, away, GUEST) == before[1]

    async def test_the_root_may_part_too_and_the_others_stay_together(self, store: Store) -> None:
        home = await with_frames(store, HOST, 1)
        await store.customers.locate(THIRD, now=NOW + SECOND)  # the younger of the two
        away, third = await with_frames(store, GUEST, 2), await with_frames(store, THIRD, 3)
        await join(store, HOST, GUEST, "join1")
        await join(store, HOST, THIRD, "join2")

        await part(store, HOST, "part")

        assert await store.customers.locate(HOST, now=NOW) == home
        heirs = {await store.customers.locate(one, now=NOW) for one in (GUEST, THIRD)}
        assert heirs == {away}
        assert third not in heirs
        assert [one.id for one in (await _state(store, home, HOST)).frames] == ["alice-f1"]
        rest = await _state(store, away, GUEST)
        assert [one.id for one in rest.frames] == ["7-f2", "39333-f3"]

    async def test_a_chain_parts_where_it_is_cut(self, store: Store) -> None:
        home = await with_frames(store, HOST, 1)
        away = await with_frames(store, GUEST, 2)
        await with_frames(store, THIRD, 3)
        await join(store, GUEST, THIRD, "join1")
        await join(store, HOST, GUEST, "join2")
        assert await store.customers.locate(THIRD, now=NOW) == home

        await part(store, GUEST, "part")

        assert await store.customers.locate(THIRD, now=NOW) == away
        assert [one.id for one in (await _state(store, away, GUEST)).frames] == ["7-f2", "39333-f3"]
        assert [one.id for one in (await _state(store, home, HOST)).frames] == ["alice-f1"]

    async def test_nobody_is_joined_while_the_other_side_is_spoken_with(self, store: Store) -> None:
        await record(store, message("open", GUEST))
        with pytest.raises(StaleTurnError):
            await join(store, HOST, GUEST, "join1")

        theirs = await store.customers.locate(GUEST, now=NOW)
        held = await leased(store, theirs)
        ours = await store.customers.locate(HOST, now=NOW)
        turn = replace(answer(await opened(store, ours)), join=await customer_id(store, GUEST))
        with pytest.raises(StaleTurnError):
            await store.turns.commit(turn, now=NOW)

        await store.turns.commit(answer(held), now=NOW)
        await store.turns.commit(turn, now=NOW)
        assert await store.customers.locate(GUEST, now=NOW) == ours

    async def test_joining_twice_and_parting_who_stands_alone_change_nothing(
        self, store: Store
    ) -> None:
        home = await with_frames(store, HOST, 1)
        assert await part(store, HOST, "alone") == [home]
        await join(store, HOST, GUEST, "join1")
        assert await join(store, HOST, GUEST, "join2") == [home]

    async def test_a_timer_follows_its_customer(self, store: Store) -> None:
        kept = await record(store, message("e1", GUEST))
        timer = TimerSet(due=NOW + SECOND, name="remind")
        result = replace(answer(await opened(store, kept.conversation)), timers=[timer])
        await store.turns.commit(result, now=NOW)
        await join(store, HOST, GUEST, "join")

        home = await store.customers.locate(HOST, now=NOW)
        assert list(await store.timers.fire(now=NOW + SECOND, limit=9)) == [home]

    async def test_a_waiting_message_goes_with_who_parts(self, store: Store) -> None:
        away = await with_frames(store, GUEST, 2)
        await join(store, HOST, GUEST, "join")
        home = await store.customers.locate(HOST, now=NOW)
        asked = await record(store, message("part", HOST))
        await record(store, message("mine", GUEST))
        await record(store, message("ours", HOST))
        turn = answer(await opened(store, asked.conversation))

        await store.turns.commit(replace(turn, part=GUEST), now=NOW)

        assert (await opened(store, away)).entry.event == message("mine", GUEST)
        assert (await opened(store, home)).entry.event == message("ours", HOST)
        await reply(store, home)
        assert await store.turns.open(home) is None


async def _state(store: Store, conversation: ConversationId, whose: Address) -> State:
    """Read a state once more, by a message of its own."""
    kept = await record(store, message(f"look-{conversation}", whose))
    assert kept.conversation == conversation, "the customer's messages go elsewhere"
    snapshot = await opened(store, conversation)
    await store.turns.commit(answer(snapshot), now=NOW)
    return snapshot.state
