"""What customers say to the restaurant: book, bookings, unbook."""

from datetime import date, time, timedelta
from typing import Annotated

from bot import (
    Absent,
    Arg,
    Button,
    Choice,
    Context,
    Effect,
    Found,
    Reply,
    Retry,
    UserError,
    action,
    command,
)
from commands.booking.house import LAST_ARRIVAL, OPENS, SITTINGS, Area, arrivals
from commands.booking.service import Booking, FullError, Tables, Wanted


def tables_of(ctx: Context) -> Tables:
    """Find the service."""
    return ctx.service(Tables)  # type: ignore[type-abstract]  # mypy 4717: a protocol names a service


def listed(times: list[time]) -> str:
    """Write times as people read them."""
    return ", ".join(f"{at:%H:%M}" for at in times)


# ── Day ───────────────────────────────────────────────────────────────────────


def is_over(ctx: Context, day: date, at: time) -> bool:
    """Tell whether a moment has passed where the restaurant is."""
    local = ctx.now.astimezone(ctx.zone)
    return (day, at) < (local.date(), local.time())


def not_past(ctx: Context, day: date) -> str | None:
    """Refuse days on which nobody can arrive any more."""
    if day < ctx.today:
        return "That day has passed."
    if is_over(ctx, day, LAST_ARRIVAL):
        return "It is too late for today. Choose another day."
    return None


def next_days(ctx: Context) -> list[date]:
    """Suggest the next two days that can be booked."""
    first = 1 if is_over(ctx, ctx.today, LAST_ARRIVAL) else 0
    return [ctx.today + timedelta(days=first + count) for count in range(2)]


# ── Time ──────────────────────────────────────────────────────────────────────


async def bookable_times(ctx: Context, day: date, *, guests: int = 1) -> list[time]:
    """List the times that are free and still to come."""
    free = await tables_of(ctx).free_times(day, guests=guests)
    return [at for at in free if not is_over(ctx, day, at)]


async def free_times(ctx: Context, day: date) -> list[time]:
    """Suggest the free sittings; any free time once the sittings are taken."""
    free = await bookable_times(ctx, day)
    return [at for at in SITTINGS if at in free] or free


async def time_is_free(ctx: Context, at: time, day: date) -> str | None:
    """Refuse times that are over, closed or taken; asked again when the day changes."""
    if not OPENS <= at <= LAST_ARRIVAL:
        return ctx.gettext(
            "We are open for dinner: arrive between {first:%H:%M} and {last:%H:%M}.",
            first=OPENS, last=LAST_ARRIVAL,
        )  # fmt: skip
    if at not in arrivals():
        return "We seat guests on the hour and the half hour. Choose one of those."
    if is_over(ctx, day, at):
        return "That time has passed."
    free = await bookable_times(ctx, day)
    return None if at in free else taken(ctx, day, at, free)


def taken(ctx: Context, day: date, at: time, free: list[time]) -> str:
    """Say that a time is taken and what is free instead."""
    if not free:
        return ctx.gettext("{day:%A} is fully booked. Choose another day.", day=day)
    return ctx.gettext(
        "{at:%H:%M} is taken on {day:%A}; free: {free}.", at=at, day=day, free=listed(free)
    )


# ── Guests ────────────────────────────────────────────────────────────────────


async def table_is_large_enough(ctx: Context, guests: int, day: date, at: time) -> str | None:
    """Refuse more guests than any free table seats at that time."""
    free = await bookable_times(ctx, day, guests=guests)
    if at in free:
        return None
    if not free:
        return ctx.gettext(
            "No table for {guests} is free at {at:%H:%M}; nor at another time that day.",
            guests=guests, at=at,
        )  # fmt: skip
    return ctx.gettext(
        "No table for {guests} is free at {at:%H:%M}; for {guests} there is: {free}.",
        guests=guests, at=at, free=listed(free),
    )  # fmt: skip


# ── The effect ────────────────────────────────────────────────────────────────


async def cancel_table(ctx: Context, effect: Effect) -> None:
    """Undo a reservation; nothing happens where there is none."""
    booking = await tables_of(ctx).by_key(effect.key)
    if booking is not None:
        await tables_of(ctx).cancel(booking.ref)


async def find_reservation(ctx: Context, effect: Effect) -> Found[str] | Absent:
    """Tell after a crash whether the table was reserved."""
    booking = await tables_of(ctx).by_key(effect.key)
    return Absent() if booking is None else Found(booking.ref)


@action(undo=cancel_table, probe=find_reservation, timeout=8)
async def reserve_table(ctx: Context, day: date, at: time, guests: int, area: Area) -> str:
    """Reserve a table and return the booking's ref.

    Raises:
        Retry: another guest was faster.
    """
    wanted = Wanted(day=day, at=at, guests=guests, area=area)
    try:
        booking = await tables_of(ctx).reserve(
            wanted, customer=ctx.customer.id, key=ctx.idempotency_key
        )
    except FullError as error:
        free = await tables_of(ctx).free_times(day, guests=guests, area=area)
        ahead = [one for one in free if not is_over(ctx, day, one)]
        where = ctx.gettext("inside" if area == "inside" else "on the terrace")
        if not ahead:
            text = ctx.gettext(
                "No table for {guests} is left {where} on {day:%A}. Choose another day.",
                guests=guests, where=where, day=day,
            )  # fmt: skip
            raise Retry(text, arg="day") from error
        text = ctx.gettext(
            "No table for {guests} is left {where} at {at:%H:%M}; free: {free}.",
            guests=guests, where=where, at=at, free=listed(ahead),
        )  # fmt: skip
        raise Retry(text, arg="at") from error
    return booking.ref


@action(idempotent=True, timeout=8)
async def find_key(ctx: Context, ref: str) -> str | None:
    """Find the key of a booking and remember it: after a crash the booking may be gone."""
    return next((one.key for one in await bookings_of(ctx) if one.ref == ref), None)


@action(idempotent=True, timeout=8)
async def release_table(ctx: Context, ref: str) -> bool:
    """Free a table whose reservation is no longer in the ledger."""
    return await tables_of(ctx).cancel(ref)


# ── Commands ──────────────────────────────────────────────────────────────────


@command(
    "book",
    say=[
        "book [a table] [for {guests}] [on {day}] [at {at}]",
        "reserve [a] table",
        "[einen] tisch [für {guests}]",
        "tisch reservieren",
        "une table [pour {guests}]",
        "una mesa [para {guests}]",
        "uma mesa [para {guests}]",
    ],
    confirm="Book a table for {guests} on {day:%A} at {at:%H:%M} ({area})?",
    examples=[
        "a table for [four](guests) [tomorrow](day)",
        "can we eat at your place [friday](day)",
    ],
)
async def book(
    ctx: Context,
    day: Annotated[date, Arg("Which day?", suggest=next_days, check=not_past)],
    at: Annotated[time, Arg("What time?", suggest=free_times, check=time_is_free)],
    guests: Annotated[int, Arg("How many guests?", ge=1, le=12, check=table_is_large_enough)],
    area: Area = "inside",
) -> Reply:
    """Book a table."""
    ref = await reserve_table(ctx, day=day, at=at, guests=guests, area=area)
    return Reply(ctx.gettext("Booked: {ref}.", ref=ref))


async def bookings_of(ctx: Context) -> list[Booking]:
    """List the customer's bookings that are still to come, over all linked channels."""
    found = await tables_of(ctx).of(ctx.customer.ids, since=ctx.today)
    return [one for one in found if not is_over(ctx, one.wanted.day, one.wanted.at)]


async def own_bookings(ctx: Context) -> list[Choice]:
    """Suggest the customer's own bookings."""
    return [Choice(one.ref, brief(ctx, one)) for one in await bookings_of(ctx)]


async def is_own_booking(ctx: Context, ref: str) -> str | None:
    """Refuse what is no booking of this customer."""
    own = [one.ref for one in await bookings_of(ctx)]
    if ref.upper() in own:
        return None
    if not own:
        return "You have no bookings to cancel."
    return ctx.gettext("{ref} is no booking of yours; yours: {own}.", ref=ref, own=", ".join(own))


def brief(ctx: Context, booking: Booking) -> str:
    """Write a booking on a button."""
    wanted = booking.wanted
    return ctx.gettext("{day:%a} {day.day} {at:%H:%M}", day=wanted.day, at=wanted.at)


def line(ctx: Context, booking: Booking) -> str:
    """Write a booking as a line of a list."""
    wanted = booking.wanted
    return ctx.ngettext(
        "{ref}: {day:%A} {day.day} {day:%B} at {at:%H:%M}, {n} guest, {area}",
        "{ref}: {day:%A} {day.day} {day:%B} at {at:%H:%M}, {n} guests, {area}",
        wanted.guests, ref=booking.ref, day=wanted.day, at=wanted.at,
        area=ctx.gettext(wanted.area),
    )  # fmt: skip


@command("unbook", say=["cancel my booking", "unbook"], confirm="Cancel booking {ref}?")
async def unbook(
    ctx: Context,
    ref: Annotated[str, Arg("Which booking?", suggest=own_bookings, check=is_own_booking)],
) -> Reply:
    """Cancel a booking."""
    ref = ref.upper()
    key = await find_key(ctx, ref=ref)
    if key is None:
        raise UserError(ctx.gettext("{ref} is cancelled already.", ref=ref))
    if not await reserve_table.undo(ctx, key=key):
        await release_table(ctx, ref=ref)
    return Reply(ctx.gettext("Cancelled: {ref}.", ref=ref))


@command("bookings", say=["my bookings", "show [me] my bookings", "what have i booked"], read=True)
async def bookings(ctx: Context) -> Reply:
    """List your bookings."""
    found = await bookings_of(ctx)
    if not found:
        return Reply("You have no bookings.", buttons=[Button("Book a table", command="book")])
    return Reply(
        "\n".join([ctx.gettext("Your bookings:"), *(line(ctx, one) for one in found)]),
        buttons=[
            Button(
                ctx.gettext("Cancel {booking}", booking=brief(ctx, one)),
                command=unbook.with_(ref=one.ref),
            )
            for one in found
        ],
    )
