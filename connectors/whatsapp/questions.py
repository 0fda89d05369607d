"""Which question a reaction answers: a thumb up counts for the newest one, and for no other.

What was asked, and what Meta calls it, stands in the conversation's log: the process that hears the
thumb may be another one, or have been started since.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot import Address, Clock, Fact, InboundMessage, Line, SystemClock
from connectors.whatsapp.said import AD, REACTED

_LOOKED_AT = 50
"""So many facts are looked through for the newest question: a turn leaves a handful."""


class Memory:
    """What must outlive a process: the newest question of a customer, and who came by an ad.

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
        """Tell whether a message of ours is the newest question, on whichever channel."""
        if sender.place != sender.user:
            return False  # a room's log is not reached by an address
        conversation = await line.conversation_of(sender)
        head = await line.head(conversation)
        facts = await line.before(conversation, seq=head + 1, limit=_LOOKED_AT)
        asked = [fact.body for fact in facts if _is_question(fact)]
        known = [fact.body for fact in facts if fact.kind == "receipt"]
        return bool(asked) and any(
            one.get("outbox") == asked[-1].get("id") and one.get("provider_id") == message_id
            for one in known
        )


def _is_question(fact: Fact) -> bool:
    is_ours = fact.kind == "message" and fact.body.get("role") == "bot"
    return is_ours and bool(fact.body.get("prompt")) and bool(fact.body.get("options"))
