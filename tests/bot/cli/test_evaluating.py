"""The subcommand evaluate; see contract.md §8."""

import json
from datetime import UTC, datetime
from pathlib import Path

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


def told(answer: Told) -> dict[str, dict[str, float]]:
    assert (answer.code, answer.err) == (0, "")
    (line,) = answer.out.splitlines()
    found: dict[str, dict[str, float]] = json.loads(line)
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
