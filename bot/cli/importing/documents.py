"""YAML as texts that know their line: what an importer's report needs.

Every value is a `Words`, `Fields` or `Items`; nothing is turned into numbers or dates, as Rasa's
own reader keeps `yes` and `1.0` for what they are written as.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import yaml
from typing_extensions import override

from bot.errors import ConfigError

MOST_BYTES = 10_000_000
MOST_NODES = 1_000_000
"""An alias of an alias of an alias makes a small file a large one."""


class Words(str):
    """A text with its line; ``line`` is 0 where nothing was written."""

    __slots__ = ("line",)
    line: int


class Fields(dict[str, "Node"]):
    """A mapping with its line, and those of its keys."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}

    def words(self, key: str) -> str:
        """Give a text; the empty one where it is missing or something else."""
        found = self.get(key)
        return str(found) if isinstance(found, Words) and found not in {"null", "~"} else ""

    def fields(self, key: str) -> "Fields":
        """Give a mapping; an empty one where it is missing or something else."""
        found = self.get(key)
        return found if isinstance(found, Fields) else Fields(self.lines.get(key, self.line))

    def items_of(self, key: str) -> "Items":
        """Give a list; an empty one where it is missing or something else."""
        found = self.get(key)
        return found if isinstance(found, Items) else Items(self.lines.get(key, self.line))


class Items(list["Node"]):
    """A list with its line."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


Node: TypeAlias = Words | Fields | Items


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """Where something stands: a file as it is named below the project's folder, and a line."""

    file: str
    line: int

    @override
    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(slots=True)
class _Count:
    nodes: int = 0


def read_yaml(path: Path, name: str) -> Fields:
    """Read a file whose top is a mapping.

    Raises:
        ConfigError: it is none, with file and line.
    """
    try:
        text = path.read_text(encoding="utf-8")
        if len(text) > MOST_BYTES:
            raise ConfigError(f"{name}: is longer than {MOST_BYTES} characters; split it")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        read = Fields(1) if root is None else _read(root, name, _Count())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = 1 if mark is None else mark.line + 1
        raise ConfigError(f"{name}:{line}: {error.problem}; correct the YAML there") from error
    except (OSError, UnicodeDecodeError, RecursionError, yaml.YAMLError) as error:
        raise ConfigError(f"{name}: cannot be read ({error}); correct or remove it") from error
    if not isinstance(read, Fields):
        raise ConfigError(f"{name}:{read.line}: is no mapping; correct or remove it")
    return read


def _read(node: yaml.Node, name: str, count: _Count) -> Node:
    count.nodes += 1
    if count.nodes > MOST_NODES:
        raise ConfigError(f"{name}: has more than {MOST_NODES} values; split it")
    line = node.start_mark.line + 1
    match node:
        case yaml.MappingNode():
            fields = Fields(line)
            for key, value in node.value:
                title = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
                if title in fields:
                    at = key.start_mark.line + 1
                    raise ConfigError(f"{name}:{at}: {title} stands there twice; join the two")
                fields[title] = _read(value, name, count)
                fields.lines[title] = key.start_mark.line + 1
            return fields
        case yaml.SequenceNode():
            items = Items(line)
            items.extend(_read(value, name, count) for value in node.value)
            return items
        case _:
            words = Words(node.value)
            words.line = line + (1 if getattr(node, "style", None) in {"|", ">"} else 0)
            return words


def examples_of(item: Fields) -> Iterator[tuple[str, int]]:
    """Read examples: a block of lines that begin with a dash, or a list with ``text`` fields."""
    found = item.get("examples")
    if isinstance(found, Words):
        for line, example in enumerate(found.splitlines(), start=found.line):
            if example.startswith("-") and example[1:].strip():
                yield example[1:].strip(), line
    elif isinstance(found, Items):
        for one in found:
            text = one.words("text") if isinstance(one, Fields) else str(one)
            for said in text.strip().splitlines():
                yield said.removeprefix("-").strip(), one.line
