"""What an install may cost at most; `make install-size` measures it anew and prints it."""

import json
import sys

import pytest

from tests.architecture.tree import ROOT
from tests.bench.install import COMMAND, RESULTS, kept, measured, name_of, told

PAGE = ROOT / "docs" / "understanding.md"
AT_MOST = {"engine": (100, 10), "whole": (300, 40)}
"""Megabytes, and seconds of the processor: those of the clock depend on the line and the load."""


@pytest.mark.parametrize("part", AT_MOST)
def test_the_figures_that_are_kept_are_within_the_limits(part: str) -> None:
    found = json.loads(RESULTS.read_text())

    assert found["command"] == COMMAND
    megabytes, seconds = AT_MOST[part]
    assert found[part]["megabytes"] <= megabytes
    assert found[part]["processor_seconds"] <= seconds


def test_the_page_tells_the_figures_that_are_kept() -> None:
    found = json.loads(RESULTS.read_text())

    page = PAGE.read_text()
    for part in AT_MOST:
        figures = found[part]
        claim = f"{figures['megabytes']:.0f} MB and {figures['processor_seconds']:.0f} seconds"
        assert claim in page


def test_a_need_is_told_by_its_name() -> None:
    assert [name_of(need) for need in ("numpy>=1.26", "PyYAML >=6", "tzdata")] == [
        "numpy", "pyyaml", "tzdata",
    ]  # fmt: skip


@pytest.mark.install
@pytest.mark.timeout(1800)
def test_an_install_today_takes_no_more_room_than_it_may() -> None:
    found = kept(measured())

    sys.stdout.write(told(found))
    for part, (megabytes, seconds) in AT_MOST.items():
        assert found[part]["megabytes"] <= megabytes
        assert found[part]["processor_seconds"] <= seconds
