"""The engine that is always there: a command's `say` templates, word by word, never fuzzy."""

import re
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from itertools import islice

from bot import Alternative, Engine, Interpretation, PluginError, Utterance, VocabularyEntry
from nlu.templates import (
    Part,
    Word,
    anchors_of,
    check_template,
    parts_of,
    places_of,
    starts,
    walk,
    words_of,
)

__all__ = ["RulesSettings", "check_template", "open_engine"]

WHOLE = 1.0
CONTAINED = 0.9
JOINT = re.compile(
    r"\s*[,;.!?]+\s+(?:(?:and|then|also|und|dann|et|puis|y|luego|e)\s+)*"
    r"|\s+(?:(?:and|then|also|und|dann|et|puis|y|luego|e|&)\s+)+",
    re.IGNORECASE,
)
"""What may stand between two requests, in the languages that the bot speaks."""
MOST_JOINTS = 6
"""How many joints of a text are tried: none needs more, and each costs two readings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesSettings:
    """The table ``[nlu.rules]``; of a longer text only the beginning is read."""

    max_characters: int = 4096


@dataclass(frozen=True, slots=True)
class Hit:
    """A template that matched; ``weight`` is the length of its literal words."""

    command: str
    weight: int
    whole: bool
    slots: dict[str, str]
    used: tuple[tuple[int, int], ...]

    @property
    def confidence(self) -> float:
        """Tell how sure the match is."""
        return WHOLE if self.whole else CONTAINED


@asynccontextmanager
async def open_engine(
    name: str, settings: RulesSettings, vocabulary: Sequence[VocabularyEntry]
) -> AsyncIterator[Engine]:
    """Open the engine over the commands' sentences.

    Raises:
        PluginError: a template is written wrong.
    """
    problems = [
        f"{entry.command}: say {template!r}: {problem}; correct the command's decorator"
        for entry in vocabulary
        for template in entry.say
        if (problem := check_template(template, list(entry.parameters))) is not None
    ]
    if problems:
        raise PluginError(*problems)
    yield Rules(name, settings, vocabulary)


class Rules:
    """See `bot.ports.Engine`.

    Each template is kept under one of the words that it needs, so that a sentence is laid only
    under the templates that its own words lead to, however many commands there are.
    """

    def __init__(
        self, name: str, settings: RulesSettings, vocabulary: Sequence[VocabularyEntry]
    ) -> None:
        self._name = name
        self._max_characters = settings.max_characters
        self._templates = [
            (entry.command, parts_of(template)) for entry in vocabulary for template in entry.say
        ]
        self._led_to: dict[str, list[int]] = defaultdict(list)
        for number, word in enumerate(anchors_of([parts for _, parts in self._templates])):
            self._led_to[word].append(number)

    async def interpret(self, utterance: Utterance) -> Interpretation:
        """See `bot.ports.Engine.interpret`; the most specific template wins.

        Where a joint has templates of different commands on both its sides, each is a request.
        """
        text = utterance.text[: self._max_characters]
        told = self._read(text)
        if told.command is None or told.confidence >= WHOLE:
            return told
        first, *more = self._requests(text, told)
        return replace(first, more=tuple(more))

    def _requests(self, text: str, told: Interpretation) -> list[Interpretation]:
        """Cut a text at the first joint where that makes two requests of it, and so on."""
        for joint in islice(JOINT.finditer(text), MOST_JOINTS):
            left = self._read(text[: joint.start()])
            rest = self._read(text[joint.end() :])
            if left.command is None or rest.command in {None, left.command}:
                continue
            others = self._requests(text[joint.end() :], rest)
            if others[0].command != left.command:
                left = replace(left, part=(0, joint.start()))
                end = len(text) - joint.end()
                return [left, *(_moved(one, joint.end(), end) for one in others)]
        return [told]

    def _read(self, text: str) -> Interpretation:
        words = words_of(text)
        places = places_of(words)
        best: dict[str, Hit] = {}
        for command, parts in self._candidates(places):
            for hit in hits(command, parts, text, (words, places)):
                known = best.get(command)
                if known is None or specific(hit) > specific(known):
                    best[command] = hit
        if not best:
            return Interpretation(command=None, engine=self._name)
        first, *others = sorted(best.values(), key=specific, reverse=True)
        return Interpretation(
            command=first.command,
            slots=first.slots,
            confidence=first.confidence,
            engine=self._name,
            alternatives=[Alternative(command=o.command, confidence=o.confidence) for o in others],
            used=first.used,
        )

    def _candidates(self, words: Iterable[str]) -> Iterator[tuple[str, Sequence[Part]]]:
        """List the templates that words lead to, in the vocabulary's order."""
        found = [number for word in words for number in self._led_to.get(word, ())]
        return (self._templates[number] for number in sorted(found))


def _moved(told: Interpretation, by: int, length: int) -> Interpretation:
    """Count a reading's places in the text that its own was cut from."""
    start, end = told.part or (0, length)
    used = [(first + by, last + by) for first, last in told.used]
    return replace(told, part=(start + by, end + by), used=used)


def hits(
    command: str,
    parts: Sequence[Part],
    text: str,
    sentence: tuple[list[Word], dict[str, list[int]]],
) -> Iterator[Hit]:
    """Find every place where a template matches, from left to right."""
    words, places = sentence
    for start in starts(parts, words, places):
        trace = walk(parts, words, start)
        if trace is None:
            continue
        yield Hit(
            command=command,
            weight=sum(len(words[place].folded) for place in trace.literals),
            whole=trace.covered == len(words),
            slots={
                name: text[words[first].start : words[last].end]
                for name, (first, last) in trace.slots.items()
            },
            used=tuple((words[place].start, words[place].end) for place in trace.literals),
        )


def specific(hit: Hit) -> tuple[int, bool]:
    """Rank a hit; equals stay in the vocabulary's order, and the earlier place stays."""
    return hit.weight, hit.whole
