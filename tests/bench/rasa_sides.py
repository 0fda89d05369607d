"""The two sides of `make bench-rasa`, each measured in processes of its own."""

import asyncio
import json
import os
import resource
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aiohttp import ClientSession

from bot import Engine, Secret, Sentence, SystemClock, Utterance
from bot.evaluation.parts import entries_of
from bot.plugins.lessons import Lessons, read_lessons
from nlu.classifier import ClassifierSettings
from nlu.classifier import open_engine as open_classifier
from nlu.rasa import RasaSettings
from nlu.rasa import open_engine as open_rasa
from nlu.rasa.engine import Rasa
from nlu.rasa.homes import Home
from nlu.rasa.hosting import HOST, Host
from nlu.rasa.local import learn
from tests.bench.rasa_sets import Set

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
PATIENCE = timedelta(hours=12)
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
    if entities:
        found = [_spans(told.labels) for _, _, told in answers]
        wanted = [_spans(sentence.labels) for _, sentence, _ in answers]
        hits = sum(len(one & other) for one, other in zip(found, wanted, strict=True))
        total = sum(map(len, found)) + sum(map(len, wanted))
        figures["entities_f1"] = 2 * hits / total if total else 0.0
    return figures


def _spans(labels: Any) -> set[tuple[str, int, int]]:
    return {(one.parameter, one.start, one.end) for one in labels}


async def ours(one: Set) -> Figures:
    """Measure the classifier: this process, from its first instruction on."""
    lessons = read_lessons([one.train])
    entries = entries_of(lessons)
    settings = ClassifierSettings(keep=False)
    async with open_classifier("classifier", settings, entries) as engine:
        ready = {"ready_cpu_s": time.process_time(), "sentences": float(_size(lessons))}
        questions = read_lessons([one.test])
        for sentence in next(iter(questions.values()))[:WARM]:
            await engine.interpret(Utterance(text=sentence.text, now=NOW))
        begun = time.process_time()
        answers = await read_all(engine, questions)
        spent = time.process_time() - begun
    return {
        **scored(answers, entities=one.entities), **ready,
        "parse_cpu_ms": 1000 * spent / len(answers), "memory_mib": _memory(os.getpid()),
    }  # fmt: skip


async def rasas(one: Set, home: Home) -> Figures:
    """Measure Rasa: a training, a start, then every sentence over HTTP."""
    entries = entries_of(read_lessons([one.train]))
    settings = RasaSettings(timeout=timedelta(seconds=10), token=Secret(home.token()))
    documents = [path.read_text() for path in _tables(one)]
    async with open_rasa("rasa", settings, entries) as engine:
        if not isinstance(engine, Rasa):
            raise TypeError("another engine")
        project = engine.project(documents)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    home.work.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=home.work) as cache:  # nothing that another training left
        fresh = Home(Path(cache))
        fresh.environment.symlink_to(home.environment)
        await learn(fresh, project, PATIENCE, (SystemClock(), _tell))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        trained = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return {**await _served(one, fresh, entries), "train_cpu_s": trained}


async def _served(one: Set, home: Home, entries: Any) -> Figures:
    async with ClientSession() as http:
        host = Host(home=home, http=http, tell=_tell)
        await host.start()
        served = host.current
        if served is None:
            raise RuntimeError("no server")
        pid = served.process.pid
        started = _cpu(pid)
        settings = RasaSettings(
            url=f"http://{HOST}:{served.port}", token=Secret(home.token()),
            timeout=timedelta(seconds=10),
        )  # fmt: skip
        questions = read_lessons([one.test])
        async with open_rasa("rasa", settings, entries) as engine:
            for sentence in next(iter(questions.values()))[:WARM]:
                await engine.interpret(Utterance(text=sentence.text, now=NOW))
            begun = _cpu(pid)
            answers = await read_all(engine, questions)
            spent = _cpu(pid) - begun
            memory = _memory(pid)
        await host.close()
    return {
        **scored(answers, entities=one.entities), "start_cpu_s": started,
        "parse_cpu_ms": 1000 * spent / len(answers), "memory_mib": memory,
    }  # fmt: skip


def _tables(one: Set) -> list[Path]:
    return [] if one.tables is None else [one.tables]


def _size(lessons: Lessons) -> int:
    return sum(map(len, lessons.values()))


def _cpu(pid: int) -> float:
    """Read the seconds that a process has spent, its dead children not counted (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int) -> float:
    """Read the resident memory of a process in MiB (Linux)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


def _tell(line: str) -> None:
    sys.stderr.write(f"  {line}\n")


if __name__ == "__main__":
    told = json.loads(sys.argv[1])
    given = Set(
        name=told["name"], train=Path(told["train"]), test=Path(told["test"]),
        tables=Path(told["tables"]) if told["tables"] else None, entities=told["entities"],
    )  # fmt: skip
    sys.stdout.write(json.dumps(asyncio.run(ours(given))) + "\n")
