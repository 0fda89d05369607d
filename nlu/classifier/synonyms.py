"""What words stand for: "NYC" for New York, as Rasa's EntitySynonymMapper has it.

Whatever the parameter and the case of the letters; of two that contradict each other the last
wins (Rasa documentation, "NLU Training Data", synonyms).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot import WordTable
from nlu.classifier.teaching import Lesson

MOMENTS = frozenset({"date", "time", "datetime", "timedelta"})
"""Kinds whose labelled words may have another meaning each day: "tomorrow" stood for one date in
the sentence that was labelled, and stands for another one now."""


class Synonyms:
    """Words, and what they stand for."""

    def __init__(self, told: Iterable[tuple[str, str]] = ()) -> None:
        self._meant = {words.casefold(): meant for words, meant in told}

    def of(self, words: str) -> str:
        """Tell what words stand for; mostly themselves."""
        return self._meant.get(words.casefold(), words)


def synonyms_of(
    lessons: Sequence[Lesson],
    tables: Sequence[WordTable],
    kinds: Mapping[str, Mapping[str, str]],
) -> Synonyms:
    """Gather synonyms: those of labels, then those of tables.

    Args:
        lessons: sentences whose labels may say what their words stand for.
        tables: of the files.
        kinds: of the parameters of each meaning.
    """
    return Synonyms([*_labelled(lessons, kinds), *_listed(tables)])


def _labelled(
    lessons: Sequence[Lesson], kinds: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[str, str]]:
    for lesson in lessons:
        for label in lesson.sentence.labels:
            words = lesson.sentence.text[label.start : label.end]
            kind = kinds.get(lesson.meaning, {}).get(label.parameter)
            if label.value not in ("", words) and kind not in MOMENTS:
                yield words, label.value


def _listed(tables: Sequence[WordTable]) -> Iterator[tuple[str, str]]:
    for table in tables:
        if table.kind == "synonym":
            yield table.name, table.name
            yield from ((entry, table.name) for entry in table.entries)
