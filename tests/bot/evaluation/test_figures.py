"""Figures, curves and parts of an evaluation, as laws and by hand."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.evaluation.answers import Answer
from bot.evaluation.curves import calibration, scope_curve
from bot.evaluation.figures import by_meaning, by_parameter, confusions
from bot.evaluation.likeness import alike, grams, likeness
from bot.evaluation.parts import Known, folds, some
from bot.model.understanding import Explanation, Interpretation, Label, Sentence

MEANINGS = ("a", "b", "oos")
ANSWERS = st.lists(
    st.tuples(st.sampled_from(MEANINGS), st.sampled_from(("a", "b")), st.floats(0, 1)), max_size=30
)
TEXTS = st.lists(st.text(alphabet="abc ", max_size=12), max_size=25)


def answer(
    meaning: str, told: str | None, confidence: float = 1.0, scope: float | None = None,
    text: str = "one two",
) -> Answer:  # fmt: skip
    return Answer(
        meaning=meaning, sentence=Sentence(text=text), seconds=0.0,
        told=Interpretation(command=told, confidence=confidence, guess=told),
        why=None if scope is None else Explanation(scope=(scope, 0.5)),
    )  # fmt: skip


def known(meanings: Sequence[str]) -> list[Known]:
    return [
        Known(meaning=one, sentence=Sentence(text=str(number)))
        for number, one in enumerate(meanings)
    ]


def test_each_meaning_has_its_own_figures() -> None:
    told = by_meaning([answer("a", "a"), answer("a", "b"), answer("b", "b"), answer("oos", "a")])

    assert (told["a"].precision, told["a"].recall, told["a"].support) == (1.0, 0.5, 2)
    assert (told["b"].precision, told["b"].recall, told["b"].f1) == (0.5, 1.0, 0.6667)
    assert "oos" not in told


def test_each_parameter_counts_by_exact_span() -> None:
    right, short = Label(parameter="n", start=0, end=3), Label(parameter="m", start=4, end=6)
    one = Answer(
        meaning="a", seconds=0.0,
        sentence=Sentence(text="one two", labels=(right, Label(parameter="m", start=4, end=7))),
        told=Interpretation(command="a", labels=[right, short]),
    )  # fmt: skip

    told = by_parameter([one])

    assert (told["n"].f1, told["m"].f1) == (1.0, 0.0)


def test_confusions_name_the_most_frequent_pair_first_with_sentences() -> None:
    answers = [answer("a", "b", text=f"t{n}") for n in range(4)]
    answers += [answer("oos", "a", text="kept"), answer("b", "b")]

    first, second = confusions(answers)

    assert (first.meant, first.taken_for, first.count) == ("a", "b", 4)
    assert first.sentences == ("t0", "t1", "t2")
    assert (second.meant, second.taken_for) == ("oos", "a")


def test_the_curve_knows_the_engines_own_threshold_and_separates_what_can_be() -> None:
    answers = [answer("a", "a", scope=0.9), answer("b", "a", scope=0.7)]
    answers += [answer("oos", "a", scope=0.2), answer("oos", None, scope=0.1)]

    curve = scope_curve(answers)

    assert (curve.auroc, curve.threshold) == (1.0, 0.5)
    assert [(p.threshold, p.recall, p.in_scope_accuracy) for p in curve.points] == [
        (0.1, 0.0, 0.5), (0.2, 0.5, 0.5), (0.7, 1.0, 0.5), (0.9, 1.0, 0.5),
    ]  # fmt: skip


@settings(max_examples=30)
@given(ANSWERS)
def test_higher_thresholds_refuse_more_and_keep_less(
    told: Sequence[tuple[str, str, float]],
) -> None:
    curve = scope_curve([answer(meaning, guess, sure) for meaning, guess, sure in told])

    refused = [point.recall or 0.0 for point in curve.points]
    kept = [point.in_scope_accuracy or 0.0 for point in curve.points]
    assert refused == sorted(refused)
    assert kept == sorted(kept, reverse=True)
    assert curve.auroc is None or 0.0 <= curve.auroc <= 1.0


@settings(max_examples=30)
@given(ANSWERS)
def test_every_proposal_is_in_one_bin(told: Sequence[tuple[str, str, float]]) -> None:
    found = calibration([answer(meaning, guess, sure) for meaning, guess, sure in told])

    assert sum(one.count for one in found.bins) == len(told)
    assert (found.error is None) == (not told)


def test_confidences_that_come_true_have_no_error() -> None:
    answers = [answer("a", "a" if n < 8 else "b", 0.8) for n in range(10)]

    assert calibration(answers).error == 0.0


@settings(max_examples=30)
@given(st.lists(st.sampled_from("abc"), max_size=30), st.integers(2, 6))
def test_parts_judge_each_sentence_once_by_what_has_not_seen_it(
    meanings: Sequence[str], count: int
) -> None:
    whole = known(meanings)

    parts = list(folds(whole, count))

    judged = [one for _, part in parts for one in part]
    assert sorted(int(one.sentence.text) for one in judged) == [
        number for number, one in enumerate(meanings) if meanings.count(one) > 1
    ]
    assert all(not {*map(id, learnt)} & {*map(id, part)} for learnt, part in parts)
    assert list(folds(whole, count)) == parts


@settings(max_examples=30)
@given(st.lists(st.sampled_from("abc"), max_size=30))
def test_a_smaller_share_is_within_a_larger_one_and_has_every_meaning(
    meanings: Sequence[str],
) -> None:
    whole = known(meanings)

    small, large = some(whole, 0.25), some(whole, 0.5)

    assert [one for one in large if one in small] == small
    assert {one.meaning for one in small} == set(meanings)
    assert some(whole, 1.0) == whole


@settings(max_examples=30)
@given(TEXTS, st.sampled_from((0.5, 0.8)))
def test_pairs_are_found_as_by_comparing_all(texts: Sequence[str], least: float) -> None:
    sets = [grams(text) for text in texts]

    compared = {
        (one, other)
        for other in range(len(texts))
        for one in range(other)
        if likeness(sets[one], sets[other]) >= least
    }

    assert set(alike(texts, least)) == compared
