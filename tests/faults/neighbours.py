"""What chats in trouble cost the others: rounds with trouble beside rounds without.

A pair of rounds is measured back to back, in turns first, so that what else the machine does
disturbs both alike.
"""

import statistics
from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import Any

from tests.faults.ground import Ground, open_ground
from tests.faults.platforms import Platform
from tests.faults.troubles import Fault, Mishap, Trouble

TROUBLED, HEALTHY = 4, 12
ROUNDS = 12
MOST_TIMES = 2.0
"""What the 95th percentile of the others may become."""
_TROUBLES = (Fault.HANG, Fault.BROKEN, Fault.THROTTLE, Fault.REFUSE)


async def compare(platform: Platform, rounds: int) -> Mapping[str, Any]:
    """Measure the others' waits, from what they wrote to the answer at the platform.

    What counts is the median of the pairs' ratios: the machine may have other work.
    """
    pairs: list[tuple[float, float]] = []
    async with open_ground(platform) as ground:
        await _round(ground, 0, is_rough=False)  # warms up
        for number in range(1, rounds + 1):
            found: dict[bool, float] = {}
            for is_rough in (True, False) if number % 2 else (False, True):
                waits = await _round(ground, 2 * number + is_rough, is_rough=is_rough)
                found[is_rough] = _percentile(waits)
            pairs.append((found[False], found[True]))
    times = statistics.median(rough / calm for calm, rough in pairs)
    return {
        "rounds": rounds,
        "p95_ms": round(1000 * statistics.median(calm for calm, _ in pairs)),
        "p95_ms_beside_trouble": round(1000 * statistics.median(rough for _, rough in pairs)),
        "times": round(times, 2),
        "is_well": times < MOST_TIMES,
    }


async def _round(ground: Ground, number: int, *, is_rough: bool) -> list[float]:
    """Let everybody write once; tells how long the healthy ones waited."""
    people = [ground.platform.name(place) for place in range(TROUBLED + HEALTHY)]
    lines = {person: [100 * number + place + 10_000] for place, person in enumerate(people)}
    troubled, healthy = people[:TROUBLED], people[TROUBLED:]
    if is_rough:
        for person, fault in zip(troubled, _TROUBLES, strict=True):
            ground.front.plan(person, Trouble(fault=fault, seconds=5))
        ground.road.coming.extend([Mishap.REFUSED, None, Mishap.UNHEARD])
    await ground.say({person: lines[person] for person in troubled})
    ground.road.coming.clear()
    if is_rough:
        await ground.road.push(ground.platform.poison(troubled[0]))
    begun = perf_counter()
    await ground.say({person: lines[person] for person in healthy})
    await ground.until_only_hanging()
    waits = [ground.front.told[lines[person][0]] - begun for person in healthy]
    await ground.rest()
    await ground.pass_time(70)
    return waits


def _percentile(waits: Sequence[float]) -> float:
    """Give the 95th percentile."""
    return statistics.quantiles(waits, n=20, method="inclusive")[-1]
