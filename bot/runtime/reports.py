"""What is shown while a command is still at work: the author's word, or one of ours."""

import zlib
from collections import Counter
from dataclasses import dataclass, field, replace

import structlog

from bot.dialog.phrases import ENGLISH, Phrases
from bot.errors import StaleTurnError, StoreError
from bot.model.messages import InboundMessage, OutboundMessage
from bot.ports.clock import Clock
from bot.ports.records import Outgoing, Snapshot
from bot.ports.stores import Turns
from bot.runtime.hub import Hub
from bot.runtime.scene import address_of

log = structlog.get_logger()
FIRST = 1000
"""Reports have ordinals from here on (`bot.Turns.report`); the first is our own word."""
_SPREAD = 2**30
_DRAFT = "\0draft"  # no effect has this key


def outgoing(
    snapshot: Snapshot, message: OutboundMessage, *, ordinal: int, edits: int | None = None
) -> Outgoing:
    """Address a message to where the answers of a turn go."""
    event = snapshot.entry.event
    hints = event.hints if isinstance(event, InboundMessage) else {}
    return Outgoing(
        address=address_of(snapshot), message=message, hints=hints, ordinal=ordinal, edits=edits
    )


@dataclass(slots=True, kw_only=True)
class Reports:
    """The reports of one turn; where the platform ``edits``, they are one message that changes."""

    turns: Turns
    clock: Clock
    hub: Hub
    edits: bool = False
    phrases: Phrases = ENGLISH
    _shown: Counter[str] = field(default_factory=Counter)
    _first: int | None = None

    @property
    def taken_place_of(self) -> int | None:
        """The report that the whole of a draft takes the place of, where the platform edits."""
        return self._first if self.edits else None

    def notice(self) -> None:
        """Take note that something is shown elsewhere: no word of ours is needed."""
        self._shown[_DRAFT] += 1

    async def draft(self, snapshot: Snapshot, text: str) -> None:
        """Show what is still being written; the log does not tell of it."""
        count = self._shown[_DRAFT]
        self.notice()
        ordinal = FIRST + 1 + zlib.crc32(f"{_DRAFT}\0{count}".encode()) % _SPREAD
        await self._put(snapshot, text, ordinal, fleeting=True)

    async def show(self, snapshot: Snapshot, text: str, *, key: str) -> None:
        """Show a text now; ``key`` is that of the effect that speaks, or "".

        A turn that runs again after a crash may find an effect done, and hear nothing of it: so
        the ordinal comes from the key and the count within it, not from the count in the turn.
        """
        count = self._shown[key]
        self._shown[key] += 1
        ordinal = FIRST + 1 + zlib.crc32(f"{key}\0{count}".encode()) % _SPREAD
        await self._put(snapshot, text, ordinal)

    async def reassure(self, snapshot: Snapshot) -> None:
        """Say that it takes a moment, unless something was said."""
        if not self._shown:
            await self._put(snapshot, self.phrases.ONE_MOMENT, FIRST)

    async def _put(
        self, snapshot: Snapshot, text: str, ordinal: int, *, fleeting: bool = False
    ) -> None:
        edits = self._first if self.edits else None
        self._first = ordinal if self._first is None else self._first
        report = outgoing(snapshot, OutboundMessage(text=text), ordinal=ordinal, edits=edits)
        report = replace(report, fleeting=fleeting)
        try:
            await self.turns.report(snapshot, report, now=self.clock.now())
        except StaleTurnError:
            raise
        except StoreError as error:
            log.warning("report.failed", error=type(error).__name__)  # the work matters more
            return
        self.hub.grown([snapshot.conversation])
