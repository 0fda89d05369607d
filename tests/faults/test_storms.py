"""Everything goes wrong at once; `make faults` runs many more seeds."""

import pytest

from tests.faults.ground import open_ground
from tests.faults.platforms import PLATFORMS, Platform
from tests.faults.storms import storm

SEED = 3
"""Has every fault, a letter that is brought back while its chat is told to wait included."""


@pytest.mark.slow
@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda one: one.kind)
async def test_nothing_is_lost_in_a_storm(platform: Platform) -> None:
    async with open_ground(platform) as ground:
        came = await storm(ground, SEED)

    assert not came.findings, f"seed {SEED} on {platform.kind}: {came.findings}"
    assert came.faults["drop"] + came.faults["unheard"] > 0
