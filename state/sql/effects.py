"""Rows of the ledger as they change inside other transactions."""

from datetime import datetime

from sqlalchemy import update

from bot import Settled, StoreError
from state.sql import codec
from state.sql.connections import Connection
from state.sql.conversations import Held
from state.sql.schema import effect as effects


async def settle(connection: Connection, settled: Settled, held: Held, *, at: datetime) -> None:
    """Write what became of an effect, and a line in the log of the conversation that tells."""
    written = await connection.execute(
        update(effects)
        .where(effects.c.key == settled.key)
        .values(state=settled.state, result=codec.dump(settled.result), epoch=held.epoch)
        .returning(effects.c.action)
    )
    action = written.scalar_one_or_none()
    if action is None:
        raise StoreError(f"the ledger holds no effect {settled.key!r}: start it first")
    held.append("effect", {"key": settled.key, "action": action, "state": settled.state}, at=at)
