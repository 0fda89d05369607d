"""Sentences in Rasa's notation: ``a table for [four](guests)``.

It has no way to write brackets that mean nothing. So an example is written only where it reads
back as the same sentence.
"""

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot import Label, Sentence, parse_example

_PLAIN_NAME = re.compile(r"[\w.-]+")
_BRACKETS = re.compile(r"[\[\]]")


def render_example(sentence: Sentence) -> str | None:
    """Write a sentence as an example of one line; None where the notation cannot hold it."""
    cleaned = _cleaned(sentence)
    if not cleaned.text or _BRACKETS.search(cleaned.text):
        return None
    written, place = "", 0
    for (start, end), labels in _spans(cleaned.labels).items():
        if start < place:
            return None  # labels that overlap
        words = cleaned.text[start:end]
        written += f"{cleaned.text[place:start]}[{words}]{_labelled(words, labels)}"
        place = end
    written += cleaned.text[place:]
    return written if written.isprintable() and _read(written) == _valued(cleaned) else None


def _read(written: str) -> Sentence | None:
    try:
        return parse_example(written)
    except ValueError:
        return None


def _cleaned(sentence: Sentence) -> Sentence:
    """Put blanks for what no line of YAML can hold, and none at the edges."""
    text = "".join(one if one.isprintable() else " " for one in sentence.text)
    lead = len(text) - len(text.lstrip())
    labels = (
        replace(label, start=label.start - lead, end=label.end - lead) for label in sentence.labels
    )
    return Sentence(text=text.strip(), labels=tuple(labels))


def _valued(sentence: Sentence) -> Sentence:
    """Say what stands for itself, and put the labels in the order of the text."""
    labels = [
        replace(label, value=label.value or sentence.text[label.start : label.end])
        for label in sentence.labels
    ]
    return replace(sentence, labels=tuple(sorted(labels, key=lambda one: (one.start, one.end))))


def _spans(labels: Sequence[Label]) -> Mapping[tuple[int, int], list[Label]]:
    spans: dict[tuple[int, int], list[Label]] = defaultdict(list)
    for label in sorted(labels, key=lambda one: (one.start, one.end)):
        spans[label.start, label.end].append(label)
    return spans


def _labelled(words: str, labels: Sequence[Label]) -> str:
    fields = [_fields(words, label) for label in labels]
    if len(fields) > 1:
        return json.dumps(fields, ensure_ascii=False)
    if len(fields[0]) > 1 or not _PLAIN_NAME.fullmatch(fields[0]["entity"]):
        return json.dumps(fields[0], ensure_ascii=False)
    return f"({fields[0]['entity']})"


def _fields(words: str, label: Label) -> dict[str, str]:
    told = {"entity": label.parameter, "role": label.role, "group": label.group}
    if label.value != words:
        told["value"] = label.value
    return {name: value for name, value in told.items() if value}
