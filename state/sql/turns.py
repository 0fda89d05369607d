"""Station 2's table: a conversation is read, perhaps leased, and committed once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, Update, and_, bindparam, or_, select, update

from bot import (
    PRIVATE,
    AccountId,
    Address,
    ConversationId,
    Customer,
    CustomerId,
    EventId,
    InboxEntry,
    InboxId,
    Outgoing,
    PromptId,
    Signal,
    Snapshot,
    StaleTurnError,
    TraceId,
    TurnResult,
    load_state,
    room_scope,
)
from state.sql import codec, people
from state.sql.commits import commit_turn
from state.sql.connections import Connection
from state.sql.conversations import lock_leased, save
from state.sql.outgoing import put_report
from state.sql.schema import WAITING
from state.sql.schema import conversation as conversations
from state.sql.schema import inbox as inboxes
from state.sql.transactions import Transactions
from state.sql.watch import Watch

MOST_ROOMS = 20
"""How many rooms of one customer are looked into."""


class SqlTurns:
    """See `bot.Turns`."""

    def __init__(self, transactions: Transactions, watch: Watch) -> None:
        self._transactions = transactions
        self._watch = watch

    async def open(self, conversation: ConversationId) -> Snapshot | None:
        """See `bot.Turns.open`."""

        async def work(connection: Connection) -> Snapshot | None:
            # The row is read before the entry: a turn that commits in between makes this one stale.
            row = (await connection.execute(_ROW, {"of": conversation})).one_or_none()
            entry = await _oldest(connection, conversation)
            if row is None or entry is None:
                return None
            return Snapshot(
                conversation=conversation,
                scope=row.scope,
                customer=await people.read_customer(connection, row.customer),
                version=row.version,
                epoch=row.epoch,
                state=load_state(row.state),
                entry=entry,
            )

        return await self._transactions.read(work)

    async def look(self, address: Address) -> Sequence[Snapshot]:
        """See `bot.Turns.look`."""

        async def work(connection: Connection) -> list[Snapshot]:
            located = await people.customer_at(connection, address)
            if located is None:
                return []
            customer = await people.read_customer(connection, located)
            found = await connection.execute(_of_address(customer.id, located, address.account))
            return [_looked_at(row, customer, address) for row in found]

        return await self._transactions.read(work)

    async def lease(self, snapshot: Snapshot, *, now: datetime, until: datetime) -> Snapshot:
        """See `bot.Turns.lease`."""
        self._watch.see(now)
        statement = (
            update(conversations)
            .where(
                conversations.c.id == snapshot.conversation,
                conversations.c.version == snapshot.version,
                or_(conversations.c.lease_until.is_(None), conversations.c.lease_until <= now),
            )
            .values(epoch=conversations.c.epoch + 1, lease_until=until)
        )
        query = select(conversations.c.epoch).where(conversations.c.id == snapshot.conversation)

        async def work(connection: Connection) -> int:
            if (await connection.execute(statement)).rowcount != 1:
                raise StaleTurnError("the conversation went on or is held by another worker")
            epoch: int = (await connection.execute(query)).scalar_one()
            return epoch

        epoch = await self._transactions.write("turns.lease", work)
        return replace(snapshot, epoch=epoch, leased=True)

    async def renew(self, snapshot: Snapshot, *, until: datetime) -> None:
        """See `bot.Turns.renew`."""
        if not await self._change("turns.renew", _ours(snapshot).values(lease_until=until)):
            raise StaleTurnError("the lease is no longer ours")

    async def release(self, snapshot: Snapshot) -> None:
        """See `bot.Turns.release`."""
        await self._change("turns.release", _ours(snapshot).values(lease_until=None))

    async def report(self, snapshot: Snapshot, outgoing: Outgoing, *, now: datetime) -> None:
        """See `bot.Turns.report`."""
        self._watch.see(now)

        async def work(connection: Connection) -> None:
            held = await lock_leased(connection, snapshot)
            await put_report(connection, snapshot, outgoing, held, now=now)
            await save(connection, held, now=now)

        await self._transactions.write("turns.report", work)

    async def commit(self, result: TurnResult, *, now: datetime) -> Sequence[ConversationId]:
        """See `bot.Turns.commit`."""
        self._watch.see(now)

        async def work(connection: Connection) -> list[ConversationId]:
            return await commit_turn(connection, result, now=now)

        return await self._transactions.write("turns.commit", work)

    async def _change(self, verb: str, statement: Update) -> bool:
        async def work(connection: Connection) -> bool:
            return (await connection.execute(statement)).rowcount == 1

        return await self._transactions.write(verb, work)


def _ours(snapshot: Snapshot) -> Update:
    return update(conversations).where(
        conversations.c.id == snapshot.conversation,
        conversations.c.epoch == snapshot.epoch,
        conversations.c.lease_until.is_not(None),
    )


def _of_address(root: CustomerId, located: CustomerId, account: AccountId) -> Select[Any]:
    """Select the private conversation of a family and the rooms of one of its members."""
    row = conversations.c
    rooms = row.scope.startswith(room_scope(account, ""), autoescape=True)
    return (
        select(conversations)
        .where(
            or_(
                and_(row.customer == root, row.scope == PRIVATE),
                and_(row.customer == located, rooms),
            )
        )
        .order_by(row.scope != PRIVATE, row.used_at.desc(), row.id)
        .limit(1 + MOST_ROOMS)
    )


def _looked_at(row: Row[Any], customer: Customer, address: Address) -> Snapshot:
    looked = Signal(event_id=EventId("looked"), name="looked", payload={}, address=address)
    return Snapshot(
        conversation=ConversationId(row.id),
        scope=row.scope,
        customer=customer,
        version=row.version,
        epoch=row.epoch,
        state=load_state(row.state),
        entry=InboxEntry(
            id=InboxId(""),
            event=looked,
            received_at=row.used_at,
            shown=None,
            trace=TraceId(""),
            attempts=0,
            version=row.version,
        ),
    )


_ROW = select(conversations).where(conversations.c.id == bindparam("of"))
_OLDEST = (
    select(inboxes)
    .where(inboxes.c.conversation == bindparam("of"), inboxes.c.status == WAITING)
    .order_by(inboxes.c.n)
    .limit(1)
)


async def _oldest(connection: Connection, conversation: ConversationId) -> InboxEntry | None:
    row = (await connection.execute(_OLDEST, {"of": conversation})).one_or_none()
    return None if row is None else _entry(row)


def _entry(row: Row[tuple[Any, ...]]) -> InboxEntry:
    return InboxEntry(
        id=InboxId(row.id),
        event=codec.load_event(row.kind, row.body),
        received_at=row.received_at,
        shown=None if row.shown is None else PromptId(row.shown),
        trace=TraceId(row.trace),
        attempts=row.attempts,
        version=row.version,
    )
