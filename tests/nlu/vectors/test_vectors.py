"""Word pieces and the table that comes with the package."""

import hashlib
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.vectors import Pieces, StaticTable, read_vocabulary, static_table
from nlu.vectors.pieces import UNKNOWN
from nlu.vectors.table import TABLE, packed

ROOT = Path(__file__).parents[3]
PIECES = Pieces([UNKNOWN, "un", "##aff", "##able", "a", "table", ",", "?", "naive", "\u4e88"])


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Unaffable", [1, 2, 3]),
        ("a table, unable?", [4, 5, 6, 1, 3, 7]),
        ("na\u00efve", [8]),
        ("tables", [0]),
        ("a\u4e88a", [4, 9, 4]),
        ("a" * 101, [0]),
        ("", []),
    ],
)
def test_words_are_cut_into_the_longest_pieces_from_the_left(text: str, pieces: list[int]) -> None:
    assert PIECES.of(text) == pieces


@given(st.text())
@settings(max_examples=60)
def test_any_text_is_cut_and_case_and_accents_do_not_count(text: str) -> None:
    pieces = static_table()._pieces
    numbers = pieces.of(text)

    assert all(0 <= number < 30_522 for number in numbers)
    assert pieces.of(text.lower()) == numbers


@given(st.text())
@settings(max_examples=60)
def test_any_text_has_a_vector_of_length_one_or_none(text: str) -> None:
    length = float(np.linalg.norm(static_table().vector(text)))

    assert length == pytest.approx(1.0, abs=1e-4) or length == 0.0


def test_a_table_in_four_bits_points_where_it_pointed() -> None:
    table = np.random.default_rng(0).normal(size=(len(PIECES.numbers), 64)).astype(np.float32)
    file = packed(table)

    kept = StaticTable.read(file, PIECES)

    for number, piece in enumerate(["un", "a", "table"]):
        row = table[PIECES.numbers[piece]]
        assert kept.vector(piece) @ row / np.linalg.norm(row) > 0.98, number


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("how much money is left", "account balance", "what will the weather be"),
        ("reserve a table", "book a restaurant", "reset my password"),
        ("do you allow dogs", "are pets welcome", "when is my flight"),
    ],
)
def test_what_means_alike_lies_nearer(text: str, near: str, far: str) -> None:
    asked, one, other = static_table().vectors([text, near, far])

    assert asked @ one > asked @ other + 0.1


def test_the_table_knows_words_and_no_slips() -> None:
    knows = static_table().knows

    assert [knows(word) for word in ("balance", "restaurant", "balanse", "restuarant")] == [
        True, True, False, False,
    ]  # fmt: skip


def test_table_and_vocabulary_are_small_and_the_ones_that_are_named() -> None:
    sources = (TABLE.parent / "SOURCES.md").read_text()

    assert TABLE.stat().st_size + TABLE.with_name("vocabulary.txt").stat().st_size < 4_500_000
    assert hashlib.sha256(TABLE.read_bytes()).hexdigest() in sources
    assert len(read_vocabulary()) == 30_522


def test_the_notice_names_what_the_sources_name() -> None:
    hashes = re.compile(r"\b[0-9a-f]{64}\b")
    named = set(hashes.findall((ROOT / "NOTICE").read_text()))

    assert len(named) == 2
    assert named <= set(hashes.findall((TABLE.parent / "SOURCES.md").read_text()))
