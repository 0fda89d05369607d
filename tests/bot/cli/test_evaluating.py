"""The subcommand evaluate; see contract.md §8."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.evaluation import Answer, scores
from bot.evaluation.parts import entries_of
from bot.model.understanding import Alternative, Interpretation, Label, Sentence
from tests.bot.cli.projects import BOOK, HELLO, write_project
from tests.bot.cli.shell import Told, threadline

NOW = datetime(2026, 11, 18, tzinfo=UTC)
TRAIN = """\
nlu:
- intent: order
  examples: |
    - I want a [large](size) pizza
    - a [small](size) pizza please
    - order a [medium](size) pizza
    - one [large](size) pizza to go
- intent: hours
  examples: |
    - when do you open
    - are you open on sunday
    - how long are you open today
    - when do you close
"""
TEST = [
    {
        "text": "a large pizza to go", "intent": "order",
        "entities": [{"start": 2, "end": 7, "entity": "size", "value": "large"}],
    },
    {"text": "are you open today", "intent": "hours", "entities": []},
    {"text": "quantum chromodynamics", "intent": "oos", "entities": []},
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "train.yml").write_text(TRAIN)
    (tmp_path / "test.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in TEST))
    (tmp_path / "more.jsonl").write_text('{"text": "when do you close", "intent": "hours"}\n')
    return tmp_path


def told(answer: Told) -> dict[str, Any]:
    assert (answer.code, answer.err) == (0, "")
    (line,) = answer.out.splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def test_an_engine_that_learnt_from_files_is_scored_without_a_project(folder: Path) -> None:
    found = told(threadline(folder, "evaluate", "--train", "train.yml", "--test", "test.jsonl"))

    assert list(found)[:5] == ["intents", "entities", "out_of_scope", "parse_ms", "train_s"]
    assert found["intents"] == {"accuracy": 1.0, "macro_f1": 1.0}
    assert found["entities"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert found["out_of_scope"]["recall"] == 1.0
    assert 0.0 < found["parse_ms"]["p50"] <= found["parse_ms"]["p99"]
    assert not (folder / "bot.models").exists()


def test_options_take_several_files(folder: Path) -> None:
    found = told(
        threadline(
            folder, "evaluate", "--train", "train.yml", "more.jsonl",
            "--test", "test.jsonl", "more.jsonl", "--engine", "classifier",
        )
    )  # fmt: skip

    assert found["intents"]["accuracy"] == 1.0


def test_the_bots_own_engine_is_scored_on_files(tmp_path: Path) -> None:
    project = write_project(tmp_path, hello=HELLO, book=BOOK)
    row = {"text": "book a table for 4", "intent": "book"}
    (project / "test.jsonl").write_text(json.dumps(row))

    found = told(threadline(project, "evaluate", "test.jsonl", "--engine", "rules"))

    assert found["intents"]["accuracy"] == 1.0
    assert found["entities"]["f1"] is None


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ((), "evaluate: there is nothing to score; name labelled sentences"),
        (("--train", "train.yml"), "evaluate: there is nothing to score"),
        (
            ("--train", "train.yml", "--test", "test.jsonl", "--engine", "clasifier"),
            '--engine: there is no engine "clasifier"; did you mean "classifier"?',
        ),
        (("--train", "train.yml", "--test", "absent.yml"), "absent.yml: there is no such file"),
    ],
)
def test_what_cannot_be_scored_is_one_line_with_a_remedy(
    folder: Path, arguments: tuple[str, ...], problem: str
) -> None:
    answer = threadline(folder, "evaluate", *arguments)

    assert answer.code == 2
    assert answer.problems[0].startswith(problem)
    assert len(answer.problems) == 1


def test_a_bot_without_sentences_is_told_where_to_write_some(tmp_path: Path) -> None:
    answer = threadline(write_project(tmp_path, hello=HELLO), "evaluate", "--folds", "2")

    assert answer.code == 2
    assert answer.problems[0].startswith("evaluate: there is no labelled sentence; give commands")


def answer(meaning: str, told: Interpretation, *labels: Label) -> Answer:
    sentence = Sentence(text="one two one", labels=labels)
    return Answer(meaning=meaning, sentence=sentence, told=told, seconds=0.001)


def test_a_refused_guess_counts_without_rejection_and_not_with_it() -> None:
    refused = Interpretation(command=None, guess="a")
    offered = Interpretation(
        command=None, alternatives=[Alternative(command="b", confidence=0.4)]
    )  # fmt: skip

    found = scores([answer("a", refused), answer("b", offered), answer("oos", refused)], 1.5)

    assert found["intents"] == {"accuracy": 1.0, "macro_f1": 1.0}
    assert found["out_of_scope"] == {"recall": 1.0, "in_scope_accuracy": 0.0}
    assert found["train_s"] == 1.5


def test_macro_f1_counts_each_meaning_alike() -> None:
    right, wrong = Interpretation(command="a"), Interpretation(command="a")

    found = scores([answer("a", right), answer("a", right), answer("b", wrong)], 0.0)

    assert found["intents"] == {"accuracy": 0.6667, "macro_f1": 0.4}


def test_entities_count_by_exact_span() -> None:
    first, second = Label(parameter="n", start=0, end=3), Label(parameter="n", start=8, end=11)
    short = Label(parameter="n", start=8, end=10)
    by_words = Interpretation(command="a", slots={"n": "one"})

    both = scores(
        [answer("a", Interpretation(command="a", labels=[first, short]), first, second)], 0
    )
    words = scores([answer("a", by_words, first)], 0)

    assert both["entities"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5}
    assert words["entities"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}


def test_out_of_scope_sentences_teach_what_is_no_command() -> None:
    entries = entries_of({"a": [Sentence(text="b")], "oos": [Sentence(text="c")]})

    assert [(entry.command, entry.answered) for entry in entries] == [("a", True), ("oos", False)]


MORE = """\
- intent: price
  examples: |
    - how much is a large pizza
    - what does it cost
    - is the small one cheaper
    - tell me the price
    - how expensive are you
"""


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    (tmp_path / "train.yml").write_text(TRAIN + MORE)
    return tmp_path


def test_what_is_learnt_is_cross_validated_without_a_test_file(whole: Path) -> None:
    first = told(threadline(whole, "evaluate", "--train", "train.yml", "--folds", "3"))
    again = told(threadline(whole, "evaluate", "--train", "train.yml", "--folds", "3"))

    assert first["sentences"] == 13
    assert len(first["folds"]) == 3
    assert set(first["per_intent"]) <= {"hours", "order", "price"}
    assert first["per_parameter"]["size"]["support"] == 4
    assert {k: v for k, v in first.items() if k not in ("parse_ms", "train_s")} == {
        k: v for k, v in again.items() if k not in ("parse_ms", "train_s")
    }


def test_a_learning_curve_and_a_page_are_written(whole: Path) -> None:
    found = told(
        threadline(
            whole, "evaluate", "--train", "train.yml", "--learning-curve",
            "--report", "out/report.html", "--json", "out/figures.json",
        )
    )  # fmt: skip

    curve = found["learning_curve"]
    assert [one["share"] for one in curve] == [0.1, 0.25, 0.5, 0.75, 1.0]
    assert "<h2" in (whole / "out" / "report.html").read_text()
    assert json.loads((whole / "out" / "figures.json").read_text()) == found


@pytest.mark.parametrize("arguments", [("--folds", "1"), ("--folds", "5", "--test", "train.yml")])
def test_folds_that_cannot_be_are_refused(whole: Path, arguments: tuple[str, ...]) -> None:
    answer = threadline(whole, "evaluate", "--train", "train.yml", *arguments)

    assert (answer.code, len(answer.problems)) == (2, 1)
    assert answer.problems[0].startswith("--folds: judges 2 to 100 parts")


WRONG = """\
nlu:
- intent: order
  examples: |
    - a [large](size) pizza
    - one large pizza to go
    - a [med](size)ium pizza
    - the usual
- intent: hours
  examples: |
    - when do you open
    - When do  you open
    - the usual
"""


def test_mistakes_in_the_data_are_told_with_place_and_remedy(tmp_path: Path) -> None:
    (tmp_path / "wrong.yml").write_text(WRONG)

    answer = threadline(tmp_path, "evaluate", "--check", "wrong.yml")

    assert answer.code == 1
    lines = answer.out.splitlines()
    meant, cut = lines[:2]
    assert meant == (
        'wrong.yml:12: "the usual" means hours here and order at wrong.yml:7; '
        "keep it where it belongs"
    )
    assert cut == (
        'wrong.yml:6: the label of "med" in "a medium pizza" begins or ends inside a word; '
        "label whole words"
    )
    hints = "\n".join(lines[2:])
    assert 'wrong.yml:5: "large" in "one large pizza to go" is not labelled' in hints
    assert 'wrong.yml:11: "When do  you open" stands there twice' in hints
    assert "hours has 2 sentences; write 5 or more" in hints
    assert lines[-1].startswith("7 sentences of 2 meanings: 2 wrong, ")


EXAMPLES = '''\
from bot import command


@command(examples=["a table for [4](guests)", "seats for 2"])
def book(guests: int) -> str:
    """Book a table."""
    return str(guests)
'''
DATA = """\
nlu:
- intent: book
  examples: |
    - seats for [2](persons)
    - chairs for 12
    - how about 100 of us
- intent: oos
  examples: |
    - a table for 4
"""


def test_a_bots_own_examples_are_checked_at_their_commands(tmp_path: Path) -> None:
    project = write_project(tmp_path, '[nlu]\ndata = ["data.yml"]\n', book=EXAMPLES)
    (project / "data.yml").write_text(DATA)

    answer = threadline(project, "evaluate", "--check", "--engine", "rules")

    assert answer.code == 1
    assert '"a table for 4" means book here and oos at' in answer.out
    assert f'{project / "data.yml"}:4: "persons" is labelled, and book has no such' in answer.out
    assert "plugins/book.py:4: " in answer.out
    unlabelled = "is not labelled, and it reads as a value of guests"
    assert f'"100" in "how about 100 of us" {unlabelled}' in answer.out
    assert f'"12" in "chairs for 12" {unlabelled}' in answer.out
