"""The figures beside Rasa, as they were measured last: docs/rasa.md shows these and no others."""

import json

import pytest

from tests.bench.rasa_page import BEGIN, END, PAGE, RESULTS, ready_seconds, table

ROWS = json.loads(RESULTS.read_text())["rows"]
BOTH = [name for name, row in ROWS.items() if len(row) == 2]

SENTENCE = 30
"""Of Rasa's CPU a sentence so small a part at most."""


def test_the_page_shows_what_was_measured() -> None:
    shown = PAGE.read_text().partition(BEGIN)[2].partition(END)[0]

    assert shown == table(ROWS)


@pytest.mark.parametrize("name", BOTH)
def test_the_classifier_is_no_worse_and_many_times_lighter(name: str) -> None:
    mine, rasa = ROWS[name]["classifier"], ROWS[name]["rasa"]

    assert mine["accuracy"] >= rasa["accuracy"]
    assert mine["parse_cpu_ms"] <= rasa["parse_cpu_ms"] / SENTENCE
    assert mine["memory_mib"] <= rasa["memory_mib"] / 10
    assert ready_seconds(mine) <= ready_seconds(rasa) / 50
