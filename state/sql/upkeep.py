"""What keeps a store healthy: figures, clearing out, leases left behind, the schema, shelves."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, and_, delete, func, select, update

from bot import AccountId, Address, Body, ConnectorName, Health, Shelf, StoreSettings
from state.sql import codec
from state.sql.connections import Connection
from state.sql.databases import Database
from state.sql.migrating import read_revision, upgrade_with
from state.sql.misses import is_outdated
from state.sql.presence import present
from state.sql.schema import DEAD, DONE, DROPPED, REVISION, SENT, WAITING, early_report, link_code
from state.sql.schema import conversation as conversations
from state.sql.schema import inbox as inboxes
from state.sql.schema import miss as misses
from state.sql.schema import outbox as outboxes
from state.sql.schema import shelf as shelves
from state.sql.schema import switch as switches
from state.sql.schema import wrong_try as tries
from state.sql.statements import insert_new
from state.sql.transactions import Transactions
from state.sql.watch import Watch

INBOX_KEPT = timedelta(days=8)
"""Longer than any platform redelivers: WhatsApp does so for 7 days (Cloud API, webhooks)."""

OUTBOX_KEPT = timedelta(days=30)
DEAD_KEPT = timedelta(days=30)
TRIES_KEPT = timedelta(days=1)


class SqlUpkeep:
    """See `bot.Upkeep`."""

    def __init__(
        self, transactions: Transactions, watch: Watch, database: Database, settings: StoreSettings
    ) -> None:
        self._transactions = transactions
        self._watch = watch
        self._database = database
        self._settings = settings

    async def health(self, *, now: datetime) -> Health:
        """See `bot.Upkeep.health`."""
        self._watch.see(now)

        async def work(connection: Connection) -> Health:
            return Health(
                migrated=await read_revision(connection) == REVISION,
                inbox_oldest=await _oldest(connection, inboxes, "received_at", now),
                outbox_oldest=await _oldest(connection, outboxes, "due", now),
                dead_letters=await _dead(connection),
            )

        return await self._transactions.read(work)

    async def purge(self, *, now: datetime) -> int:
        """See `bot.Upkeep.purge`."""
        self._watch.see(now)

        async def work(connection: Connection) -> int:
            return sum(
                [
                    (await connection.execute(delete(table).where(old))).rowcount
                    for table, old in _outdated(now, now - self._settings.keep_misses)
                ]
            )

        return await self._transactions.write("upkeep.purge", work)

    def present(self) -> AbstractAsyncContextManager[None]:
        """See `bot.Upkeep.present`."""
        return present(self._database, self.free_leases)

    async def free_leases(self) -> None:
        """See `bot.Upkeep.free_leases`. The epoch rises: whoever held one commits nothing."""
        statement = (
            update(conversations)
            .where(conversations.c.lease_until.is_not(None))
            .values(lease_until=None, epoch=conversations.c.epoch + 1)
        )

        async def work(connection: Connection) -> None:
            await connection.execute(statement)
            await connection.execute(
                update(outboxes)
                .where(outboxes.c.status == WAITING, outboxes.c.claimed_until.is_not(None))
                .values(claimed_until=None)
            )

        await self._transactions.write("upkeep.free_leases", work)

    async def revisions(self) -> tuple[str | None, str]:
        """See `bot.Upkeep.revisions`."""
        return await self._transactions.read(read_revision), REVISION

    async def upgrade(self) -> None:
        """See `bot.Upkeep.upgrade`."""
        await upgrade_with(self._settings, self._transactions)

    async def switches(self) -> Mapping[str, bool]:
        """See `bot.Upkeep.switches`."""

        async def work(connection: Connection) -> dict[str, bool]:
            found = await connection.execute(select(switches).order_by(switches.c.command))
            return {row.command: row.is_on for row in found}

        return await self._transactions.read(work)

    async def switch(self, command: str, *, on: bool) -> None:
        """See `bot.Upkeep.switch`."""

        async def work(connection: Connection) -> None:
            if not await insert_new(connection, switches, {"command": command, "is_on": on}):
                await connection.execute(
                    update(switches).where(switches.c.command == command).values(is_on=on)
                )

        await self._transactions.write("upkeep.switch", work)

    def shelf(self, connector: ConnectorName) -> Shelf:
        """See `bot.Upkeep.shelf`."""
        return SqlShelf(self._transactions, self._watch, connector)


class SqlShelf:
    """See `bot.Shelf`. "Expired" is judged by the newest moment that the store was told."""

    def __init__(self, transactions: Transactions, watch: Watch, connector: ConnectorName) -> None:
        self._transactions = transactions
        self._watch = watch
        self._connector = connector

    async def get(self, key: str) -> Body | None:
        """See `bot.Shelf.get`."""

        async def work(connection: Connection) -> Body | None:
            row = (await connection.execute(select(shelves).where(self._at(key)))).one_or_none()
            now = self._watch.newest
            if row is None or (row.expires is not None and now is not None and row.expires <= now):
                return None
            return codec.load_body(row.value)

        return await self._transactions.read(work)

    async def put(self, key: str, value: Body, *, expires: datetime | None = None) -> None:
        """See `bot.Shelf.put`."""
        kept = {"value": codec.dump(dict(value)), "expires": expires}

        async def work(connection: Connection) -> None:
            row = {"connector": self._connector, "key": key, **kept}
            if not await insert_new(connection, shelves, row):
                await connection.execute(update(shelves).where(self._at(key)).values(kept))

        await self._transactions.write("shelf.put", work)

    async def keep(self, key: str, value: Body) -> Body:
        """See `bot.Shelf.keep`."""
        row = {"connector": self._connector, "key": key, "value": codec.dump(dict(value))}

        async def work(connection: Connection) -> Body:
            await insert_new(connection, shelves, row)
            stands = await connection.execute(select(shelves.c.value).where(self._at(key)))
            return codec.load_body(stands.scalar_one())

        return await self._transactions.write("shelf.keep", work)

    async def remove(self, key: str) -> None:
        """See `bot.Shelf.remove`."""

        async def work(connection: Connection) -> None:
            await connection.execute(delete(shelves).where(self._at(key)))

        await self._transactions.write("shelf.remove", work)

    def _at(self, key: str) -> ColumnElement[bool]:
        return and_(shelves.c.connector == self._connector, shelves.c.key == key)


def _outdated(now: datetime, oldest_miss: datetime) -> list[tuple[Table, ColumnElement[bool]]]:
    """List what nobody needs any more."""
    return [
        (
            inboxes,
            and_(inboxes.c.status.in_([DONE, DROPPED]), inboxes.c.done_at < now - INBOX_KEPT),
        ),
        (inboxes, and_(inboxes.c.status == DEAD, inboxes.c.received_at < now - DEAD_KEPT)),
        (
            outboxes,
            and_(outboxes.c.status.in_([SENT, DROPPED]), outboxes.c.done_at < now - OUTBOX_KEPT),
        ),
        (outboxes, and_(outboxes.c.status == DEAD, outboxes.c.created_at < now - DEAD_KEPT)),
        (shelves, shelves.c.expires <= now),
        (misses, is_outdated(oldest_miss)),
        (link_code, link_code.c.expires <= now),
        (early_report, early_report.c.at < now - INBOX_KEPT),
        (tries, tries.c.at < now - TRIES_KEPT),
    ]


async def _oldest(
    connection: Connection, table: Table, moment: str, now: datetime
) -> Mapping[str, float]:
    """Tell by connector how many seconds the oldest row has waited; the due ones only."""
    query = (
        select(table.c.account, func.min(table.c[moment]).label("oldest"))
        .where(table.c.status == WAITING, table.c[moment] <= now)
        .group_by(table.c.account)
    )
    ages: dict[str, float] = {}
    for row in await connection.execute(query):
        name = Address(account=AccountId(row.account), user="", place="").connector.lstrip(":")
        ages[name] = max(ages.get(name, 0.0), (now - row.oldest).total_seconds())
    return ages


async def _dead(connection: Connection) -> int:
    dead = 0
    for table in (inboxes, outboxes):
        query = select(func.count()).select_from(table).where(table.c.status == DEAD)
        dead += (await connection.execute(query)).scalar_one()
    return dead
