"""Dialogs that wait for an event, and the signal that tells them of it.

A row stands where its dialog is: it changes only under the lock of its conversation, and joining
and parting move it with the frame. It remembers where the customer was last heard, for the answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, or_, select, update

from bot import (
    AccountId,
    Address,
    ConversationId,
    Emitted,
    EventId,
    FrameId,
    InboundMessage,
    Signal,
    State,
    TurnResult,
)
from state.sql.connections import Connection
from state.sql.conversations import Held, post
from state.sql.schema import waiting as waits
from state.sql.statements import NOWHERE, address_key
from state.sql.transactions import MovedError

HAPPENED = "happened"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listeners:
    """What a turn emits, and the dialogs that waited for it when the turn began to be written."""

    emitted: Emitted
    frames: Mapping[FrameId, ConversationId]


async def replace_waits(connection: Connection, result: TurnResult) -> None:
    """Write which dialogs wait now; nothing is asked of the database where none did or does.

    The turn has claimed the version that it saw: what it saw is what stands there.
    """
    if not result.waiting and not _has_waits(result.snapshot.state):
        return
    own, event = result.snapshot.conversation, result.snapshot.entry.event
    gone = await connection.execute(
        delete(waits).where(waits.c.conversation == own).returning(*waits.columns)
    )
    heard: dict[str, Mapping[str, str | None]] = {
        row.frame: {"account": row.account, "user": row.user, "place": row.place} for row in gone
    }
    if isinstance(event, InboundMessage) and result.part is None:
        heard = {}  # all of them are heard of here now; who takes leave is not asked again
    spoke = event.sender if isinstance(event, InboundMessage) else event.address
    here = NOWHERE if spoke is None else address_key(spoke)
    rows = [
        {
            "conversation": own,
            "frame": one.frame,
            "event": one.event,
            "key": one.key,
            **heard.get(one.frame, here),
        }
        for one in result.waiting
    ]
    if rows:
        await connection.execute(insert(waits), rows)


async def find_listeners(connection: Connection, result: TurnResult) -> list[Listeners]:
    """Find who waits for what a turn emits, so that their conversations can be locked."""
    found: list[Listeners] = []
    for emitted in result.emitted:
        frames = {row.frame: row.conversation for row in await _waiting_for(connection, emitted)}
        if frames:
            found.append(Listeners(emitted=emitted, frames=frames))
    return found


async def wake(
    connection: Connection,
    listeners: Sequence[Listeners],
    held: Mapping[ConversationId, Held],
    *,
    now: datetime,
) -> list[ConversationId]:
    """Tell those who waited and still do; returns their conversations.

    Who began to wait since they were looked up waits for what comes after this.
    """
    woken: list[ConversationId] = []
    for one in listeners:
        for row in await _waiting_for(connection, one.emitted):
            if row.frame not in one.frames:
                continue
            if row.conversation not in held:
                raise MovedError
            await post(connection, held[row.conversation], _signal(one.emitted, row), now=now)
            woken.append(row.conversation)
    return woken


async def move_waits(connection: Connection, guest: ConversationId, host: ConversationId) -> None:
    """Move what waits in one locked conversation to another."""
    await connection.execute(
        update(waits).where(waits.c.conversation == guest).values(conversation=host)
    )


def _has_waits(state: State) -> bool:
    return any(f.waiting is not None and f.waiting.event is not None for f in state.frames)


async def _waiting_for(connection: Connection, emitted: Emitted) -> Sequence[Row[tuple[Any, ...]]]:
    row = waits.c
    keys = (
        row.key.is_(None) if emitted.key is None else or_(row.key.is_(None), row.key == emitted.key)
    )
    query = select(waits).where(row.event == emitted.event, keys)
    return (await connection.execute(query.order_by(row.conversation, row.frame))).all()


def _signal(emitted: Emitted, row: Row[tuple[Any, ...]]) -> Signal:
    address = None
    if row.account is not None:
        address = Address(account=AccountId(row.account), user=row.user, place=row.place)
    return Signal(
        event_id=EventId(f"{HAPPENED}:{emitted.id}:{row.frame}"),
        name=HAPPENED,
        payload={"frame": row.frame, "event": emitted.event, "data": dict(emitted.data)},
        address=address,
    )
