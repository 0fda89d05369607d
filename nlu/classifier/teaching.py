"""What there is to learn from: `say` templates filled in, examples, sentences of files."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot import Label, Sentence, VocabularyEntry, WordTable, parse_example
from nlu.templates import Capture, Part, parts_of

SAMPLES: Mapping[str, Sequence[str]] = {
    "int": ("2", "four", "12"),
    "float": ("2.5", "10"),
    "Decimal": ("2.5", "10"),
    "date": ("tomorrow", "friday", "12 may", "next monday"),
    "time": ("7pm", "19:30", "half past eight"),
    "datetime": ("tomorrow at 7pm", "friday at 19:30"),
    "timedelta": ("two hours", "30 minutes"),
    "Money": ("20 euros", "$15"),
    "Quantity": ("2 kg", "half a litre"),
    "Ordinal": ("second", "3rd"),
    "Phone": ("+39 06 1234567",),
    "Email": ("ann@example.org",),
}
"""Words to fill a template with, by the kind of the parameter; others are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A sentence, what it means, and whether a command answers that."""

    meaning: str
    sentence: Sentence


def lessons_of(vocabulary: Sequence[VocabularyEntry]) -> list[Lesson]:
    """Gather all sentences, each once a meaning, in the vocabulary's order."""
    lessons: dict[tuple[str, Sentence], Lesson] = {}
    for entry in vocabulary:
        for sentence in _sentences(entry):
            if sentence.text.strip():
                lesson = Lesson(meaning=entry.command, sentence=sentence)
                lessons.setdefault((entry.command, sentence), lesson)
    return list(lessons.values())


def named_lessons(vocabulary: Sequence[VocabularyEntry]) -> list[Lesson]:
    """Gather all sentences; words in a role are labelled with the parameter that is for it.

    Of Rasa's ``city`` in the role (or group) ``to``: ``to_city``, ``city_to``, ``to`` or ``city``,
    whichever the command has.
    """
    parameters = {entry.command: entry.parameters for entry in vocabulary}
    return [
        replace(lesson, sentence=_renamed(lesson.sentence, parameters[lesson.meaning]))
        for lesson in lessons_of(vocabulary)
    ]


def _renamed(sentence: Sentence, parameters: Collection[str]) -> Sentence:
    labels = tuple(
        replace(label, parameter=_parameter_of(label, parameters)) for label in sentence.labels
    )
    return replace(sentence, labels=labels)


def _parameter_of(label: Label, parameters: Collection[str]) -> str:
    name = label.parameter
    for part in filter(None, (label.role, label.group)):
        for own in (f"{part}_{name}", f"{name}_{part}", part):
            if own in parameters:
                return own
    return name


def tables_of(vocabulary: Sequence[VocabularyEntry]) -> tuple[WordTable, ...]:
    """Gather the tables of words, each once."""
    return tuple(dict.fromkeys(table for entry in vocabulary for table in entry.tables))


def _sentences(entry: VocabularyEntry) -> Iterator[Sentence]:
    for template in entry.say:
        yield from _filled(parts_of(template), entry)
    for example in entry.examples:
        yield parse_example(example)
    yield from entry.sentences


def _filled(parts: Sequence[Part], entry: VocabularyEntry) -> Iterator[Sentence]:
    """Fill a template in: bare, with each group alone, with all of them."""
    optional = [part for part in parts if part.optional]
    chosen = [[], *([part] for part in optional), optional]
    for turn, wanted in enumerate(chosen):
        taken = [part for part in parts if not part.optional or part in wanted]
        yield _written(taken, entry, turn)


def _written(parts: Sequence[Part], entry: VocabularyEntry, turn: int) -> Sentence:
    text = ""
    labels: list[Label] = []
    for item in (item for part in parts for item in part.items):
        if isinstance(item, Capture):
            samples = _samples(entry, item.name)
            if not samples:
                continue
            said = samples[turn % len(samples)]
        else:
            said = item.folded
        start = len(text) + bool(text)
        text = f"{text} {said}" if text else said
        if isinstance(item, Capture):
            labels.append(Label(parameter=item.name, start=start, end=len(text), value=said))
    return Sentence(text=text, labels=tuple(labels))


def _samples(entry: VocabularyEntry, parameter: str) -> Sequence[str]:
    """Tell words for a parameter: its choices, or those of its kind."""
    properties: Mapping[str, Any] = entry.schema.get("parameters", {}).get("properties", {})
    choices = properties.get(parameter, {}).get("enum")
    if isinstance(choices, list | tuple):
        return [str(choice) for choice in choices if isinstance(choice, str)]
    return SAMPLES.get(entry.parameters.get(parameter, ""), ())
