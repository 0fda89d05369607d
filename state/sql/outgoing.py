"""What a turn says, put into the outbox: with its commit, or under its lease before that."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import Address, OutboxId, Outgoing, Snapshot, StoreError
from state.sql import codec
from state.sql.conversations import Held
from state.sql.schema import WAITING
from state.sql.schema import outbox as outboxes
from state.sql.statements import address_key, at_address, insert_new

FIRST_REPORT = 1000
"""Ordinals below are those of the turn's commit (`bot.Turns.report`)."""


async def put_outgoing(
    connection: AsyncConnection,
    snapshot: Snapshot,
    outgoing: Sequence[Outgoing],
    held: Held,
    *,
    now: datetime,
) -> None:
    """Put what a turn says at its end."""
    numbers: dict[Address, int] = {}
    rows: list[dict[str, Any]] = []
    for one in outgoing:
        to = one.address
        if to not in numbers:
            numbers[to] = await _last_number(connection, to)
        numbers[to] += 1
        rows.append(_row(snapshot, one, n=numbers[to], now=now))
        held.append("message", _fact(one, rows[-1]["id"]), at=now, trace=snapshot.entry.trace)
    if rows:
        await connection.execute(insert(outboxes), rows)


async def put_report(
    connection: AsyncConnection,
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
    n = await _last_number(connection, outgoing.address) + 1
    row = _row(snapshot, outgoing, n=n, now=now)
    if await insert_new(connection, outboxes, row):
        held.append("message", _fact(outgoing, row["id"]), at=now, trace=snapshot.entry.trace)


async def _last_number(connection: AsyncConnection, to: Address) -> int:
    """Tell the highest number towards a destination, whichever conversation it came from.

    The conversation's lock keeps its own numbers apart; two conversations that write to one
    address at the same moment may draw the same number: then neither goes before the other.
    """
    query = select(func.max(outboxes.c.n)).where(at_address(outboxes, to))
    highest: int | None = (await connection.execute(query)).scalar_one()
    return highest or 0


def _row(snapshot: Snapshot, outgoing: Outgoing, *, n: int, now: datetime) -> dict[str, Any]:
    return {
        "id": OutboxId(codec.new_id()),
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
    }


def _fact(outgoing: Outgoing, outbox_id: OutboxId) -> dict[str, object]:
    message = outgoing.message
    return {
        "id": outbox_id,
        "role": "bot",
        "text": message.text,
        "options": [[option.token, option.label] for option in message.options],
        "links": [[link.label, link.url] for link in message.links],
        "prompt": message.prompt,
        "files": [
            {"blob": file.blob, "name": file.name, "mime": file.mime, "size": file.size}
            for file in message.files
        ],
        "form": None if message.form is None else asdict(message.form),
        "client_id": None,
        "connector": outgoing.address.connector,
        "name": None,
        "address": address_key(outgoing.address),
    }
