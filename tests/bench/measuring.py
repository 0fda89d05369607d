"""Paired rounds: each case is measured beside its baseline, again and again.

What disturbs the machine for longer than a pair takes disturbs both sides of its ratio.
"""

import gc
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter, process_time
from typing import Protocol

from bot.dialog.manager import decide
from bot.model.understanding import Utterance
from tests.bench.cases import Case
from tests.bench.driven import NOW, Driven, Rounds

MICRO = 1_000_000
CUSTOMERS = 3
"""Whose conversations make one sample of whole turns; of the other layers, see ``repeats``."""


@dataclass(slots=True)
class Sample:
    """Seconds that some turns took: of the process on all its threads, and on the wall."""

    cpu: float = 0.0
    wall: float = 0.0
    turns: int = 0

    @contextmanager
    def timed(self, turns: int) -> Iterator[None]:
        """Add what is done here."""
        cpu, wall = process_time(), perf_counter()
        yield
        self.cpu += process_time() - cpu
        self.wall += perf_counter() - wall
        self.turns += turns


class Measure(Protocol):
    """A case in one layer of the bot; makes a sample each time."""

    @property
    def case(self) -> Case:
        """What is measured."""
        ...

    @property
    def layer(self) -> str:
        """Where it is measured."""
        ...

    async def sample(self) -> Sample:
        """Do it and take the time."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """The engines alone: which command a sentence means."""

    case: Case
    driven: Driven
    repeats: int = 40
    layer: str = "reading"

    async def sample(self) -> Sample:
        """See `Measure.sample`."""
        taken, reader = Sample(), self.driven.bot.stage.runner.scene.reader
        said = [Utterance(text=line, now=NOW, locale="en") for line in self.case.lines]
        with taken.timed(self.repeats * len(said)):
            for _ in range(self.repeats):
                for utterance in said:
                    await reader.interpret(utterance)
        return taken


@dataclass(frozen=True, slots=True)
class Deciding:
    """The dialog manager alone: the decisions of a conversation that was held, made once more."""

    case: Case
    turns: Sequence[Rounds]
    repeats: int = 10
    layer: str = "decision"

    async def sample(self) -> Sample:
        """See `Measure.sample`."""
        taken = Sample()
        rounds = [one for turn in self.turns for one in turn]
        with taken.timed(self.repeats * len(self.turns)):
            for _ in range(self.repeats):
                for state, event in rounds:
                    decide(state, event)
        return taken


@dataclass(frozen=True, slots=True)
class Turning:
    """Whole turns: intake, reading, decisions, commands, commits and delivery, with a store."""

    case: Case
    driven: Driven
    layer: str = "turn"

    async def sample(self) -> Sample:
        """See `Measure.sample`."""
        taken = Sample()
        for _ in range(CUSTOMERS):
            somebody = await self.driven.hears(self.case.before)
            with taken.timed(len(self.case.lines)):
                for line in self.case.lines:
                    await self.driven.says(somebody, line)
        return taken


@dataclass(slots=True)
class Figures:
    """What the rounds came to for one measure, in microseconds a turn."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)

    def add(self, mine: Sample, its: Sample) -> None:
        """Take in one round: the sample and its baseline's."""
        self.cpu.append(MICRO * mine.cpu / mine.turns)
        self.wall.append(MICRO * mine.wall / mine.turns)
        self.ratios.append((mine.cpu / mine.turns) / (its.cpu / its.turns))


async def measured(
    measures: Sequence[Measure], rounds: int, told: Callable[[int], None]
) -> dict[tuple[str, str], Figures]:
    """Measure everything so many times, each beside its baseline; every round turns the order.

    A first round warms up and does not count.
    """
    by_name = {(one.layer, one.case.name): one for one in measures}
    found = {key: Figures() for key in by_name}
    for number in range(rounds + 1):
        gc.collect()
        gc.freeze()  # what was there before is not looked at again, whoever's turn it is
        turned = number % len(measures)
        for one in [*measures[turned:], *measures[:turned]]:
            base = by_name[one.layer, one.case.against]
            mine, its = await _paired(one, base, is_first=number % 2 == 0)
            if number > 0:
                found[one.layer, one.case.name].add(mine, its)
        told(number)
    return found


async def _paired(one: Measure, base: Measure, *, is_first: bool) -> tuple[Sample, Sample]:
    """Take a sample and its baseline's right before or behind it."""
    if one is base:
        mine = await one.sample()
        return mine, mine
    if is_first:
        return await one.sample(), await base.sample()
    its = await base.sample()
    return await one.sample(), its


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """Give the lower quartile, the median and the upper quartile."""
    if len(values) < 2:
        return values[0], values[0], values[0]
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, middle, high
