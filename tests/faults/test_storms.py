"""Everything goes wrong at once; `make faults` runs many more seeds."""

import pytest

from tests.faults.ground import open_ground
from tests.faults.platforms import PLATFORMS, Platform
from tests.faults.storms import storm
from tests.faults.troubles import Fault

SEED = 11
"""Has every fault of ours in one round, and a letter that is brought back."""


@pytest.mark.slow
@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda one: one.kind)
async def test_nothing_is_lost_in_a_storm(platform: Platform) -> None:
    async with open_ground(platform) as ground:
        came = await storm(ground, SEED, rounds=1)

    assert not came.findings, f"seed {SEED} on {platform.kind}: {came.findings}"
    assert came.faults.keys() >= set(Fault)
    assert came.replayed > 0
