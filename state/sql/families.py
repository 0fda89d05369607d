"""Joining and parting customers: pointers are set, frames and prompts change their conversation.

Every join and every part locks the private conversations it touches, those of the roots among
them, before it looks again whether the family is still as it was. A dialog knows by its origin
whose it is, so parting gives back exactly what joining brought.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from bot import (
    PRIVATE,
    ConversationId,
    CustomerId,
    StaleTurnError,
    State,
    TurnResult,
    joined,
)
from state.sql import people
from state.sql.belongings import Sides, take_along
from state.sql.connections import Connection
from state.sql.conversations import Held, ensure, put_state
from state.sql.schema import WAITING
from state.sql.schema import conversation as conversations
from state.sql.schema import inbox as inboxes
from state.sql.transactions import MovedError
from state.sql.waits import move_waits


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """Who is merged into whom, with their private conversations."""

    host: CustomerId
    guest: CustomerId
    home: ConversationId
    away: ConversationId


@dataclass(frozen=True, slots=True, kw_only=True)
class Parting:
    """Who goes away from whom.

    ``leaver`` is the customer of the address. Where that is the root itself, the others go:
    ``heir``, the oldest of them, becomes the root of the rest. ``away`` is the conversation that
    takes what belongs to those in ``leaving``.
    """

    root: CustomerId
    leaver: CustomerId
    heir: CustomerId
    leaving: tuple[CustomerId, ...]
    siblings: tuple[CustomerId, ...]
    home: ConversationId
    away: ConversationId


async def _own_root(connection: Connection, conversation: ConversationId) -> CustomerId:
    query = select(conversations.c.customer).where(conversations.c.id == conversation)
    customer = (await connection.execute(query)).scalar_one_or_none()
    if customer is None:
        raise StaleTurnError("the conversation is gone")
    return await people.root_of(connection, customer)


async def find_joining(
    connection: Connection, result: TurnResult, *, now: datetime
) -> Joining | None:
    """Tell what a turn joins; None if nothing, or if it is joined already."""
    if result.join is None:
        return None
    host = await _own_root(connection, result.snapshot.conversation)
    guest = await people.root_of(connection, result.join)
    if host == guest:
        return None
    private = {
        one: await ensure(connection, one, PRIVATE, now=now) for one in sorted((host, guest))
    }
    return Joining(host=host, guest=guest, home=private[host], away=private[guest])


async def join(
    connection: Connection,
    joining: Joining,
    held: dict[ConversationId, Held],
    *,
    own: ConversationId,
    now: datetime,
) -> None:
    """Merge the guest into the host by pointer; the host's conversation goes on with both."""
    host, guest = held[joining.home], held[joining.away]
    for customer in (joining.host, joining.guest):
        if await people.root_of(connection, customer) != customer:
            raise MovedError
    _check_free(own, (host, guest), now)
    if await _waiting(connection, guest.id):
        raise StaleTurnError("the other side has messages that wait for an answer")
    await people.point(connection, [joining.guest], joining.host)
    await put_state(connection, host, joined(host.state, guest.state))
    await put_state(connection, guest, State())
    await move_waits(connection, guest.id, host.id)
    guest.append("linked", {"to": host.id}, at=now)


async def find_parting(
    connection: Connection, result: TurnResult, *, now: datetime
) -> Parting | None:
    """Tell what a turn parts; None if nothing, or if the address stands alone already."""
    if result.part is None:
        return None
    root = await _own_root(connection, result.snapshot.conversation)
    leaver = await people.customer_at(connection, result.part)
    if leaver is None or await people.root_of(connection, leaver) != root:
        return None
    if leaver != root:
        heir, siblings = leaver, []
        leaving = await people.family_of(connection, leaver)
    else:
        children = await people.merged_into(connection, root)
        if not children:
            return None
        heir, siblings = children[0], children[1:]
        leaving = (await people.family_of(connection, root))[1:]
    private = {one: await ensure(connection, one, PRIVATE, now=now) for one in sorted((root, heir))}
    return Parting(
        root=root,
        leaver=leaver,
        heir=heir,
        leaving=tuple(leaving),
        siblings=tuple(siblings),
        home=private[root],
        away=private[heir],
    )


async def part(
    connection: Connection,
    parting: Parting,
    held: dict[ConversationId, Held],
    *,
    result: TurnResult,
    now: datetime,
) -> None:
    """Clear the pointers, and give every dialog still open back to whom it came from."""
    if await find_parting(connection, result, now=now) != parting:
        raise MovedError
    home, away = held[parting.home], held[parting.away]
    _check_free(result.snapshot.conversation, (home, away), now)
    await people.point(connection, [parting.heir], None)
    if parting.siblings:
        await people.point(connection, parting.siblings, parting.heir)
    origins = await _private_conversations(connection, parting.leaving)
    stays, goes = split(home.state, origins)
    await put_state(connection, home, stays)
    await put_state(connection, away, joined(away.state, goes))
    going, staying = ({frame.id for frame in half.frames} for half in (goes, stays))
    theirs = await people.places_of(connection, parting.leaving)
    await take_along(connection, home, away, Sides(going=going, staying=staying, theirs=theirs))
    for one in (home, away):
        one.append("parted", {"customer": parting.leaver}, at=now)


def split(state: State, origins: Collection[ConversationId]) -> tuple[State, State]:
    """Split a state by where its dialogs came from: (what stays, what goes), order kept."""

    def half(*, goes: bool) -> State:
        return replace(
            state,
            frames=tuple(f for f in state.frames if (f.origin in origins) is goes),
            prompts=tuple(p for p in state.prompts if (p.origin in origins) is goes),
            notes=() if goes else state.notes,
        )

    return half(goes=False), half(goes=True)


def _check_free(own: ConversationId, touched: tuple[Held, Held], now: datetime) -> None:
    if any(one.id != own and one.is_leased(now) for one in touched):
        raise StaleTurnError("another worker holds the other side's conversation")


async def _waiting(connection: Connection, conversation: ConversationId) -> bool:
    query = select(inboxes.c.id).where(
        inboxes.c.conversation == conversation, inboxes.c.status == WAITING
    )
    return (await connection.execute(query.limit(1))).first() is not None


async def _private_conversations(
    connection: Connection, customers: Collection[CustomerId]
) -> set[ConversationId]:
    query = select(conversations.c.id).where(
        conversations.c.customer.in_(customers), conversations.c.scope == PRIVATE
    )
    return {ConversationId(row.id) for row in await connection.execute(query)}
