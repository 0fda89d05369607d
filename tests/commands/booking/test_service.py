import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, time

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine

from commands.booking.house import FLOOR, LAST_ARRIVAL, OPENS, arrivals, slots
from commands.booking.service import (
    Booking,
    FullError,
    SqlTables,
    TableSettings,
    Wanted,
    open_tables,
    slot_rows,
    tables,
)

FRIDAY = date(2026, 11, 20)
DINNER = Wanted(day=FRIDAY, at=time(19), guests=2, area="inside")


@pytest.fixture
async def opened(url: str) -> AsyncIterator[SqlTables]:
    async with open_tables(url) as tables:
        yield tables


async def reserve(opened: SqlTables, wanted: Wanted, key: str) -> Booking | None:
    try:
        return await opened.reserve(wanted, customer="c-1", key=key)
    except FullError:
        return None


async def test_fifty_at_once_get_exactly_the_tables_that_there_are(opened: SqlTables) -> None:
    wanted = replace(DINNER, area="terrace")

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(reserve(opened, wanted, f"k{n}")) for n in range(50)]

    numbers = [booking.table for task in tasks if (booking := task.result()) is not None]
    assert sorted(numbers) == [one.number for one in FLOOR if one.area == "terrace"]


async def test_two_processes_do_not_share_a_table_either(url: str) -> None:
    async with (
        open_tables(url) as one,
        open_tables(url) as other,
        asyncio.TaskGroup() as group,
    ):
        tasks = [
            group.create_task(reserve(opened, DINNER, f"k{n}{index}"))
            for n in range(8)
            for index, opened in enumerate((one, other))
        ]

    numbers = [booking.table for task in tasks if (booking := task.result()) is not None]
    assert sorted(numbers) == [one.number for one in FLOOR if one.area == "inside"]


async def test_the_database_itself_refuses_a_double_booking(opened: SqlTables, url: str) -> None:
    booking = await opened.reserve(DINNER, customer="c-1", key="k")
    overlapping = {"table_no": booking.table, "day": FRIDAY, "slot_start": 19 * 60 + 30}
    engine = create_async_engine(url)

    with pytest.raises(IntegrityError):
        async with engine.begin() as connection:
            await connection.execute(insert(slot_rows).values(ref="T-XXXX", **overlapping))

    await engine.dispose()


async def test_the_same_key_gives_the_same_booking(opened: SqlTables) -> None:
    first = await opened.reserve(DINNER, customer="c-1", key="k")
    again = await opened.reserve(DINNER, customer="c-1", key="k")

    assert again == first
    assert await opened.of(["c-1"], since=FRIDAY) == [first]


async def test_the_same_key_at_the_same_moment_books_once(opened: SqlTables) -> None:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(reserve(opened, DINNER, "k")) for _ in range(20)]

    assert len({booking.ref for task in tasks if (booking := task.result())}) == 1
    assert len(await opened.of(["c-1"], since=FRIDAY)) == 1


@pytest.mark.parametrize(
    ("guests", "area", "seats"), [(1, "inside", 2), (3, "inside", 4), (5, "terrace", 12)]
)
async def test_the_smallest_table_that_seats_the_guests_is_taken(
    opened: SqlTables, guests: int, area: str, seats: int
) -> None:
    wanted = Wanted(
        day=FRIDAY, at=time(19), guests=guests, area="terrace" if area == "terrace" else "inside"
    )

    booking = await opened.reserve(wanted, customer="c-1", key="k")

    assert next(one.seats for one in FLOOR if one.number == booking.table) == seats


async def test_a_sitting_lasts_two_hours(opened: SqlTables) -> None:
    twelve = Wanted(day=FRIDAY, at=time(19), guests=12, area="inside")
    await opened.reserve(twelve, customer="c-1", key="k")

    overlapping = await reserve(opened, replace(twelve, at=time(20, 30)), "k2")
    earlier = await reserve(opened, replace(twelve, at=time(18)), "k3")
    after = await reserve(opened, replace(twelve, at=time(21)), "k4")

    assert (overlapping, earlier) == (None, None)
    assert after is not None


async def test_free_times_leave_out_what_is_taken(opened: SqlTables) -> None:
    await opened.reserve(
        Wanted(day=FRIDAY, at=time(19), guests=12, area="inside"), customer="c-1", key="k"
    )

    inside = await opened.free_times(FRIDAY, guests=12, area="inside")
    anywhere = await opened.free_times(FRIDAY, guests=12)

    assert inside == [time(21), time(21, 30), time(22)]
    assert anywhere == arrivals()
    assert await opened.free_times(FRIDAY, guests=13) == []


async def test_a_cancelled_booking_frees_table_and_key(opened: SqlTables) -> None:
    booking = await opened.reserve(DINNER, customer="c-1", key="k")

    assert await opened.cancel(booking.ref)
    assert not await opened.cancel(booking.ref)
    assert await opened.by_key("k") is None
    assert (await opened.reserve(DINNER, customer="c-1", key="k")).table == booking.table


async def test_bookings_are_found_by_key_and_by_any_of_a_customers_ids(opened: SqlTables) -> None:
    later = replace(DINNER, day=date(2026, 11, 27))
    second = await opened.reserve(later, customer="c-2", key="k2")
    first = await opened.reserve(DINNER, customer="c-1", key="k1")
    await opened.reserve(DINNER, customer="c-3", key="k3")

    assert await opened.by_key("k1") == first
    assert await opened.by_key("k9") is None
    assert await opened.of(["c-1", "c-2"], since=FRIDAY) == [first, second]
    assert await opened.of(["c-1", "c-2"], since=date(2026, 11, 21)) == [second]


async def test_bookings_outlive_the_process(url: str) -> None:
    async with open_tables(url) as opened:
        booking = await opened.reserve(DINNER, customer="c-1", key="k")

    async with open_tables(url) as opened:
        assert await opened.by_key("k") == booking


async def test_the_provider_opens_what_its_settings_name(url: str) -> None:
    provided = tables.function(TableSettings(url=url))

    opened = await anext(provided)
    booking = await opened.reserve(DINNER, customer="c-1", key="k")

    assert await opened.by_key("k") == booking
    assert [left async for left in provided] == []


def test_guests_arrive_on_the_half_hour_while_the_house_is_open() -> None:
    assert (arrivals()[0], arrivals()[1], arrivals()[-1]) == (OPENS, time(18, 30), LAST_ARRIVAL)


def test_a_late_sitting_stays_with_its_evening() -> None:
    assert slots(time(22, 30)) == [1350, 1380, 1410, 1440]
