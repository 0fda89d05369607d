"""Parts of statements that many need, and the one that SQLAlchemy spells per dialect.

What runs with every message is made once, with parameters: making a statement and finding out that
it is known costs more than SQLite takes to carry it out.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Table,
    TextClause,
    and_,
    bindparam,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect

from bot import Address
from state.sql.connections import Connection

NOWHERE: Mapping[str, str | None] = dict.fromkeys(("account", "user", "place"))
"""The columns that name an address, where there is none."""


async def insert_new(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless one with its unique values is there; tells whether it is new."""
    inserting = _inserting(table, connection.dialect.name, tuple(values))
    return (await connection.execute(inserting, dict(values))).rowcount == 1


_postgres: Callable[..., Dialect] = postgresql.dialect


@cache
def _inserting(table: Table, dialect: str, names: Sequence[str]) -> TextClause:
    """Write the insert as text: SQLAlchemy compiles ON CONFLICT anew each time."""
    values: dict[str, BindParameter[Any]] = {
        name: bindparam(name, type_=table.c[name].type) for name in names
    }
    if dialect == "sqlite":
        lite = sqlite.insert(table).values(**values).on_conflict_do_nothing()
        told = str(lite.compile(dialect=sqlite.dialect(paramstyle="named")))
    else:
        postgres = postgresql.insert(table).values(**values).on_conflict_do_nothing()
        told = str(postgres.compile(dialect=_postgres(paramstyle="named")))
    return text(told).bindparams(*values.values())


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
