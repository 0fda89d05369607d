"""What becomes of a Rasa project: commands with their parameters, and what is left."""

import keyword
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.cli.importing.documents import Spot

_NO_NAME = re.compile(r"[^a-z0-9_]+")
_SLOT = re.compile(r"\{(\w[\w -]*)\}")


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """Something that did not carry over whole, and what to do."""

    spot: Spot
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A response: words with ``{slot}`` in them; buttons as labels with what a tap means."""

    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    image: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter: ``type`` as Python writes it, ``sample`` as a customer would answer.

    ``choices`` are values with their labels, to be suggested. ``shown`` is how the sample reads in
    an answer of the bot.
    """

    name: str
    slot: str
    type: str
    ask: str
    sample: str
    bounds: tuple[tuple[str, str], ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    default: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A command to be written; with parameters it was a form, without an answer."""

    name: str
    group: str
    said: tuple[Said, ...]
    spot: Spot
    title: str
    parameters: tuple[Parameter, ...] = ()
    is_form: bool = False
    custom: tuple[str, ...] = ()

    @property
    def typed(self) -> str:
        """Give the name as it is typed and as sentences are filed under."""
        return f"{self.group} {self.name}".strip()

    @property
    def function(self) -> str:
        """Name the Python function."""
        return identifier(self.typed)


@dataclass(slots=True)
class Plan:
    """All of it.

    Attributes:
        commands: by the intent that begins them; for forms that no intent begins, by their name.
        parameters: whose words an entity's are, by intent: ``city`` or ``city/role`` → parameter.
        notes: what did not carry over.
    """

    commands: dict[str, Planned] = field(default_factory=dict)
    parameters: dict[str, Mapping[str, str]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def note(self, spot: Spot, text: str) -> None:
        """Keep something for the report."""
        self.notes.append(Note(spot, text))

    def meaning_of(self, intent: str) -> str:
        """Tell under which name an intent's sentences are filed."""
        if intent in self.commands:
            return self.commands[intent].typed
        return "oos" if intent in {"out_of_scope", "nlu_fallback"} else intent.replace("/", " ")


def identifier(text: str) -> str:
    """Make a Python name of any text."""
    name = _NO_NAME.sub("_", text.lower()).strip("_")
    if not name or name[0].isdigit():
        name = f"n_{name}".rstrip("_")
    return f"{name}_" if keyword.iskeyword(name) or name in {"ctx", "talk"} else name


def humanised(name: str) -> str:
    """Write a name as words: ``number_of_guests`` → Number of guests."""
    words = re.sub(r"[_\W]+", " ", name).strip()
    return words[:1].upper() + words[1:]


def slots_in(text: str) -> Sequence[str]:
    """List the slots that a response names."""
    return _SLOT.findall(text)


def filled(text: str, parameters: Mapping[str, str]) -> tuple[str, list[str]]:
    """Write a response as the inside of an f-string; also tell the slots that nobody asks."""
    missing: list[str] = []
    parts: list[str] = []
    place = 0
    for found in _SLOT.finditer(text):
        parts.append(text[place : found.start()].replace("{", "{{").replace("}", "}}"))
        place = found.end()
        if found[1] in parameters:
            parts.append(f"{{{parameters[found[1]]}}}")
        else:
            missing.append(found[1])
            parts.append("…")
    parts.append(text[place:].replace("{", "{{").replace("}", "}}"))
    return "".join(parts), missing
