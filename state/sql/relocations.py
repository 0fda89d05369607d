"""An address that is called otherwise from now on: renamed wherever it stands, in one transaction.

Its conversations get another version, so that a turn under way, which read the old address, counts
for nothing and runs again.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Row, and_, delete, func, select, update

from bot import (
    PRIVATE,
    Address,
    ConversationId,
    CustomerId,
    InboundMessage,
    Moved,
    Prompt,
    Signal,
    State,
    joined,
    load_state,
    room_scope,
)
from state.sql import codec, people
from state.sql.connections import Connection
from state.sql.conversations import Held, ensure, lock, put_state, save
from state.sql.schema import WAITING, link_code, timer, waiting, wrong_try
from state.sql.schema import address as addresses
from state.sql.schema import conversation as conversations
from state.sql.schema import effect as effects
from state.sql.schema import identity as identities
from state.sql.schema import inbox as inboxes
from state.sql.schema import outbox as outboxes
from state.sql.statements import address_key, at_address, insert_new
from state.sql.transactions import MovedError
from state.sql.waits import move_waits

log = structlog.get_logger()
Place = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Renaming:
    """One address and what it is called now."""

    old: Address
    new: Address

    def of_scope(self, scope: str) -> str:
        """Give the scope of a room as it is called now."""
        is_it = scope == room_scope(self.old.account, self.old.place)
        return room_scope(self.new.account, self.new.place) if is_it else scope

    def of_state(self, state: State) -> State:
        """Rename in the questions of a state."""
        return replace(state, prompts=tuple(self._of_prompt(prompt) for prompt in state.prompts))

    def of_event(self, event: InboundMessage | Signal) -> InboundMessage | Signal:
        """Rename in what waits for an answer."""
        if isinstance(event, Signal):
            return replace(event, address=self.new) if event.address == self.old else event
        if event.sender != self.old:
            return event
        phone = self.new.phone or event.sender.phone
        room = self.new.place if event.room == self.old.place else event.room
        return replace(event, sender=replace(self.new, phone=phone), room=room)

    def _of_prompt(self, prompt: Prompt) -> Prompt:
        return replace(prompt, to=self._of(prompt.to), closed_by=self._of(prompt.closed_by))

    def _of(self, place: Place | None) -> Place | None:
        is_it = place == (self.old.account, self.old.user, self.old.place)
        return (self.new.account, self.new.user, self.new.place) if is_it else place


@dataclass(frozen=True, slots=True, kw_only=True)
class _Owners:
    """Whose an address stays, and who gives theirs up: a stranger who has nothing yet, or None."""

    keeper: CustomerId
    stranger: CustomerId | None = None


async def move(connection: Connection, news: Moved, *, now: datetime) -> list[ConversationId]:
    """Rename the addresses that news are about; done already, there are none."""
    if news.user is None and news.place is None:
        return []
    query = select(addresses).where(_where(news)).with_for_update()
    found = await connection.execute(query.order_by(addresses.c.user, addresses.c.place))
    grown: list[ConversationId] = []
    for row in found.all():
        grown += await _move(connection, row, _renaming(row, news), now=now)
    return grown


def _where(news: Moved) -> ColumnElement[bool]:
    parts = [addresses.c.account == news.account]
    if news.user is not None:
        parts.append(addresses.c.user == news.user)
    if news.place is not None:
        parts.append(addresses.c.place == news.place)
    return and_(*parts)


def _renaming(row: Row[tuple[Any, ...]], news: Moved) -> Renaming:
    old = people.to_address(row)
    user = news.new_user or old.user
    follows = old.place == old.user  # a private chat that is called like its user
    place = news.new_place or (user if follows else old.place)
    return Renaming(old=old, new=replace(old, user=user, place=place, phone=news.new_phone))


async def _move(
    connection: Connection, row: Row[tuple[Any, ...]], renaming: Renaming, *, now: datetime
) -> list[ConversationId]:
    old, new = renaming.old, renaming.new
    if old == new:
        if new.phone and new.phone != row.phone:
            await people.keep_phone(connection, new, row.phone, row.customer)
        return []
    query = select(addresses).where(at_address(addresses, new))
    there = (await connection.execute(query)).one_or_none()
    owners = await _owners(connection, row, there)
    if owners is None:
        log.warning("address.not_moved", connector=old.connector)
        return []
    homes = await _homes(connection, renaming, owners, now)
    held = await lock(connection, {*homes, *homes.values()})
    if await _owners(connection, row, there) != owners or held.keys() != set(homes):
        raise MovedError
    for one in held.values():
        await _rename_in(connection, one, held[homes[one.id]], renaming)
    await _rename_rows(connection, renaming)
    await _rename_address(connection, renaming, (row, there), owners)
    moved = {"from": address_key(old), "to": address_key(new)}
    known_there = {PRIVATE, room_scope(new.account, new.place)}
    for one in held.values():
        if one.scope in known_there and homes[one.id] == one.id:
            one.append("moved", moved, at=now)
    await save(connection, *held.values())
    return list(held)


async def _owners(
    connection: Connection, old: Row[tuple[Any, ...]], new: Row[tuple[Any, ...]] | None
) -> _Owners | None:
    """Tell whose the address is; None where both are somebody's: nobody is joined without proof."""
    if new is None:
        return _Owners(keeper=old.customer)
    roots = [await people.root_of(connection, row.customer) for row in (old, new)]
    if roots[0] == roots[1]:
        return _Owners(keeper=old.customer)
    if await _has_nothing(connection, new.customer):
        return _Owners(keeper=old.customer, stranger=new.customer)
    if await _has_nothing(connection, old.customer):  # news that are late: the new one has begun
        return _Owners(keeper=new.customer, stranger=old.customer)
    return None


async def _has_nothing(connection: Connection, customer: CustomerId) -> bool:
    """Tell whether a customer has no dialog, no effect, no other address and no link."""
    own = select(addresses).where(addresses.c.customer == customer)
    family = await people.family_of(connection, await people.root_of(connection, customer))
    if len(family) > 1 or len((await connection.execute(own)).all()) > 1:
        return False
    theirs = conversations.c.customer == customer
    found = await connection.execute(
        select(conversations.c.state, effects.c.key)
        .outerjoin(effects, effects.c.conversation == conversations.c.id)
        .where(theirs)
    )
    return all(row.key is None and not load_state(row.state).frames for row in found)


async def _homes(
    connection: Connection, renaming: Renaming, owners: _Owners, now: datetime
) -> dict[ConversationId, ConversationId]:
    """Tell where what every conversation holds goes on; mostly where it is."""
    root = await people.root_of(connection, owners.keeper)
    family = await people.family_of(connection, root)
    query = select(conversations.c.id, conversations.c.customer, conversations.c.scope).where(
        conversations.c.customer.in_([*family, *filter(None, [owners.stranger])])
    )
    found = (await connection.execute(query.order_by(conversations.c.id))).all()
    known = {(row.customer, row.scope): row.id for row in found}
    homes: dict[ConversationId, ConversationId] = {}
    for row in found:
        scope = renaming.of_scope(row.scope)
        owner = row.customer
        if row.customer == owners.stranger:
            owner = root if scope == PRIVATE else owners.keeper
        home = known.get((owner, scope))
        if home is None and owner == row.customer:
            home = row.id
            this = update(conversations).where(conversations.c.id == row.id)
            await connection.execute(this.values(scope=scope))
        elif home is None:
            home = await ensure(connection, owner, scope, now=now)
            homes[home] = home
        homes[row.id] = home
    return homes


async def _rename_in(connection: Connection, held: Held, home: Held, renaming: Renaming) -> None:
    """Rename in what a conversation holds, and give it to the one where it goes on."""
    state = renaming.of_state(held.state)
    if home is held:
        await put_state(connection, held, state)
    else:
        await put_state(connection, home, joined(home.state, state))
        await put_state(connection, held, State())
        await move_waits(connection, held.id, home.id)
        theirs = update(timer).where(timer.c.conversation == held.id)
        await connection.execute(theirs.values(conversation=home.id))
    query = select(inboxes).where(inboxes.c.conversation == held.id, inboxes.c.status == WAITING)
    for row in (await connection.execute(query.order_by(inboxes.c.n))).all():
        event = renaming.of_event(codec.load_event(row.kind, row.body))
        values: dict[str, Any] = {"body": codec.dump_event(event)}
        if home is not held:
            home.inbox_n += 1
            values |= {"conversation": home.id, "n": home.inbox_n}
        await connection.execute(update(inboxes).where(inboxes.c.id == row.id).values(values))


async def _rename_rows(connection: Connection, renaming: Renaming) -> None:
    """Rename where an address stands in columns of its own."""
    old, new = renaming.old, renaming.new
    named = address_key(new)
    await connection.execute(delete(link_code).where(at_address(link_code, new)))
    for table in (timer, waiting, link_code):
        await connection.execute(update(table).where(at_address(table, old)).values(named))
    tries = update(wrong_try).where(wrong_try.c.account == old.account)
    await connection.execute(tries.where(wrong_try.c.user == old.user).values(user=new.user))
    last = select(func.max(outboxes.c.n)).where(at_address(outboxes, new))
    n: int = (await connection.execute(last)).scalar_one() or 0
    query = select(outboxes.c.id).where(at_address(outboxes, old), outboxes.c.status == WAITING)
    rows = await connection.execute(query.order_by(outboxes.c.n, outboxes.c.id))
    for number, row in enumerate(rows.all(), start=n + 1):
        this = update(outboxes).where(outboxes.c.id == row.id)
        await connection.execute(this.values(**named, n=number))


async def _rename_address(
    connection: Connection,
    renaming: Renaming,
    rows: tuple[Row[tuple[Any, ...]], Row[tuple[Any, ...]] | None],
    owners: _Owners,
) -> None:
    """Rename the address itself, and what leads to its customer: nothing old does any more."""
    (row, there), old, new = rows, renaming.old, renaming.new
    values: dict[str, Any] = {**address_key(new), "customer": owners.keeper}
    if there is not None:
        await connection.execute(delete(addresses).where(at_address(addresses, new)))
        for name in ("heard_at", "opened_at", "shut_at"):
            moments = filter(None, (getattr(row, name), getattr(there, name)))
            values[name] = max(moments, default=None)
        values["shown"] = there.shown or row.shown
        values["phone"] = there.phone or row.phone
    await connection.execute(update(addresses).where(at_address(addresses, old)).values(values))
    if owners.stranger is not None:
        for table in (identities, link_code):
            theirs = update(table).where(table.c.customer == owners.stranger)
            await connection.execute(theirs.values(customer=owners.keeper))
    phone = values.get("phone", row.phone)
    if new.phone and new.phone != phone:
        await people.keep_phone(connection, new, phone, owners.keeper)
    if new.user != old.user:
        await _rename_key(connection, old, new, owners.keeper)


async def _rename_key(
    connection: Connection, old: Address, new: Address, customer: CustomerId
) -> None:
    """Let the new id lead to the customer; the old one no longer, once no address has it.

    A number that was given up is somebody else's one day.
    """
    name = {"account": new.account, "name": f"user:{new.user}", "customer": customer}
    await insert_new(connection, identities, name)
    query = select(addresses.c.place).where(
        addresses.c.account == old.account, addresses.c.user == old.user
    )
    if (await connection.execute(query.limit(1))).first() is None:
        await people.forget(connection, old.account, f"user:{old.user}", customer)
