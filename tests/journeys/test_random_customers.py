"""Ten thousand turns over commands, and as many over flows, of customers who do what comes to mind.

A failure tells its seed: ``pytest -k seed-7`` plays the customer of seed 7 again, word for word,
``-k traveller-7`` that of the flows.
"""

import random

import pytest

from bot.testing import Channel, Chaos, Harness, Person, bot_for
from tests.journeys.random_customers import TROUBLE, YES, Crowd
from tests.journeys.random_travellers import Travellers
from tests.journeys.voyages import RELEASES
from tests.journeys.wired import USERS

SEEDS = range(40)
TURNS = 250
PLUGINS = ("commands.booking", "tests.journeys.rides", "tests.journeys.outings")
SENTENCES = (
    "/book", "book a table for 4", "/book 2 friday 19:00", "a taxi to the airport", "/pizza",
    "a ride at 20:00", "what does it cost", "/bookings", "help", "back", "cancel", "why", "skip",
    "summary", "sorry, 5 guests", "change the time", "at 20:30", "on the terrace", "grmbl", "🍕",
    "2026-11-20", "tomorrow", "19:00", "18:00", "4", "2", "3 people", "large", "airport", "hello",
    "/unbook", "thanks", "no", "plan an outing", "/outing 6", "2026-11-21", *YES,
)  # fmt: skip
CHAOS_SEEDS = range(6)
CHAOS_TURNS = 40


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: f"seed-{seed}")
def test_a_random_customer_is_never_left_alone_and_gets_what_was_agreed(seed: int) -> None:
    crowd = Crowd(seed)

    crowd.run(TURNS)

    assert crowd.turns >= TURNS


def test_the_customers_together_live_through_ten_thousand_turns() -> None:
    assert len(SEEDS) * TURNS >= 10_000


def test_random_customers_get_many_things_done() -> None:
    """A customer who never gets to a yes would prove nothing."""
    crowd = Crowd(1)

    crowd.run(500)

    assert len({command for command, _ in crowd.ledger.values()}) >= 3
    assert sum(command == "book" for command, _ in crowd.ledger.values()) >= 3


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: f"traveller-{seed}")
def test_a_random_traveller_gets_what_the_last_answers_want_and_no_more(seed: int) -> None:
    travellers = Travellers(seed)

    travellers.run(TURNS)

    assert travellers.turns >= TURNS


def test_random_travellers_meet_everything_that_flows_can() -> None:
    travellers = Travellers(2)

    travellers.run(1000)

    assert set(travellers.done) == {flow.name for flow in RELEASES[0]}
    assert set(travellers.met) == {"do", "undo", "death", "release", "moment", "event", "proposed"}


# ── On a whole bot, with chaos ────────────────────────────────────────────────


async def takes_a_turn(draw: random.Random, channel: Channel) -> None:
    """Answer what stands on the screen, or say whatever comes to mind."""
    shown = channel.screen[-1].buttons if channel.screen else ()
    if shown and draw.random() < 0.5:
        await channel.taps(draw.choice(shown))
    else:
        await channel.says(draw.choice(SENTENCES))


def told(person: Person) -> list[str]:
    return [seen.text for channel in person.channels.values() for seen in channel.screen]


def judge(bot: Harness, person: Person) -> None:
    """Nothing broke, nothing was asked twice, and what was said to be done is in the ledger."""
    texts = told(person)
    assert [text for text in texts if any(word in text for word in TROUBLE)] == []
    assert bot.asked_twice == []
    booked = [text for text in texts if "Booked: " in text]
    planned = [text for text in texts if "Planned: " in text]
    done = [call for call in bot.calls("reserve_table") if call.state in {"done", "undone"}]
    assert len(done) == len(booked)
    assert len(bot.calls("plan_outing")) == len(planned)
    assert len({call.key for call in bot.effects}) == len(bot.effects)
    assert {call.state for call in bot.effects} <= {"done", "undone", "failed"}


@pytest.mark.slow
@pytest.mark.parametrize("seed", CHAOS_SEEDS, ids=lambda seed: f"chaos-{seed}")
async def test_a_random_customer_notices_no_chaos(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - replayable, not secret
    chaos = Chaos(duplicate=0.1, reorder=0.1, drop=0.05, crash=0.02, seed=seed)

    async with bot_for(*PLUGINS, now="2026-11-18T10:00+01:00", chaos=chaos) as bot:
        person = bot.person("ada", **USERS)
        for _ in range(CHAOS_TURNS):
            channel = draw.choice(list(person.channels.values()))
            before = len(channel.screen)

            await takes_a_turn(draw, channel)

            assert len(channel.screen) > before, bot.transcript()[-2000:]
            judge(bot, person)
