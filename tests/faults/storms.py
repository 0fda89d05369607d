"""A storm: many people, many faults, drawn by lot from a seed; nothing may be lost in it."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.faults.ground import Ground
from tests.faults.judging import judge
from tests.faults.troubles import Fault, Mishap, Trouble

TROUBLED, HEALTHY = 3, 3
ROUNDS = 3
MOST_STEPS = 60
"""Of up to 20 s each: longer than any wait that is drawn."""
FAULTS = (Fault.BROKEN, Fault.RESET, Fault.DROP, Fault.DROP, Fault.HANG, Fault.REFUSE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Storm:
    """What came of a storm; ``findings`` must be empty."""

    seed: int
    findings: Sequence[str]
    said: int
    faults: Counter[str]
    replayed: int


async def storm(ground: Ground, seed: int, *, rounds: int = ROUNDS) -> Storm:
    """Let everything go wrong for a while, then wait and see."""
    dice = random.Random(seed)  # noqa: S311 - replayable, not secret
    people = [ground.platform.name(number) for number in range(1, TROUBLED + HEALTHY + 1)]
    for turn in range(rounds):
        _upset(ground, dice, people[:TROUBLED])
        lines = {
            person: [100 * (turn + 1) + 10 * place + extra for extra in range(dice.randint(1, 2))]
            for place, person in enumerate(people, start=1)
        }
        ground.road.is_shut = dice.random() < 0.5
        await ground.say(lines)
        await ground.road.push(ground.platform.poison(dice.choice(people)))
        await ground.road.clear(dice)
        await ground.rest()
        await ground.pass_time(dice.uniform(0.5, 4))
    replayed = await _calm(ground, dice)
    return Storm(
        seed=seed, findings=judge(ground, healthy=people[TROUBLED:]), said=len(ground.said),
        faults=_counted(ground), replayed=replayed,
    )  # fmt: skip


def _upset(ground: Ground, dice: random.Random, troubled: Sequence[str]) -> None:
    """Draw what goes wrong next; one alone is throttled, for two are an account's trouble."""
    for person in troubled:
        for _ in range(dice.randint(0, 3)):
            fault = dice.choice(FAULTS)
            if person == troubled[0] and dice.random() < 0.5:
                fault = Fault.THROTTLE
            ground.front.plan(person, Trouble(fault=fault, seconds=dice.randint(1, 20)))
    mishaps = [dice.choice(list(Mishap)) if dice.random() < 0.4 else None for _ in range(12)]
    ground.road.coming.extend(mishaps)


async def _calm(ground: Ground, dice: random.Random) -> int:
    """Wait until all is said, and send what was given up once more; tells how many that were."""
    ground.road.coming.clear()
    await ground.rest()
    replayed = 0
    for _ in range(MOST_STEPS):
        for letter in await ground.letters():
            if letter.direction == "out":
                assert await ground.harness.bot.store.outbox.retry(letter.id)
                replayed += 1
        if not await ground.letters("waiting"):
            break
        await ground.pass_time(dice.uniform(1, 20))
    return replayed


def _counted(ground: Ground) -> Counter[str]:
    ours = Counter(str(call.trouble.fault) for call in ground.front.calls if call.trouble)
    theirs = {str(mishap): count for mishap, count in ground.road.mishaps.items()}
    return (
        ours
        + Counter(theirs)
        + Counter({"brought again": ground.road.retried, "batches": ground.road.batches})
    )
