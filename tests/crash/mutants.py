"""Defects that the harness must find: each one breaks a promise only when the process dies."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot import (
    Action,
    Context,
    ConversationId,
    EventId,
    InboundMessage,
    Recorded,
    TurnResult,
)
from bot.runtime.effects import Effects
from state.sql.connections import Connection
from state.sql.conversations import lock, save
from state.sql.inbox import SqlInbox
from state.sql.outgoing import put_outgoing
from state.sql.turns import SqlTurns


def answers_apart() -> None:
    """Put the answers into the outbox in a transaction of their own, after the turn's."""
    whole = SqlTurns.commit

    async def commit(
        self: SqlTurns, result: TurnResult, *, now: datetime
    ) -> Sequence[ConversationId]:
        grown = await whole(self, replace(result, outgoing=()), now=now)

        async def work(connection: Connection) -> None:
            held = await lock(connection, {result.snapshot.conversation})
            own = held[result.snapshot.conversation]
            await put_outgoing(connection, replace(result, retired=()), own, now=now)
            await save(connection, own, now=now)

        await self._transactions.write("mutant.answers", work)
        return grown

    SqlTurns.commit = commit  # type: ignore[method-assign]  # a mutant


def deliveries_kept_twice() -> None:
    """Forget which event it was: what is delivered again is another message."""
    whole = SqlInbox.record

    async def record(
        self: SqlInbox, messages: Sequence[InboundMessage], *, now: datetime
    ) -> Sequence[Recorded]:
        fresh = [
            replace(one, event_id=EventId(f"{secrets.token_hex(8)}:{one.event_id}"))
            for one in messages
        ]
        return await whole(self, fresh, now=now)

    SqlInbox.record = record  # type: ignore[method-assign]  # a mutant


def effects_unwritten() -> None:
    """Call actions without the ledger, with a key that is new every time."""

    async def perform(
        self: Effects,
        action: Action[..., Any],
        context: Context,
        arguments: Mapping[str, Any],
        *,
        occurrence: str | None = None,
    ) -> object:
        self.need_yes()
        key = secrets.token_hex(8)
        context = replace(context, idempotency_key=key)
        return await self.outside.call(action, context, arguments)

    Effects.perform = perform  # type: ignore[method-assign]  # a mutant


MUTANTS: Mapping[str, Callable[[], None]] = {
    one.__name__: one for one in (answers_apart, deliveries_kept_twice, effects_unwritten)
}
