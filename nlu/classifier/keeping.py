"""Keeps what was learnt, by the hash of what it was learnt from."""

import hashlib
import json
import zipfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import NamedTemporaryFile

import structlog
from threadpoolctl import threadpool_limits

from bot import WordTable
from nlu.classifier.models import Model, learn, unpack
from nlu.classifier.teaching import Lesson
from nlu.vectors import Embedder

log = structlog.get_logger()

VERSION = 7
"""Of the way of learning: raise it with every change that would learn something else."""

SUFFIX = ".classifier"
MOST_KEPT = 4
"""Models in the folder; older ones are removed."""


def learnt(
    lessons: Sequence[Lesson],
    folder: Path | None,
    tables: Sequence[WordTable] = (),
    *,
    embedder: Embedder,
) -> Model:
    """Give the model of these sentences: a kept one, or one that is learnt now and kept.

    Without a folder nothing is kept.
    """
    # numbers are small here: more threads wait for each other longer than they work
    threadpool_limits(limits=1, user_api="blas")
    mark = mark_of(lessons, tables, embedder.name)
    if folder is None:
        return unpack(learn(lessons, tables, embedder), embedder, mark)
    file = folder / f"{mark}{SUFFIX}"
    if (kept := _kept(file, mark, embedder)) is not None:
        return kept
    model = learn(lessons, tables, embedder)
    _keep(file, model)
    return unpack(model, embedder, mark)


def mark_of(lessons: Sequence[Lesson], tables: Sequence[WordTable] = (), embedder: str = "") -> str:
    """Name the sentences, the tables and what gives vectors: the same have the same mark."""
    parts = [*(asdict(lesson) for lesson in lessons), *(asdict(table) for table in tables)]
    told = json.dumps([VERSION, embedder, *parts], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _kept(file: Path, mark: str, embedder: Embedder) -> Model | None:
    """Read a kept model; one that cannot be read is learnt again."""
    try:
        return unpack(file.read_bytes(), embedder, mark)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        log.warning("model.unreadable", file=file.name, error=type(error).__name__)
        return None


def _keep(file: Path, model: bytes) -> None:
    """Write a model whole or not at all; a folder that refuses costs the next start some time."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=file.parent, suffix=".part", delete=False) as part:
            part.write(model)
        Path(part.name).replace(file)
        _tidy(file)
    except OSError as error:
        log.warning("model.not_kept", file=file.name, error=type(error).__name__)


def _tidy(newest: Path) -> None:
    """Remove the oldest models; the newest stays whatever its date says."""
    others = [each for each in newest.parent.glob(f"*{SUFFIX}") if each != newest]
    others.sort(key=lambda each: each.stat().st_mtime, reverse=True)
    for old in others[MOST_KEPT - 1 :]:
        old.unlink(missing_ok=True)
