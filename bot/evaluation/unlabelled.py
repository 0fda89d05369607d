"""Words that look like a parameter's and are not labelled: an engine learns that they are not."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.evaluation.placed import Finding, Placed
from bot.evaluation.values import find_values
from bot.model.understanding import Hints, VocabularyEntry, WordTable
from bot.ports.language import Recogniser

SHORTEST = 3
"""Characters of words that are looked for: "a" is a number somewhere, and a word everywhere."""

_REMEDY = "label them, or leave them if they mean something else here"


class Unlabelled:
    """Looks for them: by what is labelled elsewhere, by lookup tables, and by recognisers."""

    def __init__(
        self,
        entries: Sequence[VocabularyEntry],
        placed: Sequence[Placed],
        recognisers: Sequence[Recogniser[Any]],
        hints: Hints,
    ) -> None:
        """Gather whose words are known."""
        self._placed = placed
        self._recognisers = recognisers
        self._hints = hints
        self._labelled = _labelled(placed)
        used = {(one.meaning, label.parameter) for one in placed for label in one.sentence.labels}
        tables = entries[0].tables if entries else ()
        self._lookups = _lookups(tables)
        self._kinds: Mapping[str, Mapping[str, str]] = {
            entry.command: {
                name: kind
                for name, kind in entry.parameters.items()
                if (entry.command, name) in used and kind != "bool"
            }
            for entry in entries
        }

    def findings(self) -> Iterator[Finding]:
        """Tell of them, at most one of a sentence."""
        for one in self._placed:
            found = self._first(one)
            if found is not None:
                words, parameter, why = found
                what = f'"{words}" in "{one.text}" is not labelled, and {why} {parameter}'
                yield Finding(where=one.where, what=what, remedy=_REMEDY)

    def _first(self, one: Placed) -> tuple[str, str, str] | None:
        known = self._labelled[one.meaning]
        for words, parameter in known.items():
            if _stands_free(words, one):
                return words, parameter, "elsewhere it is labelled"
        for words, parameter in self._lookups.items():
            if parameter in self._kinds.get(one.meaning, {}) and _stands_free(words, one):
                return words, parameter, "it stands in the lookup table of"
        kinds = self._kinds.get(one.meaning, {})
        named = {label.parameter for label in one.sentence.labels}
        missing = {name: kind for name, kind in kinds.items() if name not in named}
        for label in find_values(one.text, missing, self._recognisers, self._hints):
            is_telling = len(label.value) >= SHORTEST or label.value.isdigit()
            if is_telling and not _is_taken(label.start, label.end, one):
                return label.value, label.parameter, "it reads as a value of"
        return None


def _labelled(placed: Sequence[Placed]) -> dict[str, dict[str, str]]:
    """Give each meaning's labelled words and whose they are, where they are one parameter's."""
    often: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for one in placed:
        for label in one.sentence.labels:
            words = one.text[label.start : label.end].casefold().strip()
            if len(words) >= SHORTEST:
                often[one.meaning][words, label.parameter] += 1
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for meaning, counts in often.items():
        owners = Counter(words for words, _ in counts)
        found[meaning] = {words: name for words, name in counts if owners[words] == 1}
    return found


def _lookups(tables: Sequence[WordTable]) -> dict[str, str]:
    return {
        entry.casefold(): table.name
        for table in tables
        if table.kind == "lookup"
        for entry in table.entries
        if len(entry) >= SHORTEST
    }


def _stands_free(words: str, one: Placed) -> bool:
    text = one.text.casefold()
    if words not in text or len(text) != len(one.text):
        return False
    found = re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", text)
    return any(not _is_taken(match.start(), match.end(), one) for match in found)


def _is_taken(start: int, end: int, one: Placed) -> bool:
    return any(start < label.end and label.start < end for label in one.sentence.labels)
