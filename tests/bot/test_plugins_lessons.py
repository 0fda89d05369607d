"""Labelled sentences from files; see `bot.plugins.lessons`."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ConfigError
from bot.model.examples import parse_example
from bot.model.understanding import Label, Sentence, WordTable
from bot.plugins.lessons import Lessons, read_lessons, read_material

YAML = """\
version: "3.1"
nlu:
- intent: book
  examples: |
    - a table for [four](guests) [tomorrow](day:1d)
    -   book it

- intent: faq/hours
  examples: |
    - when are you open
- intent: book
  examples:
  - text: |
      - dinner in [NYC]{"entity": "city", "role": "to", "value": "New York"}
    metadata: {sentiment: neutral}
  - text: yes
- synonym: New York
  examples: |
    - NYC
- regex: zip
  examples: |
    - [0-9]{5}
- lookup: city
  examples: |
    - Berlin
    - New York
rules: []
"""


def written(folder: Path, text: str, name: str = "nlu.yml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def problems(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read_lessons([path])
    return [problem.removeprefix(f"{path.parent}/") for problem in caught.value.problems]


def test_tables_of_words_are_read_beside_the_intents(tmp_path: Path) -> None:
    path = written(tmp_path, YAML)

    material = read_material([path, path])

    assert material.tables == (
        WordTable(kind="synonym", name="New York", entries=("NYC",)),
        WordTable(kind="regex", name="zip", entries=("[0-9]{5}",)),
        WordTable(kind="lookup", name="city", entries=("Berlin", "New York")),
    )


def test_an_expression_that_is_none_is_refused_with_its_line(tmp_path: Path) -> None:
    text = "nlu:\n- regex: zip\n  examples: |\n    - [0-9]{5}\n    - (12\n"

    (problem,) = problems(written(tmp_path, text))

    assert problem.startswith("nlu.yml:5: '(12' is no regular expression")


def test_rasas_intents_are_read_and_what_is_no_intent_is_passed_over(tmp_path: Path) -> None:
    lessons = read_lessons([written(tmp_path, YAML)])

    assert {meaning: [one.text for one in found] for meaning, found in lessons.items()} == {
        "book": ["a table for four tomorrow", "book it", "dinner in NYC", "yes"],
        "faq": ["when are you open"],
    }
    assert lessons["book"][0].labels == (
        Label(parameter="guests", start=12, end=16, value="four"),
        Label(parameter="day", start=17, end=25, value="1d"),
    )
    assert lessons["book"][2].labels == (
        Label(parameter="city", start=10, end=13, value="New York", role="to"),
    )


def test_lines_of_json_are_read(tmp_path: Path) -> None:
    line = (
        '{"text": "7 please", "intent": "book", "requested_slots": ["guests"], '
        '"entities": [{"start": 0, "end": 1, "entity": "guests", "value": "seven"}]}\n\n'
    )

    lessons = read_lessons([written(tmp_path, line, "a.jsonl")])

    label = Label(parameter="guests", start=0, end=1, value="seven")
    assert lessons == {"book": [Sentence(text="7 please", labels=(label,), asked=("guests",))]}


def test_a_folder_is_read_with_all_below_it_and_one_meaning_may_stand_in_many_files(
    tmp_path: Path,
) -> None:
    below = tmp_path / "below"
    below.mkdir()
    written(tmp_path, 'nlu:\n- intent: a\n  examples: "- one"\n')
    written(below, '{"text": "two", "intent": "a"}', "more.jsonl")
    written(below, "not for us", "notes.txt")

    (sentences,) = read_lessons([tmp_path]).values()

    assert sorted(one.text for one in sentences) == ["one", "two"]


@pytest.mark.parametrize("text", ["", "# nothing\n", "stories: []\n", "nlu:\n"])
def test_a_file_without_intents_teaches_nothing(tmp_path: Path, text: str) -> None:
    assert read_lessons([written(tmp_path, text)]) == {}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("nlu: [", "nlu.yml:1: expected the node content"),
        ("- a\n", "nlu.yml:1: is no mapping; write key: value"),
        ("nlu: 4\n", "nlu.yml:1: is no list; begin each item with a dash"),
        ("nlu:\n- intnet: a\n", "nlu.yml:2: is none of intent, synonym, regex, lookup; "),
        ("nlu: []\nnlu: []\n", "nlu.yml:2: nlu stands there twice; join the two"),
        ("nlu:\n- intent: a\n  examples: |\n    - b\n    c\n", "nlu.yml:5: does not begin with "),
        ("nlu:\n- intent: [a]\n", "nlu.yml:2: is no text"),
        ("nlu:\n- intent: a\n  examples:\n  - txt: b\n", "nlu.yml:4: has no text; "),
        (
            "nlu:\n- intent: a\n  examples: |\n    - [b]{entity}\n",
            "nlu.yml:4: the label of 'b' is no JSON",
        ),
        (
            'nlu:\n- intent: a\n  examples: |\n    - [b]{"role": "c"}\n',
            "nlu.yml:4: the label of 'b' has no \"entity\"; correct the label",
        ),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_its_line(
    tmp_path: Path, text: str, problem: str
) -> None:
    (told,) = problems(written(tmp_path, text))

    assert told.startswith(problem)


@pytest.mark.parametrize(
    "line",
    [
        "no json", "[]", '{"text": "a"}', '{"text": 1, "intent": "b"}',
        '{"text": "a", "intent": ""}',
        '{"text": "a", "intent": "b", "entities": [{"start": 0, "end": 2, "entity": "c"}]}',
        '{"text": "a", "intent": "b", "entities": [{"start": 0, "end": 1}]}',
        '{"text": "a", "intent": "b", "entities": [0]}',
    ],
)  # fmt: skip
def test_a_line_that_is_no_labelled_sentence_is_told(tmp_path: Path, line: str) -> None:
    good = '{"text": "a", "intent": "b"}'

    (told,) = problems(written(tmp_path, f"{good}\n{line}\n", "rows.jsonl"))

    assert told.startswith("rows.jsonl:2: is no labelled sentence (")


def test_files_that_are_not_there_or_of_another_kind_are_told_together(tmp_path: Path) -> None:
    other = written(tmp_path, "", "nlu.md")
    latin = tmp_path / "latin.yml"
    latin.write_bytes(b"nlu: \xe9")

    with pytest.raises(ConfigError) as caught:
        read_lessons([tmp_path / "absent.yml", other, latin])

    absent, kind, coding = caught.value.problems
    assert absent.endswith("absent.yml: there is no such file of sentences; correct the path")
    assert kind.endswith("nlu.md: is neither .yml, .yaml nor .jsonl; rename or convert it")
    assert "latin.yml: cannot be read; make it a readable UTF-8 file" in coding


@given(st.text(alphabet=st.characters(exclude_characters="[]"), max_size=60))
def test_an_example_without_labels_is_its_text(text: str) -> None:
    assert parse_example(text) == Sentence(text=text)


def test_several_labels_may_be_of_the_same_words() -> None:
    found = parse_example('my code is [AB12][{"entity": "ref"}, {"entity": "code", "value": 12}]')

    assert found.text == "my code is AB12"
    assert [(one.parameter, one.value) for one in found.labels] == [("ref", "AB12"), ("code", "12")]
    assert {found.text[one.start : one.end] for one in found.labels} == {"AB12"}


def test_a_file_may_be_named_twice_and_lessons_are_a_mapping(tmp_path: Path) -> None:
    path = written(tmp_path, YAML)

    lessons: Lessons = read_lessons([path, path])

    assert len(lessons["faq"]) == 2
