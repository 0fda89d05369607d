"""How well language is understood: `threadline evaluate` on labelled sets, set by set.

The sets lie beside the repository, in ../shared/nlu; each is learnt from its training part and
judged on another. ``make bench ARGS="--only=language --write"`` runs them all, which takes the
better part of an hour; ``--sets banking77-10 snips`` only those, and keeps the others' figures.
"""

import json
import os
import random
import re
import resource
import string
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nlu.classifier.intents import IntentLessons
from nlu.classifier.words import words_of
from nlu.vectors import static_table
from tests.architecture.tree import ROOT

SETS = ROOT / "../shared/nlu"
RESULTS = Path(__file__).with_name("language.json")

WORD = re.compile(r"[a-z]{4,}")
SLIPS = 2
"""Words of a sentence that get one wrong letter, where it has so many of four letters or more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A set, what is learnt from and what is judged; no test: five parts, each judged in turn.

    Attributes:
        bars: the least that is wanted, in percent, by the figure's name.
        engines: with each of these.
        slips: make slips of the finger in what is judged.
    """

    name: str
    train: Sequence[str]
    test: Sequence[str] = ()
    bars: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    engines: Sequence[str] = ("classifier", "semantic")
    slips: bool = False


def _bars(classifier: float, semantic: float | None = None) -> dict[str, dict[str, float]]:
    bars = {"classifier": {"accuracy": classifier}}
    return bars if semantic is None else {**bars, "semantic": {"accuracy": semantic}}


OOS = ("clinc150/oos_train.jsonl", "clinc150/oos_valid.jsonl")
_SCOPE = {"oos_recall": 85.0, "in_scope": 91.5}
CLINC_BARS = {
    "classifier": {"accuracy": 94.0, **_SCOPE},
    "semantic": {"accuracy": 95.6},
}

CASES = (
    Case(
        name="banking77-10",
        train=("banking77/train_10.jsonl",), test=("banking77/test_dev.jsonl",),
        bars=_bars(80.5, 85.5),
    ),
    Case(
        name="clinc150-10",
        train=("clinc150/train_10.jsonl",), test=("clinc150/valid.jsonl", *OOS),
        bars=_bars(86.0, 90.0),
    ),
    Case(
        name="hwu64-10",
        train=("hwu64/train_10.jsonl",), test=("hwu64/valid.jsonl",),
        bars=_bars(79.0, 83.0),
    ),
    Case(
        name="banking77",
        train=("banking77/train.jsonl",), test=("banking77/test_dev.jsonl",),
        bars=_bars(92.5, 93.9),
    ),
    Case(
        name="clinc150",
        train=("clinc150/train.jsonl",), test=("clinc150/valid.jsonl", *OOS),
        bars=CLINC_BARS,
    ),
    Case(
        name="hwu64",
        train=("hwu64/train.jsonl",), test=("hwu64/valid.jsonl",),
        bars=_bars(90.0, 91.5),
    ),
    Case(
        name="hwu64, slips",
        train=("hwu64/train.jsonl",), test=("hwu64/valid.jsonl",),
        bars=_bars(86.0, 88.0), engines=("classifier",), slips=True,
    ),
    Case(
        name="snips",
        train=("snips/train.jsonl",), test=("snips/test_dev.jsonl",),
        bars={"classifier": {"accuracy": 98.5, "entities_f1": 93.4}}, engines=("classifier",),
    ),
    Case(
        name="restaurants8k",
        train=("restaurants8k/train.jsonl",), test=("restaurants8k/test_dev.jsonl",),
        bars={"classifier": {"entities_f1": 93.8}}, engines=("classifier",),
    ),
    Case(
        name="financial-demo",
        train=("rasa_bots/financial-demo/train.jsonl",), bars=_bars(87.0, 90.0),
    ),
    Case(
        name="helpdesk-assistant",
        train=("rasa_bots/helpdesk-assistant/train.jsonl",), bars=_bars(90.0, 91.0),
    ),
    *(
        Case(
            name=f"xsid {tongue}",
            train=(f"xsid/{tongue}/train.jsonl",), test=(f"xsid/{tongue}/test_dev.jsonl",),
            engines=("classifier",),
        )
        for tongue in ("en", "de", "it", "nl", "da", "tr", "id", "sr", "zh", "ja", "ar")
    ),
)  # fmt: skip


def measured(
    cases: Sequence[Case], engines: Sequence[str], tell: Callable[[str], None]
) -> Iterator[dict[str, Any]]:
    """Give the figures of each case with each of its engines that is among these."""
    with TemporaryDirectory() as folder:
        for case in cases:
            for engine in (one for one in case.engines if one in engines):
                tell(f"{case.name}, {engine}")
                row = {"set": case.name, "engine": engine, **_figures(case, engine, Path(folder))}
                yield {**row, "ngrams": _by_ngrams(case)} if _is_foreign(case) else row


def _figures(case: Case, engine: str, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "bot", "evaluate", "--engine", engine]
    command += ["--train", *(str(SETS / one) for one in case.train)]
    if case.test:
        test = [SETS / one for one in case.test]
        command += ["--test", *map(str, _slipped(test, folder) if case.slips else test)]
    else:
        command += ["--folds", "5"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, env=_alone())  # noqa: S603 - our own command line
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {**_told(json.loads(done.stdout)), "cpu_s": round(cpu, 1)}


def _is_foreign(case: Case) -> bool:
    return case.name.startswith("xsid")


def _by_ngrams(case: Case) -> float:
    """Tell what n-grams alone would have read rightly, in percent."""
    table = static_table()
    taught, judged = (
        [json.loads(line) for one in part for line in (SETS / one).read_text().splitlines()]
        for part in (case.train, case.test)
    )
    sentences = [words_of(row["text"]) for row in taught]
    intents = IntentLessons(sentences, [row["intent"] for row in taught], table).learnt(0.0)
    found = (intents.opinion(words_of(row["text"]), table).best for row in judged)
    right: int = sum(
        intents.meanings[best] == row["intent"] for best, row in zip(found, judged, strict=True)
    )
    return round(100 * right / len(judged), 2)


def _alone() -> dict[str, str]:
    """Give the command the tree that is measured, and nothing else that would change a figure."""
    return {"PATH": os.defpath, "PYTHONPATH": str(ROOT)}


def _told(scores: Mapping[str, Any]) -> dict[str, Any]:
    """Take what is kept: shares in percent."""
    scope = scores["out_of_scope"]
    shares = {
        "accuracy": scores["intents"]["accuracy"],
        "macro_f1": scores["intents"]["macro_f1"],
        "entities_f1": scores["entities"]["f1"],
        "oos_recall": scope["recall"],
        "in_scope": scope["in_scope_accuracy"],
    }
    told: dict[str, Any] = {
        name: round(100 * share, 2) for name, share in shares.items() if share is not None
    }
    return {**told, "p50_ms": scores["parse_ms"]["p50"], "train_s": scores["train_s"]}


def _slipped(files: Sequence[Path], folder: Path) -> list[Path]:
    """Write the sentences with slips; the same ones each time."""
    lot = random.Random(0)  # noqa: S311 - the same slips each time
    path = folder / "slipped.jsonl"
    with path.open("w") as written:
        for line in (line for file in files for line in file.read_text().splitlines()):
            row = json.loads(line)
            told = {"text": with_slips(row["text"], lot), "intent": row["intent"]}
            written.write(f"{json.dumps(told)}\n")
    return [path]


def with_slips(text: str, lot: random.Random) -> str:
    """Leave out, add, change or swap a letter in some words."""
    words = list(WORD.finditer(text))
    for word in sorted(lot.sample(words, min(SLIPS, len(words))), key=lambda one: -one.start()):
        text = text[: word.start()] + _slip(word[0], lot) + text[word.end() :]
    return text


def _slip(word: str, lot: random.Random) -> str:
    place = lot.randrange(len(word) - 1)
    before, after = word[:place], word[place + 1 :]
    other = lot.choice(string.ascii_lowercase)
    swapped = f"{before}{word[place + 1]}{word[place]}{word[place + 2 :]}"
    return lot.choice(
        [f"{before}{after}", f"{before}{other}{word[place:]}", f"{before}{other}{after}", swapped]
    )


def kept(row: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Put a row of figures among those that were kept, in the order of the cases."""
    before = json.loads(RESULTS.read_text())["rows"] if RESULTS.exists() else []
    found = {(one["set"], one["engine"]): one for one in [*before, row]}
    order = [(case.name, engine) for case in CASES for engine in case.engines]
    engines = {name: version(name) for name in ("numpy", "python-crfsuite", "onnxruntime")}
    return {
        "command": 'make bench ARGS="--only=language --write"',
        "machine": {**facts, **engines},
        "rows": [found[key] for key in order if key in found],
    }
