"""What a store must do with sentences that were not read right."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.model.ids import ConnectorName, MissId
from bot.model.messages import Address
from bot.model.misses import (
    OUT_OF_SCOPE,
    Missed,
    MissKind,
    MissState,
    Proposal,
    Taught,
)
from bot.model.understanding import Alternative
from bot.ports.stores import Store
from bot.testing.contracts.store_bench import (
    NOW,
    SECOND,
    address,
    answer,
    message,
    opened,
    record,
)
from bot.testing.contracts.store_linking import customer_id, join

OPEN = (MissState.OPEN,)
GUESSES = (Alternative(command="book", confidence=0.4),)


def missed(name: str, text: str = "a table", kind: MissKind = MissKind.UNREAD) -> Missed:
    """Describe a sentence that was not read right."""
    proposal = Proposal(text=text, guesses=GUESSES, engine="classifier", model="m1", data="d1")
    return Missed(
        id=MissId(name), kind=kind, proposal=proposal, command="order", argument="size",
        channel=ConnectorName("slack"), locale="en",
    )  # fmt: skip


async def miss(store: Store, *told: Missed, by: Address | None = None, at: datetime = NOW) -> None:
    """Let a turn of a customer's keep misses."""
    kept = await record(store, message(f"e-{told[0].id}", by), now=at)
    turn = replace(answer(await opened(store, kept.conversation)), missed=told)
    await store.turns.commit(turn, now=at)


async def turn_to(store: Store, name: str, command: str, event: str) -> None:
    """Let a turn tell what a customer turned to after a miss."""
    kept = await record(store, message(event))
    turn = replace(answer(await opened(store, kept.conversation)), chosen={MissId(name): command})
    await store.turns.commit(turn, now=NOW)


async def open_ones(store: Store) -> Sequence[str]:
    """List the ids of open misses."""
    return [one.id for one in await store.misses.page(states=OPEN, limit=99)]


class MissContract:
    """Nothing that was missed is lost, and nothing of it outlives its customer."""

    async def test_a_miss_is_kept_with_all_that_the_turn_told_of_it(self, store: Store) -> None:
        await miss(store, missed("m1", kind=MissKind.OFFERED))

        (kept,) = await store.misses.page(states=OPEN, limit=9)

        assert kept.missed == missed("m1", kind=MissKind.OFFERED)
        assert (kept.at, kept.chosen, kept.state) == (NOW, "", MissState.OPEN)
        assert kept.customer == await customer_id(store, address())
        assert kept.conversation == await store.customers.locate(address(), now=NOW)

    async def test_misses_are_listed_page_by_page_the_newest_first(self, store: Store) -> None:
        for n in range(5):
            await miss(store, missed(f"m{n}"), at=NOW + n // 2 * SECOND)  # some at one moment

        pages: list[list[str]] = [[]]
        last: MissId | None = None
        while found := await store.misses.page(states=OPEN, before=last, limit=2):
            pages.append([one.id for one in found])
            last = found[-1].id

        assert pages[1:] == [["m4", "m3"], ["m2", "m1"], ["m0"]]

    async def test_the_first_command_that_is_turned_to_is_what_was_chosen(
        self, store: Store
    ) -> None:
        await miss(store, missed("m1", kind=MissKind.OFFERED))

        await turn_to(store, "m1", "book", "e2")
        await turn_to(store, "m1", "order", "e3")
        await turn_to(store, "gone", "order", "e4")

        (kept,) = await store.misses.page(states=OPEN, limit=9)
        assert (kept.chosen, kept.is_confirmed) == ("book", True)

    async def test_the_same_words_are_one_group_and_the_most_frequent_lead(
        self, store: Store
    ) -> None:
        await miss(store, missed("m1", "seats"))
        await miss(store, missed("m2", "A  table"), at=NOW + SECOND)
        await miss(store, missed("m3", "a table"), at=NOW + 2 * SECOND)

        groups = await store.misses.groups(limit=9)

        assert [[one.id for one in group.misses] for group in groups] == [["m3", "m2"], ["m1"]]
        assert [group.text for group in await store.misses.groups(limit=1)] == ["a table"]

    async def test_labelled_misses_are_taught_once_each_with_their_own_words_or_others(
        self, store: Store
    ) -> None:
        for n, text in enumerate(["a table", "a table", "weather?", "for four", "no matter"]):
            await miss(store, missed(f"m{n}", text), at=NOW + n * SECOND)

        ids = [MissId(f"m{n}") for n in range(5)]
        assert await store.misses.label(ids[:2], "book") == 2
        await store.misses.label(ids[2:3], OUT_OF_SCOPE)
        await store.misses.label(ids[3:4], "book", sentence="for [four](guests)")
        await store.misses.label(ids[4:], None)

        assert list(await store.teaching.sentences()) == [
            Taught(meaning="book", sentence="a table"),
            Taught(meaning="oos", sentence="weather?"),
            Taught(meaning="book", sentence="for [four](guests)", marked=True),
        ]
        assert await store.misses.count() == {
            MissState.OPEN: 0, MissState.LABELLED: 4, MissState.DISMISSED: 1,
        }  # fmt: skip
        assert await store.misses.groups(limit=9) == []

    async def test_the_version_of_what_is_taught_grows_with_every_change(
        self, store: Store
    ) -> None:
        await miss(store, missed("m1"))
        versions = [await store.teaching.version()]

        await store.misses.label([MissId("m1")], "book")
        versions.append(await store.teaching.version())
        await store.misses.reopen([MissId("m1")])
        versions.append(await store.teaching.version())
        assert await store.teaching.sentences() == []
        assert await open_ones(store) == ["m1"]
        assert await store.misses.label([MissId("none")], "book") == 0
        assert await store.teaching.version() == versions[-1]
        await store.misses.label([MissId("m1")], "book")
        await store.misses.forget([await customer_id(store, address())])
        versions.append(await store.teaching.version())

        assert versions == sorted(set(versions))

    async def test_all_that_a_customer_said_goes_with_them_and_nothing_of_others(
        self, store: Store
    ) -> None:
        bob = address("telegram", "7")
        await miss(store, missed("m1"))
        await miss(store, missed("m2"), by=bob)
        alice, other = await customer_id(store, address()), await customer_id(store, bob)
        await join(store, address(), bob, "join")
        await miss(store, missed("m3"), by=bob)  # said in the conversation that they share now
        await store.misses.label([MissId("m1")], "book")

        assert await store.misses.forget([alice]) == 1
        assert list(await store.teaching.sentences()) == []
        assert sorted(await open_ones(store)) == ["m2", "m3"]
        assert await store.misses.forget([other]) == 2

    async def test_misses_that_nobody_labelled_go_after_their_time(self, store: Store) -> None:
        for name in ("m1", "m2", "m3"):
            await miss(store, missed(name))
        await store.misses.label([MissId("m1")], "book")
        await store.misses.label([MissId("m2")], None)

        await store.upkeep.purge(now=NOW + timedelta(days=89))
        assert await open_ones(store) == ["m3"]
        await store.upkeep.purge(now=NOW + timedelta(days=91))

        assert await store.misses.count() == {
            MissState.OPEN: 0, MissState.LABELLED: 1, MissState.DISMISSED: 0,
        }  # fmt: skip
