"""What the store takes and gives: whole, finished values."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.model.conversation import State
from bot.model.customers import Customer
from bot.model.ids import (
    ConnectorName,
    ConversationId,
    CustomerId,
    EventId,
    FrameId,
    InboxId,
    MissId,
    OutboxId,
    PromptId,
    TraceId,
)
from bot.model.messages import Address, InboundMessage, OutboundMessage, SentFile
from bot.model.misses import Missed
from bot.ports.connectors import Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """Something that happens to a conversation without a customer's message: a timer, a request.

    Takes the same way as a message: an inbox row, then a turn. ``event_id`` dedupes.
    """

    event_id: EventId
    name: str
    payload: Body
    address: Address | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxEntry:
    """The oldest open row of a conversation's inbox.

    ``shown`` is the newest prompt that was on its way to the sender's address when it arrived,
    ``version`` the conversation's at that moment.
    """

    id: InboxId
    event: InboundMessage | Signal
    received_at: datetime
    shown: PromptId | None
    trace: TraceId
    attempts: int
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A conversation as it was read; version and epoch tell later whether that still holds.

    ``leased`` is set by `Turns.lease`.
    """

    conversation: ConversationId
    scope: str
    customer: Customer
    version: int
    epoch: int
    state: State
    entry: InboxEntry
    leased: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message to be put into the outbox; ``ordinal`` makes it unique within the turn.

    ``edits`` is the ordinal of an earlier report of the same turn that this one takes the place of;
    what a turn says at its end is said in any case, as a message of its own where the platform
    does not take the edit. ``fleeting`` reports, of what is still being written, tell the log
    nothing. ``id`` is what the log and the outbox call it; one is made where it is None.
    """

    address: Address
    message: OutboundMessage
    hints: Body = field(default_factory=dict)
    ordinal: int = 0
    edits: int | None = None
    fleeting: bool = False
    id: OutboxId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectRecord:
    """A row of the ledger. ``state``: started, done, failed, undoing, undone, unknown.

    ``fresh`` tells that the `Ledger.start` that returned this wrote it: only then is the action
    to be called. Somebody else's ``started`` looks the same otherwise. ``under_way`` tells that
    another conversation's turn is at it, or will run again and settle it.
    """

    key: str
    action: str
    frame: FrameId | None
    conversation: ConversationId
    request_hash: str
    state: str
    arguments: Body
    result: Any = None
    attempts: int = 1
    fresh: bool = field(default=False, compare=False)
    under_way: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of an effect: its new state and, if done, its JSON result."""

    key: str
    state: str
    result: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerSet:
    """A timer to be set; fires as a `Signal` called ``name`` when ``due`` has passed."""

    due: datetime
    name: str
    payload: Body = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A signal for the private conversation of another address, sent with the turn's commit."""

    to: Address
    signal: Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A dialog that waits for an event; ``key`` None is any of that name."""

    frame: FrameId
    event: str
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Emitted:
    """Something that happened, for dialogs that wait for it: they get a `Signal` ``happened``.

    Its payload is ``{"frame", "event", "data"}``; its event id ``happened:<id>:<frame>``, so that
    ``id``, unique to the turn and its ordinal, dedupes.
    """

    id: str
    event: str
    key: str | None = None
    data: Body = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retired:
    """A question whose buttons mean nothing any more; ``mark`` is written below its text.

    ``on`` are the connectors whose platform drew some, and edits.
    """

    prompt: PromptId
    mark: str
    on: Collection[ConnectorName]


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnResult:
    """All that a turn changes, in one commit.

    Attributes:
        snapshot: what the turn began from; its entry is marked done.
        state: the conversation's new state.
        outgoing: messages, in order.
        settled: effects that ended since the last commit.
        posted: signals for other conversations.
        timers: to be set.
        waiting: all dialogs of this conversation that wait for an event, replacing what it had.
        emitted: what happened, for dialogs of any conversation that wait for it.
        join: customer to be joined into this one, by pointer (architecture.md §2b).
        part: address to be parted from this customer.
        preferences: of the customer, to be merged into the profile.
        trail: how the message was read and what was decided; kept for ``threadline show``.
        kept: files of the message that is answered which are the bot's own now; the log tells of
            them (`bot.Fact`, kind ``kept``) before it tells what the turn says.
        retired: questions that are edited where they were shown to those who speak here: one that
            still waits goes out as edited, for one that was sent a row is put behind what goes
            there before. Such a row tells the log nothing.
        missed: sentences that were not read right, for the trainer.
        chosen: commands that customers turned to after a miss, by its id; the first one counts.
        given_up: why the entry becomes a dead letter instead of done; "" where it is done.
    """

    snapshot: Snapshot
    state: State
    outgoing: Sequence[Outgoing] = ()
    settled: Sequence[Settled] = ()
    posted: Sequence[Posted] = ()
    timers: Sequence[TimerSet] = ()
    waiting: Sequence[Waiting] = ()
    emitted: Sequence[Emitted] = ()
    join: CustomerId | None = None
    part: Address | None = None
    preferences: Body = field(default_factory=dict)
    trail: Body = field(default_factory=dict)
    kept: Sequence[SentFile] = ()
    retired: Sequence[Retired] = ()
    missed: Sequence[Missed] = ()
    chosen: Mapping[MissId, str] = field(default_factory=dict)
    given_up: str = ""
