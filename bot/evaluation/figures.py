"""Figures by meaning and by parameter, and what is taken for what."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.evaluation.answers import Answer, share

MOST_PAIRS = 20
MOST_SENTENCES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How well one meaning or parameter is found; None where there is nothing to divide by.

    ``support`` counts what was to be found.
    """

    precision: float | None
    recall: float | None
    f1: float | None
    support: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """Sentences of one meaning that were taken for another; some of them as examples."""

    meant: str
    taken_for: str
    count: int
    sentences: tuple[str, ...]


def by_meaning(answers: Iterable[Answer]) -> dict[str, Figures]:
    """Tell for each meaning how well it is recognised, without rejection, by name."""
    inside = [answer for answer in answers if answer.is_in_scope]
    return _figures(
        wanted=Counter(answer.meaning for answer in inside),
        found=Counter(answer.guess for answer in inside if answer.guess),
        right=Counter(answer.meaning for answer in inside if answer.is_right),
    )


def by_parameter(answers: Iterable[Answer]) -> dict[str, Figures]:
    """Tell for each parameter how well its words are found, by exact span."""
    wanted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for answer in answers:
        wanted.update(name for name, _, _ in answer.labels)
        found.update(name for name, _, _ in answer.found)
        right.update(name for name, _, _ in answer.labels & answer.found)
    return _figures(wanted=wanted, found=found, right=right)


def _figures(
    *, wanted: Mapping[str, int], found: Mapping[str, int], right: Mapping[str, int]
) -> dict[str, Figures]:
    told = {}
    for name in sorted({*wanted, *found}):
        hits, meant, guessed = right.get(name, 0), wanted.get(name, 0), found.get(name, 0)
        told[name] = Figures(
            precision=share(hits, guessed), recall=share(hits, meant),
            f1=share(2 * hits, meant + guessed) if meant else None, support=meant,
        )  # fmt: skip
    return told


def confusions(answers: Iterable[Answer]) -> Sequence[Confusion]:
    """List what is most often taken for what; sentences out of scope count where they were kept."""
    pairs: dict[tuple[str, str], list[str]] = defaultdict(list)
    for answer in answers:
        told = answer.guess if answer.is_in_scope else answer.told.command
        if told is not None and told != answer.meaning:
            pairs[answer.meaning, told].append(answer.sentence.text)
    ranked = sorted(pairs.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return [
        Confusion(
            meant=meant, taken_for=told, count=len(texts), sentences=tuple(texts[:MOST_SENTENCES])
        )
        for (meant, told), texts in ranked[:MOST_PAIRS]
    ]
