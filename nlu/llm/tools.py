"""Commands as the tools that a model is offered, and what it may be told of them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot import VocabularyEntry, parse_example

MOST_TOOLS = 128
"""OpenAI takes no more (API reference, "Create chat completion", tools)."""
MOST_SENTENCES = 3
LONGEST_NAME = 64
"""Of a function, in letters, digits, - and _ (the same page, tools.function.name)."""

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]+")
_OPTIONAL = re.compile(r"[\[\]]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A command that a model may propose; ``parameters`` is a JSON Schema."""

    name: str
    command: str
    description: str
    parameters: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Write it as the API has it."""
        function = {
            "name": self.name, "description": self.description,
            "parameters": dict(self.parameters),
        }  # fmt: skip
        return {"type": "function", "function": function}


def tools_of(vocabulary: Sequence[VocabularyEntry]) -> dict[str, Tool]:
    """Make a tool of each command, by the tool's name; those that no call could name are renamed.

    Only the first `MOST_TOOLS` commands: servers refuse more.
    """
    tools: dict[str, Tool] = {}
    for entry in vocabulary:
        if not entry.answered or len(tools) >= MOST_TOOLS:
            continue
        name = _free_name(str(entry.schema.get("name", entry.command)), tools)
        tools[name] = Tool(
            name=name, command=entry.command, description=_description(entry),
            parameters=_parameters(entry),
        )  # fmt: skip
    return tools


def private_parameters(vocabulary: Sequence[VocabularyEntry]) -> frozenset[str]:
    """Name the parameters that a schema leaves out: what answers them is not for a model."""
    return frozenset(
        parameter
        for entry in vocabulary
        if entry.schema
        for parameter in entry.parameters
        if parameter not in _parameters(entry).get("properties", {})
    )


def _free_name(wanted: str, taken: Mapping[str, Tool]) -> str:
    plain = _NOT_IN_NAMES.sub("_", wanted)[:LONGEST_NAME] or "_"
    name, count = plain, 1
    while name in taken:
        count += 1
        name = f"{plain[: LONGEST_NAME - 4]}_{count}"
    return name


def _parameters(entry: VocabularyEntry) -> Mapping[str, Any]:
    """Give the schema, or one made of the parameters' kinds where an entry has none."""
    given = entry.schema.get("parameters")
    if isinstance(given, Mapping):
        return given
    properties = {
        name: {"type": "string", "description": kind} for name, kind in entry.parameters.items()
    }
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _description(entry: VocabularyEntry) -> str:
    told = str(entry.schema.get("description", entry.command.replace("_", " ")))
    sentences = [f'"{text}"' for text in _sentences(entry)][:MOST_SENTENCES]
    return f"{told} Customers say: {', '.join(sentences)}." if sentences else told


def _sentences(entry: VocabularyEntry) -> Iterator[str]:
    """Give sentences for the command, without their marks."""
    for example in entry.examples:
        yield parse_example(example).text
    for template in entry.say:
        yield " ".join(_OPTIONAL.sub(" ", template).split())
