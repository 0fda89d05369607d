"""Rasa's test stories as scripts: what maps is compared, what does not is named.

The format: ``stories`` with ``story`` and ``steps`` of ``user`` (with labels), ``intent``,
``action``, ``active_loop``, ``slot_was_set`` and ``bot`` (Rasa 3 documentation, "Testing Your
Assistant"). Rasa itself compares intents, entities and the names of actions; here the words of a
response are compared, too.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from bot.model.examples import parse_example
from bot.testing.scripts.rasa import (
    NO_RESPONSES,
    WHERE,
    Nodes,
    Responses,
    read_slots,
    seen_response,
)
from bot.testing.scripts.steps import (
    ExpectOpen,
    ExpectRead,
    Problem,
    Says,
    Script,
    Sees,
    Step,
    Where,
)

LEVELS = 3
"""So many folders above a story its domain is looked for."""

MOST_BYTES = 1_000_000
_TYPED = re.compile(r"/(?P<intent>[^{\s]+)\s*(?P<slots>\{.*)?", re.DOTALL)
_OWN = ("action_listen", "action_extract_slots", "action_session_start", "action_deactivate_loop")
"""Rasa's own actions, which say nothing to a customer."""

_REASONS: Mapping[str, str] = {
    "intent": "there are no words to be read; write `user: …`",
    "or": "only one way is played; write a story for each",
    "checkpoint": "each story stands alone; write its first steps here, too",
    "metadata": "no metadata comes with a message here",
}


def responses_near(path: Path) -> Responses:
    """Find the responses of the domain that a story stands beside, or below.

    A domain is ``domain.yml``, or what is in a folder ``domain``; one that cannot be read has none.
    """
    for folder in list(path.absolute().parents)[:LEVELS]:
        files = [
            folder / "domain.yml",
            folder / "domain.yaml",
            *(folder / "domain").rglob("*.y*ml"),
        ]
        found: dict[str, list[str]] = {}
        for one in sorted(files):
            for name, texts in _responses(one):
                found.setdefault(name, []).extend(texts)
        if found:
            return found
    return NO_RESPONSES


def _responses(path: Path) -> Iterator[tuple[str, list[str]]]:
    try:
        told = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - makes nothing but texts
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return
    listed = told.get("responses") if isinstance(told, dict) else None
    for name, variants in (listed if isinstance(listed, dict) else {}).items():
        found = [one.get("text") for one in variants or () if isinstance(one, dict)]
        yield name, [text for text in found if isinstance(text, str)]


@dataclass(slots=True)
class _Story:
    """A story on its way; ``meant`` is the intent that came last."""

    reader: Nodes
    responses: Responses
    meant: str = ""
    unchecked: list[Problem] = field(default_factory=list)

    def steps(self, item: yaml.Node) -> Iterator[Step]:
        """Read one item; of its keys the words come first."""
        fields = self.reader.fields(item)
        if "user" in fields:
            yield from self._said(fields)
        for key, value in fields.items():
            if key == "user" or (key == "intent" and "user" in fields):
                continue
            line = value.start_mark.line + 1
            match key:
                case "bot":
                    text = self.reader.text(value).strip()
                    yield Sees(line=line, where=Where(), text=text, whole=True)
                case "slot_was_set":
                    yield from read_slots(self.reader, value, nulls=True)
                case "active_loop":
                    yield self._loop(self.reader.text(value), line)
                case "action":
                    yield from self._action(value, line)
                case _:
                    self._note(key, value, _REASONS.get(key, "no such thing here"))

    def _said(self, fields: Mapping[str, yaml.Node]) -> Iterator[Step]:
        """Read words and what they mean; what is typed is not read by an engine."""
        words = _words(self.reader.text(fields["user"]))
        yield Says(line=fields["user"].start_mark.line + 1, where=WHERE, text=words)
        if "intent" in fields:
            self.meant = self.reader.text(fields["intent"]).strip().replace("/", " ")
            if not words.startswith("/"):
                line = fields["intent"].start_mark.line + 1
                yield ExpectRead(line=line, meaning=self.meant)

    def _action(self, value: yaml.Node, line: int) -> Iterator[Step]:
        name = self.reader.text(value)
        if name in self.responses:
            yield from seen_response(self.responses[name], line)
        elif name.startswith("utter_"):
            self._note("action", value, f"no domain.yml near here has the response {name}")
        elif name.endswith("_form") or name in _OWN:
            return  # what it does is told by active_loop and the slots
        else:
            self._note("action", value, f"{name} is code; write `expect` in a script of your own")

    def _loop(self, name: str, line: int) -> Step:
        if name in {"", "null", "~"}:
            return ExpectOpen(line=line)
        own = name.removesuffix("_form")
        return ExpectOpen(line=line, command=own, others=(name, self.meant))

    def _note(self, key: str, node: yaml.Node, reason: str) -> None:
        line = node.start_mark.line + 1
        text = f"{key}: {reason}"
        self.unchecked.append(Problem(source=self.reader.source, line=line, text=text))


def read_story(reader: Nodes, node: yaml.Node, responses: Responses) -> Script:
    """Read a story; one without words has nothing to play."""
    fields = reader.fields(node)
    story = _Story(reader, responses)
    items = reader.items(fields["steps"]) if "steps" in fields else ()
    steps = [step for item in items for step in story.steps(item)]
    if not any(isinstance(step, Says) for step in steps):
        reader.refuse(node, "no `user:` step in this story")
    title = reader.text(fields["story"]) if "story" in fields else "a story"
    return Script(
        source=reader.source, title=title, steps=tuple(steps), unchecked=tuple(story.unchecked)
    )


def _words(text: str) -> str:
    """Take the labels off; what Rasa reads as a typed intent becomes a slash command."""
    said = text.strip()
    typed = _TYPED.fullmatch(said)
    if typed is not None:
        slots = _slots(typed["slots"] or "{}")
        return " ".join([f"/{typed['intent'].replace('/', ' ')}", *slots])
    try:
        return parse_example(said).text
    except ValueError:
        return said


def _slots(told: str) -> list[str]:
    try:
        read = yaml.load(told, Loader=yaml.BaseLoader)  # noqa: S506 - makes nothing but texts
    except yaml.YAMLError:
        return []
    pairs = read.items() if isinstance(read, dict) else ()
    return [f'{name}="{value}"' for name, value in pairs]
