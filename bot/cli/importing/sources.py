"""What a Rasa project says, gathered from all of its files.

The formats are those of Rasa open source 3.x (Apache-2.0): its documentation, "Domain", "NLU
Training Data", "Forms", "Rules" and "Stories".
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.cli.importing.documents import Fields, Items, Spot, Words, examples_of, read_yaml
from bot.errors import ConfigError

LEFT_OUT = frozenset({"models", "results", "node_modules", "venv", "__pycache__"})
KINDS = ("intent", "synonym", "regex", "lookup")
"""Items of ``nlu``, in the order in which Rasa looks for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A sentence with its labels, as it is written."""

    text: str
    spot: Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A synonym, a regex or a lookup."""

    kind: str
    name: str
    lines: tuple[str, ...]
    spot: Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """Something of the domain under its name: a slot, a form, an intent, an action."""

    fields: Fields
    spot: Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What follows an intent in a rule or a story.

    Attributes:
        intent: what the customer meant.
        actions: what the bot does, forms left out.
        form: the form that begins, if one does.
        ends: what the bot does when that form is over.
        spot: where the intent stands.
        asked: slots or loops that must be so for this to hold; they do not carry over.
    """

    intent: str
    actions: tuple[str, ...]
    form: str | None
    ends: tuple[str, ...]
    spot: Spot
    asked: tuple[str, ...] = ()


@dataclass(slots=True)
class Source:
    """All of a project; names as Rasa has them."""

    folder: Path
    examples: dict[str, list[Example]] = field(default_factory=dict)
    tables: list[Table] = field(default_factory=list)
    intents: dict[str, Declared] = field(default_factory=dict)
    slots: dict[str, Declared] = field(default_factory=dict)
    forms: dict[str, Declared] = field(default_factory=dict)
    actions: dict[str, Declared] = field(default_factory=dict)
    responses: dict[str, list[Declared]] = field(default_factory=dict)
    told: list[tuple[str, Fields, Spot]] = field(default_factory=list)
    pipeline: list[Declared] = field(default_factory=list)
    others: list[tuple[str, Spot]] = field(default_factory=list)
    stories: list[Path] = field(default_factory=list)
    language: str = "en"


def read_source(folder: Path) -> Source:
    """Read every YAML file below a folder.

    Raises:
        ConfigError: with every file that cannot be read, and where nothing of Rasa's is there.
    """
    source = Source(folder)
    problems: list[str] = []
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        if path.name.startswith("test_"):
            source.stories.append(path)
            continue
        try:
            _gather(source, read_yaml(path, name), name)
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(*problems)
    if not source.examples and not source.responses:
        raise ConfigError(f"--from-rasa: {folder} holds neither nlu nor responses; name its folder")
    return source


def _files(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        raise ConfigError(f"--from-rasa: there is no folder {folder}; correct the path")
    for path in sorted(folder.rglob("*.y*ml")):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") or part in LEFT_OUT for part in parts)
        if path.suffix in {".yml", ".yaml"} and path.is_file() and not hidden:
            yield path


def _gather(source: Source, fields: Fields, name: str) -> None:
    source.language = fields.words("language") or source.language
    _nlu(source, fields, name)
    for key, into in (
        ("intents", source.intents), ("slots", source.slots),
        ("forms", source.forms), ("actions", source.actions),
    ):  # fmt: skip
        for title, declared, line in _declared(fields, key):
            into[title] = Declared(fields=declared, spot=Spot(name, line))
    listed = fields.fields("responses")
    for title in listed:
        source.responses.setdefault(title, []).extend(_each(listed, title, name))
    for key in ("rules", "stories"):
        source.told.extend((key, one.fields, one.spot) for one in _each(fields, key, name))
    source.pipeline.extend(_each(fields, "pipeline", name))
    _others(source, fields, name)


def _each(fields: Fields, key: str, name: str) -> Iterator[Declared]:
    """Read a list of mappings."""
    for one in fields.items_of(key):
        if isinstance(one, Fields):
            yield Declared(fields=one, spot=Spot(name, one.line))


def _nlu(source: Source, fields: Fields, name: str) -> None:
    for item in fields.items_of("nlu"):
        if not isinstance(item, Fields):
            continue
        kind = next((one for one in KINDS if one in item), None)
        if kind is None:
            source.others.append((f"an item of nlu that is none of {', '.join(KINDS)}",
                                  Spot(name, item.line)))  # fmt: skip
            continue
        found = [
            Example(text=text, spot=Spot(name, line)) for text, line in examples_of(item) if text
        ]
        if kind == "intent":
            source.examples.setdefault(item.words(kind), []).extend(found)
        else:
            lines = tuple(one.text for one in found)
            table = Table(kind=kind, name=item.words(kind), lines=lines, spot=Spot(name, item.line))
            source.tables.append(table)


def _declared(fields: Fields, key: str) -> Iterator[tuple[str, Fields, int]]:
    """Read names with what is said of them: a mapping, or a list of names or of mappings."""
    found = fields.get(key)
    if isinstance(found, Fields):
        yield from ((name, found.fields(name), found.lines[name]) for name in found)
    for one in found if isinstance(found, Items) else ():
        if isinstance(one, Words):
            yield str(one), Fields(one.line), one.line
        elif isinstance(one, Fields):
            yield from ((name, one.fields(name), one.lines[name]) for name in one)


def _others(source: Source, fields: Fields, name: str) -> None:
    """Note what has no place here, by what stands at the top of a file."""
    known = {
        "version", "language", "nlu", "intents", "slots", "forms", "actions", "responses",
        "rules", "stories", "pipeline", "entities", "recipe", "assistant_id",
    }  # fmt: skip
    reasons = {
        "policies": "no policy predicts what comes next: commands and flows say it",
        "session_config": "a dialog has no end by age; `expires=` of a command gives it one",
        "action_endpoint": "actions run in the bot's own process: write them with @action",
        "tracker_store": "`[state] url` of bot.toml says where dialogs are kept",
        "event_broker": "not there; `@on` hears of events",
        "e2e_actions": "not there",
    }
    for key in fields:
        if key not in known:
            told = reasons.get(key, "a channel, or a setting of Rasa's own; see [connectors.*]")
            source.others.append((f"`{key}`: {told}", Spot(name, fields.lines[key])))
