"""What goes with the dialogs of those who part: messages that wait, timers, awaited events.

What belongs to a dialog goes where the dialog goes; other messages go with who wrote them. Nobody
is answered at an address of the other side any more: such an address is forgotten.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, select, update

from bot import Address, ConversationId, InboundMessage, Signal
from state.sql import codec
from state.sql.connections import Connection
from state.sql.conversations import Held
from state.sql.schema import WAITING
from state.sql.schema import inbox as inboxes
from state.sql.schema import timer as timers
from state.sql.schema import waiting as waits
from state.sql.statements import NOWHERE

Place = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """The dialogs that go and those that stay, and the addresses of those who go."""

    going: AbstractSet[str]
    staying: AbstractSet[str]
    theirs: AbstractSet[Place]

    def goes(self, frame: object) -> bool | None:
        """Tell whether a dialog goes; None if it is neither side's any more."""
        return None if frame not in self.staying | self.going else frame in self.going

    def is_theirs(self, address: Address) -> bool:
        """Tell whether an address is of those who go."""
        return (address.account, address.user, address.place) in self.theirs


async def take_along(connection: Connection, home: Held, away: Held, sides: Sides) -> None:
    """Part what two locked conversations hold beside their states."""
    await _part_messages(connection, home, away, sides)
    for row in (
        await connection.execute(select(waits).where(waits.c.conversation == home.id))
    ).all():
        this = update(waits).where(waits.c.conversation == home.id, waits.c.frame == row.frame)
        if values := _changes(row, row.frame, away.id, sides):
            await connection.execute(this.values(values))
    for row in (
        await connection.execute(select(timers).where(timers.c.conversation == home.id))
    ).all():
        frame = codec.load_body(row.payload).get("frame")
        if values := _changes(row, frame, away.id, sides):
            await connection.execute(update(timers).where(timers.c.id == row.id).values(values))


def _changes(
    row: Row[tuple[Any, ...]], frame: object, away: ConversationId, sides: Sides
) -> dict[str, Any]:
    """Tell what changes in a row that belongs to a dialog, and remembers who was spoken with."""
    goes = sides.goes(frame)
    if goes is None:
        return {}
    place = (row.account, row.user, row.place)
    is_foreign = row.account is not None and (place in sides.theirs) is not goes
    return {**(NOWHERE if is_foreign else {}), **({"conversation": away} if goes else {})}


async def _part_messages(connection: Connection, home: Held, away: Held, sides: Sides) -> None:
    """Move messages of the leaving that still wait: they must not be answered as the others'."""
    query = (
        select(inboxes)
        .where(inboxes.c.conversation == home.id, inboxes.c.status == WAITING)
        .order_by(inboxes.c.n)
    )
    for row in (await connection.execute(query)).all():
        event = codec.load_event(row.kind, row.body)
        goes, kept = _side(event, sides)
        values: dict[str, Any] = {}
        if kept is not event:
            values["body"] = codec.dump_event(kept)
        if goes:
            away.inbox_n += 1
            values |= {"conversation": away.id, "n": away.inbox_n}
        if values:
            await connection.execute(update(inboxes).where(inboxes.c.id == row.id).values(values))


def _side(event: InboundMessage | Signal, sides: Sides) -> tuple[bool, InboundMessage | Signal]:
    """Tell whether a message goes, and what of it may be kept there."""
    if isinstance(event, InboundMessage):
        return sides.is_theirs(event.sender), event
    by_address = event.address is not None and sides.is_theirs(event.address)
    goes = sides.goes(event.payload.get("frame"))
    if goes is None or event.address is None or goes is by_address:
        return by_address if goes is None else goes, event
    return goes, replace(event, address=None)
