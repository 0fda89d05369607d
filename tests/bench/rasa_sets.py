"""What both sides learn and are asked, from the labelled sets beside the repository."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.tree import ROOT

SHARED = ROOT / "../shared/nlu"
SEED = 20261118
FOLDS = 5
"""Of a bot's sentences one in five is kept for the test, of each intent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Set:
    """Sentences as files: JSON lines; ``tables`` has synonyms, regexes and lookups in YAML."""

    name: str
    train: Path
    test: Path
    tables: Path | None = None
    entities: bool = False


def sets(folder: Path, *, full: bool) -> Sequence[Set]:
    """Lay out the sets; halves of bots are written to a folder."""
    bots = [_bot(name, folder) for name in ("financial-demo", "helpdesk-assistant")]
    banking, snips = SHARED / "banking77", SHARED / "snips"
    return [
        *bots,
        Set(
            name="Banking77" if full else "Banking77, 10 each", test=banking / "test_dev.jsonl",
            train=banking / ("train.jsonl" if full else "train_10.jsonl"),
        ),
        Set(
            name="SNIPS" if full else "SNIPS, small", test=snips / "test_dev.jsonl",
            train=snips / ("train.jsonl" if full else "train_small.jsonl"), entities=True,
        ),
    ]  # fmt: skip


def _bot(name: str, folder: Path) -> Set:
    """Part a bot's sentences into what is learnt and what is asked, the same each time."""
    source = SHARED / "rasa_bots" / name
    by_intent: dict[str, list[str]] = {}
    for line in (source / "train.jsonl").read_text().splitlines():
        by_intent.setdefault(json.loads(line)["intent"], []).append(line)
    lot = random.Random(SEED)  # noqa: S311 - the same each time
    learnt: list[str] = []
    asked: list[str] = []
    for lines in by_intent.values():
        lot.shuffle(lines)
        kept = len(lines) // FOLDS
        asked += lines[:kept]
        learnt += lines[kept:]
    train, test = (folder / f"{name}-{part}.jsonl" for part in ("train", "test"))
    train.write_text("\n".join(learnt) + "\n")
    test.write_text("\n".join(asked) + "\n")
    return Set(name=name, train=train, test=test, tables=source / "nlu.yml", entities=True)
