"""Moments to come: a due timer becomes an inbox row, and so takes the way of a message."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select

from bot import PRIVATE, AccountId, Address, ConversationId, EventId, Signal
from state.sql import codec, people
from state.sql.connections import Connection
from state.sql.conversations import check_root, ensure, lock, post, save
from state.sql.schema import conversation as conversations
from state.sql.schema import timer as timers
from state.sql.transactions import Transactions
from state.sql.watch import Watch


class SqlTimers:
    """See `bot.Timers`."""

    def __init__(self, transactions: Transactions, watch: Watch) -> None:
        self._transactions = transactions
        self._watch = watch

    async def fire(self, *, now: datetime, limit: int) -> Sequence[ConversationId]:
        """See `bot.Timers.fire`. Asks with a read first: mostly nothing is due."""
        self._watch.see(now)
        query = select(timers).where(timers.c.due <= now).order_by(timers.c.due, timers.c.id)
        query = query.limit(limit)

        async def look(connection: Connection) -> bool:
            return (await connection.execute(query)).first() is not None

        async def work(connection: Connection) -> list[ConversationId]:
            found = await connection.execute(query.with_for_update(skip_locked=True))
            return await _fire(connection, found.all(), now)

        if not await self._transactions.read(look):
            return ()
        return await self._transactions.write("timers.fire", work)


async def _fire(
    connection: Connection, due: Sequence[Row[tuple[Any, ...]]], now: datetime
) -> list[ConversationId]:
    targets = [await _target(connection, row, now) for row in due]
    held = await lock(connection, set(targets))
    for one in held.values():
        await check_root(connection, one)
    for row, target in zip(due, targets, strict=True):
        signal = Signal(
            event_id=EventId(f"timer:{row.id}:1"),
            name=row.name,
            payload=codec.load_body(row.payload),
            address=_address(row),
        )
        await post(connection, held[target], signal, now=now)
    await connection.execute(delete(timers).where(timers.c.id.in_([row.id for row in due])))
    await save(connection, *held.values())
    return list(dict.fromkeys(targets))


def _address(row: Row[tuple[Any, ...]]) -> Address | None:
    if row.account is None:
        return None
    return Address(account=AccountId(row.account), user=row.user, place=row.place)


async def _target(
    connection: Connection, row: Row[tuple[Any, ...]], now: datetime
) -> ConversationId:
    """Tell where a timer goes: in private after its customer, who may have been joined since."""
    query = select(conversations.c.customer, conversations.c.scope).where(
        conversations.c.id == row.conversation
    )
    setter = (await connection.execute(query)).one()
    if setter.scope != PRIVATE:
        return ConversationId(row.conversation)
    address = _address(row)
    spoke = None if address is None else await people.customer_at(connection, address)
    root = await people.root_of(connection, spoke or setter.customer)
    return await ensure(connection, root, PRIVATE, now=now)
