"""The service behind the commands: bookings in a database of their own.

Two bookings never share a table, whatever else happens: a sitting takes rows of `taken_slot`, and
(table, day, slot) is unique. The same key never books twice, because the key is unique, too.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Final, Protocol

from sqlalchemy import (
    Column,
    Connection,
    Date,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    Time,
    UniqueConstraint,
    delete,
    event,
    insert,
    select,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot import provide
from commands.booking.house import FLOOR, Area, DiningTable, arrivals, slots

PATIENCE_SECONDS: Final = 6.0  # within the 8 s of the action, and beyond SQLite's own wait
BUSY_TIMEOUT_MS: Final = 5000
LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that looks like another
SPARE_ATTEMPTS: Final = 4  # for two refs that happen to be equal

metadata = MetaData()
booking_rows = Table(
    "booking",
    metadata,
    Column("ref", String(12), primary_key=True),
    Column("key", String(200), nullable=False, unique=True),
    Column("customer", String(64), nullable=False, index=True),
    Column("day", Date, nullable=False),
    Column("at", Time, nullable=False),
    Column("guests", Integer, nullable=False),
    Column("area", String(16), nullable=False),
    Column("table_no", Integer, nullable=False),
)
slot_rows = Table(
    "taken_slot",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("table_no", Integer, nullable=False),
    Column("day", Date, nullable=False),
    Column("slot_start", Integer, nullable=False),
    Column("ref", String(12), nullable=False, index=True),
    UniqueConstraint("table_no", "day", "slot_start", name="one_booking_per_slot"),
)


class FullError(Exception):
    """No table of the area that seats the guests is free."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSettings:
    """The table ``[services.tables]``."""

    url: str = "sqlite+aiosqlite:///services.db"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a booking asks for."""

    day: date
    at: time
    guests: int
    area: Area


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """A table that is taken; ``key`` is the one that it was reserved with."""

    ref: str
    key: str
    customer: str
    wanted: Wanted
    table: int


class Tables(Protocol):
    """Keeps the house's bookings."""

    async def reserve(self, wanted: Wanted, *, customer: str, key: str) -> Booking:
        """Take the smallest free table; the booking that exists for a key that is known.

        Raises:
            FullError: no such table is free.
        """
        ...

    async def cancel(self, ref: str) -> bool:
        """Free the table of a booking; False if there is none. Its key may be used again."""
        ...

    async def by_key(self, key: str) -> Booking | None:
        """Find the booking that was made with a key."""
        ...

    async def of(self, customers: Sequence[str], *, since: date) -> list[Booking]:
        """List the bookings of some customer ids from a day on, soonest first."""
        ...

    async def free_times(
        self, day: date, *, guests: int = 1, area: Area | None = None
    ) -> list[time]:
        """List the arrival times at which some table is free; of any area when left out."""
        ...


class SqlTables:
    """See `Tables`; on SQLite or PostgreSQL."""

    def __init__(self, engine: AsyncEngine, floor: Sequence[DiningTable] = FLOOR) -> None:
        self._engine = engine
        self._floor = floor

    async def reserve(self, wanted: Wanted, *, customer: str, key: str) -> Booking:
        """See `Tables.reserve`."""
        fitting = seating(self._floor, wanted.guests, wanted.area)
        # Each lost attempt means that another booking took one of the tables, or this key.
        for _ in range(len(fitting) + SPARE_ATTEMPTS):
            try:
                async with self._connected() as connection:
                    return await take(connection, fitting, wanted, (customer, key))
            except IntegrityError:
                continue
        raise FullError

    async def cancel(self, ref: str) -> bool:
        """See `Tables.cancel`."""
        async with self._connected() as connection:
            await connection.execute(delete(slot_rows).where(slot_rows.c.ref == ref))
            gone = await connection.execute(delete(booking_rows).where(booking_rows.c.ref == ref))
            return gone.rowcount > 0

    async def by_key(self, key: str) -> Booking | None:
        """See `Tables.by_key`."""
        async with self._connected() as connection:
            return await find_by_key(connection, key)

    async def of(self, customers: Sequence[str], *, since: date) -> list[Booking]:
        """See `Tables.of`."""
        query = (
            select(booking_rows)
            .where(booking_rows.c.customer.in_(customers), booking_rows.c.day >= since)
            .order_by(booking_rows.c.day, booking_rows.c.at, booking_rows.c.ref)
        )
        async with self._connected() as connection:
            return [booking_of(row) for row in await connection.execute(query)]

    async def free_times(
        self, day: date, *, guests: int = 1, area: Area | None = None
    ) -> list[time]:
        """See `Tables.free_times`."""
        fitting = seating(self._floor, guests, area)
        async with self._connected() as connection:
            taken = await taken_on(connection, day)
        return [
            at
            for at in arrivals()
            if any(
                taken.isdisjoint((table.number, slot) for slot in slots(at)) for table in fitting
            )
        ]

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AsyncConnection]:
        async with asyncio.timeout(PATIENCE_SECONDS), self._engine.begin() as connection:
            yield connection


def seating(floor: Sequence[DiningTable], guests: int, area: Area | None) -> list[DiningTable]:
    """List the tables that seat the guests, the smallest first."""
    fitting = [one for one in floor if one.seats >= guests and area in {None, one.area}]
    return sorted(fitting, key=lambda one: (one.seats, one.number))


async def take(
    connection: AsyncConnection,
    fitting: Sequence[DiningTable],
    wanted: Wanted,
    owner: tuple[str, str],
) -> Booking:
    """Write a booking and its slots; an IntegrityError means that another was faster."""
    customer, key = owner
    # in this order: a booking with this key that is seen in the slots is found by its key, too
    taken = await taken_on(connection, wanted.day)
    known = await find_by_key(connection, key)
    if known is not None:
        return known
    needed = slots(wanted.at)
    table = next(
        (one for one in fitting if taken.isdisjoint((one.number, slot) for slot in needed)), None
    )
    if table is None:
        raise FullError
    ref = "T-" + "".join(secrets.choice(LETTERS) for _ in range(4))
    booking = Booking(ref=ref, key=key, customer=customer, wanted=wanted, table=table.number)
    # slots in rising order: two bookings that overlap can wait for each other one way only
    await connection.execute(
        insert(slot_rows),
        [
            {"table_no": table.number, "day": wanted.day, "slot_start": slot, "ref": ref}
            for slot in needed
        ],
    )
    await connection.execute(insert(booking_rows).values(row_of(booking)))
    return booking


async def find_by_key(connection: AsyncConnection, key: str) -> Booking | None:
    """Find a booking by its key."""
    found = await connection.execute(select(booking_rows).where(booking_rows.c.key == key))
    row = found.one_or_none()
    return None if row is None else booking_of(row)


async def taken_on(connection: AsyncConnection, day: date) -> set[tuple[int, int]]:
    """List the taken slots of a day as (table, slot)."""
    query = select(slot_rows.c.table_no, slot_rows.c.slot_start).where(slot_rows.c.day == day)
    return {(table, slot) for table, slot in await connection.execute(query)}


def row_of(booking: Booking) -> dict[str, object]:
    """Lay a booking out as a row."""
    wanted = booking.wanted
    return {
        "ref": booking.ref, "key": booking.key, "customer": booking.customer, "day": wanted.day,
        "at": wanted.at, "guests": wanted.guests, "area": wanted.area, "table_no": booking.table,
    }  # fmt: skip


def booking_of(row: Row[Any]) -> Booking:
    """Read a booking from its row."""
    wanted = Wanted(day=row.day, at=row.at, guests=row.guests, area=row.area)
    return Booking(
        ref=row.ref, key=row.key, customer=row.customer, wanted=wanted, table=row.table_no
    )


@asynccontextmanager
async def open_tables(url: str, floor: Sequence[DiningTable] = FLOOR) -> AsyncIterator[SqlTables]:
    """Open the bookings of a database; makes their tables where they are missing."""
    engine = create_async_engine(url, pool_pre_ping=not url.startswith("sqlite"))
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", prepare_sqlite)
        event.listen(engine.sync_engine, "begin", begin_writing)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
        yield SqlTables(engine, floor)
    finally:
        await engine.dispose()


def prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    """Leave transactions to `begin_writing` and wait for other writers."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.close()


def begin_writing(connection: Connection) -> None:
    """Take SQLite's write lock at once: one that is taken halfway cannot be waited for."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@provide
async def tables(settings: TableSettings) -> AsyncIterator[Tables]:
    """Provide the bookings."""
    async with open_tables(settings.url) as opened:
        yield opened
