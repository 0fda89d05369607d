"""Sentences with their parameters' words marked, as in ``a table for [four](guests)``."""

from collections.abc import Collection, Sequence

from bot.evaluation.placed import cut_words
from bot.model.examples import parse_example
from bot.model.understanding import Label

_ROUND = str.maketrans("[]", "()")


def one_line(text: str) -> str:
    """Make what was typed a line that no notation is read into: a customer may type brackets."""
    printable = "".join(one if one.isprintable() else " " for one in text)
    return " ".join(printable.translate(_ROUND).split())


def write_marked(text: str, labels: Sequence[Label]) -> str:
    """Mark words in a sentence; of labels that overlap the first counts."""
    written, place = "", 0
    for label in sorted(labels, key=lambda one: (one.start, -one.end)):
        words = text[label.start : label.end]
        if label.start < place or not words.strip():
            continue
        named = label.parameter
        if label.value and label.value != words and not set(label.value) & set("()[]:"):
            named = f"{named}:{label.value}"
        written += f"{text[place : label.start]}[{words}]({named})"
        place = label.end
    return written + text[place:]


def check_marked(marked: str, text: str, parameters: Collection[str]) -> list[str]:
    """Tell what is wrong with a marked sentence, each with what to do; empty where nothing is.

    Args:
        marked: what a person wrote.
        text: the sentence as it was said, on one line.
        parameters: those of the meaning.
    """
    try:
        sentence = parse_example(marked)
    except ValueError as error:
        return [f"{error}; correct the label"]
    problems = []
    if sentence.text != text:
        problems.append(f'the words are no longer those that were said; keep "{text}" and mark it')
    for label in sentence.labels:
        if label.parameter not in parameters:
            known = ", ".join(parameters) or "none: choose another meaning, or mark nothing"
            problems.append(f'there is no parameter "{label.parameter}"; there are {known}')
    problems += [
        f'the label of "{words}" begins or ends inside a word; mark whole words'
        for words in cut_words(sentence.text, sentence.labels)
    ]
    return problems
