"""Scripts in YAML: our own form, and the end-to-end tests of Rasa as far as they map."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import yaml

from bot.testing.scripts.plain import HEADERS, read_head, read_steps
from bot.testing.scripts.rasa import NO_RESPONSES, Beside, Responses, read_case
from bot.testing.scripts.steps import Problem, Script
from bot.testing.scripts.stories import read_story

Node: TypeAlias = yaml.Node
KEYS = ("conversation", *HEADERS, "steps")
MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the nodes of one document; collects problems by line."""

    source: str
    problems: list[Problem]

    def refuse(self, node: Node | None, text: str) -> None:
        """Note a problem where a node stands."""
        line = 1 if node is None else node.start_mark.line + 1
        self.problems.append(Problem(source=self.source, line=line, text=text))

    def fields(self, node: Node) -> dict[str, Node]:
        """Read a mapping's keys; none of anything else."""
        if not isinstance(node, yaml.MappingNode):
            self.refuse(node, "expected `key: value` lines here")
            return {}
        found: dict[str, Node] = {}
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
            if name in found:
                self.refuse(key, f"{name} is given twice")
            found[name] = value
        return found

    def items(self, node: Node) -> Sequence[Node]:
        """Read a list's items; none of anything else."""
        if not isinstance(node, yaml.SequenceNode):
            self.refuse(node, "expected a list here: lines that begin with `- `")
            return ()
        items: Sequence[Node] = node.value
        return items

    def text(self, node: Node) -> str:
        """Read a scalar as it is written."""
        if isinstance(node, yaml.ScalarNode):
            return str(node.value)
        self.refuse(node, "expected words here")
        return ""


def parse_documents(
    text: str, source: str, responses: Responses = NO_RESPONSES
) -> list[Script] | list[Problem]:
    """Read the conversations of a YAML file; any text gives them or every problem in it.

    ``responses`` are the texts of Rasa's ``utter_`` actions, for its test stories.
    """
    reader = Reader(source, [])
    if len(text.encode()) > MOST_BYTES:
        reader.refuse(None, f"longer than {MOST_BYTES} bytes; split it")
        return reader.problems
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = 1 if mark is None else mark.line + 1
        what = getattr(error, "problem", None) or "cannot be read"
        return [Problem(source=source, line=line, text=f"no YAML: {what}")]
    except RecursionError:
        reader.refuse(None, "nested too deep")
        return reader.problems
    scripts = [] if root is None else list(_scripts(reader, root, responses))
    if not scripts and not reader.problems:
        reader.refuse(root, "no conversation in it; write `conversation:` and `steps:`")
    return reader.problems or scripts


def _scripts(reader: Reader, root: Node, responses: Responses) -> Iterator[Script]:
    fields = reader.fields(root)
    if "stories" in fields:
        for one in reader.items(fields["stories"]):
            yield read_story(reader, one, responses)
        return
    if "test_cases" in fields:
        unread = [key for key in fields if key not in {"test_cases", "version"}]
        for number, case in enumerate(reader.items(fields["test_cases"]), start=1):
            above = [(key, fields[key]) for key in unread]
            title = f"test case {number}"
            yield read_case(reader, case, title, Beside(above, responses))
        return
    if "conversations" in fields:
        for one in reader.items(fields["conversations"]):
            yield _own(reader, reader.fields(one), one)
        return
    yield _own(reader, fields, root)


def _own(reader: Reader, fields: Mapping[str, Node], node: Node) -> Script:
    for key, value in fields.items():
        if key not in KEYS:
            known = ", ".join(KEYS)
            reader.refuse(value, f"{key!r} is no key of a conversation; there are {known}")
    values = {key: _value(reader, fields[key]) for key in HEADERS if key in fields}
    if "conversation" in fields:
        values["title"] = reader.text(fields["conversation"])
    script, problems = read_head(values, reader.source)
    for key, text in problems:
        reader.refuse(fields.get(key), text)
    if "steps" not in fields:
        reader.refuse(node, "no `steps:` in this conversation")
        return script
    items = reader.items(fields["steps"])
    lines = [(item.start_mark.line + 1, _line(reader, item)) for item in items]
    steps, wrong = read_steps(lines, reader.source)
    reader.problems.extend(wrong)
    return replace(script, steps=steps)


def _line(reader: Reader, item: Node) -> str:
    """Write an item as a line of the plain form: `- alice: hello` is a mapping to YAML."""
    if not isinstance(item, yaml.MappingNode):
        return reader.text(item).strip()
    fields = reader.fields(item)
    return "; ".join(f"{key}: {reader.text(value)}".strip() for key, value in fields.items())


def _value(reader: Reader, node: Node) -> str:
    """Read a header's value; a list is written with commas."""
    if isinstance(node, yaml.SequenceNode):
        return ", ".join(reader.text(item) for item in node.value)
    return reader.text(node)
