"""Sentences that were not read right, and what a trainer made of them."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import (
    ColumnElement,
    Row,
    and_,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from bot import (
    ConversationId,
    CustomerId,
    InboundMessage,
    Miss,
    Missed,
    MissGroup,
    MissId,
    MissState,
    Taught,
    TurnResult,
)
from state.sql import people
from state.sql.connections import Connection
from state.sql.schema import gate as gates
from state.sql.schema import miss as misses
from state.sql.statements import insert_new
from state.sql.transactions import Transactions

GATE = "taught"
"""The row that counts how often what is taught has changed."""

_MISSED: TypeAdapter[Missed] = TypeAdapter(Missed)
_NEWEST_FIRST = (misses.c.at.desc(), misses.c.id.desc())


class SqlMisses:
    """See `bot.Misses`."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def page(
        self, *, states: Collection[MissState], before: MissId | None = None, limit: int
    ) -> Sequence[Miss]:
        """See `bot.Misses.page`."""

        async def work(connection: Connection) -> list[Miss]:
            query = select(misses).where(misses.c.state.in_(list(states)))
            if before is not None:
                query = query.where(await _older(connection, before))
            found = await connection.execute(query.order_by(*_NEWEST_FIRST).limit(limit))
            return [_miss(row) for row in found]

        return await self._transactions.read(work)

    async def groups(self, *, limit: int) -> Sequence[MissGroup]:
        """See `bot.Misses.groups`."""
        is_open = misses.c.state == MissState.OPEN
        often = (
            select(misses.c.words)
            .where(is_open)
            .group_by(misses.c.words)
            .order_by(func.count().desc(), func.max(misses.c.at).desc(), misses.c.words)
            .limit(limit)
        )

        async def work(connection: Connection) -> list[MissGroup]:
            found: dict[str, list[Miss]] = {
                words: [] for words in (await connection.execute(often)).scalars()
            }
            rows = select(misses).where(is_open, misses.c.words.in_(list(found)))
            for row in await connection.execute(rows.order_by(*_NEWEST_FIRST)):
                found[row.words].append(_miss(row))
            return [MissGroup(misses=tuple(group)) for group in found.values() if group]

        return await self._transactions.read(work)

    async def count(self) -> Mapping[MissState, int]:
        """See `bot.Misses.count`."""
        query = select(misses.c.state, func.count().label("many")).group_by(misses.c.state)

        async def work(connection: Connection) -> dict[MissState, int]:
            found = {row.state: row.many for row in await connection.execute(query)}
            return {state: found.get(state, 0) for state in MissState}

        return await self._transactions.read(work)

    async def label(
        self, misses: Collection[MissId], meaning: str | None, *, sentence: str | None = None
    ) -> int:
        """See `bot.Misses.label`."""
        state = MissState.DISMISSED if meaning is None else MissState.LABELLED
        told = {"state": state, "meaning": meaning or "", "sentence": sentence or ""}
        return await self._change("misses.label", misses, told)

    async def reopen(self, misses: Collection[MissId]) -> int:
        """See `bot.Misses.reopen`."""
        told = {"state": MissState.OPEN, "meaning": "", "sentence": ""}
        return await self._change("misses.reopen", misses, told)

    async def forget(self, customers: Collection[CustomerId]) -> int:
        """See `bot.Misses.forget`."""
        gone = misses.c.customer.in_(list(customers))

        async def work(connection: Connection) -> int:
            counted = (await connection.execute(delete(misses).where(gone))).rowcount
            if counted:
                await _teach_anew(connection)
            return counted

        return await self._transactions.write("misses.forget", work)

    async def _change(self, verb: str, ids: Collection[MissId], values: Mapping[str, str]) -> int:
        statement = update(misses).where(misses.c.id.in_(list(ids))).values(**values)

        async def work(connection: Connection) -> int:
            changed = (await connection.execute(statement)).rowcount
            if changed:
                await _teach_anew(connection)
            return changed

        return await self._transactions.write(verb, work)


class SqlTeaching:
    """See `bot.Teaching`."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def version(self) -> int:
        """See `bot.Teaching.version`."""
        query = select(gates.c.passes).where(gates.c.name == GATE)

        async def work(connection: Connection) -> int:
            return (await connection.execute(query)).scalar_one_or_none() or 0

        return await self._transactions.read(work)

    async def sentences(self) -> Sequence[Taught]:
        """See `bot.Teaching.sentences`."""
        query = (
            select(misses)
            .where(misses.c.state == MissState.LABELLED)
            .order_by(misses.c.at, misses.c.id)
        )

        async def work(connection: Connection) -> list[Taught]:
            found = (_miss(row) for row in await connection.execute(query))
            return list(dict.fromkeys(_taught(one) for one in found))

        return await self._transactions.read(work)


async def keep_misses(connection: Connection, result: TurnResult, *, now: datetime) -> None:
    """Write what a turn missed, and what customers turned to after an earlier miss."""
    event = result.snapshot.entry.event
    for one, command in result.chosen.items():
        first = and_(misses.c.id == one, misses.c.chosen == "")
        await connection.execute(update(misses).where(first).values(chosen=command))
    if not result.missed or not isinstance(event, InboundMessage):
        return
    speaker = await people.customer_at(connection, event.sender) or result.snapshot.customer.id
    rows = [_row(one, result.snapshot.conversation, speaker, now) for one in result.missed]
    await connection.execute(insert(misses), rows)


def is_outdated(oldest: datetime) -> ColumnElement[bool]:
    """Select misses that nobody labelled in time."""
    return and_(misses.c.state != MissState.LABELLED, misses.c.at <= oldest)


async def _teach_anew(connection: Connection) -> None:
    """Let running bots notice that what is taught has changed."""
    await insert_new(connection, gates, {"name": GATE, "passes": 0})
    counted = update(gates).where(gates.c.name == GATE).values(passes=gates.c.passes + 1)
    await connection.execute(counted)


async def _older(connection: Connection, than: MissId) -> ColumnElement[bool]:
    """Select what comes behind a miss where the newest are first; all where it is gone."""
    row = misses.c
    at = (await connection.execute(select(row.at).where(row.id == than))).scalar_one_or_none()
    if at is None:
        return literal(value=True)
    return or_(row.at < at, and_(row.at == at, row.id < than))


def _row(
    missed: Missed, conversation: ConversationId, customer: CustomerId, now: datetime
) -> dict[str, Any]:
    words = " ".join(missed.proposal.text.casefold().split())
    return {
        "id": missed.id,
        "conversation": conversation,
        "customer": customer,
        "at": now,
        "body": _MISSED.dump_json(missed).decode(),
        "words": hashlib.sha256(words.encode()).hexdigest(),
        "chosen": "",
        "state": MissState.OPEN,
        "meaning": "",
        "sentence": "",
    }


def _taught(one: Miss) -> Taught:
    sentence, marked = one.sentence or one.text, bool(one.sentence)
    return Taught(meaning=one.meaning, sentence=sentence, marked=marked)


def _miss(row: Row[tuple[Any, ...]]) -> Miss:
    return Miss(
        missed=_MISSED.validate_json(row.body),
        at=row.at,
        customer=CustomerId(row.customer),
        conversation=ConversationId(row.conversation),
        chosen=row.chosen,
        state=MissState(row.state),
        meaning=row.meaning,
        sentence=row.sentence,
    )
