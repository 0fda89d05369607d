"""What tells meanings apart: the regression, n-grams, senses, and both together."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.classifier import ngrams
from nlu.classifier.descent import Point, lowest
from nlu.classifier.intents import IntentLessons
from nlu.classifier.ngrams import Taught
from nlu.classifier.regression import learn_shares, learn_weights, logarithms
from nlu.classifier.senses import learn_senses
from nlu.classifier.spelling import Speller
from nlu.classifier.words import counted, words_of
from nlu.vectors import static_table

TEXTS = [
    "what is my balance", "how much money do i have", "show my balance", "is there money left",
    "block my card", "i lost my card", "my card was stolen", "freeze the card please",
    "send money to ann", "transfer ten euros", "pay bob ten euros", "wire money home",
]  # fmt: skip
MEANT = np.repeat(np.arange(3), 4)
NAMES = [["balance", "block", "transfer"][number] for number in MEANT]


def taught() -> Taught:
    return Taught([counted(words_of(text)) for text in TEXTS], MEANT, 3)


@given(st.integers(0, 2**31), st.integers(1, 12))
@settings(max_examples=30)
def test_the_lowest_point_of_a_bowl_is_found(seed: int, size: int) -> None:
    lot = np.random.default_rng(seed)
    half = lot.normal(size=(size, size)).astype(np.float32)
    bowl = half @ half.T + np.eye(size, dtype=np.float32)
    bottom = lot.normal(size=(size, 1)).astype(np.float32)

    def slope(point: Point) -> tuple[float, Point]:
        away = point - bottom
        return float((away * (bowl @ away)).sum() / 2), bowl @ away

    found = lowest(slope, np.zeros((size, 1), np.float32), close=1e-9)

    assert np.abs(found - bottom).max() < 0.05


def test_weights_and_shares_are_the_same_regression() -> None:
    lot = np.random.default_rng(1)
    vectors = lot.normal(size=(60, 5)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    meant = vectors[:, :3].argmax(axis=1)

    weights = learn_weights(vectors, meant, 3)
    shares = learn_shares(vectors @ vectors.T, meant, 3)

    by_weights = (vectors @ weights[:-1] + weights[-1]).argmax(axis=1)
    by_shares = (vectors @ vectors.T @ shares).argmax(axis=1)
    assert (by_weights == meant).mean() > 0.95
    assert (by_weights == by_shares).mean() > 0.95


@given(st.lists(st.floats(-50, 50, width=32), min_size=1, max_size=9))
@settings(max_examples=60)
def test_logarithms_are_of_probabilities(scores: list[float]) -> None:
    told = np.exp(logarithms(np.array([scores], np.float32)))

    assert told.sum() == pytest.approx(1.0, abs=1e-4)


def test_few_and_many_sentences_teach_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    by_likeness = taught().learnt()
    monkeypatch.setattr(ngrams, "FEW", 0)
    by_chain = taught().learnt()

    for text in ["show me the balance", "somebody stole my card", "send bob some euros"]:
        seen = by_likeness.weights.vector(counted(words_of(text)))
        assert by_likeness.logarithms(seen).argmax() == by_chain.logarithms(seen).argmax()


def test_the_likeness_of_sentences_is_the_product_of_their_features() -> None:
    teaching = taught()
    dense = np.zeros((len(TEXTS), len(teaching.weights.row)), np.float32)
    for row, text in zip(dense, TEXTS, strict=True):
        seen = teaching.weights.vector(counted(words_of(text)))
        row[seen.rows] = seen.values

    words, letters = teaching._alike or ((), ())

    assert np.abs(words + letters - dense @ dense.T).max() < 1e-5


def test_what_a_left_out_sentence_means_is_not_known() -> None:
    left_out, others = np.array([0, 5, 10]), np.array([1, 2, 3, 4, 6, 7, 8, 9, 11])
    honest = taught().left_out(others, left_out)
    meant = MEANT.copy()
    meant[left_out] = (meant[left_out] + 1) % 3

    lied_to = Taught([counted(words_of(text)) for text in TEXTS], meant, 3)

    assert np.abs(lied_to.left_out(others, left_out) - honest).max() < 1e-5


def test_features_that_spoke_add_up_to_what_was_said() -> None:
    learnt = taught().learnt()
    sentence = counted(words_of("my card is lost"))

    spoke = learnt.speaking(sentence, 1)

    assert max(spoke, key=lambda feature: spoke[feature]) in {"card", "my card", "lost"}
    scores = learnt.weights.vector(sentence)
    matrix = learnt.matrix[scores.rows].astype(np.float32)
    said = scores.values @ matrix
    assert sum(spoke.values()) == pytest.approx(said[1] - said.mean(), abs=1e-4)


def test_the_nearest_sentences_are_named_by_their_number() -> None:
    table = static_table()
    senses = learn_senses(table.vectors(TEXTS), MEANT, 3)

    for number, text in enumerate(TEXTS):
        (nearest, likeness), *_ = senses.nearest(table.vector(text), 3)
        assert nearest == number
        assert likeness == pytest.approx(senses.likeness(table.vector(text), MEANT[number]))
        assert likeness == pytest.approx(1.0, abs=1e-2)


def test_senses_help_where_words_were_never_taught() -> None:
    table = static_table()
    intents = IntentLessons([words_of(text) for text in TEXTS], NAMES, table).learnt(0.6)

    opinion = intents.opinion(words_of("credit cards vanished"), table)

    assert intents.meanings[opinion.best] == "block"
    assert opinion.senses.argmax() == opinion.best


def test_a_word_that_the_table_knows_is_no_slip() -> None:
    taught_words = {"balance": 3, "table": 2}
    speller = Speller(taught_words, static_table().knows)

    repaired = speller.repair(words_of("my tablr, the cable and the balanc"))

    assert [word.folded for word in repaired] == [
        "my", "table", ",", "the", "cable", "and", "the", "balance",
    ]  # fmt: skip
