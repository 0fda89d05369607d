"""What the classifier costs, beside what it cannot do without; the figures are printed by `-rP`.

Times are of the processor, and only ever compared with others of the same run.
"""

import asyncio
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import median
from time import process_time

import pytest

from bot import Utterance, VocabularyEntry
from nlu.classifier import ClassifierSettings
from nlu.classifier.engine import Classifier
from nlu.classifier.keeping import learnt
from nlu.classifier.teaching import named_lessons
from nlu.vectors import static_table
from tests.bench.counting import calls_of

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
IMPORTS = """
from time import process_time
import bot
begun = process_time()
import numpy, pycrfsuite
between = process_time()
import nlu.classifier
print(between - begun, process_time() - between)
"""
VERBS = ("book", "cancel", "show", "move", "confirm", "explain", "rate", "share", "print", "close")
THINGS = ("table", "flight", "room", "order", "bill")
WAYS = (
    "{verb} the {thing} on [{day}](day)", "please {verb} my {thing} for [{guests}](guests)",
    "I want to {verb} a {thing}", "can you {verb} it, the {thing}, at [{guests} pm](at)",
    "{verb} the {thing} of [{name}](name)", "how do I {verb} the {thing} [{day}](day)",
    "{name} asked me to {verb} the {thing}", "{verb} {thing} [{day}](day) for [{guests}](guests)",
    "could somebody {verb} the {thing} for [{name}](name)", "{thing}, {verb} it",
)  # fmt: skip
DAYS = ("monday", "tomorrow", "12 may", "next week", "tonight", "friday")
NAMES = ("Ann", "Bob", "Carla Dean", "Emil", "Frida", "Gus Hall")


def vocabulary(things: Sequence[str]) -> list[VocabularyEntry]:
    """Make ten commands with ten sentences for each thing."""
    return [
        VocabularyEntry(
            command=verb,
            parameters={"day": "date", "guests": "int", "at": "time", "name": "str"},
            examples=tuple(
                way.format(
                    verb=verb, thing=thing, guests=2 + number, day=DAYS[number % len(DAYS)],
                    name=NAMES[number % len(NAMES)],
                )
                for thing in things
                for number, way in enumerate(WAYS)
            ),
        )
        for verb in VERBS
    ]  # fmt: skip


def taught(entries: Sequence[VocabularyEntry]) -> Classifier:
    model = learnt(named_lessons(entries), None, embedder=static_table())
    return Classifier("classifier", ClassifierSettings(), entries, model)


@pytest.mark.slow
def test_the_classifier_imports_in_less_time_than_what_it_learns_with() -> None:
    runs = [
        subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", IMPORTS], check=True, capture_output=True, text=True, timeout=60
        )
        for _ in range(3)
    ]

    told = [tuple(map(float, run.stdout.split())) for run in runs]
    needed, own = (median(one[part] for one in told) for part in (0, 1))
    sys.stdout.write(f"import: {needed:.3f} s for numpy and crfsuite, {own:.3f} s for nlu\n")
    assert own < needed


@pytest.mark.slow
async def test_five_hundred_sentences_are_learnt_in_the_time_of_reading_them_a_few_times() -> None:
    entries = vocabulary(THINGS)
    sentences = [lesson.sentence.text for lesson in named_lessons(entries)]

    begun = process_time()
    engine = taught(entries)
    learning = process_time() - begun
    begun = process_time()
    told = [await engine.interpret(Utterance(text=text, now=NOW)) for text in sentences]
    reading = process_time() - begun

    each = 1000 * reading / len(sentences)
    sys.stdout.write(f"{len(sentences)} sentences: {learning:.2f} s; read in {each:.2f} ms each\n")
    assert len(sentences) == 500
    assert sum(one.command is not None for one in told) > 450
    assert learning < 20 * reading


@pytest.mark.slow
def test_a_reading_calls_no_more_among_five_times_as_many_sentences() -> None:
    text = "please book my table for 4"
    few, many = (taught(vocabulary(things)) for things in (THINGS[:1], THINGS))

    def read(engine: Classifier) -> None:
        with asyncio.Runner() as runner:
            runner.run(engine.interpret(Utterance(text=text, now=NOW)))

    assert calls_of(lambda: read(many)) <= 1.2 * calls_of(lambda: read(few))
