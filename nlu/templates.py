"""`say` templates: how they are written, and how one is laid onto the words of a sentence.

``[optional]`` groups may be missing, and neighbouring groups may stand in another order;
``{parameter}`` captures words as they are. Nothing here is a regular expression over the whole
sentence, so the work is bounded by words times templates.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

LONGEST_CAPTURE = 64  # words before a following literal; the last capture takes the rest
ANY_WORD = ""

PIECE = re.compile(r"\{(?P<name>[^{}]*)\}|(?P<mark>[\[\]{}])|(?P<words>[^\[\]{}]+)")
CHUNK = re.compile(r"[^\s\u2013\u2014]+")
EDGES = ".,;:!?\u2026\"'()[]{}<>*_~`\u2018\u2019\u201c\u201d\u00ab\u00bb\u00bf\u00a1"
SENTENCE_ENDS = frozenset(".!?\u2026")


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


def anchors_of(templates: Sequence[Sequence[Part]]) -> list[str]:
    """Choose a word for each template that stands wherever it matches: the rarest that it needs.

    The templates are such that `check_template` has found good: each needs a word.
    """
    needed = [
        [item.folded for part in parts if not part.optional for item in part.items
         if isinstance(item, Literal)]
        for parts in templates
    ]  # fmt: skip
    uses = Counter(word for words in needed for word in set(words))
    return [min(words, key=uses.__getitem__) for words in needed]


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
    """Lay a template onto the words from one place on; None where it does not fit.

    An optional group that any word fits may have taken the word of a needed capture behind it:
    then the template is laid without such groups.
    """
    trace = laid_out(parts, words, start)
    if trace is not None:
        return trace
    firm = [part for part in parts if not (part.optional and isinstance(part.items[0], Capture))]
    return laid_out(firm, words, start) if len(firm) < len(parts) else None


def laid_out(parts: Sequence[Part], words: Sequence[Word], start: int) -> Trace | None:
    """Lay the parts one by one, each group as far as it fits."""
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
    if following or ANY_WORD in after:  # another capture follows at once: one word each
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
    """List the words that may come next, through the optional groups to the first needed part.

    Where that one is a capture, `ANY_WORD` stands for its word.
    """
    found: set[str] = set()
    for part in parts:
        if isinstance(part.items[0], Literal):
            found.add(part.items[0].folded)
        elif not part.optional:
            found.add(ANY_WORD)
        if not part.optional:
            break
    return frozenset(found)
