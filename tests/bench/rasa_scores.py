"""What both sides of `make bench-rasa` are asked and how it is counted."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot import Engine, Sentence, Utterance
from bot.plugins.lessons import Lessons

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
WARM = 20
"""Sentences that are read before anything is measured: the first ones load what is lazy."""

Figures = dict[str, float]


async def read_all(engine: Engine, lessons: Lessons) -> list[tuple[str, Sentence, Any]]:
    """Ask everything, one after the other."""
    return [
        (meaning, sentence, await engine.interpret(Utterance(text=sentence.text, now=NOW)))
        for meaning, sentences in lessons.items()
        for sentence in sentences
    ]


def scored(answers: Sequence[tuple[str, Sentence, Any]], *, entities: bool) -> Figures:
    """Count right guesses, without rejection, and values whose span and name are right."""
    right = sum(told.guess == meaning for meaning, _, told in answers)
    figures = {"accuracy": right / len(answers)}
    wanted = [_spans(sentence.labels) for _, sentence, _ in answers]
    if entities and any(wanted):
        found = [_spans(told.labels) for _, _, told in answers]
        hits = sum(len(one & other) for one, other in zip(found, wanted, strict=True))
        total = sum(map(len, found)) + sum(map(len, wanted))
        figures["entities_f1"] = 2 * hits / total
    return figures


def _spans(labels: Any) -> set[tuple[str, int, int]]:
    return {(one.parameter, one.start, one.end) for one in labels}


def memory_mib(pid: int) -> float:
    """Read the resident memory of a process (Linux)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))
