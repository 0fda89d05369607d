"""Long fault runs: many storms on each platform, and what chats in trouble cost the others.

``python -m tests.faults --seeds 20 --write`` keeps what was found in results.json. It ends with 1
where something was lost, said too early or out of order; the seed is told.
"""

import argparse
import asyncio
import json
import logging
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import structlog

from bot.clock import SystemClock
from tests.bench.results import machine
from tests.faults.ground import open_ground
from tests.faults.neighbours import ROUNDS, compare
from tests.faults.platforms import PLATFORMS, Platform
from tests.faults.storms import Storm, storm

RESULTS = Path(__file__).parent / "results.json"
SEEDS = 20


async def stormed(platform: Platform, seeds: Sequence[int]) -> Mapping[str, Any]:
    """Go through storms and sum up; what must not be is told with its seed."""
    storms: list[Storm] = []
    for seed in seeds:
        async with open_ground(platform) as ground:
            storms.append(await storm(ground, seed))
        tell(f"{platform.kind}: seed {seed}: {list(storms[-1].findings) or 'nothing'}")
    happened: Counter[str] = sum((one.faults for one in storms), Counter())
    return {
        "storms": len(storms),
        "messages": sum(one.said for one in storms),
        "brought back": sum(one.replayed for one in storms),
        "happened": dict(sorted(happened.items())),
        "findings": [f"seed {one.seed}: {found}" for one in storms for found in one.findings],
    }


async def run(seeds: Sequence[int], rounds: int, kinds: Sequence[str], *, write: bool) -> bool:
    """Run everything and tell; whether all is well."""
    platforms = [one for one in PLATFORMS if one.kind in kinds]
    found: dict[str, Any] = {}
    for platform in platforms:
        found[platform.kind] = {
            **await stormed(platform, seeds), "neighbours": await compare(platform, rounds),
        }  # fmt: skip
        tell(f"{platform.kind}: {json.dumps(found[platform.kind])}")
    results = {
        "day": SystemClock().now().date().isoformat(),
        "seeds": [min(seeds), max(seeds)], "machine": machine(), "platforms": found,
    }  # fmt: skip
    told = json.dumps(results, indent=1) + "\n"
    sys.stdout.write(told)
    if write:
        RESULTS.write_text(told)
    return not any(one["findings"] or not one["neighbours"]["is_well"] for one in found.values())


def tell(line: str) -> None:
    """Write a line for who waits."""
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="of the comparison")
    parser.add_argument("--on", nargs="+", default=[one.kind for one in PLATFORMS])
    parser.add_argument("--write", action="store_true", help="keep them in results.json")
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    drawn = range(given.first, given.first + given.seeds)
    is_well = asyncio.run(run(drawn, given.rounds, given.on, write=given.write))
    sys.exit(0 if is_well else 1)
