"""The classifier's parts, each by its law."""

import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import Label, Sentence, VocabularyEntry
from nlu.classifier import keeping
from nlu.classifier.clues import Seen, clues_of, form_of, joints_of
from nlu.classifier.keeping import SUFFIX, mark_of
from nlu.classifier.models import Model
from nlu.classifier.phrases import Phrases, gathered
from nlu.classifier.scope import SHARES, Judged, Scope, folds, learn_scope
from nlu.classifier.spelling import Speller, is_one_slip
from nlu.classifier.tags import labels_of, tags_of
from nlu.classifier.teaching import Lesson, lessons_of
from nlu.classifier.weights import Weights
from nlu.classifier.words import counted, words_of
from nlu.vectors import static_table

WORDS = st.text(alphabet="abcd", min_size=4, max_size=7)


def lesson(text: str) -> Lesson:
    return Lesson(meaning="hello", sentence=Sentence(text=text))


LESSONS = [
    Lesson(meaning="hello", sentence=Sentence(text="good morning")),
    Lesson(meaning="bye", sentence=Sentence(text="see you later")),
]


def learnt(lessons: Sequence[Lesson], folder: Path | None) -> Model:
    return keeping.learnt(lessons, folder, embedder=static_table())


def file_of(lessons: Sequence[Lesson]) -> Path:
    return Path(f"{mark_of(lessons, (), static_table().name)}{SUFFIX}")


@given(st.text())
def test_words_stand_where_they_say(text: str) -> None:
    words = words_of(text)

    assert all(text[word.start : word.end].strip() for word in words)
    assert [word.start for word in words] == sorted(word.start for word in words)
    assert all(one.end <= other.start for one, other in pairwise(words))


def test_signs_of_languages_without_spaces_are_words() -> None:
    assert [word.folded for word in words_of("\u660e\u5929 7pm, don't \u30c6")] == [
        "\u660e", "\u5929", "7", "pm", ",", "don't", "\u30c6",
    ]  # fmt: skip


def test_numbers_count_by_their_length() -> None:
    assert counted(words_of("a table for 4")) == counted(words_of("a table for 6"))
    assert counted(words_of("a table for 4")) != counted(words_of("a table for 40"))


@given(WORDS, st.data())
def test_a_word_with_one_slip_is_repaired(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 1))
    slips = {
        word[:place] + word[place + 1 :],
        word[:place] + "e" + word[place:],
        word[:place] + "e" + word[place + 1 :],
        word[:place] + word[place : place + 2][::-1] + word[place + 2 :],
    }
    speller = Speller({word: 1})

    for slip in slips:
        assert len(slip) < 4 or speller.nearest(slip) == word


@given(WORDS, WORDS)
def test_slips_are_found_in_both_directions_and_nothing_else_is_repaired(
    one: str, other: str
) -> None:
    assert is_one_slip(one, other) == is_one_slip(other, one)
    assert Speller({one: 1}).nearest(other) in (one, other)
    if one != other:
        assert (Speller({one: 1}).nearest(other) == one) == is_one_slip(one, other)


def test_short_words_and_numbers_are_left_as_they_are() -> None:
    speller = Speller({"the": 9, "2027": 9})

    assert [speller.nearest(word) for word in ("teh", "2026")] == ["teh", "2026"]


@given(st.lists(st.sampled_from(["O", "B-day", "I-day", "B-at", "I-at"]), min_size=4, max_size=4))
def test_tags_are_read_back_as_they_were_written(tags: list[str]) -> None:
    text = "one two three four"
    words = words_of(text)

    labels = labels_of(text, words, tags)

    assert labels_of(text, words, tags_of(words, labels)) == labels


def test_forms_tell_capitals_digits_and_marks() -> None:
    assert [form_of(word) for word in ("Rome", "USA", "1984", "o'clock", "?")] == [
        "Xx", "X", "0", "x'x", "?",
    ]  # fmt: skip


def test_words_tell_what_they_touch() -> None:
    assert joints_of(words_of("at 10:45AM .")) == ["", ">", "<>", "<>", "<", ""]
    assert joints_of(words_of("at noon.")) == ["", "", ""]


def test_a_sentence_of_free_words_has_no_clues_of_touching() -> None:
    phrases = Phrases.of(gathered((), ()))
    free, joined = (
        clues_of(Seen(text=text, words=words_of(text), meaning="book"), phrases)
        for text in ("at 7 pm", "at 7pm")
    )

    assert [clue for clues in free for clue in clues if clue.startswith("joint")] == []
    assert "joint=<|x" in joined[2]


def test_templates_are_filled_with_words_of_the_parameters_kinds() -> None:
    entry = VocabularyEntry(
        command="book",
        say=("book [for {guests}] [{area}] [at {place}]",),
        parameters={"guests": "int", "area": "choice", "place": "str"},
        schema={"parameters": {"properties": {"area": {"enum": ["inside", "terrace"]}}}},
    )

    sentences = [lesson.sentence for lesson in lessons_of([entry])]

    assert [sentence.text for sentence in sentences] == [
        "book", "book for four", "book inside", "book at", "book for four inside at",
    ]  # fmt: skip
    assert sentences[1].labels == (Label(parameter="guests", start=9, end=13, value="four"),)
    assert [sentences[4].text[one.start : one.end] for one in sentences[4].labels] == [
        "four", "inside",
    ]  # fmt: skip


def test_what_is_taught_twice_counts_once() -> None:
    entry = VocabularyEntry(
        command="book", examples=("a table", "a table"), sentences=(Sentence(text="a table"),)
    )

    assert len(lessons_of([entry])) == 1


@given(st.lists(st.sampled_from("abc"), max_size=60))
def test_each_sentence_is_judged_once_by_those_that_do_not_know_it(meanings: list[str]) -> None:
    parts = list(folds(meanings))

    judged = [number for _, left_out in parts for number in left_out]
    assert sorted(judged) == [n for n, one in enumerate(meanings) if meanings.count(one) > 1]
    for learnt_from, left_out in parts:
        assert not set(learnt_from) & set(left_out)
        assert len(learnt_from) + len(left_out) == len(meanings)


@given(st.lists(st.floats(-20.0, 0.0, width=32), min_size=1, max_size=9), st.floats(0.4, 3.0))
def test_calibrated_chances_are_probabilities_in_the_same_order(
    told: list[float], temperature: float
) -> None:
    chances = np.exp(Scope(temperature=temperature).calibrated(np.array(told, np.float32)))

    assert math.isclose(chances.sum(), 1.0, rel_tol=1e-5)
    assert all(one <= other for one, other in pairwise(chances[np.argsort(told, kind="stable")]))


def judged_of(words: float, senses: float, wrong: int) -> Judged:
    """Judge a hundred sentences that both classifiers hold for meaning 0 with these chances."""
    known = np.linspace(0.5, 1.0, 100, dtype=np.float32)
    return Judged(
        words=np.log(np.array([[words, 1 - words]] * 100, np.float32)),
        senses=np.log(np.array([[senses, 1 - senses]] * 100, np.float32)),
        likeness=np.zeros((100, 2), np.float32),
        known=known,
        meant=np.array([number < wrong for number in range(100)], np.intp),
    )


@pytest.mark.parametrize(("wrong", "refused"), [(0, 1), (20, 9)])
def test_confidence_is_sharpened_and_the_more_is_refused_the_more_is_wrong(
    wrong: int, refused: int
) -> None:
    judged = judged_of(0.6, 0.6, wrong)

    scope = learn_scope([judged])

    told, known = judged.joined(scope.share), judged.known.tolist()
    scores = [scope.score(one, 0.0, its) for one, its in zip(told, known, strict=True)]
    assert scope.temperature < 1.0
    assert sum(score < scope.threshold for score in scores) == refused


def test_whoever_is_right_counts() -> None:
    assert learn_scope([judged_of(0.9, 0.1, 0)]).share == min(SHARES)
    assert learn_scope([judged_of(0.1, 0.9, 0)]).share == max(SHARES)


def test_rare_words_say_more_than_common_ones() -> None:
    weights = Weights.learn([counted(words_of(text)) for text in ("my card", "my pin", "my bank")])

    assert weights.known_share(["my", "tiger"]) < 0.5
    assert weights.known_share(["my", "card"]) == 1.0
    assert weights.known_share([]) == 0.0


def test_what_was_learnt_is_kept_and_found_again(tmp_path: Path) -> None:
    learnt(LESSONS, tmp_path)
    (file,) = tmp_path.iterdir()
    before = file.stat().st_mtime_ns

    again = learnt(LESSONS, tmp_path)

    assert again.read("good morning").best == "hello"
    assert file.stat().st_mtime_ns == before


def test_other_sentences_are_learnt_anew_and_old_models_are_removed(tmp_path: Path) -> None:
    for number in range(5):
        learnt([*LESSONS, lesson(f"hello {number}")], tmp_path)
    newest = [*LESSONS, lesson("hello again")]

    learnt(newest, tmp_path)

    kept = [file.name for file in tmp_path.iterdir()]
    assert len(kept) == 4
    assert file_of(newest).name in kept


@pytest.mark.parametrize("broken", [b"", b"no model", b"PK\x05\x06" + bytes(18)])
def test_a_kept_model_that_is_broken_is_learnt_again(tmp_path: Path, broken: bytes) -> None:
    file = tmp_path / file_of(LESSONS)
    file.write_bytes(broken)

    assert learnt(LESSONS, tmp_path).read("see you later").best == "bye"
    assert file.read_bytes() != broken


def test_a_folder_that_cannot_be_written_costs_time_and_nothing_else(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")

    assert learnt(LESSONS, blocked / "models").read("see you later").best == "bye"
