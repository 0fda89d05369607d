"""The one transaction that ends a turn.

Order of locks, the same everywhere: keys of senders, then conversations by id, then the rest.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, or_, update

from bot import (
    Address,
    ConversationId,
    InboundMessage,
    StaleTurnError,
    TurnResult,
    dump_state,
)
from state.sql import codec, people
from state.sql.connections import Connection
from state.sql.conversations import Held, check_root, ensure_private, lock, post, save
from state.sql.effects import settle
from state.sql.families import find_joining, find_parting, join, part
from state.sql.misses import keep_misses
from state.sql.outgoing import file_fact, put_outgoing
from state.sql.schema import DEAD, DONE, WAITING
from state.sql.schema import conversation as conversations
from state.sql.schema import inbox as inboxes
from state.sql.schema import timer as timers
from state.sql.statements import NOWHERE, address_key
from state.sql.waits import find_listeners, replace_waits, wake


async def commit_turn(
    connection: Connection, result: TurnResult, *, now: datetime
) -> list[ConversationId]:
    """Write a turn; see `bot.Turns.commit`."""
    own = result.snapshot.conversation
    targets = await _targets(connection, result, now)
    joining = await find_joining(connection, result, now=now)
    parting = await find_parting(connection, result, now=now)
    kin = [name for one in (joining, parting) if one for name in (one.home, one.away)]
    listeners = await find_listeners(connection, result)
    listening = {name for one in listeners for name in one.frames.values()}
    held = await lock(connection, {own, *targets, *kin, *listening})
    for name in targets:
        await check_root(connection, held[name])
    await _claim(connection, result, now)
    await replace_waits(connection, result)
    held[own].state, held[own].version = result.state, result.snapshot.version + 1
    await _finish_entry(connection, result, now)
    await _put_rest(connection, result, held[own], now)
    for target, posted in zip(targets, result.posted, strict=True):
        await post(connection, held[target], posted.signal, now=now)
    if joining is not None:
        await join(connection, joining, held, own=own, now=now)
    if parting is not None:
        await part(connection, parting, held, result=result, now=now)
    woken = await wake(connection, listeners, held, now=now)
    await save(connection, *held.values(), now=now)
    return list(dict.fromkeys([own, *targets, *kin, *woken]))


async def _targets(
    connection: Connection, result: TurnResult, now: datetime
) -> list[ConversationId]:
    """Find where signals go; addresses are located in one order for all."""
    found: dict[Address, ConversationId] = {}
    for to in sorted({p.to for p in result.posted}, key=lambda a: (a.account, a.user, a.place)):
        found[to] = await ensure_private(connection, to, now=now)
    return [found[posted.to] for posted in result.posted]


_SEEN = (
    update(conversations)
    .where(conversations.c.id == bindparam("of"), conversations.c.version == bindparam("seen"))
    .values(version=conversations.c.version + 1, lease_until=None, state=bindparam("state"))
)
_CLAIMED_LEASED = _SEEN.where(
    conversations.c.epoch == bindparam("epoch_seen"), conversations.c.lease_until.is_not(None)
)
# A lease that ran out is fenced off: whoever still holds it finds another epoch.
_CLAIMED = _SEEN.where(
    or_(
        conversations.c.lease_until.is_(None),
        conversations.c.lease_until <= bindparam("now", type_=conversations.c.lease_until.type),
    )
).values(epoch=conversations.c.epoch + 1)


async def _claim(connection: Connection, result: TurnResult, now: datetime) -> None:
    """Take the conversation from the version or epoch that was seen to the next; once."""
    snapshot = result.snapshot
    seen = {"of": snapshot.conversation, "seen": snapshot.version}
    told = {"epoch_seen": snapshot.epoch} if snapshot.leased else {"now": now}
    taken = await connection.execute(
        _CLAIMED_LEASED if snapshot.leased else _CLAIMED,
        {**seen, **told, "state": dump_state(result.state)},
    )
    if taken.rowcount != 1:
        raise StaleTurnError("the conversation has gone on since it was read")


_ENDED = update(inboxes).where(inboxes.c.id == bindparam("of"), inboxes.c.status == WAITING)
_ANSWERED = _ENDED.values(status=DONE, done_at=bindparam("now"), body="")
_GIVEN_UP = _ENDED.values(status=DEAD, reason=bindparam("why"), attempts=inboxes.c.attempts + 1)


async def _finish_entry(connection: Connection, result: TurnResult, now: datetime) -> None:
    """Mark the entry done; one that was given up keeps its body for an operator's retry."""
    ended = {"why": result.given_up} if result.given_up else {"now": now}
    done = await connection.execute(
        _GIVEN_UP if result.given_up else _ANSWERED, {"of": result.snapshot.entry.id, **ended}
    )
    if done.rowcount != 1:
        raise StaleTurnError("the message was answered or given up already")


async def _put_rest(connection: Connection, result: TurnResult, own: Held, now: datetime) -> None:
    trace = result.snapshot.entry.trace
    _tell_of_files(result, own, now)
    for settled in result.settled:
        await settle(connection, settled, own, at=now)
    await put_outgoing(connection, result, own, now=now)
    if result.timers:
        await connection.execute(insert(timers), _timer_rows(result))
    await keep_misses(connection, result, now=now)
    if result.preferences:
        root = await people.root_of(connection, own.customer)
        await people.prefer(connection, root, dict(result.preferences))
    own.append("turn", {**result.trail, "inbox": result.snapshot.entry.id}, at=now, trace=trace)


def _tell_of_files(result: TurnResult, own: Held, now: datetime) -> None:
    entry = result.snapshot.entry
    if not result.kept or not isinstance(entry.event, InboundMessage):
        return
    sender, profile = entry.event.sender, entry.event.profile
    fact = {
        "message": entry.id, "files": [file_fact(file) for file in result.kept],
        "connector": sender.connector, "name": profile.name, "address": address_key(sender),
    }  # fmt: skip
    own.append("kept", fact, at=now, trace=entry.trace)


def _timer_rows(result: TurnResult) -> list[dict[str, Any]]:
    """Make the rows of new timers; they remember who was spoken with, and go where that one is."""
    event = result.snapshot.entry.event
    spoke = event.sender if isinstance(event, InboundMessage) else event.address
    key = NOWHERE if spoke is None else address_key(spoke)
    return [
        {
            "id": codec.new_id(),
            "conversation": result.snapshot.conversation,
            "due": timer.due,
            "name": timer.name,
            "payload": codec.dump(dict(timer.payload)),
            **key,
        }
        for timer in result.timers
    ]
