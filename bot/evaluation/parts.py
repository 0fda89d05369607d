"""Labelled sentences apart from their commands: dealt into parts, the same ones each time."""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.model.examples import parse_example
from bot.model.misses import OUT_OF_SCOPE
from bot.model.understanding import Sentence, VocabularyEntry, WordTable
from bot.plugins.lessons import Lessons

SHARES = (0.1, 0.25, 0.5, 0.75, 1.0)
"""Of the sentences to learn from, for a learning curve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A sentence and what it means."""

    meaning: str
    sentence: Sentence


def entries_of(lessons: Lessons, tables: tuple[WordTable, ...] = ()) -> list[VocabularyEntry]:
    """Make a vocabulary of labelled sentences: each meaning a command with its parameters."""
    return [
        VocabularyEntry(
            command=meaning,
            parameters={
                label.parameter: "text" for sentence in sentences for label in sentence.labels
            },
            sentences=tuple(sentences),
            answered=meaning != OUT_OF_SCOPE,
            tables=tables,
        )
        for meaning, sentences in lessons.items()
    ]


def known_of(lessons: Lessons) -> list[Known]:
    """List what labelled files say, in their order."""
    return [
        Known(meaning=meaning, sentence=sentence)
        for meaning, sentences in lessons.items()
        for sentence in sentences
    ]


def sentences_of(entries: Iterable[VocabularyEntry]) -> list[Known]:
    """List the sentences of a vocabulary, each once a meaning; templates are no sentences."""
    found = {
        (entry.command, sentence): Known(meaning=entry.command, sentence=sentence)
        for entry in entries
        for sentence in (*map(parse_example, entry.examples), *entry.sentences)
    }
    return list(found.values())


def taught(entries: Iterable[VocabularyEntry], known: Iterable[Known]) -> list[VocabularyEntry]:
    """Give commands other sentences than their own; their templates stay.

    A meaning that is left with nothing to learn from is left out.
    """
    by_meaning: dict[str, list[Sentence]] = defaultdict(list)
    for one in known:
        by_meaning[one.meaning].append(one.sentence)
    given = (
        replace(entry, examples=(), sentences=tuple(by_meaning[entry.command])) for entry in entries
    )
    return [entry for entry in given if entry.say or entry.sentences]


def folds(known: Sequence[Known], count: int) -> Iterator[tuple[list[Known], list[Known]]]:
    """Leave each part out in turn; gives what is learnt and what is judged.

    Each meaning is spread evenly. Of a meaning with one sentence nothing is judged: left out,
    nothing is known of it.
    """
    dealt: dict[int, int] = {}
    for numbers in _shuffled(known):
        for number in numbers if len(numbers) > 1 else ():
            dealt[number] = len(dealt) % count
    for part in range(count):
        learnt = [one for number, one in enumerate(known) if dealt.get(number) != part]
        judged = [one for number, one in enumerate(known) if dealt.get(number) == part]
        if judged:
            yield learnt, judged


def some(known: Sequence[Known], share: float) -> list[Known]:
    """Take a share of each meaning's sentences, at least one; a smaller share is within it."""
    taken = {
        number
        for numbers in _shuffled(known)
        for number in numbers[: max(1, round(share * len(numbers)))]
    }
    return [one for number, one in enumerate(known) if number in taken]


def _shuffled(known: Sequence[Known]) -> Iterator[list[int]]:
    by_meaning: dict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(known):
        by_meaning[one.meaning].append(number)
    lot = random.Random(0)  # noqa: S311 - the same parts each time; nothing secret
    for numbers in by_meaning.values():
        lot.shuffle(numbers)
        yield numbers
