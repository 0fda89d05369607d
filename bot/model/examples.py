"""Example sentences with labelled words, in Rasa's notations.

``[four](guests)``, ``[NYC](city:New York)``, ``[NYC]{"entity": "city", "value": "New York"}`` and
``[AB12][{"entity": "ref"}, {"entity": "code"}]`` (Rasa documentation, "NLU Training Data").
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.model.understanding import Label, Sentence

_LABELLED = re.compile(
    r"\[(?P<words>[^\[\]]+)\]"
    r"(?:\((?P<name>[^():]+)(?::(?P<value>[^()]*))?\)"
    r"|(?P<one>\{[^{}]*\})|\[(?P<many>\s*\{[^\[\]]*\}\s*)\])"
)


def parse_example(text: str) -> Sentence:
    """Read an example; raises ValueError where a label is no JSON or names no parameter."""
    plain: list[str] = []
    labels: list[Label] = []
    place = length = 0
    for found in _LABELLED.finditer(text):
        before, words = text[place : found.start()], found["words"]
        plain += [before, words]
        start = length + len(before)
        place, length = found.end(), start + len(words)
        for name, value in _names(found):
            labels.append(Label(parameter=name, start=start, end=length, value=value or words))
    return Sentence(text="".join([*plain, text[place:]]), labels=tuple(labels))


def _names(found: re.Match[str]) -> Iterator[tuple[str, str | None]]:
    if found["name"]:
        yield found["name"].strip(), found["value"]
        return
    try:
        labels: Sequence[Any] = json.loads(f"[{found['one'] or found['many']}]")
    except ValueError as error:
        raise ValueError(f"the label of {found['words']!r} is no JSON: {error}") from error
    for label in labels:
        fields = label if isinstance(label, Mapping) else {}
        if not fields.get("entity"):
            raise ValueError(f'the label of {found["words"]!r} has no "entity"')
        value = fields.get("value")
        yield str(fields["entity"]), None if value is None else str(value)
