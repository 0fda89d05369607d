"""Where customers can be reached: addresses that are shut, open again, or called otherwise."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, or_, select, tuple_, update

from bot import ConversationId, Moved, OutboxEntry, OutboxId, Reach, Reported
from state.sql import relocations, reports
from state.sql.connections import Connection
from state.sql.conversations import lock, save
from state.sql.people import newest
from state.sql.schema import DROPPED, WAITING
from state.sql.schema import address as addresses
from state.sql.schema import outbox as outboxes
from state.sql.statements import at_address

BLOCKED = "blocked by the customer"
_MOMENT = timedelta(microseconds=1)


async def learn(
    connection: Connection, news: Sequence[Reach | Moved], *, now: datetime
) -> list[ConversationId]:
    """See `bot.Customers.learn`."""
    grown: list[ConversationId] = []
    for one in news:
        match one:
            case Reach():
                grown += await _keep(connection, one, now=now)
            case Moved():
                grown += await relocations.move(connection, one, now=now)
    return list(dict.fromkeys(grown))


async def blocked(
    connection: Connection, entry: OutboxEntry, *, now: datetime
) -> list[ConversationId]:
    """See `bot.Outbox.blocked`.

    The address is shut from right after it was last open, not from now on: what has come since
    the claim counts, whatever the platform's clock says.
    """
    opened = max(filter(None, (entry.heard_at, entry.opened_at)), default=entry.created_at)
    where = at_address(addresses, entry.address)
    shut_at = newest(addresses.c.shut_at, opened + _MOMENT)
    await connection.execute(update(addresses).where(where).values(shut_at=shut_at))
    waiting = and_(at_address(outboxes, entry.address), outboxes.c.status == WAITING)
    return await _end(connection, waiting, now=now, own=entry.id)


async def _keep(connection: Connection, news: Reach, *, now: datetime) -> list[ConversationId]:
    column = addresses.c.opened_at if news.is_open else addresses.c.shut_at
    shut = addresses.c.shut_at
    opened = (addresses.c.heard_at, addresses.c.opened_at)
    found = await connection.execute(
        update(addresses)
        .where(_where(news))
        .values({column: newest(column, news.at or now)})
        .returning(*addresses.primary_key.columns, shut, *opened)
    )
    closed = [
        (row.account, row.user, row.place)
        for row in found
        if row.shut_at is not None
        and all(at is None or row.shut_at > at for at in (row.heard_at, row.opened_at))
    ]
    if news.is_open or not closed:
        return []
    there = tuple_(outboxes.c.account, outboxes.c.user, outboxes.c.place)
    waiting = and_(there.in_(closed), outboxes.c.status == WAITING)
    return await _end(connection, waiting, now=now)


def _where(news: Reach) -> ColumnElement[bool]:
    row = addresses.c
    parts = [row.account == news.account]
    if news.user or news.place is None:  # "" stands for whoever speaks at that place
        parts.append(row.user == news.user)
    if news.place is not None:
        parts.append(row.place == news.place)
    return and_(*parts)


async def _end(
    connection: Connection,
    waiting: ColumnElement[bool],
    *,
    now: datetime,
    own: OutboxId | None = None,
) -> list[ConversationId]:
    """End what waits for an address, but not what is being sent: its sender will tell.

    Rows that a claim is about to take are skipped, too; it holds them and wants the address.
    """
    found = await connection.execute(select(outboxes.c.conversation).where(waiting))
    held = await lock(connection, {row.conversation for row in found})
    claimed = outboxes.c.claimed_until
    free = or_(claimed.is_(None), claimed <= now, outboxes.c.id == own)
    query: Select[tuple[object, ...]] = (
        select(outboxes)
        .where(waiting, free, outboxes.c.conversation.in_(held))
        .order_by(outboxes.c.n, outboxes.c.id)
        .with_for_update(skip_locked=True)
    )
    rows = (await connection.execute(query)).all()
    ended = {"status": DROPPED, "reason": BLOCKED, "body": "", "hints": "{}"}
    await connection.execute(
        update(outboxes)
        .where(outboxes.c.id.in_([row.id for row in rows]))
        .values(**ended, claimed_until=None, done_at=now)
    )
    for row in rows:
        if row.edits is not None:
            continue  # what was to be edited has a receipt of its own
        reports.note(held[row.conversation], row, Reported.FAILED, BLOCKED, at=now)
    await save(connection, *held.values())
    return list(held)
