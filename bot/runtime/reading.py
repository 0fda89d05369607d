"""Asks the engines, in bot.toml's order, until one is sure."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import structlog

from bot.model.understanding import NOTHING, Interpretation, Utterance
from bot.ports.language import Engine, Patient

log = structlog.get_logger()
SURE = 0.5


class Reader:
    """Reads sentences; an engine's failure means "not understood", never a lost turn."""

    def __init__(self, engines: Mapping[str, Engine], patience: timedelta) -> None:
        self._engines = engines
        self._patience = patience

    async def interpret(self, utterance: Utterance) -> Interpretation:
        """Give the first sure interpretation, else the best there was."""
        best = NOTHING
        for name, engine in self._engines.items():
            told = await self._ask(name, engine, utterance)
            if told.command is not None and told.confidence >= SURE:
                return told
            best = max(best, told, key=lambda one: (one.confidence, bool(one.alternatives)))
        return best

    async def _ask(self, name: str, engine: Engine, utterance: Utterance) -> Interpretation:
        patience = engine.patience if isinstance(engine, Patient) else self._patience
        try:
            async with asyncio.timeout(patience.total_seconds()):
                return await engine.interpret(utterance)
        except Exception as error:  # noqa: BLE001 - the next engine may know; style.md, Errors
            log.warning("engine.failed", engine=name, error=type(error).__name__)
            return NOTHING
