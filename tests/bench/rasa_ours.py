"""The classifier in `make bench-rasa`: one process learns, a fresh one answers, as Rasa does."""

import asyncio
import json
import os
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot import Utterance
from bot.evaluation.parts import entries_of
from bot.plugins.lessons import read_lessons
from nlu.classifier import ClassifierSettings, open_engine
from tests.bench.rasa_scores import WARM, Figures, memory_mib, read_all, scored
from tests.bench.rasa_sets import Set

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)


async def learnt(one: Set, models: Path) -> Figures:
    """Learn and keep it; CPU from the process's first instruction on."""
    entries = entries_of(read_lessons([one.train]))
    settings = replace(ClassifierSettings(), models=models)
    async with open_engine("classifier", settings, entries):
        return {"train_cpu_s": time.process_time()}


async def asked(one: Set, models: Path) -> Figures:
    """Start with what was learnt, and read every sentence of the test."""
    entries = entries_of(read_lessons([one.train]))
    settings = replace(ClassifierSettings(), models=models)
    async with open_engine("classifier", settings, entries) as engine:
        started = {"start_cpu_s": time.process_time()}
        questions = read_lessons([one.test])
        for sentence in next(iter(questions.values()))[:WARM]:
            await engine.interpret(Utterance(text=sentence.text, now=NOW))
        begun = time.process_time()
        answers = await read_all(engine, questions)
        spent = time.process_time() - begun
        return {
            **scored(answers, entities=one.entities), **started,
            "parse_cpu_ms": 1000 * spent / len(answers), "memory_mib": memory_mib(os.getpid()),
        }  # fmt: skip


def main() -> None:
    """Do what the command line says and print the figures."""
    what, told, folder = sys.argv[1:]
    given = json.loads(told)
    one = Set(
        name=given["name"], train=Path(given["train"]), test=Path(given["test"]),
        tables=Path(given["tables"]) if given["tables"] else None, entities=given["entities"],
    )  # fmt: skip
    work = learnt if what == "learn" else asked
    sys.stdout.write(json.dumps(asyncio.run(work(one, Path(folder)))) + "\n")


if __name__ == "__main__":
    main()
