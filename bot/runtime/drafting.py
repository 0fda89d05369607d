"""Showing an answer while it is being written; the whole goes out with the turn's commit.

What is shown on the way is no message yet: where the platform draws drafts it is kept nowhere,
where it edits it is a report that the whole takes the place of, elsewhere nothing is shown.
"""

import asyncio
import base64
import hashlib
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.model.ids import OutboxId, TraceId
from bot.ports.connectors import Connector, Drafting, DraftPiece
from bot.ports.records import Snapshot
from bot.runtime.reports import Reports
from bot.runtime.scene import address_of

log = structlog.get_logger()

PACE = timedelta(seconds=1.5)
"""Between two edits: Slack takes about 50 a minute (chat.update, Tier 3), Telegram one a second."""
PATIENCE = timedelta(seconds=1)


@dataclass(slots=True, kw_only=True)
class Draft:
    """One answer in the making."""

    snapshot: Snapshot
    reports: Reports
    connector: Connector | None
    pace: timedelta = PACE
    _shown: str = ""
    _count: int = 0
    _next: float = 0.0

    async def show(self, text: str) -> None:
        """Show all of it so far."""
        connector: object = self.connector
        if text == self._shown:
            return
        if isinstance(connector, Drafting):
            await self._draw(connector, text)
        elif self.reports.edits and self._is_time():
            self._shown = text
            await self.reports.draft(self.snapshot, text)

    async def withdraw(self) -> None:
        """Leave no half answer standing where none came."""
        connector: object = self.connector
        if self._shown and not isinstance(connector, Drafting):
            await self.reports.draft(self.snapshot, self.reports.phrases.ONE_MOMENT)

    async def _draw(self, connector: Drafting, text: str) -> None:
        more = text.removeprefix(self._shown)
        if not text.startswith(self._shown):  # another engine begins anew
            self._count, more = 0, text
        piece = DraftPiece(
            message=draft_id(self.snapshot.entry.trace), number=self._count, text=more
        )
        self._shown, self._count = text, self._count + 1
        self.reports.notice()
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                await connector.draft(piece, address_of(self.snapshot))
        except Exception as error:  # noqa: BLE001 - best effort, whatever a connector raises
            log.debug("draft.failed", error=type(error).__name__)

    def _is_time(self) -> bool:
        now = asyncio.get_running_loop().time()
        if now < self._next:
            return False
        self._next = now + self.pace.total_seconds()
        return True


def draft_id(trace: TraceId) -> OutboxId:
    """Make the id of a turn's answer, the same each time the turn is run."""
    made = hashlib.sha256(f"draft:{trace}".encode()).digest()[:16]
    return OutboxId(base64.urlsafe_b64encode(made).decode().rstrip("="))
