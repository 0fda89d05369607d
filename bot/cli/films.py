"""What a conversation is played again with: its clock, its turns, channels that are silent."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.errors import PermanentSendError, RequestRejectedError
from bot.model.capabilities import Capabilities
from bot.model.conversation import PRIVATE
from bot.model.delivery import Receipt
from bot.model.ids import ConversationId, TraceId
from bot.model.messages import Address, Attachment, OutboundMessage
from bot.ports.connectors import Body, Received, Route, WebhookRequest
from bot.ports.records import Outgoing, Snapshot, TurnResult
from bot.ports.stores import Turns

ANYTHING = Capabilities(
    max_text=100_000, max_buttons=100, max_button_label=100, max_rows=100, max_row_label=100,
    max_row_description=100, links=True, forms=True,
)  # fmt: skip
"""A channel is taken to show everything: what it could not show was lowered after the turn."""


class RecordedClock:
    """Tells the recorded moment; see `bot.ports.clock.Clock`."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """Tell the moment it was set to."""
        return self.moment


@dataclass(slots=True)
class SilentConnector:
    """A channel that takes everything and shows it to nobody; see `bot.ports.Connector`."""

    kind: str
    capabilities: Capabilities = ANYTHING
    routes: Sequence[Route] = ()

    async def receive(self, request: WebhookRequest) -> Received:
        """Refuse: nobody is there."""
        raise RequestRejectedError(f"{request.method} is not for a replay", status=404)

    async def send(self, message: OutboundMessage, to: Address, hints: Body) -> Receipt:
        """Take a message."""
        del message, to
        return Receipt(provider_id=hints["client_id"])

    async def fetch(self, attachment: Attachment, *, limit: int) -> bytes:
        """Refuse: a record holds no files."""
        del limit
        raise PermanentSendError(f"{attachment.name} is not in the record")


@dataclass(slots=True, kw_only=True)
class FilmedTurns:
    """See `bot.ports.stores.Turns`; ids come from the recorded trace, so they are the same."""

    turns: Turns
    film: "Film"

    async def open(self, conversation: ConversationId) -> Snapshot | None:
        """See `Turns.open`."""
        snapshot = await self.turns.open(conversation)
        if snapshot is None:
            return None
        return replace(snapshot, entry=replace(snapshot.entry, trace=self.film.trace))

    async def look(self, address: Address) -> Sequence[Snapshot]:
        """See `Turns.look`."""
        return await self.turns.look(address)

    async def lease(self, snapshot: Snapshot, *, now: datetime, until: datetime) -> Snapshot:
        """See `Turns.lease`."""
        return await self.turns.lease(snapshot, now=now, until=until)

    async def renew(self, snapshot: Snapshot, *, until: datetime) -> None:
        """See `Turns.renew`."""
        await self.turns.renew(snapshot, until=until)

    async def release(self, snapshot: Snapshot) -> None:
        """See `Turns.release`."""
        await self.turns.release(snapshot)

    async def report(self, snapshot: Snapshot, outgoing: Outgoing, *, now: datetime) -> None:
        """See `Turns.report`; progress is not compared, so none is kept."""

    async def commit(self, result: TurnResult, *, now: datetime) -> Sequence[ConversationId]:
        """See `Turns.commit`; at the recorded moment."""
        self.film.result = result
        return await self.turns.commit(result, now=max(now, self.film.committed))


@dataclass(slots=True)
class Film:
    """Where playing again is: the recorded turn's trace and end, and what it comes to now."""

    start: datetime
    left_out: frozenset[str] = frozenset()
    scope: str = PRIVATE
    clock: RecordedClock = field(init=False)
    trace: TraceId = TraceId("")  # noqa: RUF009 - a name for a text, which nobody can change
    committed: datetime = field(init=False)
    result: TurnResult | None = None

    def __post_init__(self) -> None:
        self.clock = RecordedClock(self.start)
        self.committed = self.start

    def begin(self, trace: TraceId, committed: datetime) -> None:
        """Turn to the next recorded turn."""
        self.trace, self.committed, self.result = trace, committed, None

    def over(self, turns: Turns) -> FilmedTurns:
        """Film the turns of a store."""
        return FilmedTurns(turns=turns, film=self)
