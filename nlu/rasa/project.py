"""A Rasa project made of the bot's own sentences: its config, its domain and its examples."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from bot import ConfigError, Label, Project, Sentence, VocabularyEntry, parse_example
from nlu.classifier.teaching import lessons_of
from nlu.rasa.notation import render_example
from nlu.rasa.settings import RasaSettings

HEAD = "# Written by `threadline train --engine rasa`, which writes it anew each time.\n"
VERSION = "3.1"
"""Of the training data's format (Rasa 3 documentation, "Training Data Format")."""

SEED = 20261118
"""Without one, Rasa learns something else from the same sentences every time."""

_TABLES = ("synonym", "regex", "lookup")
_PIPELINE: Sequence[Mapping[str, Any]] = (
    {"name": "WhitespaceTokenizer"},
    {"name": "RegexFeaturizer", "case_sensitive": False},
    {"name": "LexicalSyntacticFeaturizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
    {"name": "DIETClassifier", "constrain_similarities": True, "random_seed": SEED},
    {"name": "EntitySynonymMapper"},
    {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
)
"""Rasa's own default for English (its template of ``rasa init``), made to be the same each time."""


class _Block(str):
    """A text that is written line by line."""

    __slots__ = ()


class _Writer(yaml.SafeDumper):
    """Writes blocks as blocks."""


_Writer.add_representer(
    _Block,
    lambda writer, text: writer.represent_scalar("tag:yaml.org,2002:str", text, style="|"),
)


def project_of(
    vocabulary: Sequence[VocabularyEntry], documents: Sequence[str], settings: RasaSettings
) -> Project:
    """Write the project of a vocabulary.

    Synonyms, regexes and lookups are taken from the documents: the vocabulary holds sentences.

    Raises:
        ConfigError: fewer than two meanings have a sentence: there is nothing to tell apart.
    """
    examples, left_out = _examples(vocabulary)
    if len(examples) < 2:
        raise ConfigError(
            f"nlu.data: Rasa tells meanings apart, and there is a sentence of {len(examples)}; "
            "give two commands or more their say or examples, or name files of sentences"
        )
    tables = list(dict.fromkeys(table for document in documents for table in _tables(document)))
    nlu = [
        *(_item("intent", intent, lines) for intent, lines in examples.items()),
        *(_item(kind, name, lines) for kind, name, lines in tables),
    ]
    files = {
        "config.yml": _config(settings),
        "domain.yml": {
            "version": VERSION, "intents": list(examples), "entities": _entities(examples),
        },
        "data/nlu.yml": {"version": VERSION, "nlu": nlu},
    }  # fmt: skip
    return Project(
        files={path: HEAD + _written(told) for path, told in files.items()},
        notes=tuple(_notes(vocabulary, examples, left_out)),
    )


def joined(project: Project) -> str:
    """Make one document of a project's files, as ``POST /model/train`` takes it."""
    told: dict[str, Any] = {}
    for text in project.files.values():
        told |= yaml.safe_load(text)
    return _written(told)


def _examples(vocabulary: Sequence[VocabularyEntry]) -> tuple[dict[str, list[str]], int]:
    """Write each sentence once a meaning; also tell how many the notation cannot hold."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    left_out = 0
    for lesson in lessons_of(vocabulary):
        line = render_example(lesson.sentence)
        if line is None:
            left_out += 1
        else:
            found[_intent(lesson.meaning)][line] = None
    return {intent: list(lines) for intent, lines in found.items()}, left_out


def _intent(meaning: str) -> str:
    """Name the intent; a slash would make a retrieval intent of it, which wants responses."""
    return meaning.partition("/")[0].strip()


def _tables(document: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Find synonyms, regexes and lookups; all of YAML's values are texts here."""
    told = yaml.load(document, Loader=yaml.BaseLoader)  # noqa: S506 - makes nothing but texts
    for item in (told or {}).get("nlu") or ():
        kind = next((name for name in _TABLES if name in item), None)
        examples = item.get("examples")
        if "intent" in item or kind is None or not isinstance(examples, str):
            continue
        lines = [line.removeprefix("-").strip() for line in examples.splitlines()]
        yield kind, item[kind], tuple(line for line in lines if line)


def _item(kind: str, name: str, lines: Sequence[str]) -> dict[str, str]:
    return {kind: name, "examples": _Block("".join(f"- {line}\n" for line in lines))}


def _config(settings: RasaSettings) -> dict[str, Any]:
    pipeline = [
        {**part, "epochs": settings.epochs} if part["name"] == "DIETClassifier" else dict(part)
        for part in _PIPELINE
    ]
    return {
        "recipe": "default.v1", "assistant_id": "threadline", "language": settings.language,
        "pipeline": pipeline, "policies": [],
    }  # fmt: skip


def _entities(examples: Mapping[str, Sequence[str]]) -> list[str | dict[str, Any]]:
    """List the entities by name, with their roles and groups."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: {"roles": set(), "groups": set()})
    for label in _labels(examples):
        found[label.parameter]["roles"] |= {label.role} - {""}
        found[label.parameter]["groups"] |= {label.group} - {""}
    listed: list[str | dict[str, Any]] = []
    for name, parts in sorted(found.items()):
        told = {part: sorted(names) for part, names in parts.items() if names}
        listed.append({name: told} if told else name)
    return listed


def _labels(examples: Mapping[str, Sequence[str]]) -> Iterator[Label]:
    sentences: Iterator[Sentence] = (
        parse_example(line) for lines in examples.values() for line in lines
    )
    for sentence in sentences:
        yield from sentence.labels


def _notes(
    vocabulary: Sequence[VocabularyEntry], examples: Mapping[str, Sequence[str]], left_out: int
) -> Iterator[str]:
    total = sum(map(len, examples.values()))
    yield f"{total} examples of {len(examples)} intents"
    silent = [entry.command for entry in vocabulary if _intent(entry.command) not in examples]
    if silent:
        yield f"without a sentence, so that Rasa will not know them: {', '.join(silent)}"
    if left_out:
        yield f"{left_out} left out: Rasa's notation cannot hold brackets, nor labels that overlap"


def _written(told: Mapping[str, Any]) -> str:
    text: str = yaml.dump(
        told, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=1_000_000
    )
    return text
