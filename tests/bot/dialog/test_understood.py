"""Words that stand for others; see `bot.dialog.understood`."""

import pytest

from bot.model.understanding import Interpretation, Label


def told(text: str, slots: dict[str, str], *values: tuple[str, str]) -> Interpretation:
    """Label words of a text for the parameter ``to``, each with what it stands for."""
    labels = [
        Label(parameter="to", start=(at := text.index(words)), end=at + len(words), value=value)
        for words, value in values
    ]
    return Interpretation(command="fly", slots=slots, labels=labels)


@pytest.mark.parametrize(
    ("slots", "values", "meant"),
    [
        ({"to": "NYC"}, [("NYC", "New York")], {"to": "New York"}),
        ({"to": "NYC"}, [("NYC", "NYC")], {}),
        ({"to": "NYC"}, [("NYC", "")], {}),
        ({"to": "NYC"}, [("NYC", "New York"), ("LA", "Los Angeles")], {"to": "New York"}),
        ({"to": "NYC or LA"}, [("NYC", ""), ("LA", "Los Angeles")], {"to": "NYC, Los Angeles"}),
        ({}, [("NYC", "New York")], {}),
    ],
)
def test_what_words_stand_for_is_told_where_it_is_something_else(
    slots: dict[str, str], values: list[tuple[str, str]], meant: dict[str, str]
) -> None:
    text = "to NYC or LA"

    assert told(text, slots, *values).meant(text) == meant
