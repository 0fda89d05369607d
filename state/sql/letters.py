"""Waiting and dead rows of inbox and outbox, as an operator handles them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Table, select, update

from bot import PRIVATE, AccountId, Address, Letter
from state.sql import people
from state.sql.connections import Connection
from state.sql.conversations import check_root, ensure, lock_one, save
from state.sql.schema import DEAD, DROPPED, WAITING
from state.sql.schema import conversation as conversations
from state.sql.schema import inbox as inboxes
from state.sql.schema import outbox as outboxes

UNREADABLE = "unreadable"


async def find(connection: Connection, *, states: Sequence[str], limit: int) -> list[Letter]:
    """List rows of both tables in some states, oldest first."""
    incoming = await _find(connection, inboxes, "received_at", (states, limit))
    outgoing = await _find(connection, outboxes, "created_at", (states, limit))
    return sorted((*incoming, *outgoing), key=lambda letter: letter.created_at)[:limit]


async def _find(
    connection: Connection, table: Table, moment: str, wanted: tuple[Sequence[str], int]
) -> list[Letter]:
    states, limit = wanted
    query = (
        select(table, table.c[moment].label("moment"))
        .where(table.c.status.in_(set(states) & {WAITING, DEAD}))
        .order_by(table.c[moment], table.c.id)
        .limit(limit)
    )
    return [
        Letter(
            id=row.id,
            direction="in" if table is inboxes else "out",
            connector=Address(account=AccountId(row.account), user="", place="").connector,
            state=row.status,
            attempts=row.attempts,
            reason=row.reason,
            created_at=row.moment,
        )
        for row in await connection.execute(query)
    ]


async def retry(connection: Connection, letter: str) -> bool:
    """Make a dead row wait again with all its attempts; what nobody could read stays dead."""
    revived = await connection.execute(
        update(outboxes)
        .where(outboxes.c.id == letter, outboxes.c.status == DEAD)
        .values(status=WAITING, attempts=0, due=outboxes.c.created_at, claimed_until=None)
    )
    return revived.rowcount == 1 or await _retry_incoming(connection, letter)


async def _retry_incoming(connection: Connection, letter: str) -> bool:
    """Let a message be answered after all, in the conversation that its customer has now."""
    query = (
        select(conversations.c.customer, conversations.c.scope, conversations.c.used_at)
        .join(inboxes, inboxes.c.conversation == conversations.c.id)
        .where(inboxes.c.id == letter, inboxes.c.status == DEAD, inboxes.c.kind != UNREADABLE)
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return False
    private = row.scope == PRIVATE
    owner = await people.root_of(connection, row.customer) if private else row.customer
    target = await ensure(connection, owner, row.scope, now=row.used_at)
    held = await lock_one(connection, target)
    if held is None:
        return False
    await check_root(connection, held)
    held.inbox_n += 1
    revived = await connection.execute(
        update(inboxes)
        .where(inboxes.c.id == letter, inboxes.c.status == DEAD)
        .values(status=WAITING, attempts=0, conversation=target, n=held.inbox_n)
    )
    await save(connection, held)
    return revived.rowcount == 1


async def drop(connection: Connection, letter: str, *, at: datetime | None) -> bool:
    """Give a dead row up for good; its body is emptied."""
    for table in (inboxes, outboxes):
        given_up = await connection.execute(
            update(table)
            .where(table.c.id == letter, table.c.status == DEAD)
            .values(status=DROPPED, body="", done_at=at)
        )
        if given_up.rowcount == 1:
            return True
    return False
