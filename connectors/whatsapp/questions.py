"""Which question a reaction answers: a thumb up counts for the newest one, and for no other.

What was asked is kept on the connector's shelf: the process that hears the thumb may be another
one, or have been started since.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot import Address, Clock, InboundMessage, Line, StoreError, SystemClock
from connectors.whatsapp.said import AD, REACTED

KEPT_FOR = timedelta(days=30)
_LOOKED_AT = 50
"""So many facts are looked through for the newest question: a turn leaves a handful."""

log = structlog.get_logger()


class Memory:
    """What must outlive a process: the newest question in each chat, and who came by an ad.

    Without a line (tools, tests of the connector alone) nothing is remembered.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._line: Line | None = None

    def attach(self, line: Line) -> None:
        """Take the line."""
        self._line = line

    @property
    def clock(self) -> Clock:
        """The runtime's clock, which is the one that ``heard_at`` was written by."""
        return self._line.clock if self._line is not None else SystemClock()

    async def asked(self, to: Address, message_id: str) -> None:
        """Remember a question; it was sent, so a store that is away must not fail it."""
        if self._line is None:
            return
        expires = self._line.clock.now() + KEPT_FOR
        try:
            await self._line.shelf.put(f"asked:{to.place}", {"id": message_id}, expires=expires)
        except StoreError as error:
            log.warning("question.forgotten", connector=self._name, error=type(error).__name__)

    async def came_by_ad(self, sender: Address, within: timedelta) -> None:
        """Remember that a chat began with an advertisement: its window is longer."""
        if self._line is None:
            return
        now = self._line.clock.now()
        await self._line.shelf.put(
            f"ad:{sender.place}", {"at": now.isoformat()}, expires=now + within
        )

    async def ad_at(self, to: Address) -> datetime | None:
        """Tell when a chat last began with an advertisement, as far as that is remembered."""
        found = None if self._line is None else await self._line.shelf.get(f"ad:{to.place}")
        return datetime.fromisoformat(str(found["at"])) if found else None

    async def heard(self, message: InboundMessage, ad_window: timedelta) -> InboundMessage | None:
        """Take a message in: None for a thumb at anything but the newest question."""
        if AD in message.hints:
            await self.came_by_ad(message.sender, ad_window)
        reacted = message.hints.get(REACTED)
        if reacted is None or self._line is None:
            return message
        if not await self._is_newest(self._line, message.sender, reacted):
            return None
        hints = {key: value for key, value in message.hints.items() if key != REACTED}
        return replace(message, hints=hints)

    async def _is_newest(self, line: Line, sender: Address, message_id: str) -> bool:
        known = await line.shelf.get(f"asked:{sender.place}")
        if known is None or known.get("id") != message_id:
            return False
        if sender.place != sender.user:
            return True  # a room's log is not reached by an address
        conversation = await line.conversation_of(sender)
        head = await line.head(conversation)
        facts = await line.before(conversation, seq=head + 1, limit=_LOOKED_AT)
        asked = [f for f in facts if f.kind == "message" and f.body.get("prompt")]
        bots = [fact for fact in asked if fact.body.get("role") == "bot"]
        return not bots or bots[-1].body.get("connector") in {self._name, None}
