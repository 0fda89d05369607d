"""What labelled misses add to what there is to learn, and what that brings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.evaluation.answers import Answer, share
from bot.evaluation.parts import Known, folds, known_of, sentences_of, some, taught
from bot.evaluation.trials import Bench
from bot.model.misses import OUT_OF_SCOPE, Taught
from bot.model.understanding import VocabularyEntry
from bot.plugins.taught import with_taught

PARTS = 3
MOST_JUDGED = 1500
"""Of more sentences a part is judged: a trainer waits for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gains:
    """What share is understood before the labelled sentences were learnt, and after.

    ``known`` are the sentences of commands and files, ``missed`` the labelled ones; each was
    judged by engines that had not learnt it. The counts tell how many were judged.
    """

    known: int
    missed: int
    known_before: float | None
    known_after: float | None
    missed_before: float | None
    missed_after: float | None


def known_from(sentences: Iterable[Taught]) -> list[Known]:
    """Read labelled misses."""
    return known_of(with_taught({}, sentences))


async def gains(bench: Bench, entries: Sequence[VocabularyEntry], missed: Sequence[Known]) -> Gains:
    """Judge parts by engines that learnt the others, with and without the labelled sentences.

    Args:
        bench: opens the engines.
        entries: the vocabulary with the labelled sentences in it.
        missed: the labelled sentences.
    """
    quick = replace(bench, explains=False)
    labelled = {(one.meaning, one.sentence) for one in missed}
    known = [one for one in sentences_of(entries) if (one.meaning, one.sentence) not in labelled]
    known = some(known, min(1.0, MOST_JUDGED / max(1, len(known))))
    new = {id(one) for one in missed}
    before: list[tuple[Known, Answer]] = []
    after: list[tuple[Known, Answer]] = []
    for number, (learnt, judged) in enumerate(folds([*known, *missed], PARTS), start=1):
        old = [one for one in learnt if id(one) not in new]
        for given, judgements, when in ((old, before, "before"), (learnt, after, "after")):
            stage = f"{when}, part {number} of {PARTS}"
            trial = await quick.tried(taught(entries, given), judged, stage)
            judgements.extend(zip(judged, trial.answers, strict=True))
    commands = {entry.command for entry in entries if entry.answered}

    def understood(answers: Sequence[tuple[Known, Answer]], *, is_new: bool) -> float | None:
        asked = [answer for one, answer in answers if (id(one) in new) is is_new]
        return share(sum(_is_understood(answer, commands) for answer in asked), len(asked))

    count = sum(id(one) in new for one, _ in after)
    return Gains(
        known=len(after) - count, missed=count,
        known_before=understood(before, is_new=False), known_after=understood(after, is_new=False),
        missed_before=understood(before, is_new=True), missed_after=understood(after, is_new=True),
    )  # fmt: skip


def _is_understood(answer: Answer, commands: set[str]) -> bool:
    """Tell whether the bot would do right: propose the command, or none where none is meant."""
    if answer.meaning in commands and answer.meaning != OUT_OF_SCOPE:
        return answer.told.command == answer.meaning
    return answer.told.command is None
