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
        for fields in _names(found):
            told = {name: fields.get(name) or "" for name in ("role", "group")}
            labels.append(
                Label(
                    parameter=fields["entity"], start=start, end=length,
                    value=fields.get("value") or words, **told,
                )
            )  # fmt: skip
    return Sentence(text="".join([*plain, text[place:]]), labels=tuple(labels))


def _names(found: re.Match[str]) -> Iterator[Mapping[str, str]]:
    """Give the fields of each label: ``entity``, and those of the others that it has."""
    if found["name"]:
        yield {"entity": found["name"].strip(), "value": found["value"] or ""}
        return
    try:
        labels: Sequence[Any] = json.loads(f"[{found['one'] or found['many']}]")
    except ValueError as error:
        raise ValueError(f"the label of {found['words']!r} is no JSON: {error}") from error
    for label in labels:
        fields = label if isinstance(label, Mapping) else {}
        if not fields.get("entity"):
            raise ValueError(f'the label of {found["words"]!r} has no "entity"')
        yield {name: str(value) for name, value in fields.items() if value is not None}
