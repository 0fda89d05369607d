import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.values.answers import YesNo
from tests.nlu.values.reading import OPEN, WANTED

ANSWERS = YesNo()


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "Yes, please!",
        "y",
        "ok",
        "of course",
        "sure",
        "go ahead",
        "\U0001f44d",
        "\U0001f44d\U0001f3fd",
    ],
)
def test_yes_is_understood(text: str) -> None:
    assert [match.value for match in ANSWERS.find(text, OPEN)] == [True]


@pytest.mark.parametrize("text", ["no", "No, thank you.", "n", "nope", "not really", "\U0001f44e"])
def test_no_is_understood(text: str) -> None:
    assert [match.value for match in ANSWERS.find(text, OPEN)] == [False]


@pytest.mark.parametrize(
    "text", ["no onions", "on friday", "yesterday", "is that right?", "", "k9"]
)
def test_what_is_no_answer_is_left_alone(text: str) -> None:
    assert ANSWERS.find(text, OPEN) == []


def test_the_first_word_counts_where_an_answer_was_asked_for() -> None:
    assert ANSWERS.find("yes, that is fine", OPEN) == []
    assert [match.text for match in ANSWERS.find("yes, that is fine", WANTED)] == ["yes"]


def test_an_answer_that_was_shown_is_read_back() -> None:
    for value in (True, False):
        assert [match.value for match in ANSWERS.find(ANSWERS.show(value, OPEN), OPEN)] == [value]


@given(st.text())
def test_any_text_can_be_searched(text: str) -> None:
    for match in ANSWERS.find(text, WANTED):
        assert text[match.start : match.end] == match.text
