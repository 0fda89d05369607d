"""The subcommand parse with --explain: each engine's reasons, and what the bot would do."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from bot.authoring.natures import Nature
from bot.cli.explaining import Asked, outcome, show_explanation
from bot.cli.opening import read, run
from bot.cli.parsing import parse_text
from bot.model.thresholds import Thresholds
from bot.model.understanding import Alternative, Explanation, Interpretation, Nearest
from bot.plugins.catalogue import read_commands
from tests.bot.cli.shell import threadline
from tests.bot.labelling.misses import project

ENGINES = '[nlu]\nengines = ["rules", "classifier"]\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return project(tmp_path, ENGINES)


def test_engines_tell_their_reasons_and_their_time(folder: Path) -> None:
    answer = threadline(folder, "parse", "a tabel for four please", "--explain")

    told = json.loads(answer.out)
    rules, classifier = told["explanation"]["engines"]
    assert (told["command"], told["engine"]) == ("book", "classifier")
    assert (rules["engine"], rules["sure"], rules["command"]) == ("rules", False, None)
    assert classifier["sure"]
    assert classifier["ms"] > 0.0
    assert classifier["repaired"] == "a table for four please"
    assert classifier["nearest"][0]["command"] == "book"
    assert classifier["features"]
    assert classifier["scope"][0] >= classifier["scope"][1]
    assert told["explanation"]["does"] == "propose"
    assert "asks for day" in told["explanation"]["why"]


def test_no_engine_is_asked_after_one_that_is_sure(folder: Path) -> None:
    told = json.loads(threadline(folder, "parse", "book a table", "--explain").out)

    assert [one["engine"] for one in told["explanation"]["engines"]] == ["rules"]


def test_without_it_parse_prints_what_the_contract_says(folder: Path) -> None:
    told = json.loads(threadline(folder, "parse", "book a table").out)

    assert list(told) == [
        "text", "command", "arguments", "confidence", "engine", "alternatives", "not_understood",
    ]  # fmt: skip


def test_a_slash_command_needs_no_engine(folder: Path) -> None:
    told = json.loads(threadline(folder, "parse", "/hours", "--explain").out)

    assert told["explanation"]["engines"] == []
    assert told["explanation"]["does"] in {"run", "propose"}


def test_a_reader_sees_what_is_done_and_why(folder: Path) -> None:
    settings, extensions = read(folder / "bot.toml")
    text = "a tabel for four please"
    parsed = run(parse_text(settings, extensions, text, at=None, locale=None, explains=True))
    out = io.StringIO()

    show_explanation(parsed.told, parsed.asked, Console(file=out, width=120))

    shown = out.getvalue()
    assert "the dialog would propose" in shown
    assert "respelled: a table for four please" in shown
    assert "Learnt and alike" in shown
    assert "Speaks for or against" in shown


def test_what_is_not_sure_enough_is_offered_and_the_rest_is_a_miss() -> None:
    limits = Thresholds(run=0.4, propose=0.5, offer=0.2)
    told = Interpretation(
        command=None,
        alternatives=[Alternative(command=name, confidence=sure) for name, sure in
                      (("a", 0.4), ("b", 0.3), ("c", 0.25), ("d", 0.2), ("e", 0.1))],
    )  # fmt: skip

    offered = outcome(told, None, None, limits)
    nothing = outcome(Interpretation(command=None), None, None, limits)

    assert (offered.does, offered.why.endswith(": a, b, c")) == ("offer", True)
    assert (nothing.does, "kept as a miss" in nothing.why) == ("nothing", True)


def test_what_engines_say_is_shown_and_not_read_as_markup() -> None:
    nearest = Nearest(text="[bold]x[/nothing]", command="a", likeness=1.0)
    why = Explanation(nearest=[nearest], features=[("[red]", 1.0)])
    one = Asked(
        engine="e", milliseconds=1.0, told=Interpretation(command="a"), why=why, is_sure=True
    )
    told = {
        "command": "a", "arguments": {}, "engine": "e", "confidence": 1.0, "not_understood": [],
        "explanation": {"does": "run", "why": "[/]"},
    }  # fmt: skip
    out = io.StringIO()

    show_explanation(told, [one], Console(file=out, width=120))

    assert "[bold]x[/nothing]" in out.getvalue()


def test_a_command_is_proposed_or_offered_by_the_threshold_of_its_nature(folder: Path) -> None:
    _, extensions = read(folder / "bot.toml")
    specs, limits = read_commands(extensions), Thresholds(run=0.4, propose=0.5, offer=0.1)
    unsure = Interpretation(command="book", confidence=0.45)
    looks = replace(specs["book"], nature=Nature.READS)

    assert outcome(unsure, looks, None, limits).does == "run"
    assert outcome(unsure, specs["book"], None, limits).does == "offer"
    assert outcome(replace(unsure, confidence=0.5), specs["book"], None, limits).does == "propose"


def test_each_request_of_a_sentence_is_told_with_its_own_arguments(folder: Path) -> None:
    text = "a table for four please and when do you open"

    told = json.loads(threadline(folder, "parse", text, "--explain").out)

    assert (told["command"], told["arguments"]) == ("book", {"guests": 4})
    (further,) = told["more"]
    assert (further["command"], further["text"]) == ("hours", "when do you open")
