"""Delivery on a real store: nothing too early, nothing out of order, nobody held up by others."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

from bot import (
    Address,
    BlockedError,
    Body,
    OutboundMessage,
    PermanentSendError,
    Reach,
    Receipt,
    Store,
    StoreSettings,
    TransientSendError,
    WindowClosedError,
)
from bot.runtime.blobs import FolderBlobs
from bot.runtime.delivery import LONGEST_TOLD, MOST_ATTEMPTS, MOST_TO_ONE, Delivery
from bot.runtime.hub import Hub
from bot.runtime.metrics import Metrics
from bot.testing.contracts.store_bench import NOW, SECOND, address, message, record, reply
from bot.testing.fakes import KINDS, FakeClock, FakeConnector
from state.sql import open_store

ALICE, BOB = address("slack"), address("slack", "bob")
CAROL = address("telegram", "7", "7")


@dataclass(slots=True)
class Log(FakeConnector):
    """A fake that notes when somebody was sent to; ``words`` are raised from time to time."""

    clock: FakeClock = field(default_factory=lambda: FakeClock(NOW))
    tried: list[tuple[datetime, Address]] = field(default_factory=list)
    quiet: list[tuple[datetime, datetime, Address, bool]] = field(default_factory=list)

    @override
    async def send(self, message: OutboundMessage, to: Address, hints: Body) -> Receipt:
        """See `FakeConnector.send`."""
        now = self.clock.now()
        self.tried.append((now, to))
        if self.troubles and isinstance(self.troubles[0], TransientSendError):
            error = self.troubles[0]
            if error.retry_after is not None:
                self.quiet.append((now, now + error.retry_after, to, error.wide))
        return await FakeConnector.send(self, message, to, hints)


@dataclass(slots=True)
class Bench:
    """A store and what delivers from it."""

    store: Store
    delivery: Delivery
    clock: FakeClock
    platforms: dict[str, Log]

    async def greet(self, people: Sequence[Address]) -> None:
        """Say a word to many who wrote at once."""
        written = [message(f"{one.user}:hello", one) for one in people]
        for kept in await self.store.inbox.record(written, now=NOW):
            await reply(self.store, kept.conversation, "1", now=NOW)

    async def say(self, to: Address, *texts: str) -> None:
        """Let a turn say something to somebody who wrote."""
        event = f"{to.user}:{texts[0]}"
        kept = await record(self.store, message(event, to), now=self.clock.now())
        await reply(self.store, kept.conversation, *texts, now=self.clock.now())

    async def deliver(self) -> int:
        """Deliver what is due now, until nothing is."""
        sent = 0
        while entries := await self.delivery.claim(50):
            async with asyncio.TaskGroup() as group:
                for entry in entries:
                    group.create_task(self.delivery.deliver(entry))
            sent += len(entries)
        return sent

    async def pass_time(self, seconds: float, steps: int) -> None:
        """Deliver again and again while time passes."""
        for _ in range(steps):
            await self.deliver()
            self.clock.move(timedelta(seconds=seconds))
        await self.deliver()

    def texts(self, to: Address) -> list[str]:
        """Tell what somebody has been sent."""
        return [one.text for one in self.platforms[to.connector].screens.get(to.user, ())]

    def figure(self, name: str, **labels: str) -> float:
        """Read one of the metrics."""
        return self.delivery.metrics.registry.get_sample_value(f"threadline_{name}", labels) or 0.0


_EMPTY: list[bytes] = []


@asynccontextmanager
async def bench() -> AsyncIterator[Bench]:
    """Open a store that was migrated once for all tests here."""
    clock, hub = FakeClock(NOW), Hub()
    with TemporaryDirectory(prefix="threadline-") as folder:
        path = Path(folder) / "bot.db"
        if _EMPTY:
            path.write_bytes(_EMPTY[0])
        url = StoreSettings(url=f"sqlite+aiosqlite:///{path}", synchronous="OFF")
        async with open_store(url) as store:
            if not _EMPTY:
                _EMPTY.append(path.read_bytes())
            platforms = {
                kind: Log(kind=kind, capabilities=KINDS[kind], clock=clock)
                for kind in ("slack", "telegram")
            }
            delivery = Delivery(
                store=store, blobs=FolderBlobs(Path(folder)), connectors=platforms, clock=clock,
                hub=hub, metrics=Metrics(),
            )  # fmt: skip
            yield Bench(store, delivery, clock, platforms)


def told(seconds: float, *, wide: bool = False) -> TransientSendError:
    return TransientSendError("429", retry_after=timedelta(seconds=seconds), wide=wide)


TROUBLES = st.builds(told, st.integers(1, 90), wide=st.booleans()) | st.just(
    TransientSendError("500")
)


@settings(max_examples=8, deadline=None)
@given(troubles=st.lists(TROUBLES, min_size=1, max_size=6), step=st.sampled_from([0.7, 3.0, 11.0]))
async def test_nothing_is_sent_before_a_platform_wants_it_and_the_order_is_kept(
    troubles: Sequence[TransientSendError], step: float
) -> None:
    async with bench() as it:
        slack = it.platforms["slack"]
        slack.troubles = list(troubles)
        for to in (ALICE, BOB):
            await it.say(to, "1", "2", "3")
        await it.pass_time(step, 4)
        await it.say(ALICE, "4", "5")
        while slack.troubles or len(it.texts(ALICE)) + len(it.texts(BOB)) < 8:
            await it.pass_time(45.0, 1)

        for since, until, to, wide in slack.quiet:
            early = [
                at for at, whom in slack.tried
                if since < at < until and (wide or whom == to)
            ]  # fmt: skip
            assert early == []
        assert it.texts(ALICE) == ["1", "2", "3", "4", "5"]
        assert it.texts(BOB) == ["1", "2", "3"]
        assert it.figure("dead_letters_total", connector="slack", direction="out") == 0


async def test_a_destination_that_must_wait_holds_up_nobody_else() -> None:
    async with bench() as it:
        it.platforms["slack"].troubles = [told(30)]
        await it.say(ALICE, "1", "2")
        await it.deliver()
        await it.say(BOB, "1")
        await it.deliver()

        assert (it.texts(ALICE), it.texts(BOB)) == ([], ["1"])
        await it.pass_time(30.0, 1)
        assert it.texts(ALICE) == ["1", "2"]


async def test_a_letter_that_was_brought_back_waits_as_long_as_the_platform_wants() -> None:
    async with bench() as it:
        slack = it.platforms["slack"]
        slack.troubles = [PermanentSendError("no"), told(30)]
        await it.say(ALICE, "1", "2")
        await it.deliver()
        (letter,) = await it.store.outbox.letters(states=["dead"], limit=9)
        await it.store.outbox.retry(letter.id)
        await it.pass_time(9.0, 3)

        assert (it.texts(ALICE), len(slack.tried)) == ([], 2)
        assert {
            one.attempts for one in await it.store.outbox.letters(states=["waiting"], limit=9)
        } == {0}
        await it.pass_time(3.0, 1)
        assert it.texts(ALICE) == ["1", "2"]


async def test_an_account_that_wants_quiet_gets_it_and_no_row_but_one_is_touched() -> None:
    async with bench() as it:
        slack = it.platforms["slack"]
        await it.say(ALICE, "1")
        slack.troubles = [told(30, wide=True)]
        await it.deliver()
        await it.say(BOB, "2")
        await it.say(CAROL, "3")
        await it.deliver()

        assert [to for _, to in slack.tried] == [ALICE]
        assert it.texts(CAROL) == ["3"]
        letters = await it.store.outbox.letters(states=["waiting"], limit=9)
        assert [(one.connector, one.attempts) for one in letters] == [("slack", 0)] * 2
        it.clock.move(29 * SECOND)
        health = await it.store.upkeep.health(now=it.clock.now())
        assert health.outbox_oldest["slack"] == 29.0
        it.clock.move(SECOND)
        await it.deliver()
        assert (it.texts(ALICE), it.texts(BOB)) == (["1"], ["2"])


async def test_being_told_to_wait_is_no_failed_attempt_but_a_day_is_enough() -> None:
    async with bench() as it:
        slack = it.platforms["slack"]
        slack.troubles = [told(1) for _ in range(MOST_ATTEMPTS + 1)]
        await it.say(ALICE, "patience")
        await it.pass_time(1.0, MOST_ATTEMPTS + 1)
        assert it.texts(ALICE) == ["patience"]

        await it.say(ALICE, "too long")
        slack.troubles = [told(1), told(1)]
        await it.deliver()
        it.clock.move(LONGEST_TOLD + SECOND)
        await it.deliver()
        (letter,) = await it.store.outbox.letters(states=["dead"], limit=9)
        assert letter.reason == "given up after 1 attempts: 429"


async def test_a_reply_to_whom_the_window_is_closed_tells_an_operator_what_to_do() -> None:
    async with bench() as it:
        it.platforms["slack"].troubles = [WindowClosedError("131047")]
        await it.say(ALICE, "1", "2")
        await it.deliver()

        (letter,) = await it.store.outbox.letters(states=["dead"], limit=9)
        assert letter.reason == (
            "131047; it can go out once the customer has written again, or as a template"
        )
        assert it.texts(ALICE) == ["2"]
        assert it.figure("refusals_total", connector="slack", **{"class": "window_closed"}) == 1
        assert it.figure("dead_letters_total", connector="slack", direction="out") == 1


async def test_a_customer_who_has_shut_the_bot_out_gets_nothing_until_they_write() -> None:
    async with bench() as it:
        slack = it.platforms["slack"]
        slack.troubles = [BlockedError("bot was blocked by the user")]
        await it.say(ALICE, "1", "2", "3")
        with structlog.testing.capture_logs() as logs:
            await it.deliver()
        assert [line["event"] for line in logs] == ["delivery.blocked"]
        assert (it.texts(ALICE), len(slack.tried)) == ([], 1)
        assert await it.store.outbox.letters(states=["dead", "waiting"], limit=9) == []
        assert it.figure("refusals_total", connector="slack", **{"class": "blocked"}) == 1
        assert it.figure("dead_letters_total", connector="slack", direction="out") == 0

        it.clock.move(SECOND)
        await it.say(ALICE, "4")
        await it.deliver()
        assert it.texts(ALICE) == ["4"]


async def test_what_is_said_to_a_shut_address_reaches_no_platform() -> None:
    async with bench() as it:
        kept = await record(it.store, message("e1", ALICE), now=NOW)
        gone = Reach(account=ALICE.account, user=ALICE.user, is_open=False)
        await it.store.customers.learn([gone], now=NOW + SECOND)
        await reply(it.store, kept.conversation, "1", "2", now=NOW + SECOND)
        it.clock.move(SECOND)
        await it.deliver()

        assert it.platforms["slack"].tried == []
        assert it.figure("refusals_total", connector="slack", **{"class": "blocked"}) == 1
        facts = await it.store.log.read(kept.conversation, after=0, limit=9)
        assert [fact.body["state"] for fact in facts if fact.kind == "receipt"] == ["failed"] * 2


async def test_a_connector_hears_when_its_customer_was_heard_last() -> None:
    async with bench() as it:
        kept = await record(it.store, message("e1", ALICE), now=NOW)
        it.clock.move(timedelta(hours=30))
        await reply(it.store, kept.conversation, "late", now=it.clock.now())
        await it.deliver()

        (hints,) = it.platforms["slack"].hints
        assert hints["heard_at"] == NOW.isoformat() == "2026-11-18T09:00:00+00:00"


async def test_what_is_refused_is_counted_by_its_class() -> None:
    async with bench() as it:
        it.platforms["slack"].troubles = [TransientSendError("500"), PermanentSendError("no")]
        await it.say(ALICE, "1", "2")
        await it.pass_time(5.0, 2)

        counted = {
            kind: it.figure("refusals_total", connector="slack", **{"class": kind})
            for kind in ("retry", "stop", "window_closed", "blocked")
        }
        assert counted == {"retry": 1, "stop": 1, "window_closed": 0, "blocked": 0}
        assert it.texts(ALICE) == ["2"]


async def test_one_destination_that_hangs_holds_up_none_of_twenty_others() -> None:
    async with bench() as it:
        slack = it.platforms["slack"]
        people = [address("slack", f"u{number}") for number in range(20)]
        hung = asyncio.Event()
        slack.hung = {"u3": hung}
        await it.greet(people)

        async with asyncio.TaskGroup() as group:
            for _ in range(2):
                for entry in await it.delivery.claim(50):
                    group.create_task(it.delivery.deliver(entry))
                await settled(slack, until=19)
            texts = [it.texts(one) for one in people]
            hung.set()
        assert texts == [[] if one.user == "u3" else ["1"] for one in people]


async def settled(platform: FakeConnector, *, until: int) -> None:
    """Let the others' messages through: a few turns of the loop, by the store's own pace."""
    for _ in range(400):
        if sum(map(len, platform.screens.values())) >= until:
            return
        await asyncio.sleep(0.001)


async def test_an_account_that_hangs_leaves_senders_to_the_others() -> None:
    async with bench() as it:
        slack, hung = it.platforms["slack"], asyncio.Event()
        people = [address("slack", f"u{number}") for number in range(MOST_TO_ONE + 5)]
        slack.hung = dict.fromkeys([one.user for one in people], hung)
        await it.greet([*people, CAROL])

        claimed: list[str] = []
        async with asyncio.TaskGroup() as group:
            for _ in range(4):
                for entry in await it.delivery.claim(50):
                    claimed.append(entry.address.connector)
                    group.create_task(it.delivery.deliver(entry))
            await settled(it.platforms["telegram"], until=1)
            texts = it.texts(CAROL)
            hung.set()
        assert texts == ["1"]
        assert claimed.count("slack") <= 2 * MOST_TO_ONE
