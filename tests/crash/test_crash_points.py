"""A bot that dies at any point of a journey keeps its promises."""

import random
from dataclasses import replace
from pathlib import Path
from time import monotonic

import pytest

from tests.crash import journey
from tests.crash.campaign import (
    Scene,
    Theatre,
    open_theatre,
    repeated_after,
    results,
    write_results,
)
from tests.crash.judgement import MAY_REPEAT
from tests.crash.mutants import MUTANTS
from tests.crash.runs import Plan
from tests.crash.storage import InFiles

RESULTS = Path(__file__).with_name("results.json")
SEED = 20261118
LONG_RUNS = 3  # of the sample; a long journey takes three times as long as a short one

WHERE_FOUND = {
    "answers_apart": "turns.commit.after_commit:2",
    "deliveries_kept_twice": "inbox.record.after_commit:2",
    "effects_unwritten": "effect.call.after:1",
}
"""A point for each mutant at which a death tells it from a sound bot."""

pytestmark = [pytest.mark.timeout(240), pytest.mark.slow]


async def short(theatre: Theatre) -> Scene:
    return await theatre.rehearse("book", Plan(script=journey.book, begin="linked"))


async def long(theatre: Theatre) -> Scene:
    return await theatre.rehearse("everything", Plan(script=journey.everything))


def sample(scene: Scene, chance: random.Random) -> list[str]:
    """Take every point once, at a pass that is drawn."""
    drawn: dict[str, list[str]] = {}
    for target in scene.targets():
        drawn.setdefault(target.rpartition(":")[0], []).append(target)
    return [chance.choice(targets) for targets in drawn.values()]


async def test_a_death_at_any_point_of_a_booking_costs_and_doubles_nothing(tmp_path: Path) -> None:
    chance = random.Random(SEED)  # noqa: S311 - a sample, no secret
    async with open_theatre(tmp_path, InFiles()) as theatre:
        booking, everything = await short(theatre), await long(theatre)
        rest = [
            one
            for one in sample(everything, chance)
            if one.rpartition(":")[0] not in booking.passed
        ]

        plans = [booking.crash(one) for one in sample(booking, chance)]
        plans += [everything.crash(one) for one in chance.sample(rest, LONG_RUNS)]
        outcomes = await theatre.perform(plans)

    assert [one.told for one in outcomes if one.findings] == []
    assert repeated_after(outcomes[: len(booking.passed)]) <= MAY_REPEAT
    assert {one.rpartition(":")[0] for run in outcomes for one in run.deaths} >= set(booking.passed)


async def test_a_defect_passes_an_undisturbed_run_and_is_found_out_by_a_death(
    tmp_path: Path,
) -> None:
    async with open_theatre(tmp_path, InFiles()) as theatre:
        scene = await short(theatre)
        sound = [scene.crash(crash) for crash in WHERE_FOUND.values()]
        defective = [
            replace(plan, mutant=mutant, patience=4.0)
            for mutant, plan in zip(WHERE_FOUND, sound, strict=True)
        ]
        undisturbed = [replace(plan, crashes=()) for plan in defective]

        outcomes = await theatre.perform([*sound, *undisturbed, *defective])

    count = len(WHERE_FOUND)
    assert [one.told for one in outcomes[: 2 * count] if one.findings] == []
    assert [one.deaths for one in outcomes[2 * count :]] == [(one,) for one in WHERE_FOUND.values()]
    assert all(one.findings for one in outcomes[2 * count :])


def test_every_mutant_is_tried() -> None:
    assert set(MUTANTS) == set(WHERE_FOUND)


@pytest.mark.crash
@pytest.mark.timeout(1800)
async def test_every_point_at_its_first_second_and_fifth_pass(tmp_path: Path) -> None:
    began = monotonic()
    async with open_theatre(tmp_path, InFiles()) as theatre:
        booking, everything = await short(theatre), await long(theatre)

        short_runs = [booking.crash(one) for one in booking.targets()]
        long_runs = [everything.crash(one) for one in everything.targets()]
        outcomes = await theatre.perform([*short_runs, *long_runs])

    figures = results(outcomes, began)
    write_results(RESULTS, "every point, SQLite", figures)
    assert repeated_after(outcomes[: len(short_runs)]) <= MAY_REPEAT
    assert figures["broken"] == []
    assert figures["not reached"] == []
