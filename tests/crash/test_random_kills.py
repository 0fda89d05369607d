"""A bot that is shot at any moment, and one that dies again while it recovers."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import monotonic

import pytest

from tests.crash import journey
from tests.crash.campaign import open_theatre, results, write_results
from tests.crash.runs import Outcome, Plan
from tests.crash.stage import Life
from tests.crash.storage import InFiles

RESULTS = Path(__file__).with_name("results.json")
SEED = 7
KILLS = 20
PAIRS = 40
NAMES = ("alice", "bob")

pytestmark = [pytest.mark.crash, pytest.mark.slow, pytest.mark.timeout(1200)]


def marksman(chance: random.Random) -> Callable[[Life], Awaitable[None]]:
    """Make who shoots whenever the bot has been up for a moment, as long as customers talk."""

    async def shoot(life: Life) -> None:
        while True:
            await life.up.wait()
            await asyncio.sleep(chance.uniform(0.05, 0.8))
            before = len(life.deaths)
            life.shoot()
            await life.died_again(before)

    return shoot


async def test_two_conversations_survive_twenty_shots_at_any_moment(tmp_path: Path) -> None:
    began, chance = monotonic(), random.Random(SEED)  # noqa: S311 - a sample, no secret
    outcomes: list[Outcome] = []
    async with open_theatre(tmp_path, InFiles(), at_once=1, names=NAMES) as theatre:
        plan = Plan(script=journey.book, begin="linked", names=NAMES)
        scene = await theatre.rehearse("book", plan)
        wild = scene.wild(marksman(chance), names=NAMES)
        while len([death for one in outcomes for death in one.deaths]) < KILLS:
            outcomes += await theatre.perform([wild])

    figures = results(outcomes, began)
    write_results(RESULTS, "shots at any moment, two customers, SQLite", figures)
    assert figures["broken"] == []


async def test_a_second_death_in_the_middle_of_a_recovery_changes_nothing(tmp_path: Path) -> None:
    began, chance = monotonic(), random.Random(SEED)  # noqa: S311 - a sample, no secret
    async with open_theatre(tmp_path, InFiles()) as theatre:
        plan = Plan(script=journey.book, begin="linked")
        scene = await theatre.rehearse("book", plan)
        firsts = chance.choices([*scene.targets()], k=PAIRS)
        probing = [
            ("effect.call.after:1", f"effect.probe.{side}:1") for side in ("before", "after")
        ]
        pairs = [(one, f"{chance.choice(sorted(scene.passed))}:1") for one in firsts]

        outcomes = await theatre.perform([scene.crash(*pair) for pair in [*probing, *pairs]])

    figures = results(outcomes, began)
    write_results(RESULTS, "a second death in the recovery, SQLite", figures)
    assert figures["broken"] == []
    assert [run.deaths for run in outcomes[:2]] == probing
