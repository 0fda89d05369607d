"""The engine that is always there: a command's `say` templates, word by word, never fuzzy.

``[optional]`` groups may be missing, and neighbouring groups may stand in another order;
``{parameter}`` captures words as they are. A template matches where its words stand in the
sentence one after the other. Nothing here is a regular expression over the whole sentence, so the
work is bounded by words times templates.
"""

import re
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot import Alternative, Engine, Interpretation, PluginError, Utterance, VocabularyEntry

__all__ = ["RulesSettings", "check_template", "open_engine"]

WHOLE = 1.0
CONTAINED = 0.9
LONGEST_CAPTURE = 64  # words before a following literal; the last capture takes the rest

PIECE = re.compile(r"\{(?P<name>[^{}]*)\}|(?P<mark>[\[\]{}])|(?P<words>[^\[\]{}]+)")
CHUNK = re.compile(r"[^\s\u2013\u2014]+")
EDGES = ".,;:!?\u2026\"'()[]{}<>*_~`\u2018\u2019\u201c\u201d\u00ab\u00bb\u00bf\u00a1"
SENTENCE_ENDS = frozenset(".!?\u2026")


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesSettings:
    """The table ``[nlu.rules]``; of a longer text only the beginning is read."""

    max_characters: int = 4096


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a sentence: folded for comparing, with its place; ``ends`` a sentence or not."""

    folded: str
    start: int
    end: int
    ends: bool


@dataclass(frozen=True, slots=True)
class Literal:
    """A word that must stand there."""

    folded: str


@dataclass(frozen=True, slots=True)
class Capture:
    """Words that become a slot."""

    name: str


Item = Literal | Capture


@dataclass(frozen=True, slots=True)
class Part:
    """Items that stand together: needed, or an optional group."""

    items: tuple[Item, ...]
    optional: bool


@dataclass(slots=True)
class Trace:
    """What a template has found so far."""

    position: int
    literals: list[int] = field(default_factory=list)
    slots: dict[str, tuple[int, int]] = field(default_factory=dict)
    covered: int = 0


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


def check_template(template: str, parameters: Collection[str]) -> str | None:
    """Tell what is wrong with a `say` template, or None; ``parameters`` are the command's."""
    is_open = False
    needed = 0
    for piece in PIECE.finditer(template):
        match piece["mark"]:
            case "[" if is_open:
                return "a group [ ] stands inside another; write two sentences"
            case "]" if not is_open:
                return "a ] closes no group"
            case "{" | "}":
                return "a { or } stands alone"
            case "[" | "]":
                is_open = not is_open
            case _:
                name = piece["name"]
                if name is not None and name not in parameters:
                    return f"{{{name}}} is no parameter; there are: {', '.join(parameters) or '-'}"
                needed += 0 if is_open or name is not None else len(words_of(piece["words"]))
    if is_open:
        return "a [ is not closed"
    return None if needed else "needs a word outside [ ] and { }"


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
    """See `bot.ports.Engine`."""

    def __init__(
        self, name: str, settings: RulesSettings, vocabulary: Sequence[VocabularyEntry]
    ) -> None:
        self._name = name
        self._max_characters = settings.max_characters
        self._templates = [
            (entry.command, parts_of(template)) for entry in vocabulary for template in entry.say
        ]

    async def interpret(self, utterance: Utterance) -> Interpretation:
        """See `bot.ports.Engine.interpret`; the most specific template wins."""
        text = utterance.text[: self._max_characters]
        words = words_of(text)
        places = places_of(words)
        best: dict[str, Hit] = {}
        for command, parts in self._templates:
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


def specific(hit: Hit) -> tuple[int, bool]:
    """Rank a hit; equals stay in the vocabulary's order, and the earlier place stays."""
    return hit.weight, hit.whole


def words_of(text: str) -> list[Word]:
    """Split a text into words, with the punctuation at their edges left out."""
    words = []
    for chunk in CHUNK.finditer(text):
        bare = chunk[0].strip(EDGES)
        if not bare:
            continue
        start = chunk.start() + chunk[0].index(bare)
        tail = chunk[0][start - chunk.start() + len(bare) :]
        folded = bare.replace("\u2019", "'").casefold()
        words.append(Word(folded, start, start + len(bare), not SENTENCE_ENDS.isdisjoint(tail)))
    return words


def places_of(words: Sequence[Word]) -> dict[str, list[int]]:
    """Index the words of a sentence by what they say."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, word in enumerate(words):
        places[word.folded].append(place)
    return places


def parts_of(template: str) -> list[Part]:
    """Read a template that `check_template` has found good."""
    parts: list[Part] = []
    items: list[Item] = []
    for piece in PIECE.finditer(template):
        if piece["mark"]:
            if items:
                parts.append(Part(tuple(items), optional=piece["mark"] == "]"))
            items = []
        elif piece["name"] is not None:
            items.append(Capture(piece["name"]))
        else:
            items += [Literal(word.folded) for word in words_of(piece["words"])]
    return [*parts, Part(tuple(items), optional=False)] if items else parts


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


def starts(
    parts: Sequence[Part], words: Sequence[Word], places: dict[str, list[int]]
) -> Collection[int]:
    """Tell where a template may begin: at one of the words that it can begin with."""
    found: set[int] = set()
    for part in parts:
        match part.items[0]:
            case Literal(folded):
                found.update(places.get(folded, ()))
            case Capture():
                return range(len(words))
        if not part.optional:
            break
    return sorted(found)


def walk(parts: Sequence[Part], words: Sequence[Word], start: int) -> Trace | None:
    """Lay a template onto the words from one place on; None where it does not fit."""
    trace = Trace(start)
    index = 0
    while index < len(parts):
        if not parts[index].optional:
            if not lay(parts[index].items, words, trace, first_words(parts[index + 1 :])):
                return None
            index += 1
            continue
        until = next((n for n in range(index, len(parts)) if not parts[n].optional), len(parts))
        lay_groups(list(parts[index:until]), words, trace, first_words(parts[until:]))
        index = until
    trace.covered = trace.position - start
    return trace


def lay_groups(
    groups: list[Part], words: Sequence[Word], trace: Trace, after: frozenset[str]
) -> None:
    """Lay neighbouring optional groups, in whatever order they stand; each at most once."""
    laid = True
    while laid:
        laid = False
        for group in groups:
            rest = [other for other in groups if other is not group]
            if lay(group.items, words, trace, first_words(rest) | after):
                groups = rest
                laid = True
                break


def lay(items: Sequence[Item], words: Sequence[Word], trace: Trace, after: frozenset[str]) -> bool:
    """Lay items that stand together; the trace moves only if all fit."""
    position, literals, slots = trace.position, list[int](), dict[str, tuple[int, int]]()
    for index, item in enumerate(items):
        match item:
            case Literal(folded):
                if position >= len(words) or words[position].folded != folded:
                    return False
                literals.append(position)
                position += 1
            case Capture(name):
                end = capture(items[index + 1 :], words, position, after)
                if end is None:
                    return False
                slots.setdefault(name, (position, end - 1))
                position = end
    trace.position = position
    trace.literals += literals
    trace.slots = {**slots, **trace.slots}
    return True


def capture(
    following: Sequence[Item], words: Sequence[Word], position: int, after: frozenset[str]
) -> int | None:
    """Find where a capture ends: before the next literal, or with the sentence."""
    literals = leading_literals(following)
    if literals:
        last = min(position + LONGEST_CAPTURE, len(words) - len(literals))
        for end in range(position + 1, last + 1):
            if all(words[end + n].folded == word for n, word in enumerate(literals)):
                return end
        return None
    if following:  # another capture follows at once: one word each
        return position + 1 if position < len(words) else None
    for end in range(position + 1, len(words) + 1):
        if end == len(words) or words[end - 1].ends or words[end].folded in after:
            return end
    return None


def leading_literals(items: Sequence[Item]) -> list[str]:
    """List the words up to the next capture."""
    found: list[str] = []
    for item in items:
        if not isinstance(item, Literal):
            break
        found.append(item.folded)
    return found


def first_words(parts: Sequence[Part]) -> frozenset[str]:
    """List the words that may come next, through the optional groups to the first needed part."""
    found: set[str] = set()
    for part in parts:
        if isinstance(part.items[0], Literal):
            found.add(part.items[0].folded)
        if not part.optional:
            break
    return frozenset(found)
