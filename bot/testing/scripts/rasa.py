"""Rasa's end-to-end test cases as scripts: what maps is run, what does not is named.

The format: ``test_cases`` with ``test_case``, ``fixtures``, ``metadata`` and ``steps`` of ``user``,
``bot``, ``utter``, ``slot_was_set``, ``slot_was_not_set`` and ``assertions`` (Rasa documentation,
"Evaluating your assistant: end-to-end testing").
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import yaml

from bot.testing.scripts.steps import (
    ExpectAnswer,
    Problem,
    Says,
    Script,
    Sees,
    Step,
    Where,
)

CHANNEL = "web"
"""Rasa's tests know no channels."""
Responses = Mapping[str, Sequence[str]]
"""The texts of each response; any of them is right."""

NO_RESPONSES: Responses = {}
_SLOT = re.compile(r"\{[^{}]*\}")
WHERE = Where(person="user", channel=CHANNEL)
_REASONS: Mapping[str, str] = {
    "utter": "no domain.yml near here has that response; write the text as `bot: …`",
    "assertions": "not checked; write `bot: …` or `slot_was_set`",
    "fixtures": "nothing is set before the first message; begin with what a customer would say",
    "metadata": "no metadata comes with a message here",
    "stub_custom_actions": "services are replaced by `provide=` of bot_for",
}


class Nodes(Protocol):
    """What reading needs; see `bot.testing.scripts.documents.Reader`."""

    @property
    def source(self) -> str:
        """Tell which file is read."""
        ...

    def refuse(self, node: yaml.Node | None, text: str) -> None:
        """Note a problem where a node stands."""
        ...

    def fields(self, node: yaml.Node) -> dict[str, yaml.Node]:
        """Read a mapping's keys."""
        ...

    def items(self, node: yaml.Node) -> Sequence[yaml.Node]:
        """Read a list's items."""
        ...

    def text(self, node: yaml.Node) -> str:
        """Read a scalar."""
        ...


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a test case.

    Attributes:
        above: keys beside ``test_cases`` that nothing here uses.
        responses: see `Responses`.
    """

    above: Sequence[tuple[str, yaml.Node]]
    responses: Responses


def read_case(reader: Nodes, node: yaml.Node, title: str, beside: Beside) -> Script:
    """Read a test case; ``title`` is for one without."""
    fields = reader.fields(node)
    unchecked = [
        *beside.above,
        *((k, v) for k, v in fields.items() if k not in {"test_case", "steps"}),
    ]
    steps: list[Step] = []
    for item in reader.items(fields["steps"]) if "steps" in fields else ():
        for key, value in reader.fields(item).items():
            read = list(_steps(reader, key, value, beside.responses))
            steps += read
            if not read and key not in {"slot_was_set", "slot_was_not_set"}:
                unchecked.append((key, value))
    if not any(isinstance(step, Says) for step in steps):
        reader.refuse(node, "no `user:` step in this test case")
    named = reader.text(fields["test_case"]) if "test_case" in fields else title
    return Script(
        source=reader.source, title=named, steps=tuple(steps),
        unchecked=tuple(_unchecked(reader.source, key, value) for key, value in unchecked),
    )  # fmt: skip


def seen_response(texts: Sequence[str], line: int) -> Iterator[Step]:
    """Expect any of a response's texts; what is filled in may be anything."""
    if texts:
        first, *others = (_SLOT.sub("…", text) for text in texts)
        yield Sees(line=line, where=Where(), text=first, whole=True, others=tuple(others))


def _steps(reader: Nodes, key: str, value: yaml.Node, responses: Responses) -> Iterator[Step]:
    line = value.start_mark.line + 1
    match key:
        case "user":
            yield Says(line=line, where=WHERE, text=reader.text(value).strip())
        case "bot":
            yield Sees(line=line, where=Where(), text=reader.text(value).strip(), whole=True)
        case "utter":
            yield from seen_response(responses.get(reader.text(value), ()), line)
        case "slot_was_set" | "slot_was_not_set":
            yield from read_slots(reader, value, given=key == "slot_was_set")
        case _:
            return


def read_slots(
    reader: Nodes, node: yaml.Node, *, given: bool = True, nulls: bool = False
) -> Iterator[Step]:
    """Read which answers were given; ``nulls``: one that is null was not.

    Which one a form asks for, ``requested_slot``, is the form's own affair.
    """
    items = node.value if isinstance(node, yaml.SequenceNode) else [node]
    for item in items:
        line = item.start_mark.line + 1
        if isinstance(item, yaml.MappingNode):
            for name, value in reader.fields(item).items():
                if name == "requested_slot":
                    continue
                wanted = _value(reader, value)
                if nulls and wanted in {"", "null", "~"}:
                    yield ExpectAnswer(line=line, name=name, given=False)
                else:
                    yield ExpectAnswer(line=line, name=name, value=wanted, given=given)
        else:
            yield ExpectAnswer(line=line, name=reader.text(item), given=given)


def _value(reader: Nodes, node: yaml.Node) -> str:
    """Write a value as scripts do; a list as JSON."""
    if isinstance(node, yaml.SequenceNode):
        return json.dumps([reader.text(item) for item in node.value])
    return reader.text(node)


def _unchecked(source: str, key: str, node: yaml.Node) -> Problem:
    reason = _REASONS.get(key, "no such thing here")
    return Problem(source=source, line=node.start_mark.line + 1, text=f"{key}: {reason}")
