"""Customers as a graph: who is whose root, who was merged into whom, which address is whose.

Linking only sets ``merged_into``; every other row keeps the customer it was written for.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Executable,
    Row,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from bot import PRIVATE, AccountId, Address, ConversationId, Customer, CustomerId, Profile
from state.sql import codec
from state.sql.connections import Connection
from state.sql.schema import address as addresses
from state.sql.schema import conversation as conversations
from state.sql.schema import customer as customers
from state.sql.schema import identity as identities
from state.sql.statements import address_key, at_address, at_key, insert_new, key_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """Whose an address is: the customer it was written for, and the newest prompt shown there."""

    customer: CustomerId
    shown: str | None


def _by_user(address: Address) -> str:
    return f"user:{address.user}"


def _keys(address: Address) -> list[str]:
    """List the keys of a sender, the one that counts first at the head."""
    keys = [_by_user(address)]
    if address.phone:
        keys += [f"phone:{address.phone}", f"user:{address.phone}"]
    return keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A message that came from an address."""

    at: datetime
    in_room: bool
    profile: Profile


async def locate(
    connection: Connection, address: Address, *, now: datetime, heard: Heard | None = None
) -> Located:
    """Find whose an address is; makes the address, and the customer, where there is none."""
    query, told = _hearing(address, heard)
    row = (await connection.execute(query, told)).one_or_none()
    if row is None:
        customer = await _identify(connection, address, now)
        values = {**address_key(address), "phone": address.phone, "customer": customer}
        await insert_new(connection, addresses, {**values, "made_at": now})
        row = (await connection.execute(query, told)).one()
    elif address.phone and address.phone != row.phone:
        await keep_phone(connection, address, row.phone, row.customer)
    if heard is not None:
        await _keep_profile(connection, row.customer, heard.profile)
    return Located(customer=CustomerId(row.customer), shown=row.shown)


def _hearing(address: Address, heard: Heard | None) -> tuple[Executable, dict[str, Any]]:
    """Read an address; one statement notes that it was heard and reads it."""
    if heard is None:
        return _READING, key_of(address)
    return _HEARING, {**key_of(address), "now": heard.at, "in_room": heard.in_room}


def newest(
    column: Column[datetime], at: datetime | ColumnElement[datetime]
) -> ColumnElement[datetime]:
    """Give the later of a column's moment and another; a moment that is kept only grows."""
    other = literal(at, column.type) if isinstance(at, datetime) else at
    return case((column > other, column), else_=other)


_TOLD = (addresses.c.customer, addresses.c.shown, addresses.c.phone)
_READING = select(*_TOLD).where(at_key(addresses))
_HEARING = (
    update(addresses)
    .where(at_key(addresses))
    .values(
        heard_at=newest(addresses.c.heard_at, bindparam("now", type_=addresses.c.heard_at.type)),
        is_room=bindparam("in_room"),
    )
    .returning(*_TOLD)
)


def is_shut() -> ColumnElement[bool]:
    """Tell whether an address is shut: nothing newer than that has opened it."""
    row = addresses.c
    return and_(
        row.shut_at.is_not(None),
        or_(row.heard_at.is_(None), row.shut_at > row.heard_at),
        or_(row.opened_at.is_(None), row.shut_at > row.opened_at),
    )


async def _identify(connection: Connection, address: Address, now: datetime) -> str:
    """Find a customer by user, else by phone, else make one; two at once make one together."""
    keys = _keys(address)
    known = await _known(connection, address.account, keys)
    customer = next((known[key] for key in keys if key in known), None) or codec.new_id()
    if not known:
        await connection.execute(
            insert(customers).values(id=customer, preferences="{}", made_at=now)
        )
    names = sorted(key for key in keys[:2] if key not in known)
    for name in names:
        row = {"account": address.account, "name": name, "customer": customer}
        await insert_new(connection, identities, row)
    kept = (await _known(connection, address.account, keys))[keys[0]]
    if not known and kept != customer:
        await connection.execute(delete(customers).where(customers.c.id == customer))
    return kept


async def _known(connection: Connection, account: str, keys: Sequence[str]) -> dict[str, str]:
    found = await connection.execute(
        select(identities.c.name, identities.c.customer).where(
            identities.c.account == account, identities.c.name.in_(keys)
        )
    )
    return {row.name: row.customer for row in found}


async def keep_phone(
    connection: Connection, address: Address, known: str | None, customer: str
) -> None:
    """Keep a number that is told later; the one before may be somebody else's by now."""
    changed = update(addresses).where(at_address(addresses, address)).values(phone=address.phone)
    await connection.execute(changed)
    if known:
        await forget(connection, address.account, f"phone:{known}", customer)
    key = {"account": address.account, "name": f"phone:{address.phone}", "customer": customer}
    await insert_new(connection, identities, key)


async def forget(connection: Connection, account: str, name: str, customer: str) -> None:
    """Let a key no longer lead to a customer."""
    await connection.execute(
        delete(identities).where(
            identities.c.account == account,
            identities.c.name == name,
            identities.c.customer == customer,
        )
    )


async def _keep_profile(connection: Connection, customer: str, profile: Profile) -> None:
    """Keep what the platform tells where the customer has nothing yet."""
    told = {"name": profile.name, "locale": profile.locale, "time_zone": profile.time_zone}
    columns = {customers.c[name]: value for name, value in told.items() if value}
    if columns:
        await connection.execute(
            update(customers)
            .where(customers.c.id == customer, or_(*(column.is_(None) for column in columns)))
            .values({column: func.coalesce(column, value) for column, value in columns.items()})
        )


async def customer_at(connection: Connection, address: Address) -> CustomerId | None:
    """Find the customer that an address was written for."""
    query = select(addresses.c.customer).where(at_address(addresses, address))
    found = (await connection.execute(query)).scalar_one_or_none()
    return None if found is None else CustomerId(found)


async def places_of(
    connection: Connection, people: Collection[CustomerId]
) -> frozenset[tuple[str, str, str]]:
    """List the addresses of some customers, each as account, user and place."""
    row = addresses.c
    found = await connection.execute(
        select(row.account, row.user, row.place).where(row.customer.in_(people))
    )
    return frozenset((one.account, one.user, one.place) for one in found)


_ABOVE = select(customers.c.merged_into).where(customers.c.id == bindparam("of"))
_BELOW = (
    select(customers.c.id)
    .where(customers.c.merged_into.in_(bindparam("of", expanding=True)))
    .order_by(customers.c.made_at, customers.c.id)
)


async def root_of(connection: Connection, customer: str) -> CustomerId:
    """Follow the pointers to the customer that all of the family are read through."""
    while True:
        above = (await connection.execute(_ABOVE, {"of": customer})).scalar_one_or_none()
        if above is None:
            return CustomerId(customer)
        customer = above


async def family_of(connection: Connection, root: str) -> list[CustomerId]:
    """List a customer and all who were merged into it, directly or through others."""
    family, level = [CustomerId(root)], [root]
    while level:
        below = await connection.execute(_BELOW, {"of": level})
        level = [row.id for row in below]
        family += [CustomerId(name) for name in level]
    return family


_CUSTOMERS = select(customers).where(customers.c.id.in_(bindparam("family", expanding=True)))
_ADDRESSES = (
    select(addresses, or_(is_shut(), addresses.c.is_room.is_(True)).label("is_aloof"))
    .where(addresses.c.customer.in_(bindparam("family", expanding=True)))
    .order_by(addresses.c.made_at, *addresses.primary_key.columns)
)


async def read_customer(connection: Connection, customer: str) -> Customer:
    """Read a customer through the root: what the root lacks, the merged ones may bring."""
    root = await root_of(connection, customer)
    family = await family_of(connection, root)
    found = await connection.execute(_CUSTOMERS, {"family": family})
    rows = {row.id: row for row in found}
    own = (await connection.execute(_ADDRESSES, {"family": family})).all()
    people = [rows[name] for name in family if name in rows]
    return Customer(
        id=root,
        name=_first(people, "name"),
        locale=_first(people, "locale"),
        time_zone=_first(people, "time_zone"),
        profile=_profile(people),
        addresses=tuple(to_address(row) for row in own),
        merged=tuple(family[1:]),
        aloof=frozenset(to_address(row) for row in own if row.is_aloof),
    )


def _first(people: Sequence[Row[tuple[Any, ...]]], column: str) -> str | None:
    values = (getattr(person, column) for person in people)
    return next((str(value) for value in values if value), None)


def _profile(people: Sequence[Row[tuple[Any, ...]]]) -> dict[str, str]:
    profile: dict[str, str] = {}
    for person in reversed(people):
        profile.update(codec.load_body(person.preferences))
    return profile


def to_address(row: Row[tuple[Any, ...]]) -> Address:
    """Read the columns of an address."""
    return Address(account=AccountId(row.account), user=row.user, place=row.place, phone=row.phone)


async def prefer(connection: Connection, root: str, preferences: dict[str, object]) -> None:
    """Merge preferences into the customer's; None removes one.

    The names of the profile's own columns go into those, too: what a customer says of language
    and zone counts more than what a platform told.
    """
    query = (
        select(customers.c.preferences)
        .where(customers.c.id == root)
        .with_for_update(key_share=True)
    )
    kept = dict(codec.load_body((await connection.execute(query)).scalar_one()))
    kept.update(preferences)
    columns: dict[str, object] = {
        name: None if value is None else str(value)
        for name, value in preferences.items()
        if name in {"name", "locale", "time_zone"}
    }
    columns["preferences"] = codec.dump({k: str(v) for k, v in kept.items() if v is not None})
    await connection.execute(update(customers).where(customers.c.id == root).values(columns))


async def merged_into(connection: Connection, above: str) -> list[CustomerId]:
    """List who points to a customer directly, the oldest first."""
    query = select(customers.c.id).where(customers.c.merged_into == above)
    found = await connection.execute(query.order_by(customers.c.made_at, customers.c.id))
    return [CustomerId(row.id) for row in found]


async def point(
    connection: Connection, people: Sequence[CustomerId], to: CustomerId | None
) -> None:
    """Set or clear the pointers of some customers."""
    await connection.execute(
        update(customers)
        .where(or_(*(customers.c.id == name for name in people)))
        .values(merged_into=to)
    )


async def private_of(connection: Connection, root: str) -> ConversationId | None:
    """Find the private conversation of a root customer."""
    query = select(conversations.c.id).where(
        conversations.c.customer == root, conversations.c.scope == PRIVATE
    )
    found = (await connection.execute(query)).scalar_one_or_none()
    return None if found is None else ConversationId(found)
