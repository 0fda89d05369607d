"""Labels as tags of words, and back: B begins a parameter's words, I goes on, O is none's."""

from collections.abc import Sequence

from bot import Label
from nlu.classifier.words import Word

OUTSIDE = "O"


def tags_of(words: Sequence[Word], labels: Sequence[Label]) -> list[str]:
    """Tag each word with the parameter whose words begin (B) or go on (I) there, or O."""
    tags = [OUTSIDE] * len(words)
    for label in labels:
        inside = [
            place
            for place, word in enumerate(words)
            if word.start < label.end and label.start < word.end and tags[place] == OUTSIDE
        ]
        for place in inside:
            tags[place] = f"{'B' if place == inside[0] else 'I'}-{label.parameter}"
    return tags


def labels_of(text: str, words: Sequence[Word], tags: Sequence[str]) -> list[Label]:
    """Read tags back; an I without a B before it begins a label, too."""
    labels: list[Label] = []
    previous = OUTSIDE
    for word, tag in zip(words, tags, strict=True):
        kind, _, parameter = tag.partition("-")
        if kind == "I" and previous.partition("-")[2] == parameter:
            start = labels.pop().start
        else:
            start = word.start
        if kind != OUTSIDE:
            value = text[start : word.end]
            labels.append(Label(parameter=parameter, start=start, end=word.end, value=value))
        previous = tag
    return labels
