import time

import pytest

from nlu.values import recognisers
from nlu.values.readings import MOST_CHARACTERS
from tests.nlu.values.reading import OPEN, WANTED


def test_the_more_specific_comes_first() -> None:
    ranks = [recogniser.rank for recogniser in recognisers()]

    assert ranks == sorted(ranks, reverse=True)


def test_each_type_has_one_recogniser() -> None:
    types = [recogniser.type for recogniser in recognisers()]

    assert len(types) == len(set(types))


@pytest.mark.parametrize(
    "piece", ["1", " ", "a ", "one and ", "1 hour ", "20 ", "the ", "1,111", "may ", "-", "twenty "]
)
def test_no_text_makes_them_slow(piece: str) -> None:
    text = (piece * MOST_CHARACTERS)[: MOST_CHARACTERS * 2]

    began = time.process_time()
    for recogniser in recognisers():
        recogniser.find(text, OPEN)
        recogniser.find(text, WANTED)

    assert time.process_time() - began < 5.0
