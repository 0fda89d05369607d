"""Sentences that mean two commands: which of them is meant would be decided by chance.

Two `say` templates are alike where one sentence has exactly the words of both; where one has more
words than the other, the more specific one is meant and nothing is ambiguous.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice, permutations, product
from typing import TypeAlias

from bot.authoring.signatures import CommandSpec

Sentence: TypeAlias = tuple[str, ...]

CAPTURED = "…"
"""Stands for the words of a parameter."""
MOST_SENTENCES = 2000
"""Of one template; of one with more only these are compared."""
_PART = re.compile(r"\[[^\[\]]*\]|[^\[\]]+")
_WORD = re.compile(r"\{[^{}]*\}|[^\s{}\u2013\u2014]+")
_EDGES = ".,;:!?\u2026\"'()<>*_~`\u2018\u2019\u201c\u201d\u00ab\u00bb\u00bf\u00a1"


@dataclass(frozen=True, slots=True)
class _Heard:
    """A template and whose it is."""

    spec: CommandSpec
    template: str


def find_lookalikes(specs: Iterable[CommandSpec]) -> Iterator[str]:
    """Tell of each two commands with one sentence; hidden ones are not understood from words."""
    heard: dict[Sentence, list[_Heard]] = defaultdict(list)
    told: set[frozenset[str]] = set()
    for spec in specs:
        for template in () if spec.command.hidden else spec.command.say:
            one = _Heard(spec, template)
            for sentence in sentences_of(template):
                for other in heard[sentence]:
                    pair = frozenset((spec.name, other.spec.name))
                    if pair not in told and _may_meet(spec, other.spec):
                        told.add(pair)
                        yield _alike(other, one, sentence)
                heard[sentence].append(one)


def sentences_of(template: str) -> Iterator[Sentence]:
    """List the sentences that a template stands for, without those that have no word of their own.

    Neighbouring ``[optional]`` groups may be missing and stand in any order.
    """
    parts = [(part.startswith("["), _words(part)) for part in _PART.findall(template)]
    parts = [(optional, words) for optional, words in parts if words]
    runs = [list(run) for _, run in groupby(enumerate(parts), key=_run)]
    orders = [_orders([words for _, (_, words) in run], optional=run[0][1][0]) for run in runs]
    built = (tuple(word for part in chosen for word in part) for chosen in product(*orders))
    own = (one for one in built if any(word != CAPTURED for word in one))
    return iter(dict.fromkeys(islice(own, MOST_SENTENCES)))


def _run(numbered: tuple[int, tuple[bool, Sentence]]) -> int:
    """Put neighbouring groups together, and leave everything else alone."""
    number, (optional, _) = numbered
    return -1 if optional else number


def _orders(groups: Sequence[Sentence], *, optional: bool) -> list[Sentence]:
    if not optional:
        return [groups[0]]
    chosen = (
        tuple(word for group in some for word in group)
        for size in range(len(groups) + 1)
        for some in permutations(groups, size)
    )
    return list(islice(chosen, MOST_SENTENCES))


def _words(part: str) -> Sentence:
    """Fold words as engines compare them: case and the punctuation around them do not count."""
    found = (
        CAPTURED if word.startswith("{") else word.strip(_EDGES).replace("\u2019", "'").casefold()
        for word in _WORD.findall(part.strip("[]"))
    )
    return tuple(word for word in found if word)


def _may_meet(one: CommandSpec, other: CommandSpec) -> bool:
    """Tell whether a channel may have both: those for different platforms may share a sentence."""
    needs = set(one.command.needs), set(other.command.needs)
    return not all(needs) or not needs[0].isdisjoint(needs[1])


def _alike(first: _Heard, second: _Heard, sentence: Sentence) -> str:
    return (
        f"{second.spec.source}: say of {second.spec.name}: {second.template!r} also means "
        f"{first.spec.name} ({first.template!r}, {first.spec.source}): "
        f"\u201c{' '.join(sentence)}\u201d; change one of them, or make one command hidden"
    )
