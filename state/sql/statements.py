"""The one statement that the two databases share but SQLAlchemy spells per dialect."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table, and_
from sqlalchemy.dialects import postgresql, sqlite

from bot import Address
from state.sql.connections import Connection

NOWHERE: Mapping[str, str | None] = dict.fromkeys(("account", "user", "place"))
"""The columns that name an address, where there is none."""


async def insert_new(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless one with its unique values is there; tells whether it is new."""
    if connection.dialect.name == "sqlite":
        lite = sqlite.insert(table).values(**values).on_conflict_do_nothing()
        return (await connection.execute(lite)).rowcount == 1
    postgres = postgresql.insert(table).values(**values).on_conflict_do_nothing()
    return (await connection.execute(postgres)).rowcount == 1


def address_key(address: Address) -> dict[str, str]:
    """Give the columns that name an address."""
    return {"account": address.account, "user": address.user, "place": address.place}


def at_address(table: Table, address: Address) -> ColumnElement[bool]:
    """Select the rows of an address."""
    return and_(
        table.c.account == address.account,
        table.c.user == address.user,
        table.c.place == address.place,
    )
