from collections.abc import AsyncIterator
from datetime import date, datetime, time
from pathlib import Path

import pytest

from bot import Absent, Choice, Context, Customer, CustomerId, Effect, Found, Invocation, Retry
from commands.booking.commands import (
    book,
    bookings,
    find_key,
    find_reservation,
    free_times,
    is_own_booking,
    next_days,
    not_past,
    own_bookings,
    release_table,
    reserve_table,
    table_is_large_enough,
    time_is_free,
    unbook,
)
from commands.booking.service import SqlTables, Tables, Wanted, open_tables
from tests.commands.desk import ROME, SmallDesk, context

TODAY = date(2026, 11, 18)
FRIDAY = date(2026, 11, 20)
LATE = datetime(2026, 11, 18, 22, 10, tzinfo=ROME)


@pytest.fixture
async def tables(tmp_path: Path) -> AsyncIterator[SqlTables]:
    async with open_tables(f"sqlite+aiosqlite:///{tmp_path}/services.db") as opened:
        yield opened


@pytest.fixture
def ctx(tables: SqlTables) -> Context:
    return context(desk=SmallDesk({Tables: tables}))


async def fill(tables: SqlTables, at: time, *, guests: int = 1, day: date = FRIDAY) -> None:
    for area in ("inside", "terrace"):
        for number in range(6 if area == "inside" else 4):
            wanted = Wanted(
                day=day, at=at, guests=guests, area="inside" if area == "inside" else "terrace"
            )
            await tables.reserve(wanted, customer="others", key=f"{area}{number}{at}")


async def test_a_booking_says_its_ref_and_is_kept(ctx: Context, tables: SqlTables) -> None:
    reply = await book(ctx, day=FRIDAY, at=time(19), guests=4)

    (kept,) = await tables.of(["c-1"], since=TODAY)
    assert reply.text == f"Booked: {kept.ref}."
    assert kept.wanted == Wanted(day=FRIDAY, at=time(19), guests=4, area="inside")


async def test_the_probe_knows_whether_the_table_was_reserved(ctx: Context) -> None:
    effect = Effect(key="frame-1:reserve_table", arguments={})

    before = await find_reservation(ctx, effect)
    ref = await reserve_table(ctx, day=FRIDAY, at=time(19), guests=4, area="inside")
    after = await find_reservation(ctx, effect)

    assert (before, after) == (Absent(), Found(ref))


async def test_who_was_too_slow_is_asked_for_another_time(ctx: Context, tables: SqlTables) -> None:
    wanted = Wanted(day=FRIDAY, at=time(19), guests=12, area="inside")
    await tables.reserve(wanted, customer="others", key="k")

    with pytest.raises(Retry, match="left inside at 19:00; free: 21:00, 21:30, 22:00") as caught:
        await book(ctx, day=FRIDAY, at=time(19), guests=12)

    assert caught.value.arg == "at"


async def test_who_was_too_slow_for_the_whole_day_is_asked_for_another(
    ctx: Context, tables: SqlTables
) -> None:
    for at in (time(18), time(20), time(22)):
        wanted = Wanted(day=FRIDAY, at=at, guests=12, area="terrace")
        await tables.reserve(wanted, customer="others", key=f"k{at}")

    with pytest.raises(Retry, match="left on the terrace on Friday") as caught:
        await book(ctx, day=FRIDAY, at=time(19), guests=12, area="terrace")

    assert caught.value.arg == "day"


def test_past_days_and_evenings_that_are_over_are_refused(ctx: Context) -> None:
    late = context(now=LATE)

    assert not_past(ctx, date(2026, 11, 17)) == "That day has passed."
    assert not_past(late, TODAY) == "It is too late for today. Choose another day."
    assert not_past(ctx, TODAY) is None


def test_the_next_two_days_that_can_be_booked_are_suggested(ctx: Context) -> None:
    late = context(now=LATE)

    assert next_days(ctx) == [TODAY, date(2026, 11, 19)]
    assert next_days(late) == [date(2026, 11, 19), FRIDAY]


async def test_the_free_sittings_are_suggested(ctx: Context) -> None:
    assert await free_times(ctx, FRIDAY) == [time(18), time(19), time(20, 30)]


async def test_taken_sittings_are_not_suggested(ctx: Context, tables: SqlTables) -> None:
    await fill(tables, time(20))

    assert await free_times(ctx, FRIDAY) == [time(18)]


async def test_sittings_that_have_passed_are_not_suggested(tables: SqlTables) -> None:
    evening = context(desk=SmallDesk({Tables: tables}), now=LATE.replace(hour=20, minute=45))

    assert await free_times(evening, TODAY) == [time(21), time(21, 30), time(22)]


@pytest.mark.parametrize(
    ("at", "answer"),
    [
        (time(19), None),
        (time(17, 30), "We are open for dinner: arrive between 18:00 and 22:00."),
        (time(22, 30), "We are open for dinner: arrive between 18:00 and 22:00."),
        (time(19, 10), "We seat guests on the hour and the half hour. Choose one of those."),
    ],
)
async def test_a_time_must_be_one_at_which_guests_are_seated(
    ctx: Context, at: time, answer: str | None
) -> None:
    assert await time_is_free(ctx, at, FRIDAY) == answer


async def test_a_time_that_is_taken_tells_what_is_free(ctx: Context, tables: SqlTables) -> None:
    await fill(tables, time(20))

    answer = await time_is_free(ctx, time(19), FRIDAY)

    assert answer == "19:00 is taken on Friday; free: 18:00, 22:00."


async def test_a_day_that_is_taken_says_so(ctx: Context, tables: SqlTables) -> None:
    for at in (time(18), time(20), time(22)):
        await fill(tables, at)

    assert await time_is_free(ctx, time(19), FRIDAY) == (
        "Friday is fully booked. Choose another day."
    )


async def test_a_time_of_today_that_has_passed_is_refused(tables: SqlTables) -> None:
    evening = context(desk=SmallDesk({Tables: tables}), now=LATE.replace(hour=19, minute=5))

    assert await time_is_free(evening, time(19), TODAY) == "That time has passed."


async def test_more_guests_than_a_free_table_seats_are_refused(
    ctx: Context, tables: SqlTables
) -> None:
    for area in ("inside", "terrace"):
        wanted = Wanted(
            day=FRIDAY, at=time(19), guests=12, area="inside" if area == "inside" else "terrace"
        )
        await tables.reserve(wanted, customer="others", key=area)

    assert await table_is_large_enough(ctx, 6, FRIDAY, time(19)) is None
    assert await table_is_large_enough(ctx, 8, FRIDAY, time(19)) == (
        "No table for 8 is free at 19:00; for 8 there is: 21:00, 21:30, 22:00."
    )
    assert await table_is_large_enough(ctx, 40, FRIDAY, time(19)) == (
        "No table for 40 is free at 19:00; nor at another time that day."
    )


async def test_bookings_are_listed_with_a_button_to_cancel_each(ctx: Context) -> None:
    await book(ctx, day=FRIDAY, at=time(19), guests=4)
    ref = (await own_bookings(ctx))[0].value

    reply = await bookings(ctx)

    assert reply.text == f"Your bookings:\n{ref}: Friday 20 November at 19:00, 4 guests, inside"
    assert [(one.label, one.command) for one in reply.buttons] == [
        ("Cancel Fri 20 19:00", Invocation("unbook", {"ref": ref}))
    ]


async def test_who_has_no_bookings_is_offered_to_make_one(ctx: Context) -> None:
    reply = await bookings(ctx)

    assert reply.text == "You have no bookings."
    assert [one.command for one in reply.buttons] == ["book"]


async def test_bookings_made_before_linking_are_still_the_customers(tables: SqlTables) -> None:
    desk = SmallDesk({Tables: tables})
    await book(context(desk=desk, customer=Customer(id=CustomerId("c-9"))), FRIDAY, time(19), 4)

    linked = context(
        desk=desk, customer=Customer(id=CustomerId("c-1"), merged=(CustomerId("c-9"),))
    )

    assert [one.label for one in await own_bookings(linked)] == ["Fri 20 19:00"]


async def test_a_booking_is_cancelled_through_the_ledger(ctx: Context, tables: SqlTables) -> None:
    await book(ctx, day=FRIDAY, at=time(19), guests=4)
    (choice,) = await own_bookings(ctx)
    assert isinstance(choice, Choice)

    reply = await unbook(ctx, ref=choice.value.lower())

    assert reply.text == f"Cancelled: {choice.value}."
    assert await tables.of(["c-1"], since=TODAY) == []
    assert isinstance(ctx.desk, SmallDesk)
    assert [effect.key for effect in ctx.desk.effects.values()] == ["frame-1:find_key"]
    assert ctx.desk.performed == [reserve_table.name, find_key.name]


async def test_a_booking_that_the_ledger_has_forgotten_is_cancelled_all_the_same(
    ctx: Context, tables: SqlTables
) -> None:
    wanted = Wanted(day=FRIDAY, at=time(19), guests=4, area="inside")
    kept = await tables.reserve(wanted, customer="c-1", key="older than the ledger")

    await unbook(ctx, ref=kept.ref)

    assert await tables.of(["c-1"], since=TODAY) == []
    assert isinstance(ctx.desk, SmallDesk)
    assert ctx.desk.performed == [find_key.name, release_table.name]


async def test_nobody_cancels_anothers_booking(ctx: Context, tables: SqlTables) -> None:
    wanted = Wanted(day=FRIDAY, at=time(19), guests=4, area="inside")
    other = await tables.reserve(wanted, customer="somebody", key="k")

    assert await is_own_booking(ctx, other.ref) == "You have no bookings to cancel."


async def test_a_wrong_ref_tells_the_right_ones(ctx: Context) -> None:
    await book(ctx, day=FRIDAY, at=time(19), guests=4)
    (own,) = await own_bookings(ctx)

    assert await is_own_booking(ctx, "T-0000") == (
        f"T-0000 is no booking of yours; yours: {own.value}."
    )
    assert await is_own_booking(ctx, own.value.lower()) is None


def test_the_example_of_the_contract_is_what_is_shipped() -> None:
    assert book.say[0] == "book [a table] [for {guests}] [on {day}] [at {at}]"
    assert book.confirm is not None
    assert book.confirm.format(day=FRIDAY, at=time(19), guests=4, area="inside") == (
        "Book a table for 4 on Friday at 19:00 (inside)?"
    )
