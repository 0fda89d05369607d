"""The restaurant: its tables and its hours."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, TypeAlias

Area: TypeAlias = Literal["inside", "terrace"]

OPENS = time(18)
LAST_ARRIVAL = time(22)
SITTING = timedelta(hours=2)
STEP = timedelta(minutes=30)
SITTINGS = (time(18), time(19), time(20, 30))
"""The times that are offered; every half hour between opening and last arrival may be asked for."""


@dataclass(frozen=True, slots=True)
class DiningTable:
    """A table of the house."""

    number: int
    seats: int
    area: Area


FLOOR = (
    DiningTable(1, 2, "inside"),
    DiningTable(2, 2, "inside"),
    DiningTable(3, 4, "inside"),
    DiningTable(4, 4, "inside"),
    DiningTable(5, 6, "inside"),
    DiningTable(6, 12, "inside"),
    DiningTable(7, 2, "terrace"),
    DiningTable(8, 4, "terrace"),
    DiningTable(9, 4, "terrace"),
    DiningTable(10, 12, "terrace"),
)


def arrivals() -> list[time]:
    """List the times at which guests may arrive."""
    opening = datetime.combine(date.min, OPENS)
    last = datetime.combine(date.min, LAST_ARRIVAL)
    return [(opening + STEP * count).time() for count in range((last - opening) // STEP + 1)]


def slots(at: time) -> list[int]:
    """List the slots that a sitting takes, each as minutes after midnight of its day.

    A sitting that lasts past midnight runs on above 1440, so that it stays with its evening.
    """
    first = at.hour * 60 + at.minute
    step = STEP // timedelta(minutes=1)
    return [first + step * count for count in range(SITTING // STEP)]
