"""The figures of language: the page tells what the file holds."""

import json
import random

import pytest

from tests.bench.language import CASES, RESULTS, SETS, with_slips
from tests.bench.language_page import PAGE, with_tables


def test_the_page_tells_the_figures_that_were_kept() -> None:
    page = PAGE.read_text()

    assert with_tables(page) == page


def test_only_what_was_measured_is_told() -> None:
    names = {(case.name, engine) for case in CASES for engine in case.engines}

    assert {(row["set"], row["engine"]) for row in json.loads(RESULTS.read_text())["rows"]} <= names


def lot(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - the same slips each time


def test_slips_are_the_same_each_time_and_in_two_words() -> None:
    text = "please remind me about the meeting tomorrow"

    slipped = [with_slips(text, lot(seed)) for seed in range(30)]

    assert slipped == [with_slips(text, lot(seed)) for seed in range(30)]
    for each in slipped:
        assert len(set(text.split()) - set(each.split())) <= 2
        assert abs(len(each) - len(text)) <= 2


def test_short_words_have_no_slips() -> None:
    assert with_slips("the cat", lot(0)) == "the cat"


def test_the_sets_are_there() -> None:
    if not SETS.exists():
        pytest.skip("needs ../shared/nlu")
    files = [SETS / one for case in CASES for one in (*case.train, *case.test)]
    assert [file for file in files if not file.exists()] == []
