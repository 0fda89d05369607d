"""The same deaths, the rows in a PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest

from tests.crash import journey
from tests.crash.campaign import open_theatre, results, write_results
from tests.crash.runs import Plan
from tests.crash.storage import OnServer
from tests.postgres import serve_postgres

AT_ONCE = 2

RESULTS = Path(__file__).with_name("results.json")

pytestmark = [pytest.mark.crash, pytest.mark.slow, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Serve a PostgreSQL."""
    with serve_postgres() as url:
        yield url


async def test_a_death_at_any_point_of_a_booking_costs_and_doubles_nothing(
    server: str, tmp_path: Path
) -> None:
    began = monotonic()
    async with open_theatre(tmp_path, OnServer(server), at_once=AT_ONCE) as theatre:
        scene = await theatre.rehearse("book", Plan(script=journey.book, begin="linked"))

        outcomes = await theatre.perform([scene.crash(f"{one}:1") for one in sorted(scene.passed)])

    figures = results(outcomes, began)
    write_results(RESULTS, "every point once, PostgreSQL", figures)
    assert figures["broken"] == []
