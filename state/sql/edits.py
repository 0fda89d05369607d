"""What was shown and is to be shown otherwise: edits, which stand in the outbox like messages.

An edit names our own row (`edits`); the platform's id of it is looked up when the edit is claimed.
What has not gone out yet is changed where it waits instead. The log knows nothing of an edit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Update, and_, bindparam, or_, select, update

from bot import (
    PRIVATE,
    Address,
    Body,
    Link,
    OutboundMessage,
    OutboxId,
    Outgoing,
    Snapshot,
    TurnResult,
)
from state.sql import codec, people
from state.sql.connections import Connection
from state.sql.schema import DEAD, DROPPED, SENT, WAITING
from state.sql.schema import outbox as outboxes
from state.sql.schema import timeline as timelines

SUPERSEDED = "something newer took its place"
MOST_SHOWINGS = 20
"""So many are edited, the newest; the rest are far up where a question was shown so often."""
NOT_THERE = "what it edits is not there"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What takes the place of the row ``original``."""

    original: OutboxId
    message: OutboundMessage


async def find_edits(
    connection: Connection, result: TurnResult, *, now: datetime
) -> Sequence[tuple[Address, Edit]]:
    """Find where the questions that a turn retired stand: what waits is changed at once.

    Only where those who speak in this conversation saw them: a channel that was linked once must
    not learn what is answered now.
    """
    retired = {one.prompt: one for one in result.retired}
    if not retired:
        return ()
    edits: list[tuple[Address, Edit]] = []
    for row in await _showings(connection, list(retired)):
        address = people.to_address(row)
        over = retired[row.prompt]
        if address.connector not in over.on or not _is_ours(row, result.snapshot):
            continue
        message = _retired(row, over.mark)
        if message is None or await _changed_waiting(connection, row, message, now=now):
            continue
        if row.status == WAITING or row.provider_id is not None:
            edit = replace(message, files=())  # they are there already
            edits.append((address, Edit(original=OutboxId(row.id), message=edit)))
    return edits


async def find_report(
    connection: Connection, snapshot: Snapshot, outgoing: Outgoing
) -> Row[tuple[Any, ...]] | None:
    """Find the message that a report takes the place of; None where it is one of its own."""
    if outgoing.edits is None:
        return None
    query = select(outboxes).where(
        outboxes.c.turn == snapshot.entry.id, outboxes.c.ordinal == outgoing.edits
    )
    row = (await connection.execute(query)).one_or_none()
    if row is not None and row.edits is not None:
        query = select(outboxes).where(outboxes.c.id == row.edits)
        row = (await connection.execute(query)).one_or_none()
    is_there = row is not None and (row.status == WAITING or row.provider_id is not None)
    return row if is_there else None


async def take_place(
    connection: Connection,
    original: Row[tuple[Any, ...]],
    edit: dict[str, Any],
    *,
    now: datetime,
) -> None:
    """Let an edit go before older ones of the same message, or into that if it still waits."""
    over = ended(now, SUPERSEDED)
    older = and_(outboxes.c.edits == original.id, outboxes.c.id != edit["id"])
    mine = outboxes.c.turn == edit["turn"]  # the index finds them by it
    await connection.execute(over.where(mine, older, _is_free(now)))
    message = codec.load_outbound(edit["body"])
    if await _changed_waiting(connection, original, message, now=now):
        await connection.execute(over.where(outboxes.c.id == edit["id"]))


async def taken_back(
    connection: Connection, original: Row[tuple[Any, ...]], *, now: datetime
) -> bool:
    """End what nobody has been sent yet, and all edits of a message that are still waiting.

    Tells whether the message itself was taken back.
    """
    mine = outboxes.c.turn == original.turn
    over = ended(now, SUPERSEDED).where(mine, _is_free(now))
    await connection.execute(over.where(outboxes.c.edits == original.id))
    return (await connection.execute(over.where(outboxes.c.id == original.id))).rowcount == 1


async def let_go(
    connection: Connection, rows: Sequence[Row[tuple[Any, ...]]], *, now: datetime
) -> list[Row[tuple[Any, ...]]]:
    """End the edits whose original has no id on its platform; returns the other rows.

    One that the log tells of is said in any case: it becomes a message of its own.
    """
    lost = [row for row in rows if row.edits is not None and row.replaces is None]
    ending = {row.id for row in lost if row.seq is None}
    if ending:
        await connection.execute(ended(now, NOT_THERE).where(outboxes.c.id.in_(ending)))
    if len(lost) > len(ending):
        alone = outboxes.c.id.in_([row.id for row in lost if row.id not in ending])
        await connection.execute(update(outboxes).where(alone).values(edits=None))
    return [row for row in rows if row.id not in ending]


async def forgo(connection: Connection, entry: OutboxId, reason: str, *, now: datetime) -> None:
    """End an edit that cannot be made; what the log tells of becomes a message of its own."""
    row = outboxes.c
    waits = and_(row.id == entry, row.edits.is_not(None), row.status == WAITING)
    alone = update(outboxes).values(
        edits=None, attempts=0, due=now, reason=reason, claimed_until=None
    )
    await connection.execute(alone.where(waits, row.seq.is_not(None)))
    await connection.execute(ended(now, reason).where(waits, row.seq.is_(None)))


def ended(now: datetime, reason: str) -> Update:
    """End a row without a word to anybody."""
    return update(outboxes).values(
        status=DROPPED, reason=reason, body="", hints="{}", claimed_until=None, done_at=now
    )


def done(change: Update) -> Update:
    """End an edit as a message ends; the platform's id stays with what it took the place of."""
    return change.values(provider_id=None, reported=None)


def original_id() -> ColumnElement[Any]:
    """Select the platform's id of what a row edits; NULL where it has none."""
    original = outboxes.alias("original")
    query = select(original.c.provider_id).where(original.c.id == outboxes.c.edits)
    return query.scalar_subquery().label("replaces")


_TOLD = and_(timelines.c.conversation == outboxes.c.conversation, timelines.c.seq == outboxes.c.seq)
_SHOWINGS = (
    select(outboxes, timelines.c.body.label("told"))
    .outerjoin(timelines, _TOLD)
    .where(
        outboxes.c.prompt.in_(bindparam("of", expanding=True)),
        outboxes.c.status.in_([WAITING, SENT, DEAD]),
    )
    .order_by(outboxes.c.created_at.desc(), outboxes.c.n.desc(), outboxes.c.id)
    .limit(MOST_SHOWINGS)
)


async def _showings(
    connection: Connection, prompts: Sequence[str]
) -> Sequence[Row[tuple[Any, ...]]]:
    return (await connection.execute(_SHOWINGS, {"of": prompts})).all()[::-1]


def _is_ours(row: Row[tuple[Any, ...]], snapshot: Snapshot) -> bool:
    if snapshot.scope != PRIVATE:
        return bool(row.conversation == snapshot.conversation)
    return people.to_address(row) in snapshot.customer.addresses


def _retired(row: Row[tuple[Any, ...]], mark: str) -> OutboundMessage | None:
    """Write what stands in a question's place; None where its text is known no more.

    What waits has its own body; of what was sent, the log has the words.
    """
    if row.body:
        asked = codec.load_outbound(row.body)
        return replace(
            asked, text=_marked(asked.text, mark), options=(), form=None, asks=None, prompt=None
        )
    if row.told is None:
        return None
    told = codec.load_body(row.told)
    return OutboundMessage(text=_marked(str(told["text"]), mark), links=_links(told))


def _links(told: Body) -> tuple[Link, ...]:
    return tuple(Link(label=label, url=url) for label, url in told.get("links") or ())


def _marked(text: str, mark: str) -> str:
    return "\n".join(filter(None, [text, mark]))


async def _changed_waiting(
    connection: Connection,
    row: Row[tuple[Any, ...]],
    message: OutboundMessage,
    *,
    now: datetime,
) -> bool:
    """Change a row that nobody is sending; False if it is under way or sent."""
    if row.status == SENT:
        return False
    changed = (
        update(outboxes)
        .where(outboxes.c.id == row.id, or_(_is_free(now), outboxes.c.status == DEAD))
        .values(body=codec.dump_outbound(message), prompt=message.prompt)
    )
    return (await connection.execute(changed)).rowcount == 1


def _is_free(now: datetime) -> ColumnElement[bool]:
    claimed = outboxes.c.claimed_until
    return and_(outboxes.c.status == WAITING, or_(claimed.is_(None), claimed <= now))
