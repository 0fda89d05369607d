"""Marking words, gathering what is alike, ranking meanings, writing what is labelled."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.labelling.batches import Batch, gathered, suggestions
from bot.labelling.export import render_lessons
from bot.labelling.marking import check_marked, one_line, write_marked
from bot.model.examples import parse_example
from bot.model.ids import ConversationId, CustomerId
from bot.model.misses import Miss, MissGroup, Taught
from bot.model.understanding import (
    Alternative,
    Explanation,
    Interpretation,
    Label,
    Nearest,
    Sentence,
)
from bot.plugins.lessons import read_lessons
from tests.bot.labelling.misses import NOW, missed

WORDS = st.lists(st.text(alphabet="abçß1:'(é", min_size=1, max_size=5), min_size=1, max_size=6)


def group(*texts: str, chosen: str = "") -> MissGroup:
    misses = [
        Miss(
            missed=missed(f"{text}{number}", text), at=NOW, customer=CustomerId("c"),
            conversation=ConversationId("v"), chosen=chosen,
        )
        for number, text in enumerate(texts)
    ]  # fmt: skip
    return MissGroup(misses=misses)


@settings(max_examples=60)
@given(WORDS, st.data())
def test_marked_words_are_read_back_where_they_stood(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words)
    chosen = data.draw(st.sets(st.integers(0, len(words) - 1)))
    places = [len(" ".join(words[:n])) + bool(n) for n in range(len(words))]
    labels = tuple(
        Label(parameter=f"p{n}", start=places[n], end=places[n] + len(words[n]), value=words[n])
        for n in sorted(chosen)
    )

    marked = write_marked(text, labels)

    assert parse_example(marked) == Sentence(text=text, labels=labels)
    assert check_marked(marked, text, [label.parameter for label in labels]) == []


@settings(max_examples=60)
@given(st.text(max_size=40))
def test_nothing_that_is_typed_is_read_as_a_mark(text: str) -> None:
    line = one_line(text)

    assert parse_example(line) == Sentence(text=line)
    assert line.isprintable()


def test_a_value_that_words_stand_for_is_kept() -> None:
    label = Label(parameter="city", start=3, end=6, value="New York")

    assert write_marked("to NYC", [label]) == "to [NYC](city:New York)"


def test_like_misses_are_one_batch_and_the_most_frequent_leads() -> None:
    batches = gathered([
        group("weather?"), group("need seats for 3"), group("need seats for 5", "need seats for 5"),
    ])  # fmt: skip

    assert [(batch.text, batch.others, len(batch.ids)) for batch in batches] == [
        ("need seats for 3", ["need seats for 5"], 3), ("weather?", [], 1),
    ]  # fmt: skip


def test_meanings_are_ranked_by_what_customers_did_then_by_the_engine_then_by_likeness() -> None:
    told = Interpretation(
        command="book", confidence=0.6, alternatives=[Alternative(command="move", confidence=0.2)]
    )
    near = [
        Nearest(text="a table", command="book", likeness=0.9),
        Nearest(text="hi", command="hello", likeness=0.5),
    ]

    found = suggestions(
        Batch(groups=(group("x", chosen="cancel"),)), told, Explanation(nearest=near)
    )

    assert [(one.meaning, one.confidence, one.why) for one in found] == [
        ("cancel", None, "the customer turned to it"), ("book", 0.6, 'like "a table"'),
        ("move", 0.2, ""), ("hello", None, 'like "hi"'),
    ]  # fmt: skip


def test_what_is_exported_is_read_back_with_its_labels(tmp_path: Path) -> None:
    taught = [
        Taught(meaning="book", sentence="for [four](guests)", marked=True),
        Taught(meaning="book", sentence="for [four](guests)", marked=True),
        Taught(meaning="oos", sentence="- [x](guests):\n # no"),
    ]
    path = tmp_path / "labelled.yml"

    path.write_text(render_lessons(taught))

    lessons = read_lessons([path])
    assert [one.text for one in lessons["book"]] == ["for four"]
    assert [label.parameter for label in lessons["book"][0].labels] == ["guests"]
    assert [(one.text, one.labels) for one in lessons["oos"]] == [("- (x)(guests): # no", ())]


def test_nothing_labelled_is_a_file_that_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "labelled.yml"

    path.write_text(render_lessons([]))

    assert read_lessons([path]) == {}
