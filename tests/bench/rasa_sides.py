"""The two sides of `make bench-rasa`, each measured in processes of its own."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import ClientSession

from bot import Secret, SystemClock, Utterance, VocabularyEntry
from bot.evaluation.parts import entries_of
from bot.plugins.lessons import read_lessons
from nlu.rasa import RasaSettings, open_engine
from nlu.rasa.engine import Rasa
from nlu.rasa.homes import Home
from nlu.rasa.hosting import HOST, Host
from nlu.rasa.local import learn
from tests.architecture.tree import ROOT
from tests.bench.rasa_scores import NOW, WARM, Figures, memory_mib, read_all, scored
from tests.bench.rasa_sets import Set

PATIENCE = timedelta(hours=12)
ANSWER = timedelta(seconds=10)


def ours(one: Set) -> Figures:
    """Measure the classifier."""
    told = json.dumps({
        "name": one.name, "train": str(one.train), "test": str(one.test),
        "tables": str(one.tables or ""), "entities": one.entities,
    })  # fmt: skip
    figures: Figures = {}
    with TemporaryDirectory() as models:
        for what in ("learn", "ask"):
            done = subprocess.run(  # noqa: S603 - ourselves
                [sys.executable, "-m", "tests.bench.rasa_ours", what, told, models],
                cwd=ROOT, check=True, capture_output=True, text=True,
            )  # fmt: skip
            figures |= json.loads(done.stdout.splitlines()[-1])
    return figures


async def rasas(one: Set, home: Home) -> Figures:
    """Measure Rasa: a training, a start, then every sentence over HTTP."""
    entries = entries_of(read_lessons([one.train]))
    documents = [one.tables.read_text()] if one.tables else []
    async with open_engine("rasa", RasaSettings(), entries) as engine:
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


async def _served(one: Set, home: Home, entries: Sequence[VocabularyEntry]) -> Figures:
    async with ClientSession() as http:
        host = Host(home=home, http=http, tell=_tell)
        await host.start()
        served = host.current
        if served is None:
            raise RuntimeError("no server")
        pid = served.process.pid
        started = _cpu_s(pid)
        settings = RasaSettings(
            url=f"http://{HOST}:{served.port}", token=Secret(home.token()), timeout=ANSWER
        )
        questions = read_lessons([one.test])
        async with open_engine("rasa", settings, entries) as engine:
            for sentence in next(iter(questions.values()))[:WARM]:
                await engine.interpret(Utterance(text=sentence.text, now=NOW))
            begun = _cpu_s(pid)
            answers = await read_all(engine, questions)
            spent = _cpu_s(pid) - begun
            memory = memory_mib(pid)
        await host.close()
    return {
        **scored(answers, entities=one.entities), "start_cpu_s": started,
        "parse_cpu_ms": 1000 * spent / len(answers), "memory_mib": memory,
    }  # fmt: skip


def _cpu_s(pid: int) -> float:
    """Read the seconds that a process has spent, its dead children not counted (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _tell(line: str) -> None:
    sys.stderr.write(f"  {line}\n")
