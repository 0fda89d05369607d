"""Conversation rows: made once, locked in the order of their ids, counting what they hold.

Whoever writes into a conversation holds its row's lock first; the numbers of inbox rows and log
lines come from counters on that row, so they are gapless and rise in commit order.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from bot import (
    PRIVATE,
    Address,
    Body,
    ConversationId,
    CustomerId,
    Signal,
    Snapshot,
    StaleTurnError,
    State,
    TraceId,
    dump_state,
    load_state,
)
from state.sql import codec, people
from state.sql.connections import Connection
from state.sql.schema import WAITING
from state.sql.schema import conversation as conversations
from state.sql.schema import inbox as inboxes
from state.sql.schema import timeline as timelines
from state.sql.statements import insert_new
from state.sql.transactions import MovedError

SIGNALS = ":signal"
"""The account of signals in the inbox: no connector's name holds a colon."""


@dataclass(slots=True, kw_only=True)
class Held:
    """A conversation whose row this transaction has locked; `save` writes what was counted."""

    id: ConversationId
    customer: CustomerId
    scope: str
    version: int
    epoch: int
    lease_until: datetime | None
    stored: str
    inbox_n: int
    seq: int
    used_at: datetime
    facts: list[dict[str, Any]] = field(default_factory=list)
    _state: State | None = None

    @property
    def state(self) -> State:
        """Read the dialogs; most who lock a conversation want its counters alone."""
        if self._state is None:
            self._state = load_state(self.stored)
        return self._state

    @state.setter
    def state(self, state: State) -> None:
        self._state = state

    def is_leased(self, now: datetime) -> bool:
        """Tell whether a worker holds the conversation for a turn with effects."""
        return self.lease_until is not None and self.lease_until > now

    def append(self, kind: str, body: Body, *, at: datetime, trace: str | None = None) -> int:
        """Add a line to the log; returns its seq."""
        self.seq += 1
        self.facts.append(
            {
                "conversation": self.id,
                "seq": self.seq,
                "kind": kind,
                "at": at,
                "body": codec.dump(body),
                "trace": trace,
            }
        )
        return self.seq


_OF_CUSTOMER = select(conversations.c.id).where(
    conversations.c.customer == bindparam("customer"), conversations.c.scope == bindparam("scope")
)


async def ensure(
    connection: Connection, customer: CustomerId, scope: str, *, now: datetime
) -> ConversationId:
    """Find the conversation of a customer and a scope, or make it."""
    whose = {"customer": customer, "scope": scope}
    found = (await connection.execute(_OF_CUSTOMER, whose)).scalar_one_or_none()
    if found is None:
        values = {
            "id": codec.new_id(),
            "customer": customer,
            "scope": scope,
            "version": 0,
            "epoch": 0,
            "state": dump_state(State()),
            "inbox_n": 0,
            "seq": 0,
            "used_at": now,
        }
        await insert_new(connection, conversations, values)
        found = (await connection.execute(_OF_CUSTOMER, whose)).scalar_one()
    return ConversationId(found)


async def ensure_private(
    connection: Connection, address: Address, *, now: datetime
) -> ConversationId:
    """Find the private conversation of an address's root customer, or make it."""
    located = await people.locate(connection, address, now=now)
    root = await people.root_of(connection, located.customer)
    return await ensure(connection, root, PRIVATE, now=now)


_LOCKING = (
    select(conversations)
    .where(conversations.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(conversations.c.id)
    .with_for_update(key_share=True)
)


async def lock(connection: Connection, ids: Iterable[ConversationId]) -> dict[ConversationId, Held]:
    """Lock conversations, in the order of their ids, so that two who want two never wait."""
    found = await connection.execute(_LOCKING, {"ids": sorted(set(ids))})
    return {
        row.id: Held(
            id=row.id,
            customer=row.customer,
            scope=row.scope,
            version=row.version,
            epoch=row.epoch,
            lease_until=row.lease_until,
            stored=row.state,
            inbox_n=row.inbox_n,
            seq=row.seq,
            used_at=row.used_at,
        )
        for row in found
    }


async def lock_one(connection: Connection, conversation: ConversationId) -> Held | None:
    """Lock one conversation; None if there is none."""
    return (await lock(connection, [conversation])).get(conversation)


async def lock_leased(connection: Connection, snapshot: Snapshot) -> Held:
    """Lock a conversation whose lease is the turn's; raises StaleTurnError if it is not."""
    held = await lock_one(connection, snapshot.conversation)
    if (
        held is None
        or not snapshot.leased
        or held.lease_until is None
        or held.epoch != snapshot.epoch
    ):
        raise StaleTurnError("the lease is no longer ours: nothing may happen under it")
    return held


async def check_root(connection: Connection, held: Held) -> None:
    """Make sure that a private conversation is still its family's.

    Between look-up and lock another transaction may have joined or parted the customer; both
    lock the private conversation, so asking under the lock is final.
    """
    if held.scope == PRIVATE and await people.root_of(connection, held.customer) != held.customer:
        raise MovedError


async def put_state(connection: Connection, held: Held, state: State) -> None:
    """Write another state than the turn's own into a locked conversation; turns there are stale."""
    held.state = state
    held.version += 1
    await connection.execute(
        update(conversations)
        .where(conversations.c.id == held.id)
        .values(state=dump_state(state), version=held.version)
    )


async def post(connection: Connection, held: Held, signal: Signal, *, now: datetime) -> bool:
    """Put a signal into a locked conversation's inbox, once; tells whether it is new."""
    values = {
        "id": codec.new_id(),
        "account": SIGNALS,
        "event_id": signal.event_id,
        "conversation": held.id,
        "n": held.inbox_n + 1,
        "kind": codec.SIGNAL,
        "body": codec.dump_event(signal),
        "trace": TraceId(codec.new_id()),
        "seq": 0,
        "status": WAITING,
        "attempts": 0,
        "reason": "",
        "received_at": now,
    }
    is_new = await insert_new(connection, inboxes, values)
    held.inbox_n += is_new
    return is_new


_LINES = insert(timelines)
_COUNTED = (
    update(conversations)
    .where(conversations.c.id == bindparam("saved"))
    .values(inbox_n=bindparam("inbox_n"), seq=bindparam("seq"), used_at=bindparam("used_at"))
)


async def save(connection: Connection, *held: Held, now: datetime | None = None) -> None:
    """Write counters and log lines of locked conversations."""
    facts = [fact for one in held for fact in one.facts]
    for one in held:
        one.facts = []
    if facts:
        await connection.execute(_LINES, facts)
    counted = [
        {
            "saved": one.id,
            "inbox_n": one.inbox_n,
            "seq": one.seq,
            "used_at": max(one.used_at, now or one.used_at),
        }
        for one in held
    ]
    if counted:
        await connection.execute(_COUNTED, counted)
