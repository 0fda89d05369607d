"""A customer's log as a stream of events, over every link and unlink."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import Address, ConversationId, Fact, Line
from connectors.webchat.render import (
    Event,
    cursor_of,
    epoch_of,
    parse_cursor,
    render_message,
    render_move,
)
from connectors.webchat.settings import Limits

_PAGE = 200
_DEEPEST = 20  # pages that are searched for the tail: most facts may be none for customers
_SHOWN = frozenset({"message", "kept"})
_MOVES = frozenset({"linked", "parted"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What a client gets before the live events; with ``gap`` or not ``resumed`` it clears."""

    events: Sequence[Event]
    missed: int
    gap: bool
    resumed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """How messages are signed: by the bot's title, and not ``via`` our own connector."""

    connector: str
    title: str


class Feed:
    """Reads one visitor's log upwards; it knows which log that is now.

    Open it, subscribe to ``conversation``, then `settle`: only then is nothing missed.
    """

    def __init__(self, line: Line, address: Address, signature: Signature, limits: Limits) -> None:
        self._line = line
        self._address = address
        self._signature = signature
        self._limits = limits
        self.conversation = ConversationId("")
        self.seq = 0

    @property
    def cursor(self) -> str:
        """The place up to which the log was read."""
        return cursor_of(self.conversation, self.seq)

    async def find(self) -> ConversationId:
        """Ask which conversation is the visitor's now."""
        self.conversation = await self._line.conversation_of(self._address)
        return self.conversation

    async def settle(self) -> bool:
        """Go to the log's head; False if the visitor has moved since `find`.

        The head is read before the second look: a move that comes later is a fact above it.
        """
        self.seq = await self._line.head(self.conversation)
        return await self._line.conversation_of(self._address) == self.conversation

    async def past(self, cursor: str | None) -> Past:
        """Read what a client with this cursor has missed, up to where the feed stands."""
        seen = parse_cursor(cursor)
        known = seen is not None and seen.epoch == epoch_of(self.conversation)
        if seen is None or not known or seen.seq > self.seq:
            tail = await self._tail()
            return Past(events=tail, missed=len(tail), gap=False, resumed=False)
        missed = await self._between(seen.seq)
        if len(missed) <= self._limits.replay:
            return Past(events=missed, missed=len(missed), gap=False, resumed=True)
        tail = await self._tail()
        return Past(events=tail, missed=self.seq - seen.seq, gap=True, resumed=True)

    async def forward(self) -> Sequence[Event] | None:
        """Read the next page; None when there is nothing new. A move is the page's last event."""
        facts = await self._line.read(self.conversation, after=self.seq, limit=_PAGE)
        if not facts:
            return None
        events: list[Event] = []
        for fact in facts:
            self.seq = fact.seq
            if fact.kind in _MOVES and (moved := await self._move(fact)):
                return [*events, moved]
            if fact.kind in _SHOWN:
                events.append(self._render(fact))
        return events

    async def history(self, before: int, limit: int) -> tuple[Sequence[Event], bool]:
        """Read the events below a seq, in rising order, and whether there are more."""
        found: deque[Event] = deque()
        for _ in range(_DEEPEST):
            facts = await self._line.before(self.conversation, seq=before, limit=_PAGE)
            for fact in reversed(facts):
                if fact.kind in _SHOWN:
                    found.appendleft(self._render(fact))
                if len(found) > limit:
                    found.popleft()
                    return found, True
            if len(facts) < _PAGE:
                return found, False
            before = facts[0].seq
        return found, True

    async def _tail(self) -> Sequence[Event]:
        events, _ = await self.history(self.seq + 1, self._limits.tail)
        return events

    async def _between(self, after: int) -> list[Event]:
        """Read the events above ``after``: one more than are replayed at most."""
        events: list[Event] = []
        while after < self.seq and len(events) <= self._limits.replay:
            facts = await self._line.read(self.conversation, after=after, limit=_PAGE)
            inside = [fact for fact in facts if fact.seq <= self.seq]
            if not inside:
                break
            after = inside[-1].seq
            events += [self._render(fact) for fact in inside if fact.kind in _SHOWN]
        return events

    async def _move(self, fact: Fact) -> Event | None:
        """Follow the visitor into the log that is now theirs."""
        to = await self._line.conversation_of(self._address)
        if to == self.conversation:
            return None
        self.conversation = to
        self.seq = await self._place_at(to, fact.at)
        return render_move(fact, to, self.seq)

    async def _place_at(self, conversation: ConversationId, at: datetime) -> int:
        """Find the place in a log after which everything is as new as the move."""
        head = await self._line.head(conversation)
        newest = await self._line.before(conversation, seq=head + 1, limit=_PAGE)
        return next((fact.seq - 1 for fact in newest if fact.at >= at), head)

    def _render(self, fact: Fact) -> Event:
        signature = self._signature
        return render_message(
            fact,
            connector=signature.connector,
            title=signature.title,
            visitor=self._address.user,
        )
