"""One run: a bot on fresh files, customers with a script, deaths, and what is wrong afterwards."""

import asyncio
import secrets
import shutil
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import TypeAlias

from tests.crash.evidence import Witness
from tests.crash.judgement import Transcript, judged, transcript
from tests.crash.nursery import DeadBotError
from tests.crash.orders import LIST, Order
from tests.crash.people import PATIENCE, Customer, StuckError, once, until
from tests.crash.stage import BOT_TOML, Kept, Life, Stage
from tests.crash.visitor import Visitor

Script: TypeAlias = Callable[[Customer], Awaitable[None]]
Marksman: TypeAlias = Callable[[Life], Awaitable[None]]
PATIENCES_IN_ALL = 5

USERS: Mapping[str, dict[str, str]] = {
    "alice": {"slack": "U1", "telegram": "7", "whatsapp": "393331112221"},
    "bob": {"slack": "U2", "telegram": "8", "whatsapp": "393331112222"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to happen in a run.

    Attributes:
        script: what each customer does.
        begin: what the run begins with, of `Stage.kept`; "" for nothing at all.
        keep: the name under which what is left is kept for others to begin with.
        crashes: the points at which the bot dies, one a life.
        mutant: a defect, of `tests.crash.mutants`.
        names: who takes part.
        expected: what an undisturbed run showed.
        patience: how many seconds a customer waits for an answer.
        marksman: kills the bot now and then while the customers talk.
    """

    script: Script
    begin: str = ""
    keep: str = ""
    crashes: Sequence[str] = ()
    mutant: str = ""
    names: Sequence[str] = ("alice",)
    expected: Transcript | None = None
    patience: float = PATIENCE
    marksman: Marksman | None = None


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What became of a run; nothing is wrong where ``findings`` is empty.

    Attributes:
        missed: a death that was planned did not happen: the point was not passed that often.
        repeats: a platform showed a second copy of something.
    """

    crashes: Sequence[str]
    deaths: Sequence[str] = ()
    findings: list[str] = field(default_factory=list)
    shown: Transcript = field(default_factory=dict)
    passed: Counter[str] = field(default_factory=Counter)
    missed: bool = False
    repeats: bool = False
    seconds: float = 0.0

    @property
    def told(self) -> str:
        """Write for a person."""
        return f"{'+'.join(self.crashes) or 'undisturbed'}: " + "; ".join(self.findings)


async def perform(stage: Stage, plan: Plan) -> Outcome:
    """Run a plan on files of its own and look what is left."""
    begun = monotonic()
    kept = stage.kept.get(plan.begin)
    folder = stage.folder / f"run-{secrets.token_hex(4)}"
    if kept is None:
        folder.mkdir()
        (folder / "bot.toml").write_text(BOT_TOML)
    else:
        shutil.copytree(kept.folder, folder)
    outcome = Outcome(crashes=plan.crashes)
    async with stage.storage.fresh(folder, kept.database if kept else "") as url:
        customers = await _act(stage, plan, outcome, (folder, url))
        if plan.keep:
            visitors = {one.name: (one.visitor.token, one.visitor.cursor) for one in customers}
            stage.kept[plan.keep] = Kept(
                folder=folder, database=await stage.storage.keep(url), visitors=visitors
            )
    if not plan.keep:
        shutil.rmtree(folder)
    outcome.seconds = monotonic() - begun
    return outcome


async def _act(
    stage: Stage, plan: Plan, outcome: Outcome, place: tuple[Path, str]
) -> Sequence[Customer]:
    """Let the bot and the customers live, then judge."""
    folder, url = place
    stage.gateway.taken.clear()
    order = Order(
        folder=str(folder), port=stage.port, origin=stage.origin, mutant=plan.mutant,
        overlay={**stage.overlay, "state": {"url": url}},
    )  # fmt: skip
    witness = Witness(url, folder / "services.db")
    life = Life(stage.nursery, order, plan.crashes, witness)
    async with AsyncExitStack() as stack:
        customers = [_customer(stage, life, witness, plan, name) for name in plan.names]
        for customer in customers:
            stack.push_async_callback(customer.visitor.close)
        await _live(plan, life, customers, outcome)
        evidence = await witness.gather()
    outcome.deaths = tuple(life.deaths)
    outcome.missed = len(life.deaths) < len([one for one in plan.crashes if one != LIST])
    outcome.shown = transcript(customers[0])
    outcome.repeats = any(list(seen) != once(seen) for seen in outcome.shown.values())
    outcome.passed = Counter(order.passed.read_text().split() if order.passed.exists() else ())
    taken = [*stage.gateway.taken, *(one for c in customers for one in c.visitor.taken)]
    outcome.findings += [
        *judged(customers, evidence, expected=plan.expected, may_repeat=life.cut_short),
        *evidence.unknown_events(taken),
    ]  # fmt: skip
    return customers


def _customer(stage: Stage, life: Life, witness: Witness, plan: Plan, name: str) -> Customer:
    kept = stage.kept.get(plan.begin)
    token, cursor = kept.visitors.get(name, ("", "")) if kept else ("", "")
    customer = Customer(
        name=name, stage=stage, life=life, witness=witness, patience=plan.patience,
        is_hasty=plan.marksman is not None, users=USERS[name],
        visitor=Visitor(f"http://127.0.0.1:{stage.port}/web", token=token, cursor=cursor),
    )  # fmt: skip
    customer.begin()
    return customer


async def _live(plan: Plan, life: Life, customers: Sequence[Customer], outcome: Outcome) -> None:
    """Let the customers talk; what goes wrong becomes a finding."""
    try:
        async with asyncio.timeout(PATIENCES_IN_ALL * plan.patience), asyncio.TaskGroup() as group:
            living = group.create_task(life.run())
            try:
                async with asyncio.TaskGroup() as talks:
                    for customer in customers:
                        talks.create_task(_talk(plan.script, customer))
                    shooting = plan.marksman and group.create_task(_shoot(plan.marksman, life))
                if shooting:
                    shooting.cancel()
                await _settle(life, customers)
            finally:
                life.end()
            await living
    except* (StuckError, DeadBotError) as group_of_errors:
        outcome.findings += [str(error) for error in _leaves(group_of_errors)]
    except* TimeoutError:
        outcome.findings.append(f"not done after {PATIENCES_IN_ALL * plan.patience} s")


async def _talk(script: Script, customer: Customer) -> None:
    await customer.life.up.wait()
    await script(customer)


async def _shoot(marksman: Marksman, life: Life) -> None:
    await marksman(life)


async def _settle(life: Life, customers: Sequence[Customer]) -> None:
    """Wait until nothing is under way, in the bot or on the platforms."""
    first = customers[0]
    try:
        async with asyncio.timeout(first.patience):
            await life.up.wait()
            for emulator in first.stage.emulators.values():
                await emulator.settled()
            await until(first.witness.is_quiet)
            for customer in customers:
                await customer.visitor.looks()
    except TimeoutError:
        raise StuckError("something was still under way at the end") from None


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _leaves(one)
    else:
        yield error
