"""Many runs, some at a time: each point of a journey, or a part of them."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Any

from tests.crash import journey
from tests.crash.nursery import open_nursery
from tests.crash.orders import LIST
from tests.crash.people import Customer
from tests.crash.runs import Marksman, Outcome, Plan, perform
from tests.crash.stage import Stage, open_stage
from tests.crash.storage import Storage

HITS = (1, 2, 5)
AT_ONCE = 2  # bots; more would only wait for each other on two processors


async def nothing(customer: Customer) -> None:
    """Only let the bot start."""
    del customer


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A script with what it begins with, what an undisturbed run passed and showed."""

    name: str
    plan: Plan
    passed: Counter[str]

    def crash(self, *crashes: str) -> Plan:
        """Make the plan of a run with deaths; only who makes the schema begins without it."""
        makes_schema = any(one.startswith("schema.upgrade") for one in crashes)
        begin = self.plan.begin or ("" if makes_schema else "ready")
        return replace(self.plan, begin=begin, crashes=crashes)

    def wild(self, marksman: Marksman, *, names: Sequence[str]) -> Plan:
        """Make the plan of a run in which somebody shoots."""
        return replace(self.plan, marksman=marksman, names=names)

    def targets(self) -> Iterator[str]:
        """List every point with the passes at which to die."""
        for point in sorted(self.passed):
            yield from (f"{point}:{hit}" for hit in HITS if self.passed[point] >= hit)


class Theatre:
    """Stages that share a nursery; each has been through the same rehearsals."""

    def __init__(self, stages: Sequence[Stage]) -> None:
        self._stages = stages

    async def rehearse(self, name: str, plan: Plan) -> Scene:
        """Run a script undisturbed, and find out which points it passes."""
        (outcome,) = await self.perform([replace(plan, crashes=(LIST,))])
        if outcome.findings:
            raise AssertionError(outcome.told)
        return Scene(name=name, plan=replace(plan, expected=outcome.shown), passed=outcome.passed)

    async def prepare(self, name: str, plan: Plan) -> None:
        """Keep what a script leaves, on every stage, for plans that begin with ``name``."""
        async with asyncio.TaskGroup() as group:
            for stage in self._stages:
                group.create_task(self._prepare(stage, name, plan))

    async def perform(self, plans: Sequence[Plan]) -> list[Outcome]:
        """Run plans, as many at a time as there are stages; outcomes in the plans' order."""
        waiting = list(enumerate(plans))
        done: dict[int, Outcome] = {}

        async def work(stage: Stage) -> None:
            while waiting:
                number, plan = waiting.pop(0)
                done[number] = await perform(stage, plan)

        async with asyncio.TaskGroup() as group:
            for stage in self._stages:
                group.create_task(work(stage))
        return [done[number] for number in range(len(plans))]

    async def _prepare(self, stage: Stage, name: str, plan: Plan) -> None:
        outcome = await perform(stage, replace(plan, keep=name))
        if outcome.findings:
            raise AssertionError(outcome.told)


@asynccontextmanager
async def open_theatre(
    folder: Path,
    storage: Storage,
    *,
    at_once: int = AT_ONCE,
    names: Sequence[str] = ("alice",),
    prepared: bool = True,
) -> AsyncIterator[Theatre]:
    """Open stages; ``prepared``: a bot was started there ("ready"), customers are "linked"."""
    async with AsyncExitStack() as stack:
        nursery = await stack.enter_async_context(open_nursery())
        stages = []
        for number in range(at_once):
            place = folder / f"stage-{number}"
            place.mkdir()
            stages.append(await stack.enter_async_context(open_stage(place, nursery, storage)))
        theatre = Theatre(stages)
        if prepared:
            await theatre.prepare("ready", Plan(script=nothing, names=names))
            await theatre.prepare("linked", Plan(script=journey.link, begin="ready", names=names))
        yield theatre


def repeated_after(outcomes: Sequence[Outcome]) -> set[str]:
    """Name the deaths of the runs in which a platform showed a second copy of something."""
    return {death.rpartition(":")[0] for one in outcomes if one.repeats for death in one.deaths}


def results(outcomes: Sequence[Outcome], began: float) -> dict[str, Any]:
    """Sum a campaign up for its result file."""
    targets = [crash for one in outcomes for crash in one.crashes]
    return {
        "points": len({target.rpartition(":")[0] for target in targets}),
        "runs": len(outcomes),
        "deaths": sum(len(one.deaths) for one in outcomes),
        "not reached": sorted("+".join(one.crashes) for one in outcomes if one.missed),
        "repeated by a platform": sorted(repeated_after(outcomes)),
        "broken": [one.told for one in outcomes if one.findings],
        "seconds": round(monotonic() - began, 1),
    }


def write_results(path: Path, name: str, figures: dict[str, Any]) -> None:
    """Put a campaign's figures into the file, beside those of others."""
    kept = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps({**kept, name: figures}, indent=2, sort_keys=True) + "\n")
