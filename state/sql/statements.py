"""Parts of statements that many need, and the one that SQLAlchemy spells per dialect.

What runs with every message is made once, with parameters: making a statement and finding out that
it is known costs more than SQLite takes to carry it out.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Insert, Table, and_, bindparam
from sqlalchemy.dialects import postgresql, sqlite

from bot import Address
from state.sql.connections import Connection

NOWHERE: Mapping[str, str | None] = dict.fromkeys(("account", "user", "place"))
"""The columns that name an address, where there is none."""


async def insert_new(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless one with its unique values is there; tells whether it is new."""
    inserting = _inserting(table, connection.dialect.name)
    return (await connection.execute(inserting, dict(values))).rowcount == 1


@cache
def _inserting(table: Table, dialect: str) -> Insert:
    if dialect == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


def address_key(address: Address) -> dict[str, str]:
    """Give the columns that name an address."""
    return {"account": address.account, "user": address.user, "place": address.place}


def at_key(table: Table) -> ColumnElement[bool]:
    """Select the rows of the address that `key_of` gives as parameters."""
    return and_(*(table.c[name] == bindparam(f"at_{name}") for name in NOWHERE))


def key_of(address: Address) -> dict[str, str]:
    """Give the parameters of `at_key`."""
    return {f"at_{name}": value for name, value in address_key(address).items()}


def at_address(table: Table, address: Address) -> ColumnElement[bool]:
    """Select the rows of an address."""
    return and_(
        table.c.account == address.account,
        table.c.user == address.user,
        table.c.place == address.place,
    )
