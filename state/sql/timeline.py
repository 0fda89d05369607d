"""The log of each conversation, read by seq."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from bot import ConversationId, Fact, TraceId
from state.sql import codec
from state.sql.connections import Connection
from state.sql.schema import conversation as conversations
from state.sql.schema import timeline as timelines
from state.sql.transactions import Transactions


class SqlLog:
    """See `bot.Log`."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def read(self, conversation: ConversationId, *, after: int, limit: int) -> Sequence[Fact]:
        """See `bot.Log.read`."""
        query = select(timelines).where(
            timelines.c.conversation == conversation, timelines.c.seq > after
        )
        return await self._facts(query.order_by(timelines.c.seq).limit(limit))

    async def before(self, conversation: ConversationId, *, seq: int, limit: int) -> Sequence[Fact]:
        """See `bot.Log.before`."""
        query = select(timelines).where(
            timelines.c.conversation == conversation, timelines.c.seq < seq
        )
        falling = await self._facts(query.order_by(timelines.c.seq.desc()).limit(limit))
        return falling[::-1]

    async def head(self, conversation: ConversationId) -> int:
        """See `bot.Log.head`."""
        query = select(conversations.c.seq).where(conversations.c.id == conversation)

        async def work(connection: Connection) -> int:
            seq: int | None = (await connection.execute(query)).scalar_one_or_none()
            return seq or 0

        return await self._transactions.read(work)

    async def conversations(self, *, limit: int) -> Sequence[tuple[ConversationId, str, datetime]]:
        """See `bot.Log.conversations`."""
        row = conversations.c
        query = select(row.id, row.scope, row.used_at).order_by(row.used_at.desc(), row.id)

        async def work(connection: Connection) -> list[tuple[ConversationId, str, datetime]]:
            found = await connection.execute(query.limit(limit))
            return [(ConversationId(one.id), one.scope, one.used_at) for one in found]

        return await self._transactions.read(work)

    async def _facts(self, query: Select[tuple[Any, ...]]) -> list[Fact]:
        async def work(connection: Connection) -> list[Fact]:
            return [
                Fact(
                    conversation=ConversationId(row.conversation),
                    seq=row.seq,
                    kind=row.kind,
                    at=row.at,
                    body=codec.load_body(row.body),
                    trace=None if row.trace is None else TraceId(row.trace),
                )
                for row in await connection.execute(query)
            ]

        return await self._transactions.read(work)
