"""A reply that cannot be delivered while its customer has gone on elsewhere."""

from datetime import datetime

from sqlalchemy import Row, select, update

from bot import PRIVATE, AccountId, Address, ConversationId, EventId, OutboxId, Signal
from state.sql import codec, people
from state.sql.connections import Connection
from state.sql.conversations import Held, lock_one, post, save
from state.sql.schema import DROPPED, WAITING
from state.sql.schema import outbox as outboxes
from state.sql.schema import timeline as timelines
from state.sql.statements import address_key

GONE_ON = "the customer went on elsewhere"
NEWEST_FACTS = 50


async def move_on(
    connection: Connection, entry: OutboxId, *, note: str, now: datetime
) -> list[ConversationId]:
    """See `bot.Outbox.move_on`."""
    row = (
        await connection.execute(
            select(outboxes).where(outboxes.c.id == entry, outboxes.c.status == WAITING)
        )
    ).one_or_none()
    held = None if row is None else await lock_one(connection, row.conversation)
    if row is None or held is None or held.scope != PRIVATE:
        return []
    found = await _last_heard(connection, held, row)
    if found is None:
        return []
    seq, address = found
    await connection.execute(
        update(outboxes)
        .where(outboxes.c.id == entry, outboxes.c.status == WAITING)
        .values(status=DROPPED, reason=GONE_ON, body="", claimed_until=None, done_at=now)
    )
    body = {"outbox": entry, "state": "failed", "reason": GONE_ON}
    held.append("receipt", body, at=now, trace=row.trace)
    # a question is shown once, however many of its copies are stuck; other words one by one
    which = "question" if row.prompt is not None else entry
    signal = Signal(
        event_id=EventId(f"elsewhere:{held.id}:{seq}:{which}"),
        name="resumed",
        payload={"note": note},
        address=address,
    )
    await post(connection, held, signal, now=now)
    await save(connection, held)
    return [held.id]


async def _last_heard(
    connection: Connection, held: Held, row: Row[tuple[object, ...]]
) -> tuple[int, Address] | None:
    """Find where the customer last wrote since the reply was made; None if it was there."""
    query = (
        select(timelines.c.seq, timelines.c.body)
        .where(
            timelines.c.conversation == held.id,
            timelines.c.kind == "message",
            timelines.c.at > row.created_at,
        )
        .order_by(timelines.c.seq.desc())
        .limit(NEWEST_FACTS)
    )
    for seq, text in (await connection.execute(query)).all():
        body = codec.load_body(text)
        if body["role"] != "user":
            continue
        where = body["address"]
        last = Address(
            account=AccountId(where["account"]), user=where["user"], place=where["place"]
        )
        here = {"account": row.account, "user": row.user, "place": row.place}
        if address_key(last) == here or await people.customer_at(connection, last) is None:
            return None  # they wrote here, or from what is called otherwise by now
        return seq, last
    return None
