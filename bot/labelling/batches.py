"""Misses that are alike, gathered so that one label serves them all, with what they may mean."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.evaluation.likeness import grams, likeness
from bot.labelling.marking import one_line
from bot.model.ids import MissId
from bot.model.misses import Miss, MissGroup
from bot.model.understanding import Explanation, Interpretation

ALIKE = 0.5
MOST_SUGGESTIONS = 5

_Reason: TypeAlias = tuple[str, float | None, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A meaning that may be right, and why it is suggested."""

    meaning: str
    confidence: float | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Misses of like words; the first group is what was said most often of it."""

    groups: tuple[MissGroup, ...]

    @property
    def text(self) -> str:
        """What is shown and marked: what was said, on one line."""
        return one_line(self.groups[0].text)

    @property
    def others(self) -> list[str]:
        """What else gets the same label."""
        return [one_line(group.text) for group in self.groups[1:]]

    @property
    def misses(self) -> list[Miss]:
        """All of them."""
        return [miss for group in self.groups for miss in group.misses]

    @property
    def ids(self) -> list[MissId]:
        """Theirs."""
        return [miss.id for miss in self.misses]


def gathered(groups: Iterable[MissGroup]) -> list[Batch]:
    """Gather like groups; what was said most often comes first."""
    heads: list[tuple[frozenset[str], list[MissGroup]]] = []
    for group in groups:
        said = grams(group.text)
        for head, members in heads:
            if likeness(head, said) >= ALIKE:
                members.append(group)
                break
        else:
            heads.append((said, [group]))
    batches = [Batch(groups=tuple(members)) for _, members in heads]
    return sorted(batches, key=lambda batch: -len(batch.misses))


def suggestions(
    batch: Batch, told: Interpretation, why: Explanation | None
) -> Sequence[Suggestion]:
    """Rank meanings: what the customers turned to, what the engine ranks, what is near."""
    found: dict[str, Suggestion] = {}
    for meaning, confidence, reason in (*_turned_to(batch), *_read(told, why), *_guessed(batch)):
        if meaning:
            one = Suggestion(meaning=meaning, confidence=confidence, why=reason)
            found.setdefault(meaning, one)
    return list(found.values())[:MOST_SUGGESTIONS]


def _turned_to(batch: Batch) -> Iterator[_Reason]:
    for miss in batch.misses:
        yield miss.chosen, None, "the customer turned to it"


def _read(told: Interpretation, why: Explanation | None) -> Iterator[_Reason]:
    """Give the engine's ranking, each with the learnt sentence that is most like it, if any."""
    like: dict[str, str] = {}
    for near in why.nearest if why is not None else ():
        like.setdefault(near.command, f'like "{near.text}"')
    ranked = [(one.command, one.confidence) for one in told.alternatives]
    for meaning, confidence in ((told.command or "", told.confidence), *ranked):
        yield meaning, confidence, like.get(meaning, "")
    for meaning in (told.guess or "", *like):
        yield meaning, None, like.get(meaning, "")


def _guessed(batch: Batch) -> Iterator[_Reason]:
    for miss in batch.misses:
        for guess in miss.missed.proposal.guesses:
            yield guess.command, guess.confidence, "guessed at the time"
