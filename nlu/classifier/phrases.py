"""Phrases that are known to be a parameter's: taught words, entries of lookups, hits of regexes."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from bot import Label, Sentence, WordTable
from nlu.classifier.words import Word, words_of

LONGEST = 6
"""Words of a phrase; longer ones are not looked for."""

Said = tuple[str, str]
"""A phrase and whose it is."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """What is known of phrases.

    Attributes:
        taught: in how many sentences a phrase was labelled with which parameter.
        listed: the lookups in which a phrase stands.
        patterns: regexes with their names.
        firsts: words that a phrase begins with, and the most words of such a phrase.
    """

    taught: Mapping[str, Mapping[str, int]]
    listed: Mapping[str, Sequence[str]]
    patterns: Sequence[tuple[str, re.Pattern[str]]]
    firsts: Mapping[str, int]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Phrases":
        """Make them of what `gathered` has told."""
        firsts: dict[str, int] = {}
        for phrase in (*told["taught"], *told["listed"]):
            words = phrase.split(" ")
            firsts[words[0]] = max(len(words), firsts.get(words[0], 0))
        patterns = [(name, re.compile(one, re.IGNORECASE)) for name, one in told["patterns"]]
        return cls(told["taught"], told["listed"], patterns, firsts)

    def clues(
        self, text: str, words: Sequence[Word], own: AbstractSet[Said] = frozenset()
    ) -> list[list[str]]:
        """Tell at each word of which phrases it is the first or a further one.

        Args:
            text: the sentence.
            words: its words.
            own: what this very sentence teaches; it must not know its own answers.
        """
        clues: list[list[str]] = [[] for _ in words]
        for start, end, phrase in self._runs(words):
            told = self.taught.get(phrase, {})
            names = [f"known:{n}" for n in told if told[n] > ((phrase, n) in own)]
            names += (f"listed:{name}" for name in self.listed.get(phrase, ()))
            _mark(clues[start:end], names)
        for name, start, end in self._hits(text):
            inside = (n for n, word in enumerate(words) if word.start < end and start < word.end)
            _mark([clues[place] for place in inside], [f"like:{name}"])
        return clues

    def values(self, text: str, words: Sequence[Word]) -> list[Label]:
        """Find entries of lookups and hits of regexes, the longest first, as their table's."""
        spans = [
            (words[start].start, words[end - 1].end, name)
            for start, end, phrase in self._runs(words)
            for name in self.listed.get(phrase, ())
        ]
        spans += ((start, end, name) for name, start, end in self._hits(text))
        spans.sort(key=lambda span: (span[0] - span[1], span[0]))
        return [
            Label(parameter=name, start=start, end=end, value=text[start:end])
            for start, end, name in spans
        ]

    def _runs(self, words: Sequence[Word]) -> Iterator[tuple[int, int, str]]:
        for start, word in enumerate(words):
            most = self.firsts.get(word.folded, 0)
            for end in range(start + 1, min(start + most, len(words)) + 1):
                yield start, end, phrase_of(words[start:end])

    def _hits(self, text: str) -> Iterator[tuple[str, int, int]]:
        for name, pattern in self.patterns:
            for found in pattern.finditer(text):
                if found[0].strip():
                    yield name, found.start(), found.end()


def gathered(sentences: Iterable[Sentence], tables: Sequence[WordTable]) -> dict[str, Any]:
    """Gather what there is to know of phrases, in a form that JSON can keep."""
    taught: dict[str, Counter[str]] = defaultdict(Counter)
    for sentence in sentences:
        for phrase, parameter in said_in(sentence):
            taught[phrase][parameter] += 1
    listed: dict[str, list[str]] = defaultdict(list)
    for table in tables:
        for entry in table.entries if table.kind == "lookup" else ():
            phrase = phrase_of(words_of(entry))
            if phrase and table.name not in listed[phrase]:
                listed[phrase].append(table.name)
    patterns = [(one.name, entry) for one in tables if one.kind == "regex" for entry in one.entries]
    return {
        "taught": {phrase: dict(counts) for phrase, counts in taught.items()},
        "listed": dict(listed), "patterns": patterns,
    }  # fmt: skip


def said_in(sentence: Sentence) -> set[Said]:
    """List the labelled phrases of a sentence; digits are no phrases: any others are as good."""
    words = words_of(sentence.text) if sentence.labels else []
    said: set[Said] = set()
    for label in sentence.labels:
        inside = [one for one in words if one.start < label.end and label.start < one.end]
        if 0 < len(inside) <= LONGEST and not any(one.folded[0].isdigit() for one in inside):
            said.add((phrase_of(inside), label.parameter))
    return said


def phrase_of(words: Sequence[Word]) -> str:
    """Write words as phrases are compared."""
    return " ".join(word.folded for word in words)


def _mark(clues: Sequence[list[str]], names: Sequence[str]) -> None:
    for place, told in enumerate(clues):
        edge = "I" if place else "B1" if len(clues) == 1 else "B"
        told.extend(f"{edge}:{name}" for name in names)
