"""Scores of an engine's answers to labelled sentences, as contract.md §8 prints them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.model.understanding import Interpretation, Sentence

OUT_OF_SCOPE = "oos"
"""The meaning of sentences that no command answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an engine made of a sentence, and how long it took."""

    meaning: str
    sentence: Sentence
    told: Interpretation
    seconds: float

    @property
    def is_in_scope(self) -> bool:
        """Tell whether a command answers the sentence."""
        return self.meaning != OUT_OF_SCOPE

    @property
    def guess(self) -> str | None:
        """Tell what the engine held most probable, below its threshold, too."""
        told = self.told
        named = told.guess or told.command
        return named or next((one.command for one in told.alternatives), None)


def scores(answers: Sequence[Answer], train_seconds: float) -> dict[str, Any]:
    """Score answers; shares are 0.0 to 1.0, None where there was nothing to score."""
    milliseconds = sorted(answer.seconds * 1000 for answer in answers)
    return {
        "intents": _of_intents([answer for answer in answers if answer.is_in_scope]),
        "entities": _of_entities(answers),
        "out_of_scope": _of_scope(answers),
        "parse_ms": {"p50": _percentile(milliseconds, 50), "p99": _percentile(milliseconds, 99)},
        "train_s": round(train_seconds, 3),
    }


def _of_intents(answers: Sequence[Answer]) -> dict[str, float | None]:
    meant = Counter(answer.meaning for answer in answers)
    guessed = Counter(answer.guess for answer in answers)
    right = Counter(answer.meaning for answer in answers if answer.guess == answer.meaning)
    f1 = [2 * right[name] / (meant[name] + guessed[name]) for name in meant]
    return {
        "accuracy": _share(right.total(), len(answers)),
        "macro_f1": _share(sum(f1), len(f1)),
    }


def _of_entities(answers: Iterable[Answer]) -> dict[str, float | None]:
    """Compare exact spans; with nothing labelled there is no recall, and no F1."""
    wanted = found = right = 0
    for answer in answers:
        labels = {(one.parameter, one.start, one.end) for one in answer.sentence.labels}
        told = _told(answer.told, answer.sentence.text)
        wanted, found, right = wanted + len(labels), found + len(told), right + len(labels & told)
    return {
        "precision": _share(right, found),
        "recall": _share(right, wanted),
        "f1": _share(2 * right, wanted + found) if wanted else None,
    }


def _told(told: Interpretation, text: str) -> set[tuple[str, int, int]]:
    """Give the spans that an engine found; where it names words only, their first place."""
    if told.labels:
        return {(one.parameter, one.start, one.end) for one in told.labels}
    places = ((name, text.find(words), words) for name, words in told.slots.items())
    return {(name, start, start + len(words)) for name, start, words in places if start >= 0}


def _of_scope(answers: Sequence[Answer]) -> dict[str, float | None]:
    inside = [answer for answer in answers if answer.is_in_scope]
    outside = [answer for answer in answers if not answer.is_in_scope]
    refused = sum(answer.told.command is None for answer in outside)
    kept = sum(answer.told.command == answer.meaning for answer in inside)
    return {
        "recall": _share(refused, len(outside)),
        "in_scope_accuracy": _share(kept, len(inside)),
    }


def _share(part: float, whole: float) -> float | None:
    return round(part / whole, 4) if whole else None


def _percentile(ordered: Sequence[float], percent: int) -> float | None:
    if not ordered:
        return None
    return round(ordered[min(len(ordered) - 1, len(ordered) * percent // 100)], 3)
