"""What platforms tell later of a message: only ever upwards."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, delete, select, update

from bot import DeliveryReport, Reported
from state.sql.connections import Connection
from state.sql.conversations import Held, lock, save
from state.sql.schema import early_report as early
from state.sql.schema import outbox as outboxes
from state.sql.statements import insert_new
from state.sql.transactions import MovedError

_RANK = {Reported.SENT: 0, Reported.FAILED: 1, Reported.DELIVERED: 2, Reported.READ: 3}
"""What was delivered did not fail; what failed was not merely sent."""


def is_news(known: str | None, state: Reported) -> bool:
    """Tell whether a report goes beyond what is known."""
    return known is None or _RANK[state] > _RANK[Reported(known)]


def note(
    held: Held, row: Row[tuple[Any, ...]], state: Reported, reason: str, *, at: datetime
) -> None:
    """Write a receipt into the log."""
    body = {
        "outbox": row.id, "state": state.value, "reason": reason, "provider_id": row.provider_id,
    }  # fmt: skip
    held.append("receipt", body, at=at, trace=row.trace)


async def keep(connection: Connection, reports: Sequence[DeliveryReport], *, now: datetime) -> None:
    """Keep reports; those that came before their receipt's commit wait for it."""
    found = {
        (report.account, report.provider_id): (await connection.execute(_query(report))).first()
        for report in reports
    }
    rows = [row for row in found.values() if row is not None]
    held = await lock(connection, {row.conversation for row in rows})
    for report in reports:
        known = (await connection.execute(_query(report))).first()
        if known is None:
            await _keep_early(connection, report, now)
        elif known.conversation in held:
            await _raise(connection, held[known.conversation], known, report, now=now)
    await save(connection, *held.values())


_COLLECTED = delete(early).where(
    early.c.account == bindparam("of"), early.c.provider_id == bindparam("what")
)


async def collect(
    connection: Connection, held: Held, row: Row[tuple[Any, ...]], *, now: datetime
) -> None:
    """Take the report that overtook a receipt.

    Putting a row under the same key first makes a report that comes at this very moment wait.
    """
    if row.provider_id is None:
        return
    marker = DeliveryReport(
        account=row.account, provider_id=row.provider_id, state=Reported.SENT, at=now
    )
    if not await insert_new(connection, early, _values(marker, now)):
        where = (early.c.account == row.account) & (early.c.provider_id == row.provider_id)
        waiting = (await connection.execute(select(early).where(where))).one()
        report = replace(marker, state=Reported(waiting.state), reason=waiting.reason)
        await _raise(connection, held, row, replace(report, at=waiting.at), now=now)
    await connection.execute(_COLLECTED, {"of": row.account, "what": row.provider_id})


def _query(report: DeliveryReport) -> Select[tuple[Any, ...]]:
    return select(outboxes).where(
        outboxes.c.account == report.account, outboxes.c.provider_id == report.provider_id
    )


async def _raise(
    connection: Connection,
    held: Held,
    row: Row[tuple[Any, ...]],
    report: DeliveryReport,
    *,
    now: datetime,
) -> None:
    if not is_news(row.reported, report.state):
        return
    await connection.execute(
        update(outboxes)
        .where(outboxes.c.id == row.id)
        .values(reported=report.state, reason=report.reason or row.reason)
    )
    note(held, row, report.state, report.reason, at=report.at or now)


async def _keep_early(connection: Connection, report: DeliveryReport, now: datetime) -> None:
    values = _values(report, now)
    if await insert_new(connection, early, values):
        if (await connection.execute(_query(report))).first() is not None:
            raise MovedError  # its receipt was committed meanwhile
        return
    where = (early.c.account == report.account) & (early.c.provider_id == report.provider_id)
    known = (await connection.execute(select(early.c.state).where(where))).scalar_one()
    if is_news(known, report.state):
        await connection.execute(update(early).where(where).values(values))


def _values(report: DeliveryReport, now: datetime) -> dict[str, object]:
    return {
        "account": report.account,
        "provider_id": report.provider_id,
        "state": report.state,
        "reason": report.reason,
        "at": report.at or now,
    }
