"""What is left after a run: read from the files, apart from the store's own code."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

Row = Mapping[str, Any]
_QUERIES: Mapping[str, str] = {
    "inbox": "SELECT account, event_id, status FROM inbox",
    "outbox": 'SELECT id, account, "user", place, conversation, n, status, attempts, provider_id '
    'FROM outbox ORDER BY conversation, account, "user", place, n',
    "effect": "SELECT key, action, state FROM effect",
    "timeline": "SELECT conversation, seq, kind, body FROM timeline ORDER BY conversation, seq",
    "leases": "SELECT id FROM conversation WHERE lease_until IS NOT NULL",
}
_WAITING = (
    "SELECT (SELECT count(*) FROM inbox WHERE status = 'waiting') + "
    "(SELECT count(*) FROM outbox WHERE status = 'waiting')"
)
_UNDER_WAY = "SELECT account FROM outbox WHERE status = 'waiting' AND claimed_until IS NOT NULL"
_BOOKINGS = "SELECT day, at, guests, area FROM booking ORDER BY day, at"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The rows of the bot's database and of the booking service's."""

    inbox: Sequence[Row]
    outbox: Sequence[Row]
    effect: Sequence[Row]
    timeline: Sequence[Row]
    leases: Sequence[Row]
    bookings: Sequence[tuple[str, str, int, str]]
    slots: int

    def open_ends(self) -> Iterator[str]:
        """Tell what has not come to its end."""
        for row in self.inbox:
            if row["status"] != "done":
                yield f"the message {row['event_id']} is {row['status']}"
        for row in self.outbox:
            if row["status"] != "sent":
                yield f"the answer {row['n']} to {row['account']} is {row['status']}"
        for row in self.effect:
            if row["state"] not in {"done", "undone"}:
                yield f"the effect {row['key']} is {row['state']}"
        for row in self.leases:
            yield f"the conversation {row['id']} is still leased"

    def asked_twice(self) -> Iterator[str]:
        """Tell the questions that were asked again without a reason."""
        for row in self.timeline:
            if row["kind"] == "turn":
                for step in json.loads(row["body"]).get("steps", ()):
                    if step.get("again"):
                        yield f"{step['argument']} was asked twice"

    def unknown_events(self, taken: Sequence[str]) -> Iterator[str]:
        """Tell the acknowledged events that left no row."""
        known = {part for row in self.inbox for part in _names(row["event_id"])}
        for event in taken:
            if event not in known:
                yield f"{event} was acknowledged and is not in the inbox"


def _names(event_id: str) -> tuple[str, str]:
    """Name an event as the inbox does, and without what we put in front of a platform's id."""
    return event_id, event_id.rpartition(":")[2]


class Witness:
    """Looks at a bot's database from outside."""

    def __init__(self, url: str, services: Path) -> None:
        self._engine = create_async_engine(url, poolclass=NullPool)
        self._services = services

    async def is_quiet(self) -> bool:
        """Tell whether nothing is open and nothing waits to be sent."""
        try:
            async with self._engine.connect() as connection:
                waiting: int = (await connection.execute(text(_WAITING))).scalar_one()
        except DBAPIError:  # SQLite's files are just being recovered by a bot that starts
            return False
        return waiting == 0

    async def under_way(self) -> set[str]:
        """Tell the accounts that something was claimed for and not yet marked as sent."""
        try:
            async with self._engine.connect() as connection:
                return set((await connection.execute(text(_UNDER_WAY))).scalars())
        except DBAPIError:  # it died before there was a schema
            return set()

    async def gather(self) -> Evidence:
        """Read everything."""
        async with self._engine.connect() as connection:
            rows = {
                name: [dict(row) for row in (await connection.execute(text(query))).mappings()]
                for name, query in _QUERIES.items()
            }
        bookings, slots = read_bookings(self._services)
        return Evidence(bookings=bookings, slots=slots, **rows)


def read_bookings(services: Path) -> tuple[list[tuple[str, str, int, str]], int]:
    """Read the booking service's own database: its bookings, and how many slots are taken."""
    database = sqlite3.connect(services)
    try:
        bookings = database.execute(_BOOKINGS).fetchall()
        slots: int = database.execute("SELECT count(*) FROM taken_slot").fetchone()[0]
    finally:
        database.close()
    return bookings, slots
