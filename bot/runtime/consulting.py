"""Asking the engines that answer questions, in bot.toml's order, until one knows."""

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from bot.dialog.events import Consult, Consulted, Event
from bot.errors import StaleTurnError
from bot.model.answers import Question, Statement
from bot.ports.language import Answering
from bot.runtime.drafting import PACE, Draft
from bot.runtime.runs import Turn
from bot.runtime.scene import Scene, address_of

log = structlog.get_logger()

LONGEST_PATIENCE = timedelta(seconds=60)
LONGEST = 4000
"""Characters of an answer, whatever engine gives it; Telegram shows 4096 in a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consulting:
    """Asks engines; one that fails knows nothing, and never costs a turn.

    ``pace`` is the time between two edits of an answer that is being written.
    """

    pace: timedelta = PACE

    async def run(self, scene: Scene, turn: Turn, wish: Consult) -> Event:
        """Grant the wish; what is written on the way is shown where the customer is."""
        draft = Draft(
            snapshot=turn.snapshot, reports=turn.reports, pace=self.pace,
            connector=scene.connectors.get(address_of(turn.snapshot).connector),
        )  # fmt: skip
        question = Question(
            text=wish.words, now=turn.around.now, locale=turn.around.locale, chatty=wish.chatty
        )
        statement = await self.ask(scene.reader.answering, question, draft)
        if statement is None:
            await draft.withdraw()
        return Consulted(chatty=wish.chatty, statement=statement, event=wish.event)

    async def ask(
        self, engines: Mapping[str, Answering], question: Question, draft: Draft
    ) -> Statement | None:
        """Give the first answer, shown as it grows; None where nobody knows any."""
        for name, engine in engines.items():
            statement = await _asked(name, engine, question, draft)
            if statement is not None and statement.text.strip():
                text = statement.text.strip()[:LONGEST]
                return replace(statement, text=text, engine=name)
        return None


async def _asked(
    name: str, engine: Answering, question: Question, draft: Draft
) -> Statement | None:
    patience = min(engine.answer_patience, LONGEST_PATIENCE)
    try:
        async with (
            asyncio.timeout(patience.total_seconds()),
            aclosing(engine.answer(question)) as growing,
        ):
            async for statement in growing:
                if statement.final:
                    return statement
                await draft.show(statement.text[:LONGEST])
    except StaleTurnError:
        raise
    except Exception as error:  # noqa: BLE001 - the next engine may know; style.md, Errors
        log.warning("answer.failed", engine=name, error=type(error).__name__)
    return None
