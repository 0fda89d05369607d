"""Effects by key: the row ``started`` is committed before the call, under the turn's lease."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from bot import (
    ConversationId,
    EffectMismatchError,
    EffectRecord,
    FrameId,
    Settled,
    Snapshot,
)
from state.sql import codec
from state.sql.connections import Connection
from state.sql.conversations import Held, lock_leased, save
from state.sql.effects import settle
from state.sql.schema import WAITING
from state.sql.schema import effect as effects
from state.sql.schema import inbox as inboxes
from state.sql.statements import insert_new
from state.sql.transactions import Transactions
from state.sql.watch import Watch

STARTED = "started"
OPEN = {STARTED, "undoing"}
"""States in which a turn may be at the effect right now."""
FREE = {"failed", "undone"}
"""States after which the same key may be used anew."""


class SqlLedger:
    """See `bot.Ledger`."""

    def __init__(self, transactions: Transactions, watch: Watch) -> None:
        self._transactions = transactions
        self._watch = watch

    async def start(
        self, effect: EffectRecord, snapshot: Snapshot, *, settled: Sequence[Settled] = ()
    ) -> EffectRecord:
        """See `bot.Ledger.start`. ``fresh`` of what is returned tells who wrote the row."""
        at = self._moment(snapshot)

        async def work(connection: Connection) -> EffectRecord:
            held = await lock_leased(connection, snapshot)
            for one in settled:
                await settle(connection, one, held, at=at)
            kept = await _start(connection, effect, held)
            if kept.fresh:
                body = {"key": kept.key, "action": kept.action, "state": kept.state}
                held.append("effect", body, at=at, trace=snapshot.entry.trace)
            await save(connection, held)
            return kept

        return await self._transactions.write("ledger.start", work)

    async def settle(self, settled: Settled, snapshot: Snapshot) -> None:
        """See `bot.Ledger.settle`."""
        at = self._moment(snapshot)

        async def work(connection: Connection) -> None:
            held = await lock_leased(connection, snapshot)
            await settle(connection, settled, held, at=at)
            await save(connection, held)

        await self._transactions.write("ledger.settle", work)

    async def find(self, key: str) -> EffectRecord | None:
        """See `bot.Ledger.find`."""

        async def work(connection: Connection) -> EffectRecord | None:
            row = (
                await connection.execute(select(effects).where(effects.c.key == key))
            ).one_or_none()
            return None if row is None else _record(row)

        return await self._transactions.read(work)

    def _moment(self, snapshot: Snapshot) -> datetime:
        return self._watch.newest or snapshot.entry.received_at


async def _start(connection: Connection, effect: EffectRecord, held: Held) -> EffectRecord:
    values = {
        "key": effect.key,
        "action": effect.action,
        "frame": effect.frame,
        "conversation": effect.conversation,
        "request_hash": effect.request_hash,
        "state": STARTED,
        "arguments": codec.dump(dict(effect.arguments)),
        "result": "null",
        "epoch": held.epoch,
        "attempts": 1,
    }
    if await insert_new(connection, effects, values):
        return replace(effect, state=STARTED, result=None, attempts=1, fresh=True)
    query = select(effects).where(effects.c.key == effect.key).with_for_update()
    known = _record((await connection.execute(query)).one())
    if known.state in FREE:
        again = {**values, "attempts": known.attempts + 1}
        await connection.execute(update(effects).where(effects.c.key == effect.key).values(again))
        return replace(effect, state=STARTED, result=None, attempts=known.attempts + 1, fresh=True)
    if known.request_hash != effect.request_hash:
        raise EffectMismatchError(
            f"the key {effect.key!r} of {effect.action} was used with other arguments"
        )
    if known.state in OPEN and known.frame != effect.frame and known.conversation != held.id:
        return replace(known, under_way=await _is_at_work(connection, known.conversation))
    return known


async def _is_at_work(connection: Connection, conversation: ConversationId) -> bool:
    """Tell whether a conversation has open rows: its turn is under way, or runs again."""
    query = select(inboxes.c.id).where(
        inboxes.c.conversation == conversation, inboxes.c.status == WAITING
    )
    return (await connection.execute(query.limit(1))).first() is not None


def _record(row: Row[tuple[Any, ...]]) -> EffectRecord:
    return EffectRecord(
        key=row.key,
        action=row.action,
        frame=None if row.frame is None else FrameId(row.frame),
        conversation=ConversationId(row.conversation),
        request_hash=row.request_hash,
        state=row.state,
        arguments=codec.load_body(row.arguments),
        result=codec.load(row.result),
        attempts=row.attempts,
    )
