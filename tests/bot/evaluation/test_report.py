"""The page of an evaluation: whole, self-contained, with a table behind each drawing."""

from html.parser import HTMLParser

import pytest
from typing_extensions import override

from bot.evaluation.accounts import Account, account
from bot.evaluation.answers import Answer
from bot.evaluation.report import render_report
from bot.evaluation.trials import Trial
from bot.model.understanding import Explanation, Interpretation, Label, Sentence

NASTY = '<script>"&'
CURVE = [
    {"share": s, "sentences": n, "accuracy": a, "macro_f1": a, "entities_f1": None, "train_s": 0.1}
    for s, n, a in ((0.5, 5, 0.5), (1.0, 10, 0.8))
]
EMPTY = {"link", "meta"}


class Reading(HTMLParser):
    """Notes what is on a page, and whether every element is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See the base class."""
        self.tags.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self.open.append(tag)

    @override
    def handle_endtag(self, tag: str) -> None:
        """See the base class."""
        assert self.open.pop() == tag

    def count(self, tag: str) -> int:
        """Count an element."""
        return sum(name == tag for name, _ in self.tags)


def whole() -> Account:
    label = Label(parameter=NASTY, start=0, end=3)
    told = [("a", "a", 0.9), ("a", NASTY, 0.7), (NASTY, NASTY, 0.8), ("oos", None, 0.1)]
    answers = tuple(
        Answer(
            meaning=meaning, sentence=Sentence(text=f"one {NASTY}", labels=(label,)), seconds=0.001,
            told=Interpretation(command=guess, confidence=sure, guess=guess, labels=[label]),
            why=Explanation(scope=(sure, 0.5)),
        )
        for meaning, guess, sure in told
    )  # fmt: skip
    trial = Trial(answers=answers, train_seconds=0.5)
    return account("classifier", trial, parts=[trial, trial], curve=CURVE)


@pytest.fixture
def page() -> str:
    return render_report(whole())


def test_every_drawing_has_a_name_and_a_table_that_a_keyboard_reaches(page: str) -> None:
    read = Reading(page)

    assert read.open == []
    assert read.count("svg") == read.count("details") == read.count("table") == 6
    assert all(at.get("aria-label") for tag, at in read.tags if tag == "svg")
    assert all(at["tabindex"] == "0" for tag, at in read.tags if at.get("class") == "scroll")


def test_nothing_is_loaded_and_nothing_runs(page: str) -> None:
    read = Reading(page)

    assert read.count("script") == read.count("link") == read.count("img") == 0
    assert not [at for _, at in read.tags for name in at if name in ("src", "href", "onclick")]
    assert "default-src 'none'" in page


def test_light_and_dark_and_small_screens_are_provided_for(page: str) -> None:
    assert "color-scheme: light dark" in page
    assert 'content="width=device-width, initial-scale=1"' in page


def test_the_same_answers_give_the_same_page(page: str) -> None:
    assert render_report(whole()) == page


def test_an_engine_that_answered_nothing_still_has_a_page() -> None:
    empty = account("rules", Trial(answers=(), train_seconds=0.0))

    assert Reading(render_report(empty)).open == []
