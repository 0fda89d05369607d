"""Labelled sentences from files: Rasa's NLU YAML, or JSON lines (contract.md §8).

Of Rasa's files the intents are read, and the tables of synonyms, lookups and regexes; stories and
the domain stand in the same files and are passed over. An intent of a retrieval group,
``faq/hours``, counts for its group, as in Rasa.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import yaml

from bot.errors import ConfigError
from bot.model.examples import parse_example
from bot.model.understanding import Label, Sentence, WordTable

Lessons = Mapping[str, Sequence[Sentence]]
"""Sentences by what they mean, in the files' order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A sentence, what it means, and where it stands; lines count from 1."""

    meaning: str
    sentence: Sentence
    path: Path
    line: int


_YAML = frozenset({".yml", ".yaml"})
_LINES = frozenset({".jsonl"})
_TABLES: Final[Sequence[Literal["synonym", "regex", "lookup"]]] = ("synonym", "regex", "lookup")

_Found: TypeAlias = tuple[int, str, Sentence] | WordTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What files teach: sentences, and tables of words."""

    located: Sequence[Located]
    tables: tuple[WordTable, ...]

    @property
    def lessons(self) -> Lessons:
        """Give the sentences by what they mean."""
        found: dict[str, list[Sentence]] = defaultdict(list)
        for one in self.located:
            found[one.meaning].append(one.sentence)
        return dict(found)


def read_lessons(paths: Iterable[Path]) -> Lessons:
    """Read sentences alone; raises as `read_material`."""
    return read_material(paths).lessons


def read_located(paths: Iterable[Path]) -> list[Located]:
    """Read sentences with where they stand; raises as `read_material`."""
    return list(read_material(paths).located)


def read_material(paths: Iterable[Path]) -> Material:
    """Read files, and folders with all that is in them.

    Raises:
        ConfigError: with every problem, each with its file and line.
    """
    located: list[Located] = []
    tables: dict[WordTable, None] = {}
    problems: list[str] = []
    for path in _files(paths, problems):
        try:
            for found in _read(path):
                if isinstance(found, WordTable):
                    tables[found] = None
                else:
                    line, meaning, sentence = found
                    one = Located(meaning=meaning, sentence=sentence, path=path, line=line)
                    located.append(one)
        except ConfigError as error:
            problems += error.problems
        except (OSError, UnicodeDecodeError) as error:
            problems.append(f"{path}: cannot be read; make it a readable UTF-8 file ({error})")
    if problems:
        raise ConfigError(*problems)
    return Material(located=located, tables=tuple(tables))


def read_documents(paths: Iterable[Path]) -> list[str]:
    """Read those that are YAML as they stand, for engines that understand more of them.

    The files are such that `read_lessons` has found good.
    """
    return [path.read_text(encoding="utf-8") for path in _files(paths, []) if path.suffix in _YAML]


def _files(paths: Iterable[Path], problems: list[str]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            inside = (each for each in path.rglob("*") if each.suffix in _YAML | _LINES)
            yield from sorted(each for each in inside if each.is_file())
        elif not path.exists():
            problems.append(f"{path}: there is no such file of sentences; correct the path")
        elif path.suffix in _YAML | _LINES:
            yield path
        else:
            problems.append(f"{path}: is neither .yml, .yaml nor .jsonl; rename or convert it")


def _read(path: Path) -> Iterable[_Found]:
    text = path.read_text(encoding="utf-8")
    return _read_lines(path, text) if path.suffix in _LINES else _read_yaml(path, text)


def _read_lines(path: Path, text: str) -> Iterator[tuple[int, str, Sentence]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            yield (number, *_labelled(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ConfigError(
                f"{path}:{number}: is no labelled sentence ({error}); "
                'write {"text": …, "intent": …, "entities": [{"start", "end", "entity"}]}'
            ) from error


def _labelled(row: Mapping[str, Any]) -> tuple[str, Sentence]:
    text, meaning = row["text"], row["intent"]
    if not isinstance(text, str) or not isinstance(meaning, str) or not meaning:
        raise TypeError("text and intent are texts")
    labels = []
    for one in row.get("entities") or ():
        start, end = int(one["start"]), int(one["end"])
        if not 0 <= start < end <= len(text):
            raise ValueError(f"{start} to {end} is outside the text")
        value = str(one.get("value") or text[start:end])
        parts = {name: str(one.get(name) or "") for name in ("role", "group")}
        name = str(one["entity"])
        labels.append(Label(parameter=name, start=start, end=end, value=value, **parts))
    asked = tuple(str(name) for name in row.get("requested_slots") or ())
    return meaning, Sentence(text=text, labels=tuple(labels), asked=asked)


def _read_yaml(path: Path, text: str) -> Iterator[_Found]:
    for item in _items(_nlu_of(path, text), path):
        fields = _fields(item, path)
        table = next((one for one in _TABLES if one in fields), None)
        if "intent" in fields:
            meaning = _text(fields["intent"], path).partition("/")[0].strip()
            for line, example in _examples(fields.get("examples"), path):
                yield line, meaning, _parsed(example, path, line)
        elif table is not None:
            name = _text(fields[table], path).strip()
            entries = _entries(table, fields.get("examples"), path)
            yield WordTable(kind=table, name=name, entries=tuple(entries))
        else:
            kinds = ", ".join(("intent", *_TABLES))
            raise _wrong(path, item, f"is none of {kinds}; correct or remove it")


def _entries(kind: str, node: yaml.Node | None, path: Path) -> Iterator[str]:
    """Read the entries of a table; expressions must be such that they can be looked for."""
    for line, entry in _examples(node, path):
        if kind == "regex":
            try:
                re.compile(entry)
            except re.error as error:
                problem = f"{entry!r} is no regular expression ({error}); correct it"
                raise ConfigError(f"{path}:{line}: {problem}") from error
        yield entry


def _nlu_of(path: Path, text: str) -> yaml.Node | None:
    """Find the training data in a file; a file may have none."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = path if mark is None else f"{path}:{mark.line + 1}"
        raise ConfigError(f"{where}: {error.problem}; correct the YAML there") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: is no YAML ({error}); correct it") from error
    return None if root is None else _fields(root, path).get("nlu")


def _examples(node: yaml.Node | None, path: Path) -> Iterator[tuple[int, str]]:
    """Read examples: a block of lines that begin with a dash, or a list of ``text`` fields."""
    if isinstance(node, yaml.ScalarNode):
        first = node.start_mark.line + (2 if node.style in ("|", ">") else 1)
        for line, example in enumerate(node.value.splitlines(), start=first):
            if example.startswith("-") and example[1:].strip():
                yield line, example[1:].strip()
            elif example.strip(" -"):
                raise ConfigError(f"{path}:{line}: does not begin with a dash; write - {example}")
        return
    for item in _items(node, path):
        said = item
        if isinstance(item, yaml.MappingNode):
            fields = _fields(item, path)
            if "text" not in fields:
                raise _wrong(path, item, "has no text; write - text: …")
            said = fields["text"]
        yield said.start_mark.line + 1, _text(said, path).strip().removeprefix("- ").strip()


def _parsed(example: str, path: Path, line: int) -> Sentence:
    try:
        return parse_example(example)
    except ValueError as error:
        raise ConfigError(f"{path}:{line}: {error}; correct the label") from error


def _fields(node: yaml.Node, path: Path) -> dict[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        raise _wrong(path, node, "is no mapping; write key: value")
    fields: dict[str, yaml.Node] = {}
    for key, value in node.value:
        name = _text(key, path)
        if name in fields:
            raise _wrong(path, key, f"{name} stands there twice; join the two")
        fields[name] = value
    return fields


def _items(node: yaml.Node | None, path: Path) -> Sequence[yaml.Node]:
    if node is None or (isinstance(node, yaml.ScalarNode) and not node.value):
        return ()
    if not isinstance(node, yaml.SequenceNode):
        raise _wrong(path, node, "is no list; begin each item with a dash")
    return list(node.value)


def _text(node: yaml.Node, path: Path) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise _wrong(path, node, "is no text")
    return str(node.value)


def _wrong(path: Path, node: yaml.Node, problem: str) -> ConfigError:
    return ConfigError(f"{path}:{node.start_mark.line + 1}: {problem}")
