"""Station 1's table: what came in, once each, in order."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, bindparam, func, or_, select, update

from bot import (
    PRIVATE,
    ConversationId,
    CustomerId,
    InboundMessage,
    InboxId,
    Recorded,
    Unreadable,
    room_scope,
)
from state.sql import codec, people
from state.sql.connections import Connection
from state.sql.conversations import Held, check_root, ensure, lock, save
from state.sql.schema import DEAD, WAITING
from state.sql.schema import conversation as conversations
from state.sql.schema import inbox as inboxes
from state.sql.statements import address_key, insert_new
from state.sql.transactions import Transactions
from state.sql.watch import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arrival:
    """A message, whose it is and where it goes."""

    message: InboundMessage
    shown: str | None
    conversation: ConversationId


class SqlInbox:
    """See `bot.Inbox`."""

    def __init__(self, transactions: Transactions, watch: Watch) -> None:
        self._transactions = transactions
        self._watch = watch

    async def record(
        self, messages: Sequence[InboundMessage], *, now: datetime
    ) -> Sequence[Recorded]:
        """See `bot.Inbox.record`."""
        self._watch.see(now)
        if not messages:
            return ()

        async def work(connection: Connection) -> list[Recorded]:
            arrivals = await _resolve(connection, messages, now)
            held = await lock(connection, {arrival.conversation for arrival in arrivals})
            for one in held.values():
                await check_root(connection, one)
            kept = [
                await _keep(connection, arrival, held[arrival.conversation], now)
                for arrival in arrivals
            ]
            await save(connection, *held.values(), now=now)
            return kept

        return await self._transactions.write("inbox.record", work)

    async def bury(self, unreadable: Sequence[Unreadable], *, now: datetime) -> int:
        """See `bot.Inbox.bury`."""
        self._watch.see(now)

        async def work(connection: Connection) -> int:
            new = 0
            for event in unreadable:
                values = {
                    "id": codec.new_id(),
                    "account": event.account,
                    "event_id": event.event_id,
                    "n": 0,
                    "kind": "unreadable",
                    "body": base64.b64encode(event.body).decode(),
                    "trace": codec.new_id(),
                    "seq": 0,
                    "status": DEAD,
                    "attempts": 0,
                    "reason": event.reason,
                    "received_at": now,
                }
                new += await insert_new(connection, inboxes, values)
            return new

        return await self._transactions.write("inbox.bury", work)

    async def ready(self, *, now: datetime, limit: int) -> Sequence[ConversationId]:
        """See `bot.Inbox.ready`."""
        self._watch.see(now)

        async def work(connection: Connection) -> list[ConversationId]:
            found = await connection.execute(_READY, {"now": now, "most": limit})
            return [ConversationId(row.conversation) for row in found]

        return await self._transactions.read(work)

    async def fail(self, entry: InboxId, *, reason: str, most: int) -> bool:
        """See `bot.Inbox.fail`."""

        async def work(connection: Connection) -> bool:
            counted = await connection.execute(
                update(inboxes)
                .where(inboxes.c.id == entry, inboxes.c.status == WAITING)
                .values(attempts=inboxes.c.attempts + 1, reason=reason)
            )
            if not counted.rowcount:
                query = select(inboxes.c.status).where(inboxes.c.id == entry)
                return (await connection.execute(query)).scalar_one_or_none() == DEAD
            died = await connection.execute(
                update(inboxes)
                .where(inboxes.c.id == entry, inboxes.c.attempts >= most)
                .values(status=DEAD)
            )
            return died.rowcount == 1

        return await self._transactions.write("inbox.fail", work)


_FREE = or_(
    conversations.c.lease_until.is_(None),
    conversations.c.lease_until <= bindparam("now", type_=conversations.c.lease_until.type),
)
_READY = (
    select(inboxes.c.conversation)
    .join(conversations, conversations.c.id == inboxes.c.conversation)
    .where(inboxes.c.status == WAITING, _FREE)
    .group_by(inboxes.c.conversation)
    .order_by(func.min(inboxes.c.received_at), inboxes.c.conversation)
    .limit(bindparam("most", type_=Integer))
)


async def _resolve(
    connection: Connection, messages: Sequence[InboundMessage], now: datetime
) -> list[_Arrival]:
    """Find customer and conversation of each message; rows are made in one order for all."""
    whose: dict[int, people.Located] = {}
    in_order = sorted(range(len(messages)), key=lambda i: tuple(_sender(messages[i]).items()))
    for index in in_order:
        message = messages[index]
        heard = people.Heard(
            at=min(message.sent_at or now, now),  # a platform's clock may be ahead of ours
            in_room=message.room is not None,
            profile=message.profile,
        )
        whose[index] = await people.locate(connection, message.sender, now=now, heard=heard)
    targets = [await _target(connection, m, whose[i]) for i, m in enumerate(messages)]
    ids = {key: await ensure(connection, *key, now=now) for key in sorted(set(targets))}
    return [
        _Arrival(message=message, shown=whose[i].shown, conversation=ids[targets[i]])
        for i, message in enumerate(messages)
    ]


def _sender(message: InboundMessage) -> dict[str, str]:
    return address_key(message.sender)


async def _target(
    connection: Connection, message: InboundMessage, located: people.Located
) -> tuple[CustomerId, str]:
    """Tell whose conversation takes a message.

    Linking concerns private conversations only: in a room a customer goes on as who they are.
    """
    if message.room is not None:
        return located.customer, room_scope(message.sender.account, message.room)
    return await people.root_of(connection, located.customer), PRIVATE


async def _keep(connection: Connection, arrival: _Arrival, held: Held, now: datetime) -> Recorded:
    message, inbox_id, trace = arrival.message, InboxId(codec.new_id()), codec.new_id()
    values = {
        "id": inbox_id,
        "account": message.sender.account,
        "event_id": message.event_id,
        "conversation": held.id,
        "n": held.inbox_n + 1,
        "kind": codec.MESSAGE,
        "body": codec.dump_event(message),
        "shown": arrival.shown,
        "version": held.version,
        "trace": trace,
        "seq": held.seq + 1,
        "status": WAITING,
        "attempts": 0,
        "reason": "",
        "received_at": now,
    }
    if not await insert_new(connection, inboxes, values):
        return await _first(connection, message)
    held.inbox_n += 1
    seq = held.append("message", _fact(message, inbox_id), at=now, trace=trace)
    return Recorded(
        conversation=held.id, inbox=inbox_id, message_id=inbox_id, seq=seq, at=now, duplicate=False
    )


async def _first(connection: Connection, message: InboundMessage) -> Recorded:
    """Read what was recorded when a redelivered message came for the first time."""
    query = select(inboxes).where(
        inboxes.c.account == message.sender.account, inboxes.c.event_id == message.event_id
    )
    row = (await connection.execute(query)).one()
    return Recorded(
        conversation=ConversationId(row.conversation or ""),
        inbox=InboxId(row.id),
        message_id=row.id,
        seq=row.seq,
        at=row.received_at,
        duplicate=True,
    )


def _fact(message: InboundMessage, inbox_id: InboxId) -> dict[str, object]:
    text = message.tap.label if message.tap is not None else message.text
    sent = message.form
    if sent is not None:
        text = "\n".join(f"{name}: {words}" for name, words in sent.values.items())
    return {
        "id": inbox_id,
        "role": "user",
        "text": text,
        "options": [],
        "links": [],
        "prompt": None if sent is None else sent.prompt,
        "submitted": None if sent is None else dict(sent.values),
        "tap": None if message.tap is None else message.tap.token,
        "attached": len(message.attachments),
        "client_id": message.client_id,
        "connector": message.sender.connector,
        "name": message.profile.name,
        "address": address_key(message.sender),
    }
