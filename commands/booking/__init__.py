"""The worked example: booking a table, without ever booking it twice."""

from commands.booking.commands import book, bookings, release_table, reserve_table, unbook
from commands.booking.service import tables

__all__ = ["book", "bookings", "release_table", "reserve_table", "tables", "unbook"]
