"""Asks the engines, in bot.toml's order, until one is sure."""

import asyncio
import hashlib
from collections.abc import Iterable, Mapping
from datetime import timedelta

import structlog
from pydantic import TypeAdapter

from bot.model.thresholds import Thresholds
from bot.model.understanding import NOTHING, Interpretation, Utterance, VocabularyEntry
from bot.ports.language import Answering, Dividing, Engine, Patient

log = structlog.get_logger()
WHOLE = 1.0
"""Engines say this where the whole sentence is the command's."""
SURE = Thresholds().propose

_ENTRY: TypeAdapter[VocabularyEntry] = TypeAdapter(VocabularyEntry)


class Reader:
    """Reads sentences; an engine's failure means "not understood", never a lost turn.

    ``sure`` is the confidence from which on no further engine is asked, ``data`` the mark of the
    vocabulary that the engines were opened with.
    """

    def __init__(
        self,
        engines: Mapping[str, Engine],
        patience: timedelta,
        *,
        sure: float = SURE,
        data: str = "",
    ) -> None:
        self._engines = engines
        self._patience = patience
        self._sure = sure
        self.data = data

    @property
    def engines(self) -> tuple[str, ...]:
        """The engines' names, in the order in which they are asked."""
        return tuple(self._engines)

    @property
    def answering(self) -> dict[str, Answering]:
        """The engines that answer questions, in the order in which they are asked."""
        return {
            name: engine
            for name, engine in self._engines.items()
            if isinstance(engine, Answering) and engine.answers
        }

    async def interpret(self, utterance: Utterance) -> Interpretation:
        """Give the first sure interpretation, else the best there was."""
        best = NOTHING
        left = list(self._engines.items())
        while left:
            name, engine = left.pop(0)
            told = await self._ask(name, engine, utterance)
            if told.command is not None and told.confidence >= self._sure:
                return await self._divided(told, dict(left), utterance)
            best = told if best is NOTHING else max(best, told, key=_worth)
        return best

    async def _divided(
        self, told: Interpretation, others: Mapping[str, Engine], utterance: Utterance
    ) -> Interpretation:
        """Look for further requests where the first sure engine may have read only one of them."""
        if told.more or told.confidence >= WHOLE:
            return told
        for name, engine in others.items():
            if not isinstance(engine, Dividing):
                continue
            divided = await self._ask(name, engine, utterance)
            if divided.more and told.command in {one.command for one in (divided, *divided.more)}:
                return divided
        return told

    async def _ask(self, name: str, engine: Engine, utterance: Utterance) -> Interpretation:
        patience = engine.patience if isinstance(engine, Patient) else self._patience
        try:
            async with asyncio.timeout(patience.total_seconds()):
                return await engine.interpret(utterance)
        except Exception as error:  # noqa: BLE001 - the next engine may know; style.md, Errors
            log.warning("engine.failed", engine=name, error=type(error).__name__)
            return NOTHING


def _worth(told: Interpretation) -> tuple[float, bool]:
    """Rank what engines made of a sentence that none of them was sure of."""
    return told.confidence, bool(told.alternatives)


def mark_of(entries: Iterable[VocabularyEntry]) -> str:
    """Name a vocabulary: the same one has the same mark on any machine."""
    told = hashlib.sha256()
    for entry in entries:
        told.update(_ENTRY.dump_json(entry) + b"\n")
    return told.hexdigest()[:12]
