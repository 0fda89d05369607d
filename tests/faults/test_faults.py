"""One thing at a time goes wrong between a whole bot and each platform."""

import asyncio
import random
from collections.abc import AsyncIterator

import pytest

from tests.bot.cli.shell import threadline
from tests.faults.ground import Ground, open_ground
from tests.faults.judging import judge
from tests.faults.platforms import PLATFORMS, TELEGRAM, WHATSAPP, Platform
from tests.faults.troubles import Fault, Mishap, Trouble

everywhere = pytest.mark.parametrize("platform", PLATFORMS, ids=lambda one: one.kind)
WAIT = 60  # seconds; what we wait after a mail server's 4xx, and the others are told


@pytest.fixture
async def ground(platform: Platform) -> AsyncIterator[Ground]:
    async with open_ground(platform) as ground:
        yield ground


@pytest.fixture
def ann(platform: Platform) -> str:
    return platform.name(1)


@pytest.fixture
def bob(platform: Platform) -> str:
    return platform.name(2)


@everywhere
async def test_nothing_is_sent_before_the_platform_wants_it(
    ground: Ground, ann: str, bob: str
) -> None:
    ground.front.plan(ann, Trouble(fault=Fault.THROTTLE, seconds=WAIT))
    await ground.say({ann: [1, 2], bob: [3]})
    await ground.rest()
    await ground.pass_time(WAIT - 1)
    assert (ground.shown(ann), ground.shown(bob)) == ([], [3])
    assert len(ground.calls(ann)) == 1

    await ground.pass_time(1)

    assert ground.shown(ann) == [1, 2]
    assert judge(ground, healthy=[bob]) == []


@pytest.mark.parametrize("platform", [TELEGRAM, WHATSAPP], ids=lambda one: one.kind)
async def test_an_account_that_is_too_fast_is_quiet_towards_everybody(
    ground: Ground, ann: str, bob: str, platform: Platform
) -> None:
    """Telegram does not say which limit it was: two private chats at once are the account's."""
    slow = Trouble(fault=Fault.THROTTLE, seconds=WAIT, wide=True)
    ground.front.plan(ann, slow)
    ground.front.plan(bob, *([slow] if platform is TELEGRAM else []))
    await ground.say({ann: [1], bob: [2]})
    await ground.rest()
    calls = len(ground.front.calls)
    await ground.say({platform.name(3): [3]})
    await ground.pass_time(WAIT - 1)
    assert len(ground.front.calls) == calls

    await ground.pass_time(1)

    assert {(*ground.shown(ann), *ground.shown(platform.name(3)))} == {(1, 3)}
    assert judge(ground, healthy=[]) == []


@everywhere
async def test_a_call_that_hangs_holds_up_one_chat_only(ground: Ground, ann: str, bob: str) -> None:
    ground.front.plan(ann, Trouble(fault=Fault.HANG), Trouble(fault=Fault.BROKEN))
    ground.front.plan(ann, Trouble(fault=Fault.RESET), Trouble(fault=Fault.DROP))
    await ground.say({ann: [1, 2]})
    await ground.until_only_hanging()
    await ground.say({bob: [3, 4]})
    await ground.until_only_hanging()
    assert (ground.front.hanging, ground.shown(bob), ground.shown(ann)) == (1, [3, 4], [])

    await ground.rest()
    await ground.pass_time(WAIT, times=4)

    repeated = [] if ground.platform.shows_once else [1]
    assert ground.shown(ann) == [1, *repeated, 2]
    assert judge(ground, healthy=[bob]) == []


@everywhere
async def test_what_can_never_be_sent_is_listed_and_can_be_brought_back(
    ground: Ground, ann: str, bob: str
) -> None:
    ground.front.plan(ann, Trouble(fault=Fault.REFUSE))
    await ground.say({ann: [1, 2], bob: [3]})
    await ground.rest()
    assert (ground.shown(ann), ground.shown(bob)) == ([2], [3])

    (letter,) = await ground.letters()
    assert await ground.harness.bot.store.outbox.retry(letter.id)

    await ground.pass_time()
    assert ground.shown(ann) == [2, 1]
    assert await ground.letters() == []


@pytest.mark.parametrize("platform", PLATFORMS[:1], ids=lambda one: one.kind)
async def test_an_operator_does_so_while_the_bot_runs(ground: Ground, ann: str) -> None:
    ground.front.plan(ann, Trouble(fault=Fault.REFUSE))
    await ground.say({ann: [1]})
    await ground.rest()
    (letter,) = await ground.letters()

    listed = await asyncio.to_thread(threadline, ground.folder, "outbox", "list")
    retried = await asyncio.to_thread(threadline, ground.folder, "outbox", "retry", letter.id)
    await ground.pass_time()

    assert letter.id in listed.out
    assert (retried.out, retried.code) == ("due again\n", 0)
    assert ground.shown(ann) == [1]


@everywhere
async def test_deliveries_in_any_order_and_number_are_answered_once_each(
    ground: Ground, ann: str, bob: str
) -> None:
    """A delivery that nobody can read stands before them."""
    await ground.say({ann: [1]})
    ground.road.coming.extend([Mishap.REFUSED, Mishap.UNHEARD, Mishap.CUT])
    await ground.say({ann: [2, 3]})
    await ground.rest()
    assert await ground.road.push(ground.platform.poison(ann)) == 200
    ground.road.is_shut = True
    await ground.say({ann: [11, 12, 13], bob: [21, 22, 23]})
    assert ground.shown(bob) == []

    await ground.road.clear(random.Random(3))  # noqa: S311 - replayable, not secret
    await ground.rest()

    assert list(map(sorted, (ground.shown(ann), ground.shown(bob)))) == [
        [1, 2, 3, 11, 12, 13], [21, 22, 23],
    ]  # fmt: skip
    assert judge(ground, healthy=[ann, bob]) == []
    assert [letter.direction for letter in await ground.letters()] == ["in"]
    assert ground.road.retried > 0
    assert (ground.road.batches > 0) == (ground.platform is WHATSAPP)
