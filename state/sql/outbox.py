"""Station 3's table: what must go out, in order towards each destination."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Integer,
    Row,
    Select,
    Update,
    and_,
    bindparam,
    exists,
    not_,
    or_,
    select,
    tuple_,
    update,
)

from bot import (
    AccountId,
    Address,
    ConversationId,
    DeliveryReport,
    Letter,
    OutboxEntry,
    OutboxId,
    Receipt,
    Reported,
    TraceId,
)
from state.sql import codec, edits, letters, moves, people, reach, reports
from state.sql.connections import Connection
from state.sql.conversations import lock_one, save
from state.sql.schema import DEAD, SENT, WAITING
from state.sql.schema import address as addresses
from state.sql.schema import outbox as outboxes
from state.sql.statements import address_key, at_key, key_of
from state.sql.transactions import Transactions
from state.sql.watch import Watch

_ROW = select(outboxes).where(outboxes.c.id == bindparam("of"))
_TAKEN = (
    update(outboxes)
    .where(outboxes.c.id.in_(bindparam("ids", expanding=True)))
    .values(claimed_until=bindparam("until"))
)
_SHOWN = update(addresses).where(at_key(addresses)).values(shown=bindparam("prompt"))


class SqlOutbox:
    """See `bot.Outbox`."""

    def __init__(self, transactions: Transactions, watch: Watch) -> None:
        self._transactions = transactions
        self._watch = watch

    async def claim(
        self,
        *,
        now: datetime,
        until: datetime,
        limit: int,
        busy: Sequence[Address] = (),
        without: Collection[AccountId] = (),
    ) -> Sequence[OutboxEntry]:
        """See `bot.Outbox.claim`. Asks with a read first: mostly there is nothing to claim."""
        self._watch.see(now)
        query, locking = _claiming(busy=bool(busy), without=bool(without))
        told = {
            "now": now, "most": limit,
            **({"busy": [tuple(address_key(one).values()) for one in busy]} if busy else {}),
            **({"without": sorted(without)} if without else {}),
        }  # fmt: skip

        async def look(connection: Connection) -> bool:
            return (await connection.execute(query, told)).first() is not None

        async def work(connection: Connection) -> list[OutboxEntry] | None:
            found = (await connection.execute(locking, told)).all()
            # Two conversations may have one destination: one row at a time goes there.
            rows = list({_destination(row): row for row in reversed(found)}.values())[::-1]
            rows = await edits.let_go(connection, rows, now=now)
            if found and not rows:
                return None  # what stands behind them may go now
            if rows:
                taken = {"ids": [row.id for row in rows], "until": until}
                await connection.execute(_TAKEN, taken)
            for row in sorted(rows, key=_destination):
                await _show(connection, row)
            return [_entry(row) for row in rows]

        while await self._transactions.read(look):
            claimed = await self._transactions.write("outbox.claim", work)
            if claimed is not None:
                return claimed
        return ()

    async def due(self, *, now: datetime) -> Sequence[AccountId]:
        """See `bot.Outbox.due`."""
        self._watch.see(now)

        async def work(connection: Connection) -> list[AccountId]:
            rows = await connection.execute(_heads(), {"now": now})
            return [AccountId(account) for account in {row.account for row in rows}]

        return await self._transactions.read(work)

    async def sent(self, entry: OutboxId, receipt: Receipt, *, now: datetime) -> None:
        """See `bot.Outbox.sent`."""
        self._watch.see(now)
        done = _waiting(entry).values(
            status=SENT,
            provider_id=receipt.provider_id,
            body="",
            hints="{}",
            reported=Reported.SENT,
            claimed_until=None,
            done_at=now,
        )
        await self._finish("outbox.sent", entry, done, now)

    async def postpone(
        self, entry: OutboxId, *, due: datetime, reason: str, counts: bool = True
    ) -> None:
        """See `bot.Outbox.postpone`."""
        attempts = outboxes.c.attempts + int(counts)
        statement = _waiting(entry).values(
            due=due, reason=reason, attempts=attempts, claimed_until=None
        )

        async def work(connection: Connection) -> None:
            await connection.execute(statement)

        await self._transactions.write("outbox.postpone", work)

    async def dead(self, entry: OutboxId, *, reason: str, now: datetime) -> None:
        """See `bot.Outbox.dead`."""
        self._watch.see(now)
        buried = _waiting(entry).values(
            status=DEAD, reason=reason, claimed_until=None, attempts=outboxes.c.attempts + 1
        )
        await self._finish("outbox.dead", entry, buried, now)

    async def blocked(self, entry: OutboxEntry, *, now: datetime) -> Sequence[ConversationId]:
        """See `bot.Outbox.blocked`."""
        self._watch.see(now)

        async def work(connection: Connection) -> list[ConversationId]:
            return await reach.blocked(connection, entry, now=now)

        return await self._transactions.write("outbox.blocked", work)

    async def forgo(self, entry: OutboxId, *, reason: str, now: datetime) -> None:
        """See `bot.Outbox.forgo`."""
        self._watch.see(now)

        async def work(connection: Connection) -> None:
            await edits.forgo(connection, entry, reason, now=now)

        await self._transactions.write("outbox.forgo", work)

    async def move_on(
        self, entry: OutboxId, *, note: str, now: datetime
    ) -> Sequence[ConversationId]:
        """See `bot.Outbox.move_on`."""
        self._watch.see(now)

        async def work(connection: Connection) -> list[ConversationId]:
            return await moves.move_on(connection, entry, note=note, now=now)

        return await self._transactions.write("outbox.move_on", work)

    async def report(self, later: Sequence[DeliveryReport], *, now: datetime) -> None:
        """See `bot.Outbox.report`."""
        self._watch.see(now)

        async def work(connection: Connection) -> None:
            await reports.keep(connection, later, now=now)

        if later:
            await self._transactions.write("outbox.report", work)

    async def letters(self, *, states: Sequence[str], limit: int) -> Sequence[Letter]:
        """See `bot.Outbox.letters`."""

        async def work(connection: Connection) -> list[Letter]:
            return await letters.find(connection, states=states, limit=limit)

        return await self._transactions.read(work)

    async def retry(self, letter: str) -> bool:
        """See `bot.Outbox.retry`."""

        async def work(connection: Connection) -> bool:
            return await letters.retry(connection, letter)

        return await self._transactions.write("outbox.retry", work)

    async def drop(self, letter: str) -> bool:
        """See `bot.Outbox.drop`."""

        async def work(connection: Connection) -> bool:
            return await letters.drop(connection, letter, at=self._watch.newest)

        return await self._transactions.write("outbox.drop", work)

    async def _finish(self, verb: str, entry: OutboxId, change: Update, now: datetime) -> None:
        """End a row's wait, once, with a line in the log."""

        async def work(connection: Connection) -> None:
            row = (await connection.execute(_ROW, {"of": entry})).one_or_none()
            is_edit = row is not None and row.edits is not None
            ending = edits.done(change) if is_edit else change
            if row is not None and is_edit and row.seq is None:
                await connection.execute(ending)
                return
            held = None if row is None else await lock_one(connection, row.conversation)
            if held is None or (await connection.execute(ending)).rowcount != 1:
                return
            ended = (await connection.execute(_ROW, {"of": entry})).one()
            state = Reported.SENT if ended.status == SENT else Reported.FAILED
            reports.note(held, ended, state, ended.reason if ended.status == DEAD else "", at=now)
            if ended.status == SENT:
                await reports.collect(connection, held, ended, now=now)
            await save(connection, held)

        await self._transactions.write(verb, work)


def _waiting(entry: OutboxId) -> Update:
    return update(outboxes).where(outboxes.c.id == entry, outboxes.c.status == WAITING)


@cache
def _claiming(
    *, busy: bool, without: bool
) -> tuple[Select[tuple[Any, ...]], Select[tuple[Any, ...]]]:
    """Select some of the heads: to look whether there are any, and to take them."""
    row = outboxes.c
    query = _heads().limit(bindparam("most", type_=Integer))
    if without:
        query = query.where(row.account.not_in(bindparam("without", expanding=True)))
    if busy:
        keys: BindParameter[Any] = bindparam("busy", expanding=True)
        query = query.where(tuple_(row.account, row.user, row.place).not_in(keys))
    return query, query.with_for_update(skip_locked=True, of=outboxes)


@cache
def _heads() -> Select[tuple[Any, ...]]:
    """Select the due rows that nothing towards the same destination goes before.

    Two conversations may have one destination, before and after linking: order is the address's.
    Where both have drawn the same number, the ids decide: what was put off must hold up the other.
    """
    earlier, claimed = outboxes.alias("earlier"), outboxes.alias("claimed")
    row = outboxes.c
    now = bindparam("now", type_=row.due.type)

    first = not_(
        exists().where(
            earlier.c.account == row.account,
            earlier.c.user == row.user,
            earlier.c.place == row.place,
            earlier.c.status == WAITING,
            earlier.c.n <= row.n,
            or_(earlier.c.n < row.n, earlier.c.id < row.id),
        )
    )
    alone = not_(
        exists().where(
            claimed.c.account == row.account,
            claimed.c.user == row.user,
            claimed.c.place == row.place,
            claimed.c.status == WAITING,
            claimed.c.claimed_until > now,
        )
    )
    # The row's own claim is asked for itself, too: PostgreSQL asks again of a row that changed
    # while it was being locked, but not of the rows beside it.
    free = or_(row.claimed_until.is_(None), row.claimed_until <= now)
    there = addresses.c
    to = and_(there.account == row.account, there.user == row.user, there.place == row.place)
    query = (
        select(outboxes, there.heard_at, there.opened_at, people.is_shut().label("is_shut"))
        .add_columns(edits.original_id())
        .select_from(outboxes.outerjoin(addresses, to))
        .where(row.status == WAITING, row.due <= now, free, first, alone)
    )
    return query.order_by(row.due, row.created_at, row.n, row.id)


def _destination(row: Row[tuple[Any, ...]]) -> tuple[str, str, str]:
    return row.account, row.user, row.place


async def _show(connection: Connection, row: Row[tuple[Any, ...]]) -> None:
    """Remember the question that is on its way to an address, before it can be answered."""
    if row.prompt is not None:
        where = key_of(people.to_address(row))
        await connection.execute(_SHOWN, {**where, "prompt": row.prompt})


def _entry(row: Row[tuple[Any, ...]]) -> OutboxEntry:
    return OutboxEntry(
        id=OutboxId(row.id),
        conversation=ConversationId(row.conversation),
        address=people.to_address(row),
        n=row.n,
        message=replace(codec.load_outbound(row.body), replaces=row.replaces),
        hints=codec.load_body(row.hints),
        attempts=row.attempts,
        created_at=row.created_at,
        trace=TraceId(row.trace),
        heard_at=row.heard_at,
        opened_at=row.opened_at,
        is_shut=bool(row.is_shut),
    )
