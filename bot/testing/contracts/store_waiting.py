"""What a store must do with dialogs that wait for an event."""

import asyncio
from dataclasses import replace

from bot.errors import StaleTurnError
from bot.model.conversation import State
from bot.model.ids import ConversationId
from bot.model.messages import Address
from bot.ports.records import Emitted, Signal, TimerSet, TurnResult
from bot.ports.stores import Store
from bot.testing.contracts.store_bench import (
    NOW,
    SECOND,
    address,
    answer,
    emit,
    emitting,
    leased,
    message,
    opened,
    parked,
    put_state,
    record,
    reply,
    waits_of,
)
from bot.testing.contracts.store_linking import customer_id, join, part

HOST = address("slack", "alice")
GUEST = address("telegram", "7")
SHOP = address("web", "shop")
ROUNDS = 8
"""How often two are let loose on each other: which one is first must not matter."""


async def park(
    store: Store, whose: Address, name: str, *, event: str = "paid", key: str | None = None
) -> ConversationId:
    """Leave a dialog that waits in somebody's private conversation, as their only one."""
    home = await store.customers.locate(whose, now=NOW)
    state = State(frames=(parked(name, home, event=event, key=key),))
    return await put_state(store, whose, state, f"park-{name}-{whose.user}")


async def signals(store: Store, conversation: ConversationId) -> list[Signal]:
    """Answer all that is open in a conversation; returns the signals that were."""
    found: list[Signal] = []
    while (snapshot := await store.turns.open(conversation)) is not None:
        event = snapshot.entry.event
        if isinstance(event, Signal):
            found.append(event)
        at = address() if isinstance(event, Signal) else event.sender
        await store.turns.commit(answer(snapshot, to=at), now=NOW)
    return found


async def told(store: Store, conversation: ConversationId) -> list[str]:
    """Answer all that is open; returns the ids of the events that dialogs were told of."""
    return [signal.event_id for signal in await signals(store, conversation)]


class WaitContract:
    """What happens reaches every dialog that waits for it, once, wherever it has gone."""

    async def test_an_event_reaches_the_dialogs_that_wait_for_it(self, store: Store) -> None:
        alice = await park(store, HOST, "f1", key="order-1")
        seven = await park(store, GUEST, "f2")
        bob = await park(store, address(user="bob"), "f3", key="order-2")
        eve = await park(store, address(user="eve"), "f4", event="refunded")

        happened = Emitted(id="t1:0", event="paid", key="order-1", data={"sum": [12, "EUR"]})
        woken = await emit(store, SHOP, happened)

        shop = await store.customers.locate(SHOP, now=NOW)
        assert set(woken) == {shop, alice, seven}
        (signal,) = await signals(store, alice)
        assert signal.event_id == "happened:t1:0:f1"
        assert signal.name == "happened"
        data = {"frame": "f1", "event": "paid", "data": {"sum": [12, "EUR"]}}
        assert signal.payload == data
        assert await told(store, seven) == ["happened:t1:0:f2"]
        assert await told(store, bob) == await told(store, eve) == []

    async def test_an_event_without_a_key_reaches_those_that_wait_for_any(
        self, store: Store
    ) -> None:
        alice = await park(store, HOST, "f1", key="order-1")
        seven = await park(store, GUEST, "f2")

        await emit(store, SHOP, Emitted(id="t1:0", event="paid"))

        assert await told(store, alice) == []
        assert await told(store, seven) == ["happened:t1:0:f2"]

    async def test_a_dialog_is_answered_where_its_customer_was_last_heard(
        self, store: Store
    ) -> None:
        await join(store, HOST, GUEST, "join")
        home = await park(store, HOST, "f1")
        await record(store, message("later", GUEST))
        await reply(store, home)

        await emit(store, SHOP, Emitted(id="t1:0", event="paid"))
        first = (await opened(store, home)).entry.event
        await store.turns.commit(answer(await opened(store, home), to=GUEST), now=NOW)
        await emit(store, SHOP, Emitted(id="t2:0", event="paid"))
        second = (await opened(store, home)).entry.event

        assert isinstance(first, Signal)
        assert isinstance(second, Signal)
        assert (first.address, second.address) == (GUEST, GUEST)

    async def test_a_dialog_that_waits_no_more_is_left_alone(self, store: Store) -> None:
        home = await park(store, HOST, "f1")
        await put_state(store, HOST, State(), "done")

        assert home not in await emit(store, SHOP, Emitted(id="t1:0", event="paid"))
        assert await told(store, home) == []

    async def test_what_dialogs_wait_for_is_replaced_by_each_turn(self, store: Store) -> None:
        home = await park(store, HOST, "f1", event="paid")
        state = State(frames=(parked("f1", home, event="sent"), parked("f2", home, event="paid")))
        await put_state(store, HOST, state, "on")

        events = [Emitted(id="t1:0", event="paid"), Emitted(id="t1:1", event="sent")]
        await emit(store, SHOP, *events)

        assert await told(store, home) == ["happened:t1:0:f2", "happened:t1:1:f1"]

    async def test_an_event_is_told_once_though_it_is_emitted_again(self, store: Store) -> None:
        home = await park(store, HOST, "f1")
        for sender in (SHOP, SHOP, GUEST):
            kept = await record(store, message(f"e-{sender.user}", sender))
            snapshot = await store.turns.open(kept.conversation)
            if snapshot is not None:
                happened = Emitted(id="t1:0", event="paid")
                await store.turns.commit(replace(answer(snapshot), emitted=[happened]), now=NOW)

        assert await told(store, home) == ["happened:t1:0:f1"]

    async def test_a_turn_that_is_stale_emits_nothing(self, store: Store) -> None:
        home = await park(store, HOST, "f1")
        kept = await record(store, message("e1", SHOP))
        snapshot = await opened(store, kept.conversation)
        await store.turns.commit(answer(snapshot), now=NOW)

        late = replace(answer(snapshot), emitted=[Emitted(id="t1:0", event="paid")])

        assert not await _is_taken(store, late)
        assert await told(store, home) == []

    async def test_a_turn_reaches_its_own_conversations_dialogs_that_waited_before_it(
        self, store: Store
    ) -> None:
        home = await park(store, HOST, "f1")
        kept = await record(store, message("e1", HOST))
        result = answer(await opened(store, kept.conversation))
        state = State(frames=(*result.state.frames, parked("f2", home, event="paid")))
        happened = Emitted(id="t1:0", event="paid")
        grown = replace(result, state=state, waiting=waits_of(state), emitted=[happened])

        await store.turns.commit(grown, now=NOW)

        assert await told(store, home) == ["happened:t1:0:f1"]

    async def test_an_event_reaches_a_conversation_that_a_worker_holds(self, store: Store) -> None:
        home = await park(store, HOST, "f1")
        await record(store, message("e1", HOST))
        held = await leased(store, home)

        await emit(store, SHOP, Emitted(id="t1:0", event="paid"))
        await store.turns.commit(answer(held), now=NOW)

        assert await told(store, home) == ["happened:t1:0:f1"]

    async def test_a_wait_survives_a_message_that_is_given_up(self, store: Store) -> None:
        home = await park(store, HOST, "f1")
        await record(store, message("e1", HOST))
        given_up = replace(answer(await opened(store, home)), given_up="it failed")
        await store.turns.commit(given_up, now=NOW)

        await emit(store, SHOP, Emitted(id="t1:0", event="paid"))

        assert await told(store, home) == ["happened:t1:0:f1"]

    async def test_two_that_emit_at_once_are_both_heard_by_all(self, store: Store) -> None:
        homes = [await park(store, address(user=f"u{n}"), f"f{n}") for n in range(4)]
        shops = [address("web", f"shop{n}") for n in range(4)]

        async with asyncio.TaskGroup() as group:
            for n, shop in enumerate(shops):
                group.create_task(emit(store, shop, Emitted(id=f"t{n}", event="paid")))

        for n, home in enumerate(homes):
            expected = {f"happened:t{one}:f{n}" for one in range(4)}
            heard = await told(store, home)
            assert (len(heard), set(heard)) == (4, expected)

    async def test_two_that_wait_for_each_other_never_block_each_other(self, store: Store) -> None:
        for number in range(ROUNDS):
            one, two = address(user=f"one{number}"), address(user=f"two{number}")
            homes = [
                await park(store, one, f"a{number}", event=f"ping{number}"),
                await park(store, two, f"b{number}", event=f"pong{number}"),
            ]
            ping, pong = (
                Emitted(id=f"{e}{number}", event=f"{e}{number}") for e in ("ping", "pong")
            )
            turns = [await emitting(store, one, pong), await emitting(store, two, ping)]
            async with asyncio.timeout(20), asyncio.TaskGroup() as group:
                for turn in turns:
                    group.create_task(store.turns.commit(turn, now=NOW))

            assert await told(store, homes[0]) == [f"happened:ping{number}:a{number}"]
            assert await told(store, homes[1]) == [f"happened:pong{number}:b{number}"]

    async def test_a_wait_that_ends_at_the_same_moment_is_met_or_not(self, store: Store) -> None:
        for number in range(ROUNDS):
            whose = address(user=f"u{number}")
            home = await park(store, whose, f"f{number}")
            kept = await record(store, message(f"end{number}", whose))
            ending = replace(
                answer(await opened(store, kept.conversation)), state=State(), waiting=()
            )
            async with asyncio.TaskGroup() as group:
                group.create_task(store.turns.commit(ending, now=NOW))
                woken = group.create_task(emit(store, SHOP, Emitted(id=f"t{number}", event="paid")))

            heard = await told(store, home)
            assert heard == ([f"happened:t{number}:f{number}"] if home in woken.result() else [])
            assert home not in await emit(store, SHOP, Emitted(id=f"l{number}", event="paid"))


class WaitLinkContract:
    """A wait goes with its dialog, when customers are joined and when they part."""

    async def test_the_wait_of_a_joined_customer_reaches_the_conversation_that_goes_on(
        self, store: Store
    ) -> None:
        home = await park(store, HOST, "f1", key="a")
        away = await park(store, GUEST, "f2", key="b")
        await join(store, HOST, GUEST, "join")

        woken = await emit(store, SHOP, Emitted(id="t1:0", event="paid", key="b"))

        assert home in woken
        assert away not in woken
        (signal,) = await signals(store, home)
        assert (signal.event_id, signal.address) == ("happened:t1:0:f2", GUEST)

    async def test_joining_and_parting_leaves_waits_where_they_were(self, store: Store) -> None:
        home = await park(store, HOST, "f1")
        away = await park(store, GUEST, "f2")
        await join(store, HOST, GUEST, "join")
        await part(store, GUEST, "part")

        await emit(store, SHOP, Emitted(id="t1:0", event="paid"))

        assert await told(store, home) == ["happened:t1:0:f1"]
        assert await told(store, away) == ["happened:t1:0:f2"]

    async def test_after_parting_nobody_is_answered_at_the_others_address(
        self, store: Store
    ) -> None:
        home = await park(store, HOST, "f1")
        away = await park(store, GUEST, "f2")
        await join(store, HOST, GUEST, "join")
        await record(store, message("later", GUEST))
        await reply(store, home)  # both were last heard of at the guest's
        await record(store, message("part", HOST))
        turn = replace(answer(await opened(store, home)), part=GUEST)
        await emit(store, SHOP, Emitted(id="early", event="paid"))

        await store.turns.commit(turn, now=NOW)
        await emit(store, SHOP, Emitted(id="late", event="paid"))

        stayed, went = await signals(store, home), await signals(store, away)
        assert [one.event_id for one in stayed] == ["happened:early:f1", "happened:late:f1"]
        assert [one.event_id for one in went] == ["happened:early:f2", "happened:late:f2"]
        assert [one.address for one in stayed] == [None, None]
        assert [one.address for one in went] == [GUEST, GUEST]

    async def test_a_dialogs_timer_goes_with_the_dialog(self, store: Store) -> None:
        await park(store, HOST, "f1")
        away = await park(store, GUEST, "f2")
        await join(store, HOST, GUEST, "join")
        kept = await record(store, message("later", HOST))
        timer = TimerSet(due=NOW + SECOND, name="due", payload={"frame": "f2"})
        result = replace(answer(await opened(store, kept.conversation)), timers=[timer])
        await store.turns.commit(result, now=NOW)

        await part(store, GUEST, "part")

        assert list(await store.timers.fire(now=NOW + SECOND, limit=9)) == [away]
        (signal,) = await signals(store, away)
        assert (signal.payload, signal.address) == ({"frame": "f2"}, None)

    async def test_an_event_at_the_moment_of_parting_goes_with_the_dialog(
        self, store: Store
    ) -> None:
        for number in range(ROUNDS):
            host, guest = address(user=f"h{number}"), address("telegram", f"g{number}")
            away = await park(store, guest, f"f{number}")
            await join(store, host, guest, f"join{number}")
            kept = await record(store, message(f"part{number}", guest))
            parting = replace(answer(await opened(store, kept.conversation)), part=guest)
            happening = await emitting(store, SHOP, Emitted(id=f"t{number}", event="paid"))

            async with asyncio.TaskGroup() as group:
                group.create_task(store.turns.commit(parting, now=NOW))
                group.create_task(store.turns.commit(happening, now=NOW))

            assert await told(store, kept.conversation) == []
            assert await told(store, away) == [f"happened:t{number}:f{number}"]
            await put_state(store, guest, State(), f"done{number}")

    async def test_an_event_at_the_moment_of_joining_is_told_where_the_dialog_is(
        self, store: Store
    ) -> None:
        for number in range(ROUNDS):
            host, guest = address(user=f"h{number}"), address("telegram", f"g{number}")
            away = await park(store, guest, f"f{number}")
            kept = await record(store, message(f"join{number}", host))
            joining = replace(
                answer(await opened(store, kept.conversation)),
                join=await customer_id(store, guest),
            )
            happening = await emitting(store, SHOP, Emitted(id=f"t{number}", event="paid"))

            async with asyncio.TaskGroup() as group:
                attempt = group.create_task(_is_taken(store, joining))
                group.create_task(store.turns.commit(happening, now=NOW))

            home = kept.conversation if attempt.result() else away
            assert await told(store, home) == [f"happened:t{number}:f{number}"]
            await put_state(store, guest, State(), f"done{number}")


async def _is_taken(store: Store, result: TurnResult) -> bool:
    """Commit a turn, unless it is stale."""
    try:
        await store.turns.commit(result, now=NOW)
    except StaleTurnError:
        return False
    return True
