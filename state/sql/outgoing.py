"""What a turn says, put into the outbox: with its commit, or under its lease before that."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from bot import (
    Address,
    OutboxId,
    Outgoing,
    SentFile,
    Snapshot,
    StoreError,
    TurnResult,
    card_as_text,
)
from state.sql import codec
from state.sql.connections import Connection
from state.sql.conversations import Held
from state.sql.edits import find_edits, find_report, take_place, taken_back
from state.sql.schema import WAITING
from state.sql.schema import outbox as outboxes
from state.sql.statements import address_key, at_key, insert_new, key_of

_ROWS = insert(outboxes)
_HIGHEST = select(func.max(outboxes.c.n)).where(at_key(outboxes))

FIRST_REPORT = 1000
"""Ordinals below are those of the turn's commit (`bot.Turns.report`)."""


async def put_outgoing(
    connection: Connection, result: TurnResult, held: Held, *, now: datetime
) -> None:
    """Put what a turn says at its end, and behind it the edits of what it answered."""
    numbers, snapshot = Numbers(connection), result.snapshot
    rows: list[dict[str, Any]] = []
    for one in result.outgoing:
        row = _row(snapshot, one, n=await numbers.next(one.address), now=now)
        fact = _fact(one, row["id"])
        row["seq"] = held.append("message", fact, at=now, trace=snapshot.entry.trace)
        original = await find_report(connection, snapshot, one)
        if original is not None and not await taken_back(connection, original, now=now):
            row["edits"] = original.id
        rows.append(row)
    for ordinal, (to, edit) in enumerate(await find_edits(connection, result, now=now), 1):
        one = Outgoing(address=to, message=edit.message, ordinal=-ordinal)
        row = _row(snapshot, one, n=await numbers.next(to), now=now)
        rows.append({**row, "edits": edit.original})
    if rows:
        await connection.execute(_ROWS, rows)


async def put_report(
    connection: Connection,
    snapshot: Snapshot,
    outgoing: Outgoing,
    held: Held,
    *,
    now: datetime,
) -> None:
    """Put what a turn says before its end, unless this very report is there.

    It has the lower number, so it goes before what the turn says at its end.
    """
    if outgoing.ordinal < FIRST_REPORT or outgoing.message.prompt is not None:
        raise StoreError(
            f"a report has an ordinal from {FIRST_REPORT} on, and asks nothing: a question belongs "
            "to the state that the turn's commit writes"
        )
    n = await Numbers(connection).next(outgoing.address)
    row = _row(snapshot, outgoing, n=n, now=now)
    original = await find_report(connection, snapshot, outgoing)
    if original is not None:
        if await insert_new(connection, outboxes, {**row, "edits": original.id}):
            await take_place(connection, original, row, now=now)
    elif outgoing.fleeting:
        await insert_new(connection, outboxes, row)
    elif await insert_new(connection, outboxes, {**row, "seq": held.seq + 1}):
        held.append("message", _fact(outgoing, row["id"]), at=now, trace=snapshot.entry.trace)


def file_fact(file: SentFile) -> dict[str, object]:
    """Write a file as the log tells of it."""
    return {"blob": file.blob, "name": file.name, "mime": file.mime, "size": file.size}


class Numbers:
    """Draws the numbers that put what goes to one destination in order.

    They rise whichever conversation it came from. The conversation's lock keeps its own apart; two
    conversations that write to one address at the same moment may draw the same number: then
    neither goes before the other.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._highest: dict[Address, int] = {}

    async def next(self, to: Address) -> int:
        """Draw the next number towards a destination."""
        if to not in self._highest:
            found = await self._connection.execute(_HIGHEST, key_of(to))
            highest: int | None = found.scalar_one()
            self._highest[to] = highest or 0
        self._highest[to] += 1
        return self._highest[to]


def _row(snapshot: Snapshot, outgoing: Outgoing, *, n: int, now: datetime) -> dict[str, Any]:
    return {
        "id": outgoing.id or OutboxId(codec.new_id()),
        "conversation": snapshot.conversation,
        **address_key(outgoing.address),
        "phone": outgoing.address.phone,
        "n": n,
        "turn": snapshot.entry.id,
        "ordinal": outgoing.ordinal,
        "body": codec.dump_outbound(outgoing.message),
        "hints": codec.dump(dict(outgoing.hints)),
        "prompt": outgoing.message.prompt,
        "trace": snapshot.entry.trace,
        "status": WAITING,
        "due": now,
        "attempts": 0,
        "reason": "",
        "created_at": now,
        "seq": None,
        "edits": None,
    }


def _fact(outgoing: Outgoing, outbox_id: OutboxId) -> dict[str, object]:
    message = card_as_text(outgoing.message)  # whoever reads the log reads words
    return {
        "id": outbox_id,
        "role": "bot",
        "text": message.text,
        "options": [[option.token, option.label] for option in message.options],
        "links": [[link.label, link.url] for link in message.links],
        "prompt": message.prompt,
        "files": [file_fact(file) for file in message.files],
        "form": None if message.form is None else asdict(message.form),
        "client_id": None,
        "connector": outgoing.address.connector,
        "name": None,
        "address": address_key(outgoing.address),
    }
