"""Scores of an engine's answers to labelled sentences, as contract.md §8 prints them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from bot.evaluation.answers import Answer, percentile, share


def scores(answers: Sequence[Answer], train_seconds: float) -> dict[str, Any]:
    """Score answers; shares are 0.0 to 1.0, None where there was nothing to score."""
    milliseconds = sorted(answer.seconds * 1000 for answer in answers)
    return {
        "intents": of_intents([answer for answer in answers if answer.is_in_scope]),
        "entities": of_entities(answers),
        "out_of_scope": of_scope(answers),
        "parse_ms": {"p50": percentile(milliseconds, 50), "p99": percentile(milliseconds, 99)},
        "train_s": round(train_seconds, 3),
    }


def of_intents(answers: Sequence[Answer]) -> dict[str, float | None]:
    """Score the best guesses, refused or not."""
    meant = Counter(answer.meaning for answer in answers)
    guessed = Counter(answer.guess for answer in answers)
    right = Counter(answer.meaning for answer in answers if answer.is_right)
    f1 = [2 * right[name] / (meant[name] + guessed[name]) for name in meant]
    return {
        "accuracy": share(right.total(), len(answers)),
        "macro_f1": share(sum(f1), len(f1)),
    }


def of_entities(answers: Iterable[Answer]) -> dict[str, float | None]:
    """Compare exact spans; with nothing labelled there is no recall, and no F1."""
    wanted = found = right = 0
    for answer in answers:
        labels, told = answer.labels, answer.found
        wanted, found, right = wanted + len(labels), found + len(told), right + len(labels & told)
    return {
        "precision": share(right, found),
        "recall": share(right, wanted),
        "f1": share(2 * right, wanted + found) if wanted else None,
    }


def of_scope(answers: Sequence[Answer]) -> dict[str, float | None]:
    """Tell what the engine's own threshold refused, and what it kept that was right."""
    inside = [answer for answer in answers if answer.is_in_scope]
    outside = [answer for answer in answers if not answer.is_in_scope]
    refused = sum(answer.told.command is None for answer in outside)
    kept = sum(answer.told.command == answer.meaning for answer in inside)
    return {
        "recall": share(refused, len(outside)),
        "in_scope_accuracy": share(kept, len(inside)),
    }
