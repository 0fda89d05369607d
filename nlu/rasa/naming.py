"""Whose names are whose: Rasa's intents and entities, the bot's commands and parameters."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot import ConfigError, VocabularyEntry
from nlu.classifier.teaching import lessons_of
from nlu.rasa.replies import Entity, Meaning
from nlu.rasa.settings import RasaSettings
from nlu.templates import words_of


@dataclass(frozen=True, slots=True)
class Names:
    """The bot's side by Rasa's names.

    Attributes:
        entries: the commands that there are.
        intents: see `RasaSettings.intents`.
        entities: see `RasaSettings.entities`.
        literal: words of each command's sentences that belong to no parameter.
    """

    entries: Mapping[str, VocabularyEntry]
    intents: Mapping[str, str]
    entities: Mapping[str, str]
    literal: Mapping[str, frozenset[str]]

    def command_of(self, meaning: Meaning) -> str | None:
        """Find the command of an intent; one of a retrieval group first by its full name.

        ``faq/hours`` is by itself the command ``hours`` of the group ``faq``, else ``faq``.
        """
        told = [name for name in (meaning.full_retrieval_intent_name, meaning.name) if name]
        names = [self.intents.get(name, name.replace("/", " ")) for name in told]
        return next((name for name in names if name in self.entries), None)

    def parameter_of(self, command: str, entity: Entity) -> str | None:
        """Find the parameter of a command that an entity is for.

        Of an entity ``city`` in the role ``to``: ``to_city``, ``city_to``, ``to`` or ``city``.
        """
        parameters = self.entries[command].parameters
        return next((name for name in self._names(entity) if name in parameters), None)

    def is_list(self, command: str, parameter: str) -> bool:
        """Tell whether a parameter takes several values."""
        schema: Mapping[str, Any] = self.entries[command].schema
        properties: Mapping[str, Any] = schema.get("parameters", {}).get("properties", {})
        kind: object = properties.get(parameter, {}).get("type")
        return kind == "array"

    def _names(self, entity: Entity) -> Iterator[str]:
        name = entity.entity
        parts = [part for part in (entity.role, entity.group) if part]
        named = (self.entities.get(f"{name}/{part}") for part in parts)
        yield from filter(None, named)
        for part in parts:
            yield from (f"{part}_{name}", f"{name}_{part}", part)
        yield self.entities.get(name, name)


def names_of(name: str, settings: RasaSettings, vocabulary: Sequence[VocabularyEntry]) -> Names:
    """Read the names of bot.toml; raises ConfigError where they lead to no command."""
    entries = {entry.command: entry for entry in vocabulary if entry.answered}
    problems = [
        f'nlu.{name}.intents."{intent}": there is no command "{command}" that is understood; '
        f"there are: {', '.join(entries) or 'none'}"
        for intent, command in settings.intents.items()
        if command not in entries
    ]
    known = {parameter for entry in entries.values() for parameter in entry.parameters}
    problems += [
        f'nlu.{name}.entities."{entity}": no command has a parameter "{parameter}"; '
        f"there are: {', '.join(sorted(known)) or 'none'}"
        for entity, parameter in settings.entities.items()
        if parameter not in known
    ]
    if problems:
        raise ConfigError(*problems)
    return Names(entries, settings.intents, settings.entities, _literal(vocabulary))


def _literal(vocabulary: Sequence[VocabularyEntry]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for lesson in lessons_of(vocabulary):
        labels = lesson.sentence.labels
        found[lesson.meaning].update(
            word.folded
            for word in words_of(lesson.sentence.text)
            if not any(label.start <= word.start < label.end for label in labels)
        )
    return {meaning: frozenset(words) for meaning, words in found.items()}
